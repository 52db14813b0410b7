#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Removing a slice that is stuck in its driver delays no other request; nor does removing many,
# one of which is.
# timeout: 120
# ci: plain debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-stuck.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic parents=2
modprobe mdev_vhost
nl slice-new parent-name=mdev_net1 name=other class=0 >/dev/null
new there
remember

begun() {
	[ "$(cat "$FAULT/delayed")" -ge 1 ]
}
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"

# stick COMMAND...: in the background, until it is in the driver
stick() {
	echo 60000 >"$FAULT/delay_ms"
	"$@" >"$lib_scratch/stuck" &
	stuck=$!
	need "removal has begun" wait_for 30 begun
	echo 0 >"$FAULT/delay_ms"
}

others() {
	check "slices are listed" at_once nl -d slice-get
	check "counters are listed" at_once nl -d stats-get
	check "by family vdpa, too" at_once vdpa dev show
	check "a slice of the same NIC is made" at_once new quick
	check "and enters a class" at_once nl slice-set name=quick class=$VIRTIO
	check "another class" at_once nl slice-set name=quick class=$VHOST
	check "and is removed" at_once nl slice-del name=quick
	check "one of the other NIC is made" at_once nl slice-new parent-name=mdev_net1 name=fast class=$VIRTIO
	check "and removed with its class" at_once nl slice-del name=fast
	check "an owner is changed" at_once nl slice-set name=there owner=me
	check "rtnetlink makes an interface" at_once ip link add dummy9 type dummy
	check "and removes it" at_once ip link del dummy9
	check "another family answers" at_once ethtool lo
	check "the removal is still stuck" begun
}

new slow class=$VIRTIO
stick nl slice-del name=slow
answer "it is not found any more" "error ENODEV *" slice-get name=slow
answer "its name is taken" "error EEXIST *" slice-new parent-name=$NIC name=slow class=0
others
echo 1 >"$FAULT/wake"
wait $stuck
check_eq "it is removed in the end" "$(tail -n 1 "$lib_scratch/stuck")" ok
answer "its name is free" ok slice-new parent-name=$NIC name=slow class=0
nl slice-del name=slow >/dev/null

# Many at once: the others that go wait, but nobody else.
i=0
while [ $i -lt 4 ]; do
	new many$i owner=many class=$VIRTIO
	i=$((i + 1))
done
new last owner=many
stick flush owner=many
others
echo 1 >"$FAULT/wake"
wait $stuck
check_match "all of them are removed in the end" "$(head -n 1 "$lib_scratch/stuck")" "removed=5 busy=0 *"
check "nothing of them is left" nothing_new
