#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Completion offers objects, commands, keywords, and what is there just now: names of parents, types,
# slices and owners. Nothing in a name is run.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

# completed LINE: the words that are offered for the end of it, sorted
completed() {
	bash -c '. "$1/tribus.bash"; COMP_LINE=$2 COMP_POINT=${#2}; _tribus
		printf "%s\n" "${COMPREPLY[@]}" | LC_ALL=C sort | tr "\n" " "' bash "$COMMAND_DIR" "$1"
}

# offers LINE WORDS
offers() {
	check_eq "behind \"$1\"" "$(completed "$1")" "$2"
}

need "the modules load" load_nic
need "a slice" tribus slice add name vm1 parent $NIC class none owner me
need "another one" tribus slice add name vm2:a parent $NIC class none owner '$(touch /tmp/run)'
offers "tribus " "help monitor parent restore save slice type "
offers "tribus sl" "slice "
offers "tribus -j s" "save slice "
offers "tribus --js" " "
offers "tribus -j" "-json "
offers "tribus slice " "add delete flush help set show stats "
offers "tribus slice show v" "vm1 vm2:a "
offers "tribus slice show vm2:" "a "
offers "tribus slice del vm" "vm1 vm2:a "
offers "tribus slice show owner " "me "
offers "tribus slice stats owner " "me "
offers "tribus slice stats vm1 o" "owner "
offers "tribus slice show class v" "vendor vfio vhost virtio "
offers "tribus slice add parent " "$NIC "
offers "tribus slice add parent $NIC type " "net "
offers "tribus slice add parent $NIC m" "mac max_vqp mtu "
offers "tribus slice add name " " "
offers "tribus slice set vm1 cl" "class "
offers "tribus slice set vm1 na" "name "
offers "tribus slice set vm1 name " " "
offers "tribus slice set vm1 class vh" "vhost "
offers "tribus parent show " "$NIC "
offers "tribus type show " "net parent "
offers "tribus type show net parent " "$NIC "
offers "tribus restore --d" " "
touch "$lib_scratch/slices.conf"
offers "tribus restore $lib_scratch/sl" "$lib_scratch/slices.conf "
offers "tribus -batch $lib_scratch/sl" "$lib_scratch/slices.conf "
check "nothing was run" test ! -e /tmp/run
check_eq "it is registered" "$(bash -c '. "$1/tribus.bash"; complete -p tribus' bash "$COMMAND_DIR")" \
	"complete -F _tribus tribus"
for key in $(tribus -j type show | jq -r '.[].create[]'); do
	check_match "key $key is offered" "$(completed "tribus slice add parent $NIC $key")" "*$key *"
done
