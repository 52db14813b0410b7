#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A listener that does not read loses messages and is told so by ENOBUFS; whoever makes
# changes, and a listener that reads, do not notice.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic
need "a slice" new one
"$HELPERS_DIR/mdev_nl" -m -w "$lib_scratch/read" >"$lib_scratch/deaf" &
cleanup kill $!
need "one listens and does not read" wait_for 10 grep -q listening "$lib_scratch/deaf"
need "another one reads" listen

count=600
# The one that reads may get no CPU for a while: as many as it has room for, then it is waited for.
changes() {
	changes_nr=0
	while [ $changes_nr -lt $count ]; do
		echo "owner$changes_nr" >"$SLICES/one/owner" || return
		changes_nr=$((changes_nr + 1))
		[ $((changes_nr % 100)) != 0 ] || wait_for 20 heard_lines $changes_nr || return
	done
}
check "all changes are made" changes
check_eq "the one that reads hears all" "$(hear $count)" $count
check_eq "in order" "$(tail -n 1 "$heard" | key owner)" owner$((count - 1))
check "and loses nothing" sh -c "! grep lost $heard"
touch "$lib_scratch/read"
check "the one that does not is told" wait_for 20 grep -q lost "$lib_scratch/deaf"
check "it has what was before" grep -q owner0 "$lib_scratch/deaf"
# Until it has read all that it has it gets nothing new.
later=0
hears() {
	later=$((later + 1))
	new last$later
	grep -q 'slice-add-ntf.*name=last' "$lib_scratch/deaf"
}
check "it hears what comes after" wait_for 20 hears
