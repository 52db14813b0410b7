#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel's own ynl client speaks family mdev from the specification alone: lists, single
# things, a new one, a change with its message, a refusal; and sees what tribus sees.
# timeout: 180
# kernels: plain
# needs: linux-source
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

TOP=$(cd "${0%/*}/../../../.." && pwd -P)
SPEC=$TOP/Documentation/netlink/specs/mdev.yaml
YNL=$TOP/build/linux-source/tools/net/ynl
answers=$lib_scratch/answers

# Python takes long to start, and longer to read the specification: one process makes all
# requests, each a line, and prints what came, and what it has heard of meanwhile, as a line.
# It listens by a socket of its own: ynl of 6.12 fails when a message comes before an answer.
cat >"$lib_scratch/client.py" <<'END'
import json, sys
sys.path.insert(0, sys.argv[1])
from lib import YnlFamily, NlError

family = YnlFamily(sys.argv[2], '')
listener = YnlFamily(sys.argv[2], '')
listener.ntf_subscribe('monitor')
for line in sys.stdin:
    how, operation, request = line.split(' ', 2)
    try:
        answer = getattr(family, how)(operation, json.loads(request))
    except NlError as error:
        answer = {'errno': error.error, 'extack': error.nl_msg.extack}
    listener.check_ntf()
    print(json.dumps({'answer': answer, 'heard': listener.async_msg_queue}, default=list), flush=True)
    listener.async_msg_queue.clear()
END

answered() {
	[ "$(wc -l <"$answers")" = "$asked" ] || ! kill -0 "$client"
}

# ask NAME do|dump OPERATION JSON: the answer is in the file of that name
ask() {
	printf '%s %s %s\n' "$2" "$3" "$(echo "$4" | tr '\n\t' '  ')" >&7
	asked=$((asked + 1))
	wait_for 60 answered
	sed -n "${asked}p" "$answers" | jq .answer >"$lib_scratch/$1"
	[ -s "$lib_scratch/$1" ]
}

# As tribus tells it: what both of them have.
slices_of_tribus() {
	jq -S 'map({id, name, uuid, parent, bus, type, class, owner,
		endpoint: (.endpoint | if . then {bus, device, driver} else null end),
		vqs: .device.queues, mac: .config.mac, mtu: .config.mtu, pairs: .config.max_vqp,
		cpus: .config.cpus, given: (.given | sort), representor: .representor.ifindex}) | sort_by(.id)'
}

# Names of the specification as tribus has them
slices_of_ynl() {
	jq -S --argjson names '{"net-mac": "mac", "net-mtu": "mtu", "net-max-vq-pairs": "max_vqp",
			"features": "device_features", "queue-size": "queue_size", "numa-node": "numa", "cpus": "cpus"}' \
		'map({id, name, uuid, parent: .["parent-name"], bus: .["parent-bus"], type, class, owner,
		endpoint: (.endpoint | if . then {bus, device, driver} else null end),
		vqs: .device.vqs, mac: .config.net.mac, mtu: .config.net.mtu, pairs: .config.net["max-vq-pairs"],
		cpus: .config.cpus, given: (.given | map($names[.]) | sort), representor}) | sort_by(.id)'
}

need "the modules load" load_nic parents=2
need "a slice" tribus slice add name a parent $NIC class virtio mac 02:00:00:00:00:0a mtu 1400 max_vqp 2
need "a slice" tribus slice add name b parent mdev_net1 class none owner me cpus 0
mkfifo "$lib_scratch/requests"
PYTHONDONTWRITEBYTECODE=1 python3 "$lib_scratch/client.py" "$YNL" "$SPEC" \
	<"$lib_scratch/requests" >"$answers" 2>"$lib_scratch/errors" &
client=$!
cleanup kill "$client"
exec 7>"$lib_scratch/requests"
asked=0

check "ynl makes one" ask new "do" slice-new '{"name": "c", "parent-name": "mdev_net0",
	"class": "vhost", "owner": "ynl", "config": {"queue-size": 64, "net": {"mac": "02000000000c", "mtu": 9000}}}' ||
	stop "the client runs" "$(cat "$lib_scratch/errors")"
check_eq "tribus sees it" "$(tribus -j slice show c |
	jq -r '.[0] | .class, .owner, .config.queue_size, .config.mac, .config.mtu' | tr '\n' ' ')" \
	"vhost ynl 64 02:00:00:00:00:0c 9000 "
check_eq "ynl hears of it" "$(sed -n '$p' "$answers" | jq -c '[.heard[] | .name, .msg.name]')" '["slice-add-ntf","c"]'

need "ynl lists slices" ask slices dump slice-get '{}'
slices_of_ynl <"$lib_scratch/slices" >"$lib_scratch/ynl"
tribus -j slice show | slices_of_tribus >"$lib_scratch/tribus"
check_eq "all of them" "$(jq -r '.[].name' "$lib_scratch/ynl" | tr '\n' ' ')" "a b c "
check "with what tribus tells of them" diff "$lib_scratch/tribus" "$lib_scratch/ynl"
need "those that agree" ask some dump slice-get '{"class": "none", "owner": "me"}'
check_eq "are one" "$(jq -r '.[].name' "$lib_scratch/some")" b
need "one by its name" ask one "do" slice-get '{"name": "a"}'
check_eq "is the same as in the list" "$(jq -S . "$lib_scratch/one")" \
	"$(jq -S '.[] | select(.name == "a")' "$lib_scratch/slices")"

need "ynl lists parents" ask parents dump parent-get '{}'
jq -S 'map(.classes |= sort) | sort_by(.id)' "$lib_scratch/parents" >"$lib_scratch/ynl"
tribus -j parent show | jq -S 'map(.classes |= sort) | sort_by(.id)' >"$lib_scratch/tribus"
check "as tribus does" diff "$lib_scratch/tribus" "$lib_scratch/ynl"
need "types" ask types dump type-get '{"parent-name": "mdev_net1"}'
check_eq "of that parent" "$(jq -r '.[] | .["parent-name"], .name, .["max-vqs"]' "$lib_scratch/types" | tr '\n' ' ')" \
	"$(tribus -j type show parent mdev_net1 | jq -r '.[] | .parent, .name, .queues' | tr '\n' ' ')"
need "counters" ask stats dump stats-get '{"slice-name": "a"}'
check_eq "of each queue, and of the slice" "$(jq -c '[.[] | .queue]' "$lib_scratch/stats")" "[0,1,2,3,4,null]"
check_eq "with their names" "$(jq '[.[-1].counter[].name] | contains(["broken", "class_changes", "class_failures"])' \
	"$lib_scratch/stats")" true

check "a change" ask change "do" slice-set '{"name": "a", "class": "none"}'
check_eq "is told to it" "$(sed -n '$p' "$answers" | jq -c '[.heard[] | .name, .msg.name, .msg.class,
	.msg.event.cause, .msg.event["previous-class"], .msg.event.comm]')" \
	'["slice-class-ntf","a","none","user","virtio","python3"]'
check "a refusal" ask refusal "do" slice-set '{"name": "a", "config": {"net": {"mtu": 1}}}'
check_eq "names the attribute" "$(jq -r '.extack["bad-attr"]' "$lib_scratch/refusal")" .config.net.mtu
check_fail "and says what tribus says" "$(jq -r .extack.msg "$lib_scratch/refusal")" tribus slice set a mtu 1
