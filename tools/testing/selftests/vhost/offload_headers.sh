#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the header of a frame asks for is done where it makes sense and was negotiated; else
# the frame is dropped and counted, and nothing is said in the log.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
# All that a network device can offer: some of it has to be asked for in this class.
need "a slice in class vhost" vhost_slice one device_features 0x83e0000320bfbbaf
dmesg >"$lib_scratch/before"
tap offload_headers one
dmesg >"$lib_scratch/after"
check_eq "the log has nothing new" "$(diff "$lib_scratch/before" "$lib_scratch/after")" ""
