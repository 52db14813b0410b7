#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Lists of many slices have each of them once, while others come and go.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

number=$(repeat 200)
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
# The raw list has what an interrupted one has, too: it must not lack any.
list() {
	"$HELPERS_DIR/nl_raw" -d "$1" >"$lib_scratch/raw" || return
	grep -c interrupted "$lib_scratch/raw" >>"$lib_scratch/marks"
	sed -n 's/^reply \(slice.*\)/\1/p' "$lib_scratch/raw" | LC_ALL=C sort >"$lib_scratch/got"
	diff "$lib_scratch/want" "$lib_scratch/got"
}
# VDPA_CMD_DEV_GET 5, VDPA_CMD_DEV_CONFIG_GET 6
check "each is in the list of devices once" list 5
check_eq "and it was not interrupted" "$(grep -c interrupted "$lib_scratch/raw")" 0
check "each is in the list of configurations once" list 6
check_eq "the tool lists them" \
	"$(vdpa -j dev show | jq '.dev | length')" "$number"
check_eq "and their configurations" \
	"$(vdpa -j dev config show | jq '.config | length')" "$number"

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
	for _ in $(seq "$(repeat 30)"); do
		list 5 && list 6 || return
	done
}
check "each is listed once while others come and go" lists
comment "$(grep -c 1 "$lib_scratch/marks") lists were interrupted"
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
