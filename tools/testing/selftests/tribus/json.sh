#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# JSON of every command is valid and agrees with the schema that people get; the schema
# check finds what does not.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

# disagrees WHAT JSON: does the check find it?
disagrees() {
	printf '%s\n' "$2" >"$lib_scratch/wrong"
	! agree_file "$1" "$lib_scratch/wrong" 2>/dev/null
}

parent='{"name":"n","id":1,"bus":"b","classes":["none"],"types":1,"slices":0}'
check "a parent agrees" agree_file parents /dev/stdin <<END
[$parent]
END
check "a key too many does not" disagrees parents "[$(echo "$parent" | sed 's/}/,"x":1}/')]"
check "a key too few" disagrees parents "[$(echo "$parent" | sed 's/"bus":"b",//')]"
check "a string that is no number" disagrees parents "[$(echo "$parent" | sed 's/"id":1/"id":"1"/')]"
check "a word that is none" disagrees parents "[$(echo "$parent" | sed 's/none/bogus/')]"
check "an object that is no list" disagrees parents "$parent"
check "half a text" disagrees parents "[$parent"

need "the modules load" load_nic
check "no slices" agree slices tribus -j slice show
need "a slice in class virtio" tribus slice add name vm1 parent $NIC class virtio mac 02:00:00:00:00:01 mtu 1500 owner me
need "one in class vhost" tribus slice add name vm2 parent $NIC class vhost
need "one in class vfio" tribus slice add name vm3 parent $NIC class vfio max_vqp 2
exec 5<>/dev/vhost-vdpa-0
for options in -j "-j -p" "-j -d" "-j -s -d -p" "-o -j -c"; do
	# shellcheck disable=SC2086
	check "parents, $options" agree parents tribus $options parent show
	# shellcheck disable=SC2086
	check "types" agree types tribus $options type show
	# shellcheck disable=SC2086
	check "slices" agree slices tribus $options slice show
	# shellcheck disable=SC2086
	check "counters" agree slice_stats tribus $options slice stats
done
check_eq "all slices are there" "$(of length tribus -j slice show)" 3
check_eq "the holder is told" "$(of '.[1].endpoint.holder.pid' tribus -j slice show)" $$
check_eq "what was given is told" "$(of '.[0].given | join(" ")' tribus -j slice show)" "mac mtu"
check "a slice that is added" agree slices tribus -j slice add name vm4 parent $NIC class none
check "what a flush tells" agree flushed tribus -j slice flush parent $NIC class none
check "a list in spite of an error" sh -c 'tribus -j slice show nix 2>/dev/null | grep -q "^\[\]$"'
exec 5>&-
