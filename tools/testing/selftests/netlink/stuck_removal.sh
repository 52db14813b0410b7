#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Removing a slice that is stuck in its driver delays no other request; nor does removing many,
# one of which is.
# timeout: 180
# kernels: plain debug kcsan
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

done_by() {
	nl "$@" | grep -q '^ok$'
}

quick() {
	new quick && done_by slice-set name=quick class=$VIRTIO &&
		done_by slice-set name=quick class=$VHOST && done_by slice-del name=quick
}

other_nic() {
	done_by slice-new parent-name=mdev_net1 name=fast class=$VIRTIO && done_by slice-del name=fast
}

dummy() {
	ip link add dummy9 type dummy && ip link del dummy9
}

# others HOW: requests that have nothing to do with what is stuck
others() {
	"$1" "slices are listed" nl -d slice-get
	"$1" "counters are listed" nl -d stats-get
	"$1" "by family vdpa, too" vdpa dev show
	"$1" "a slice of the same NIC is made, enters two classes and is removed" quick
	"$1" "one of the other NIC is made, and removed with its class" other_nic
	"$1" "an owner is changed" done_by slice-set name=there owner=me
	"$1" "rtnetlink makes an interface, and removes it" dummy
	"$1" "another family answers" ethtool lo
}

others usually
new slow class=$VIRTIO
stick nl slice-del name=slow
answer "it is not found any more" "error ENODEV *" slice-get name=slow
answer "its name is taken" "error EEXIST *" slice-new parent-name=$NIC name=slow class=0
others at_once
wait $stuck
check_eq "the request is answered" "$(tail -n 1 "$lib_scratch/stuck")" ok
check "while the removal is still stuck" begun
check "then families of generic netlink can go" rmmod mdev_vdpa
check "and come" modprobe mdev_vdpa
check "while the removal is still stuck" begun
answer "its name is still taken" "error EEXIST *" slice-new parent-name=$NIC name=slow class=0
echo 1 >"$FAULT/wake"
answer "its name is free" ok slice-new parent-name=$NIC name=slow class=0
nl slice-del name=slow >/dev/null

# By family vdpa.
new slow class=$VIRTIO
stick vdpa dev del slow
wait $stuck
check_eq "family vdpa answers, too" $? 0
check "while the removal is still stuck" begun
echo 1 >"$FAULT/wake"
answer "its name is free" ok slice-new parent-name=$NIC name=slow class=0
nl slice-del name=slow >/dev/null

# Somebody else's question is stuck in the driver, and whoever is in there is waited for.
new slow class=$VIRTIO
stick nl -d stats-get slice-name=slow
reader=$stuck
took nl slice-del name=slow
check "a removal is answered within seconds" [ "${stuck_ms:-60000}" -lt 30000 ]
check "while that is still stuck" begun
answer "it is not found any more" "error ENODEV *" slice-get name=slow
others at_once
echo 1 >"$FAULT/wake"
wait $reader
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
others at_once
check "the removal is still stuck" begun
echo 1 >"$FAULT/wake"
wait $stuck
check_match "all of them are removed in the end" "$(head -n 1 "$lib_scratch/stuck")" "removed=5 busy=0 *"
check "nothing of them is left" nothing_new
