#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Lists of many slices have each of them once, while others come and go.
# timeout: 240
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

number=$(repeat 120)
need "the modules load" load_nic

# Without a class to enter slices are parked, which is all that a list needs.
need "there is no class" rmmod mdev_virtio
add_many() {
	for i in $(seq "$number"); do
		add "slice$i" || return
	done
}
need "$number slices are made" add_many

seq "$number" | sed 's/^/slice/' | LC_ALL=C sort >"$lib_scratch/want"
list() {
	"$HELPERS_DIR/nl_raw" -d "$1" >"$lib_scratch/raw" || return
	sed -n 's/^reply \(slice.*\)/\1/p' "$lib_scratch/raw" | LC_ALL=C sort >"$lib_scratch/got"
	diff "$lib_scratch/want" "$lib_scratch/got"
}
# VDPA_CMD_DEV_GET 5, VDPA_CMD_DEV_CONFIG_GET 6
check "each is in the list of devices once" list 5
check "each is in the list of configurations once" list 6
tool() {
	# Not -j: a name that is listed twice would be one key of an object.
	vdpa dev "$@" show >"$lib_scratch/tool" || return
	sed -n 's/^\(slice[0-9]*\): .*/\1/p' "$lib_scratch/tool" | LC_ALL=C sort >"$lib_scratch/got"
	diff "$lib_scratch/want" "$lib_scratch/got"
}
check "the tool lists each device once" tool
check "and each configuration" tool config

churn() {
	while [ ! -e "$lib_scratch/stop" ]; do
		add "churn$1" && vdpa dev del "churn$1" || return
	done
}
churn 1 >"$lib_scratch/churn1" 2>&1 &
first=$!
churn 2 >"$lib_scratch/churn2" 2>&1 &
second=$!
lists() {
	for _ in $(seq "$(repeat 5)"); do
		list 5 && list 6 && tool && tool config || return
	done
}
check "each is listed once while others come and go" lists
touch "$lib_scratch/stop"
check "the others came and went" wait $first
check "in both processes" wait $second

remove_many() {
	for i in $(seq "$number"); do
		write 1 "$SLICES/slice$i/remove" || return
	done
}
check "all are removed" remove_many
check_eq "the list is empty" "$(vdpa dev show)" ""
