#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Where all DMA goes through bounce buffers, what is sent through a slice arrives byte by
# byte.
# append: swiotlb=force
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

grep -qw swiotlb=force /proc/cmdline || skip_all "the kernel was not started with swiotlb=force"
used=/sys/kernel/debug/swiotlb/io_tlb_used
events=/sys/kernel/tracing/events/swiotlb/swiotlb_bounced

# copy FROM TO ADDRESS: a file from one namespace to the other
copy() {
	in_ns "$2" timeout 60 "$HELPERS_DIR/stream" receive 4000 >"$lib_scratch/there" &
	receiver=$!
	wait_for 5 in_ns "$2" sh -c 'ss -ltn | grep -q :4000'
	in_ns "$1" timeout 60 "$HELPERS_DIR/stream" send "$3" 4000 <"$lib_scratch/here"
	wait $receiver
	cmp "$lib_scratch/here" "$lib_scratch/there"
}

# bounced TEXT COMMAND...: the command succeeds, and the slice's device has bounced. A
# kernel without this event has the buffers in use, which are checked below.
bounced() {
	text=$1
	shift
	if ! [ -e $events ]; then
		check "$text" "$@"
		return
	fi
	echo >/sys/kernel/tracing/trace
	echo 1 >$events/enable
	check "$text" "$@"
	echo 0 >$events/enable
	check "$text: bounced" grep -q 'swiotlb_bounced: dev_name: .*size=[0-9]* FORCE' \
		/sys/kernel/tracing/trace
}

head -c "$(repeat 3000001)" /dev/urandom >"$lib_scratch/here"
need "the modules load" load_nic
before=$(cat $used)
need "a slice is connected" wire one
check "its receive buffers are bounce buffers" test "$(cat $used)" -gt "$before"
bounced "from the host" copy host guest $GUEST_IP
bounced "from the guest" copy guest host $HOST_IP
need "the slice goes" vdpa dev del one
check_eq "and gives the bounce buffers back" "$(cat $used)" "$before"
