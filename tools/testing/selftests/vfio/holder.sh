#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who has a vfio device open is told for as long as they have; whoever listens hears of that,
# and when the slice is removed meanwhile, that it is about to go and when it has gone.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"
. "${0%/*}/../guest/lib-vfio-guest.sh"
NETLINK=$HELPERS/netlink

nl() {
	"$NETLINK/mdev_nl" "$@"
}

# holder KEY: what is told of it
holder() {
	nl slice-get name=one | sed -n "s/^.* endpoint\.holder-$1=\([^ ]*\).*$/\1/p"
}

# hold [pass]: opens the vfio device, until let_go
hold() {
	rm -f "$lib_scratch/in"
	: >"$lib_scratch/out"
	mkfifo "$lib_scratch/in"
	"$HELPERS_DIR/hold" "$(attr one uuid)" "$@" <"$lib_scratch/in" >"$lib_scratch/out" 2>&1 &
	user=$!
	exec 9>"$lib_scratch/in"
	wait_for 10 grep -q open "$lib_scratch/out"
}

let_go() {
	exec 9>&-
}

# refusal TEXT REASON: of a class change
refusal() {
	check_match "$1" "$(nl slice-set name=one class=0 2>&1 | tail -n 1)" "error EBUSY attr=* miss=0: $2"
}

not_held() {
	[ -z "$(holder pid)$(holder comm)" ]
}

# since: messages that have come since mark
mark() {
	marked=$(wc -l <"$lib_scratch/heard")
}

since() {
	tail -n "+$((marked + 1))" "$lib_scratch/heard"
}

has_come() {
	since | grep -q -e "$1"
}

# heard PATTERN: sooner or later such a message has come since mark
heard() {
	wait_for 10 has_come "$1"
}

# told_free: the last one of the endpoint names nobody
told_free() {
	since | grep '^slice-endpoint-ntf ' | tail -n 1 | grep -q -v holder
}

need "the modules load" load_nic
need "and those of vfio" load_vfio
need "a slice in class vfio" vfio_slice one
"$NETLINK/mdev_nl" -m >"$lib_scratch/heard" &
cleanup kill $!
marked=0
tribus monitor -j >"$lib_scratch/events" &
cleanup kill $!
need "somebody listens" heard listening
listening() {
	tribus slice set one owner "$(date +%N)"
	[ -s "$lib_scratch/events" ]
}
need "and the command" wait_for 10 listening

check_eq "nobody holds it" "$(holder pid)$(holder comm)" ""
need "it is opened" hold
check_eq "its holder" "$(holder pid)" "$user"
check_eq "and the name of that" "$(holder comm)" hold
check_eq "as the command tells it" "$(of '.[0].endpoint.holder | .pid, .comm' tribus -j slice show one | tr '\n' ' ')" "$user hold "
refusal "the class cannot be changed" "the vfio device is open in hold (pid $user)"
check "listeners are told" heard "^slice-endpoint-ntf .*endpoint.holder-pid=$user endpoint.holder-comm=hold"
let_go
wait "$user"
check "nobody holds it any more" not_held
check "listeners are told" wait_for 10 told_free

need "it is opened and passed on" hold pass
wait "$user"
check_eq "a holder that has ended has no number" "$(holder pid)" ""
check_eq "but a name" "$(holder comm)" hold
refusal "nor has the refusal" "the vfio device is open, by hold, which has ended"
let_go
check "nobody holds it any more" wait_for 10 not_held
check_eq "the class can be changed" "$(nl slice-set name=one class=0 | tail -n 1)" ok
check_eq "and back" "$(nl slice-set name=one class=3 | tail -n 1)" ok

# Removed while it is open.
mark
need "it is opened" hold
check "listeners are told" heard "^slice-endpoint-ntf .*endpoint.holder-pid=$user "
mark
check_eq "it is removed" "$(nl slice-del name=one | tail -n 1)" ok
check "listeners are told that it is about to go" heard '^slice-leave-ntf'
check_match "and who holds it" "$(since | grep '^slice-leave-ntf')" \
	"slice-leave-ntf *name=one *class=3 *state=2 *endpoint.holder-pid=$user endpoint.holder-comm=hold *event.cause=1 *event.comm=mdev_nl*"
check "it is still held" kill -0 "$user"
check_eq "its end is not told yet" "$(since | grep -c '^slice-del-ntf')" 0
let_go
check "then that it has gone" heard '^slice-del-ntf .*name=one '
check_eq "in this order, and nothing else" "$(since | sed 's/ .*//' | tr '\n' ' ')" \
	"slice-leave-ntf slice-del-ntf "

gone() {
	jq -r .event "$lib_scratch/events" | grep -q removed
}
check "the command tells it, too" wait_for 10 gone
check_eq "in this order" "$(jq -r .event "$lib_scratch/events" | tail -n 2 | tr '\n' ' ')" "leaving removed "
check_eq "of this slice, with its holder" \
	"$(jq -r 'select(.event == "leaving") | .slice, .holder_pid, .holder_comm' "$lib_scratch/events" | tr '\n' ' ')" \
	"one $user hold "
while IFS= read -r line; do
	printf '%s\n' "$line" >"$lib_scratch/line"
	agree_file event "$lib_scratch/line" || not_ok "a line agrees with the schema" "$line"
done <"$lib_scratch/events"
