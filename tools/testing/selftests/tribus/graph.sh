#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The graph is one of Graphviz's language, whatever owners and names there are, with a node for
# every parent, slice, endpoint, holder and representor, and an edge between those that belong
# together.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

graph=$lib_scratch/graph

# The whole of it is statements of the language, as far as we use it.
valid() {
	string='"\([^"\\]\|\\.\)*"'
	attributes='\[\(shape=[a-z0-9]*, \)*label='$string'\]'
	[ "$(head -n 1 "$graph")" = "digraph tribus {" ] && [ "$(tail -n 1 "$graph")" = "}" ] &&
		! sed '1d;$d' "$graph" | grep -v \
			-e '^	rankdir=LR;$' \
			-e "^	$string $attributes;\$" \
			-e "^	$string -> $string\\( $attributes\\)*;\$"
}

has() {
	grep -qF -e "$1" "$graph"
}

draw() {
	tribus slice show --graph "$@" >"$graph"
}

need "the modules load" load_nic
need "a slice in class virtio" tribus slice add name vm1 parent $NIC class virtio
need "one in class vhost" tribus slice add name vm2 parent $NIC class vhost
need "one in class vfio" tribus slice add name a.b:c-d parent $NIC class vfio
need "one in class none" tribus slice add name vm4 parent $NIC class none
node=/dev/$(basename "$(readlink -f /sys/bus/mdev_vhost/devices/vm2/vhost-vdpa-*)")
exec 5<>"$node"
check "it is drawn" draw
check "it is valid" valid
check "the parent" has "\"parent platform/$NIC\" [shape=box3d"
for slice in vm1 vm2 a.b:c-d vm4; do
	check "slice $slice" has "\"slice $slice\" [shape=box"
	check "below its parent" has "\"parent platform/$NIC\" -> \"slice $slice\" [label=\"net\"];"
done
check "a network device" has "\"slice vm1\" -> \"endpoint $(netdev vm1)\" [label=\"virtio\"];"
check "a node" has "\"slice vm2\" -> \"endpoint $node\" [label=\"vhost\"];"
check "its holder" has "\"endpoint $node\" -> \"process $$\" [label=\"held by\"];"
check "a representor" has '"netdev vm1" -> "slice vm1" [label="represents"];'
check_eq "nothing for one that is parked" "$(grep -c 'slice vm4" ->' "$graph")" 0
exec 5>&-
check "one slice" draw vm4
check "it is valid" valid
check "it is alone" sh -c "! grep -q vm1 '$graph'"
check "slices of a class" draw class vfio
check "valid, too" valid

need "another bus has a parent of that name" modprobe mdev_test
need "with a slice" tribus slice add name twin parent mdev_test/$NIC class none
check "both are drawn" draw
check "it is valid" valid
check_eq "two nodes" "$(grep -c '^	"parent [^"]*/'$NIC'" \[' "$graph")" 2
check "a slice below the one" has "\"parent platform/$NIC\" -> \"slice vm4\" [label=\"net\"];"
check "a slice below the other" has "\"parent mdev_test/$NIC\" -> \"slice twin\" ["
check "that one alone" draw parent mdev_test/$NIC
check_eq "is one" "$(sed -n 's/^\t\("[^"]*"\) \[shape.*/\1/p' "$graph" | tr '\n' ' ')" \
	"\"parent mdev_test/$NIC\" \"slice twin\" "
