#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Rings and buffers may be in any kind of memory, which is never pinned. Where there is
# none, or none that may be used so, the queue has an error and the device can be reset.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
check_eq "memory is not pinned for it" "$(cat "$VDEVS"/one/vhost-vdpa-*/pinned)" 0
huge=$(cat /proc/sys/vm/nr_hugepages)
sysctl -qw vm.nr_hugepages=$((huge + 4))
cleanup sysctl -qw vm.nr_hugepages="$huge"
tap memory_kinds one "$lib_scratch"
check_match "broken queues were counted" "$(counter one 1 errors)" "[1-9]*"
