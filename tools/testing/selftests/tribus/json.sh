#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# JSON of every command is valid and agrees with the schema that people get; the schema
# check finds what does not. The schema lets keys come, and none go: json.keys has all of
# them, and each that can be seen here is.
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

# promised: what is so since json.keys was written
promised() {
	grep -v '^#' "${0%/*}/json.keys"
}
jq -r -f "${0%/*}/keys.jq" "$SCHEMA" | LC_ALL=C sort >"$lib_scratch/promises"
check "the schema lets more keys come" sh -c "! grep -q 'additionalProperties.*false' '$SCHEMA'"
check_eq "none goes, nor changes its type" "$(promised | LC_ALL=C comm -23 - "$lib_scratch/promises")" ""
check_eq "a new one is in json.keys" "$(promised | LC_ALL=C comm -13 - "$lib_scratch/promises")" ""

# see WHAT COMMAND...: it agrees, and what there is in it is kept
see() {
	agree "$@" && jq -r --arg what "$1" 'paths | map(if type == "number" then "[]" else ".\(.)" end)
		| $what + join("")' "$lib_scratch/json" >>"$lib_scratch/seen"
}

check "a flush that was interrupted agrees" agree_file flushed /dev/stdin <<END
[{"removed":1,"busy":0,"more":true}]
END

need "the modules load" load_nic
check "no slices" agree slices tribus -j slice show
need "a slice in class virtio" tribus slice add name vm1 parent $NIC class virtio mac 02:00:00:00:00:01 mtu 1500 owner me
need "one in class vhost" tribus slice add name vm2 parent $NIC class vhost
need "one in class vfio" tribus slice add name vm3 parent $NIC class vfio max_vqp 2
exec 5<>/dev/vhost-vdpa-0
for options in -j "-j -p" "-j -d" "-j -s -d -p" "-o -j -c"; do
	# shellcheck disable=SC2086
	check "parents, $options" see parents tribus $options parent show
	# shellcheck disable=SC2086
	check "types" see types tribus $options type show
	# shellcheck disable=SC2086
	check "slices" see slices tribus $options slice show
	# shellcheck disable=SC2086
	check "counters" see slice_stats tribus $options slice stats
done
check_eq "all slices are there" "$(of length tribus -j slice show)" 3
check_eq "the holder is told" "$(of '.[1].endpoint.holder.pid' tribus -j slice show)" $$
check_eq "what was given is told" "$(of '.[0].given | join(" ")' tribus -j slice show)" "mac mtu"
check "a slice that is added" agree slices tribus -j slice add name vm4 parent $NIC class none
check "what a flush tells" see flushed tribus -j slice flush parent $NIC class none
check "a list in spite of an error" sh -c 'tribus -j slice show nix 2>/dev/null | grep -q "^\[\]$"'
exec 5>&-

# unseen: keys of these commands that have not been there
unseen() {
	sed 's/\.counters\..*/.counters.*/' "$lib_scratch/seen" | LC_ALL=C sort -u >"$lib_scratch/all"
	promised | sed -n 's/ [a-z]*$//p' | grep '\.' | grep -v '^event\|^restored\| =' | LC_ALL=C sort -u |
		LC_ALL=C comm -23 - "$lib_scratch/all"
}
# A flush that is interrupted just between two slices is not to be had when it is wanted; the
# rest is what slices of other kinds and in other circumstances have.
check_eq "all others are seen" "$(unseen)" "flushed[].more
slices[].config.cpus
slices[].config.numa
slices[].device.capacity
slices[].endpoint.probe_error
slices[].endpoint.probe_error_text
slices[].representor.netnsid
types[].device_api"
