#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The interface of a slice in class virtio is closed just when its driver could be asked to
# announce itself, since its representor has come up. The driver of Linux 6.12 waits for rtnl
# then, in a work that its close waits for with rtnl held: so it is not asked, unless whoever
# made the slice wants that.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
check "its driver is not asked" eval '! vdpa dev config show one | grep -q GUEST_ANNOUNCE'

# Many interfaces go at once, which takes long, with rtnl held. Whoever closes the interface
# has it next, and whoever would announce it comes meanwhile.
for i in $(seq 300); do
	echo "link add many$i group 77 type dummy"
done >"$lib_scratch/batch"

closes() {
	ip -batch "$lib_scratch/batch" || return
	host ip link set "$HOST_DEV" down && host ip link set "$HOST_DEV" up || return
	sleep "0.$1"
	ip link delete group 77 &
	sleep 0.02
	guest timeout 60 ip link set "$GUEST_DEV" down && guest ip link set "$GUEST_DEV" up && wait
}

for milliseconds in 000 050 100 150 200; do
	need "it is closed $milliseconds ms later" closes "$milliseconds"
done
check "frames pass" wait_for 5 ping_guest
