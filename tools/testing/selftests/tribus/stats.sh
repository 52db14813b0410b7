#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Counters: of one slice, of all, with the slices; the same that family vdpa tells.
# timeout: 150
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

need "the modules load" load_nic
need "a slice" tribus slice add name vm1 parent $NIC class virtio
need "another one" tribus slice add name vm2 parent $NIC class none
dev=$(netdev vm1)
ip link set vm1 up
ip link set "$dev" up
ip address add 192.0.2.2/24 dev "$dev"
ip neighbour add 192.0.2.9 lladdr 02:00:00:00:00:09 dev "$dev"
packets() {
	"$HELPERS/net/flows" 192.0.2.9 1
	test "$(counter vm1 1 packets)" -gt 0
}

wait_for 10 packets
ip link set vm1 down
ip link set "$dev" down
sleep 0.3
sent=$(counter vm1 1 packets)
check "something was sent" test "$sent" -gt 0
check_eq "it is told" "$(of '.[0].stats[] | select(.queue == 1).counters.packets' tribus -j slice stats vm1)" "$sent"
check_eq "with the slice" "$(of '.[0].stats[] | select(.queue == 1).counters.packets' tribus -j -s slice show vm1)" "$sent"
check_match "in text" "$(tribus -o slice stats vm1)" "vm1: device net\\\\    queue 0 *\\\\    queue 1 *packets $sent *"
check_eq "of all" "$(of '[.[].name] | join(" ")' tribus -j slice stats)" "vm1 vm2"
check_eq "of a parent" "$(of '[.[].name] | join(" ")' tribus -j slice stats parent $NIC)" "vm1 vm2"
need "one has an owner" tribus slice set vm2 owner me
check_eq "of an owner" "$(of '[.[].name] | join(" ")' tribus -j slice stats owner me)" vm2
check_eq "of a class" "$(of '[.[].name] | join(" ")' tribus -j slice stats class virtio)" vm1
check_eq "of a type" "$(of '[.[].name] | join(" ")' tribus -j slice stats type net)" "vm1 vm2"
check_eq "of a UUID" "$(of '[.[].name] | join(" ")' tribus -j slice stats uuid "$(attr vm2 uuid)")" vm2
check_eq "a slice that is shown by owner has its own" \
	"$(of '[.[] | .name, (.stats | length > 0)] | join(" ")' tribus -j -s slice show owner me)" "vm2 true"
# The driver takes its time for each queue: only those are asked for that are shown.
echo 10000 >"$FAULT/delay_ms"
start=$(milliseconds)
check_eq "nobody is shown" "$(tribus -j -s slice show owner nobody)" "[]"
took=$(($(milliseconds) - start))
echo 0 >"$FAULT/delay_ms"
check "then no driver is asked" test "$took" -lt 20000
check_eq "every slice has its own" "$(of '[.[] | .stats | length > 0] | all' tribus -j -s slice show)" true
refused "of one that is not there" 2 'nix: ' tribus slice stats nix
