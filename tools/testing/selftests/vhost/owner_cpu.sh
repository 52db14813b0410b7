#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The CPU time of a slice in class vhost is charged to the cgroup of who owns the open node:
# neither of who opened it nor of who made the slice. With the owner, or the class, it moves.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "three cgroups" new_cgroup maker one two

need "somebody lives in the first one" stay_in_cgroup maker sleep 1000
add() {
	in_cgroup maker vdpa dev add name "$1" mgmtdev "$NIC"
}
need "a slice that another cgroup made" wire slice

# The class is entered with the representor where the program looks for it.
enter_vhost() {
	set_class slice vhost && host ip link set "$HOST_DEV" netns 1 && rep_up "$HOST_DEV"
}

leave_vhost() {
	set_class slice virtio && ip link set "$HOST_DEV" netns host &&
		host ip address add $HOST_IP/24 dev "$HOST_DEV" && host ip link set "$HOST_DEV" up &&
		GUEST_DEV=$(netdev slice) && connect_guest
}

# In one direction, so that it does not slow down with the answers.
flood() {
	guest ip neighbour replace 192.0.2.9 dev "$GUEST_DEV" \
		lladdr "$(host cat "/sys/class/net/$HOST_DEV/address")"
	guest timeout 6 "$HELPERS/net/flows" 192.0.2.9 100000000 &
	check "$1: its cgroup has the workers" wait_for 5 has_workers maker
	check_eq "nobody else has" "$(workers one) $(workers two)" "0 0"
	wait $! || :
}

uses_time() {
	[ "$(workers_time "$1")" -gt 1 ]
}

# owned NAME OTHER: by a process in a cgroup, that was not there when it opened the node
owned() {
	need "a process in $1 owns the node" vhost_in_background exchange slice run \
		"$CGROUPS/$1" 0
	check "$1 has the workers" wait_for 10 has_workers "$1"
	check "they use time" wait_for 10 uses_time "$1"
	check "the maker's go" wait_for 10 has_no_workers maker
	check_eq "and $2 has none" "$(workers "$2")" 0
	vhost_stop
	check "when it ends they go" wait_for 10 no_threads "$1"
}

flood "in class virtio the maker pays"
need "the slice is in class vhost" enter_vhost
owned one two
owned two one
need "the slice is in class virtio again" leave_vhost
flood "the maker pays again"
