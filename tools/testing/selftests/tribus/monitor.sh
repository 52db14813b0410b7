#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The monitor prints a line for each change, with its cause; when it does not keep up it says so and
# goes on; and its JSON agrees with the schema.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

text=$lib_scratch/text
json=$lib_scratch/json-lines

# said REGEX: sooner or later
said() {
	wait_for 5 grep -q -e "$1" "$text"
}

listening() {
	tribus slice set vm0 owner "$(date +%N)"
	[ -s "$text" ] && [ -s "$json" ]
}

need "the modules load" load_nic
need "a slice" tribus slice add name vm0 parent $NIC class none
tribus -t monitor >"$text" 2>&1 &
cleanup kill $!
tribus monitor -j -t >"$json" 2>&1 &
cleanup kill $!
need "they listen" wait_for 10 listening

tribus slice add name vm1 parent $NIC class none owner me
check "a slice is added" said '^\[[-0-9]*T[:0-9]*\.[0-9]\{6\}\] slice vm1 added parent mdev_net0 class none owner me cause user pid [0-9]* comm tribus'
tribus slice set vm1 class vhost
check "its class" said 'slice vm1 class parent mdev_net0 class vhost previous none endpoint /dev/vhost-vdpa-[0-9]* cause user'
node=/dev/$(ls /sys/bus/mdev_vhost/devices/vm1 | grep vhost-vdpa)
need "there is a node" wait_for 10 test -c "$node"
exec 9<>"$node"
check "its holder" said "slice vm1 endpoint .*endpoint $node driver vhost_vdpa holder_pid $$ "
exec 9<&-
tribus slice set vm1 mac 02:00:00:00:00:05
check "its provisioning" said 'slice vm1 config .*mac 02:00:00:00:00:05'
tribus slice set vm1 owner you
check "its owner" said 'slice vm1 owner .* owner you'
tribus slice set vm1 class none
tribus slice set vm1 name vm9
check "its name, and the former one" said 'slice vm9 renamed parent mdev_net0 class none previous vm1 cause user'
tribus slice set vm9 name vm1 owner us
check "name and owner, one after the other" said 'slice vm1 renamed .* previous vm9 '
check "both are told" said 'slice vm1 owner .* owner us'
tribus slice set vm1 class vhost
echo none >$SLICES/vm1/class
check "what others do" said 'slice vm1 class parent mdev_net0 class none previous vhost'
tribus slice del vm1
check "it goes" said 'slice vm1 removed'
write $NIC /sys/bus/platform/drivers/mdev_net/unbind
check "the parent goes, and its slice" said 'slice vm0 removed .*cause parent'
check "and says so" said 'parent mdev_net0 gone'
write $NIC /sys/bus/platform/drivers/mdev_net/bind
check "it comes" said 'parent mdev_net0 ready bus platform'

jq -c . "$json" >"$lib_scratch/valid" 2>&1
check_eq "each line is JSON" "$(wc -l <"$lib_scratch/valid")" "$(wc -l <"$json")"
while IFS= read -r line; do
	printf '%s\n' "$line" >"$lib_scratch/line"
	agree_file event "$lib_scratch/line" || not_ok "a line agrees with the schema" "$line"
done <"$json"
check_eq "all kinds are there" "$(jq -r .event "$json" | LC_ALL=C sort -u | tr '\n' ' ')" \
	"added class config endpoint gone owner ready removed renamed "

# Who stands still loses messages.
: >"$lib_scratch/slow"
tribus monitor >"$lib_scratch/slow" &
slow=$!
cleanup kill -KILL $slow
need "a slice" tribus slice add name vm2 parent $NIC class none
heard() {
	tribus slice set vm2 owner "$(date +%N)"
	grep -q vm2 "$lib_scratch/slow"
}
need "it listens" wait_for 10 heard
kill -STOP $slow
{
	for number in $(seq "3000"); do
		echo "slice set vm2 owner $number"
	done
} >"$lib_scratch/many"
check "many changes" tribus -b "$lib_scratch/many"
kill -CONT $slow
check "it is told that it has lost some" wait_for 10 grep -q 'messages lost' "$lib_scratch/slow"
last() {
	tribus slice set vm2 owner last
	grep -q 'owner last' "$lib_scratch/slow"
}
check "and goes on" wait_for 10 last
