#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whoever has seen that a slice is gone can use its name and its UUID again, in whichever way
# they have seen it.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

UUID=12345678-90ab-cdef-1234-567890abcdef
nr=$(repeat 16)

need "the modules load" load_nic
need "somebody listens" listen

# The first of many slices is not seen long before the last one is removed, with which
# the parent forgets all of them.
fill() {
	nl slice-new parent-name=$NIC name=first uuid=$UUID class=$NONE owner=former >/dev/null &&
		nl -r "$nr" slice-new parent-name=$NIC name=s{} class=$VIRTIO owner=former >/dev/null
}

gone_from_sysfs() {
	[ ! -e $SLICES/first ]
}

gone_by_name() {
	nl slice-get name=first | grep -q ENODEV
}

gone_by_uuid() {
	nl slice-get uuid=$UUID | grep -q ENODEV
}

gone_from_dump() {
	! nl -d slice-get | grep -q name=first
}

ends() {
	grep -c "slice-del-ntf .*name=first" "$heard"
}

told_of() {
	[ "$(ends)" -gt "$ends_before" ]
}

# again SIGN: the name is free as soon as that is seen
again() {
	need "slices ($1)" fill
	flush parent-name=$NIC owner=former >"$lib_scratch/flush" &
	again_flush=$!
	until "$1"; do :; done
	answer "the name can be used ($1)" ok slice-new parent-name=$NIC name=first class=$NONE
	wait $again_flush
	answer "it is removed ($1)" ok slice-del name=first
}

for sign in gone_from_sysfs gone_by_name gone_by_uuid gone_from_dump; do
	again $sign
done
ends_before=$(ends)
again told_of

need "slices" fill
flush parent-name=$NIC owner=former >"$lib_scratch/flush" &
flush=$!
until gone_from_sysfs; do :; done
answer "the UUID can be used" ok slice-new parent-name=$NIC name=other uuid=$UUID class=$NONE
wait $flush
answer "it is removed" ok slice-del name=other

# Other ways to make and to remove one.
need "a slice" add one
echo 1 >$SLICES/one/remove &
removal=$!
until [ ! -e $SLICES/one ]; do :; done
check "by family vdpa as well" add one
wait $removal
check "it is removed" vdpa dev del one
