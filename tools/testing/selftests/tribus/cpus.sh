#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# CPUs and NUMA node of a slice are shown, saved and restored, where they were given.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

file=$lib_scratch/slices.conf

config_of() {
	of '.[0].config | [.cpus, .numa] | tostring' tribus -j slice show "$1"
}

given_of() {
	of '.[0].given | map(select(. == "cpus" or . == "numa")) | join(" ")' tribus -j slice show "$1"
}

need "the modules load" load_nic
need "a slice with both" tribus slice add name vm1 parent $NIC class none cpus 1,0 numa 0
need "one with a node" tribus slice add name vm2 parent $NIC class none numa 0
need "one with CPUs" tribus slice add name vm3 parent $NIC class none cpus 1
need "one with neither" tribus slice add name vm4 parent $NIC class none
check_eq "both are told" "$(config_of vm1)" '["0-1",0]'
check_eq "as given" "$(given_of vm1)" "numa cpus"
check_eq "the node alone" "$(config_of vm2)" '[null,0]'
check_eq "the CPUs alone" "$(config_of vm3)" '["1",null]'
check_eq "nothing" "$(config_of vm4)" '[null,null]'
check_match "people see them" "$(tribus -d slice show vm1)" "* numa 0 cpus 0-1*"
check "as the schema has it" agree slices tribus -j slice show
status "they are saved" 0 tribus save "$file"
check_eq "what was given" "$(grep -c -e '^[[:space:]]*cpus ' "$file") $(grep -c -e '^[[:space:]]*numa ' "$file")" "2 2"
tribus slice flush parent $NIC >/dev/null
status "they are restored" 0 tribus restore "$file"
check_eq "with both" "$(config_of vm1)" '["0-1",0]'
check_eq "with CPUs" "$(config_of vm3)" '["1",null]'
check_eq "with neither" "$(config_of vm4)" '[null,null]'
check_match "nothing is to be done" "$(tribus restore --dry-run "$file")" "0 to be added, 0 to be changed, 4 the same, *"

check "one gets other CPUs" tribus slice set vm3 cpus 0
check "and one that had none" tribus slice set vm4 cpus 1
check_eq "it has them" "$(config_of vm4) $(given_of vm4)" '["1",null] cpus'
status "that is undone" 0 tribus restore "$file"
check_eq "where it was given" "$(config_of vm3)" '["1",null]'
check "one is used" tribus slice set vm3 class virtio
check "with other CPUs" sed -i 's/cpus 1$/cpus 0/' "$file"
status "it is parked for the change" 0 tribus restore "$file"
check_eq "it has them, and its class" "$(config_of vm3) $(attr vm3 class)" '["0",null] none'

echo "slice vm4
	parent $NIC
	cpus all" >>"$lib_scratch/all"
sed -n '/^version/p' "$file" | cat - "$lib_scratch/all" >"$lib_scratch/all.conf"
status "one gets them all" 0 tribus restore "$lib_scratch/all.conf"
check_eq "it has them" "$(config_of vm4)" '["0-1",null]'
check_match "and need not get them again" "$(tribus restore --dry-run "$lib_scratch/all.conf")" "*1 the same*"

refused "CPUs that are no list" 2 'cpus is not a list' tribus slice set vm1 cpus 1-
refused "another node" 2 'numa-node is fixed when a slice is made' tribus slice set vm1 numa 0
refused "other queue pairs" 2 'max-vq-pairs is fixed when a slice is made' tribus slice set vm1 max_vqp 2
