#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Restoring changes the slices that it has seen: not one that has got the name of another
# meanwhile, nor one that has got an owner. While somebody else changes one it waits, and parks
# nothing for that.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

file=$lib_scratch/slices.conf

# The slice that comes first is made slowly: until it is told to go on.
cat >"$file" <<END
slice a
	parent $NIC
	class none

slice vm1
	parent $NIC
	class vhost
	mac 02:00:00:00:00:01
	mtu 1400
END

delayed() {
	[ "$(cat "$FAULT/delayed")" = 1 ]
}

# begin: restore has seen all slices, and stands at the first one
begin() {
	echo 60000 >"$FAULT/delay_ms"
	tribus restore "$file" >"$lib_scratch/said" 2>&1 &
	restore=$!
	need "restore has begun" wait_for 30 delayed
	echo 0 >"$FAULT/delay_ms"
}

# end TEXT STATUS
end() {
	echo 1 >"$FAULT/wake"
	wait $restore
	check_eq "$1" $? "$2" || sed 's/^/#   /' "$lib_scratch/said"
}

need "the modules load" load_nic
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
need "a slice" tribus slice add name vm1 parent $NIC class virtio
begin
need "it goes" tribus slice del vm1
need "somebody else's comes" tribus slice add name vm1 parent $NIC class virtio mac 02:00:00:00:00:09
end "that one is not meant" 2
check "and is told" grep -q '^Error: vm1: .* (attribute id)\.$' "$lib_scratch/said"
check_eq "it is as it was made" "$(attr vm1 class) $(of '.[0].config.mac' tribus -j slice show vm1)" \
	"virtio 02:00:00:00:00:09"
need "the first one goes" tribus slice del a

begin
need "it is signed" tribus slice set vm1 owner libvirt
end "what belongs to somebody is not ours" 2
check "and is told" grep -q '^Error: vm1: It belongs to libvirt now\.$' "$lib_scratch/said"
check_eq "it is as it was" "$(attr vm1 class) $(of '.[0].config.mac' tribus -j slice show vm1)" \
	"virtio 02:00:00:00:00:09"
need "it belongs to nobody" tribus slice set vm1 owner ''

# changes: how often it has changed its class
changes() {
	of '[.[0].stats[].counters.class_changes // empty][0]' tribus -j slice stats vm1
}

sleeps() {
	grep -q nanosleep "/proc/$1/wchan"
}

printf '%s\n' "slice vm1" "parent $NIC" "mac 02:00:00:00:00:01" >"$file"
before=$(changes)
echo 60000 >"$FAULT/delay_ms"
tribus slice set vm1 mac 02:00:00:00:00:02 &
other=$!
need "somebody changes it" wait_for 30 delayed
echo 0 >"$FAULT/delay_ms"
tribus restore "$file" >"$lib_scratch/said" 2>&1 &
restore=$!
check "restore waits for them" wait_for 5 sleeps $restore
end "and goes on" 0
wait $other
check_eq "theirs is done" $? 0
check_eq "and then ours" "$(of '.[0].config.mac' tribus -j slice show vm1)" 02:00:00:00:00:01
check_eq "in the class that it is in" "$(attr vm1 class) $(changes)" "virtio $before"
