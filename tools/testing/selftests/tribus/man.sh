#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every command in the manual pages works, in the order in which it stands there.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

pages="tribus-parent.8 tribus-type.8 tribus-slice.8 tribus-monitor.8 tribus-save.8 tribus-restore.8 tribus.8"

# commands PAGE: what stands behind a prompt
commands() {
	sed -n 's/^# //p' "$COMMAND_DIR/man/$1" | sed 's/\\-/-/g; s/\\(dq/"/g'
}

# A monitor does not end by itself.
run() {
	case $1 in
	*monitor*)
		timeout "$((2 * ${RUN_PATIENCE%.*}))" sh -c "$1"
		[ $? = 124 ]
		;;
	*) sh -c "$1" ;;
	esac
}

RUN_PATIENCE=${RUN_PATIENCE:-1}
cleanup rm -f -r /etc/tribus.conf /etc/tribus.d
need "the modules load" load_nic
for page in $pages; do
	check "$page has examples" sh -c "[ $(commands "$page" | wc -l) -gt 1 ]"
	commands "$page" >"$lib_scratch/commands"
	while IFS= read -r command; do
		check "$page: $command" run "$command"
	done <"$lib_scratch/commands"
	check_eq "$page leaves no slice" "$(tribus slice show)" ""
	rm -rf /etc/tribus.conf /etc/tribus.d
done
sed -n '/^\.EX/,/^\.EE/p' "$COMMAND_DIR/man/tribus.conf.5" | sed '/^\./d; s/\\-/-/g' >"$lib_scratch/conf"
check "the file of tribus.conf.5" tribus restore "$lib_scratch/conf"
check_eq "makes its slice" "$(attr vm1 class) $(attr vm1 owner)" "vhost admin"
for word in add set del flush show stats; do
	check "an example of slice $word" grep -q "^# tribus.* slice $word" "$COMMAND_DIR/man/tribus-slice.8"
done
