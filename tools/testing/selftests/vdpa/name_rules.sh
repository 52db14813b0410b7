#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Names of slices: 1 to 63 characters of [A-Za-z0-9._:-], one slice each.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
remember

x63=$(printf '%063d' 0 | tr 0 x)
for name in a 0 A.b_c:d-e "$x63" .hidden eth0 123456789012345 \
	550e8400-e29b-41d4-a716-446655440000; do
	check "\"$name\" is a name" add "$name"
	check "\"$name\" is found" vdpa dev show "$name"
	check "\"$name\" is removed" vdpa dev del "$name"
done

check "a name may begin with a dash" vdpa -- dev add name -dash mgmtdev $NIC
check "and is removed" vdpa -- dev del -dash

check "a UUID as the name" add 550e8400-e29b-41d4-a716-446655440000
check_eq "is the UUID" "$(attr 550e8400-e29b-41d4-a716-446655440000 uuid)" \
	550e8400-e29b-41d4-a716-446655440000
vdpa dev del 550e8400-e29b-41d4-a716-446655440000

bad() {
	check_fail "\"$1\" is no name" "Invalid argument" add "$1"
	check_fail "\"$1\" is refused with text" "name" add "$1"
}
bad ""
bad "${x63}x"
bad "$x63$x63$x63"
bad .
bad ..
# shellcheck disable=SC1003
for char in / ' ' '%' '*' ',' '@' '\' '$' 'é' "$(printf '\t')"; do
	bad "a${char}b"
done
check_fail "the text says where" "at position 4" add "abc/d"
check "nothing is left" nothing_new
