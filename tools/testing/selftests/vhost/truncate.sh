#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# When a file is truncated whose memory a slice works in, its queues have errors; the
# slice can be reset, and others do not notice.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
need "another one" vhost_slice two
huge=$(cat /proc/sys/vm/nr_hugepages)
sysctl -qw vm.nr_hugepages=$((huge + 2))
cleanup sysctl -qw vm.nr_hugepages="$huge"
tap truncate one two "$lib_scratch" "$(repeat 5)"
