#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The states of migration in every order; a driver that goes from slice to slice by a
# stream, with frames on their way; and streams that are not what they should be.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

begin one mtu 1500
need "another slice" vfio_slice two mtu 1500
need "its representor is up" rep_up two
need "one with more queues" vfio_slice wide max_vqp 2 mtu 1500
need "one with another MTU" vfio_slice unlike mtu 1400
tap migration one two wide unlike "$(repeat 1000)"
check "a slice leaves its class" set_class one none
check "and so does the other one" set_class two none
