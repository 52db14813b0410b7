#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A driver in user space whose cgroup has too much memory is held up when its rings are
# started, and no other slice is.
# alone:
# timeout: 90
# kernels: plain
# The other kernels do not charge memory to cgroups.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a cgroup" new_cgroup high
need "with memory" controller memory
need "a slice with many queues" vhost_slice many max_vqp 16
cleanup vdpa dev del many
need "another slice" wire one
need "its driver is at it" vhost_in_background memory_high many $CGROUPS/high

rounds() {
	grep -c ready "$lib_scratch/background"
}

goes_on() {
	[ "$(rounds)" -gt "$before" ]
}

before=$(rounds)
host ping -q -i 0.02 -c 300 -W 5 $GUEST_IP >"$lib_scratch/ping"
check "it goes on" wait_for 20 goes_on
comment "$(tail -n 1 "$lib_scratch/ping"), $(tail -n 1 "$lib_scratch/background")"
check "it was held up for long" awk '$2 > 1 { long = 1 } END { exit !long }' "$lib_scratch/background"
check "no frame of the other slice is lost" grep -q " 0% packet loss" "$lib_scratch/ping"
check "nor is one late" awk -F '[=/ ]+' '/^rtt/ { exit !($8 < 1000) }' "$lib_scratch/ping"
vhost_stop
