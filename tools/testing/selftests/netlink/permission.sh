#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who is not root may look and listen, and not change; who is in another network namespace
# does not see family mdev at all.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

# Programs of tests may lie where only root comes.
cp "$HELPERS_DIR/mdev_nl" /tmp/mdev_nl
cleanup rm -f /tmp/mdev_nl
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups /tmp/mdev_nl "$@"
}
need "the modules load" load_nic
need "a slice" new one
remember

denied() {
	denied_text=$1
	shift
	check_match "$denied_text" "$(nobody "$@" | tail -n 1)" "error EPERM *"
}
denied "making a slice" slice-new parent-name=$NIC name=new
denied "removing a slice" slice-del name=one
denied "removing many" slice-flush parent-name=$NIC
denied "the class" slice-set name=one class=1
denied "the owner" slice-set name=one owner=nobody
check "nothing has changed" nothing_new
for request in "parent-get name=$NIC" "type-get parent-name=$NIC name=net" "slice-get name=one" \
	"-d parent-get" "-d type-get" "-d slice-get" "-d stats-get"; do
	# shellcheck disable=SC2086
	check_eq "allowed: $request" "$(nobody $request | tail -n 1)" ok
done
nobody -m -n 1 >"$lib_scratch/heard" &
need "listening is allowed" wait_for 10 grep -q listening "$lib_scratch/heard"
new two
check "who listens hears" wait_for 10 grep -q name=two "$lib_scratch/heard"

new_ns ns
check_match "the family is not in another network namespace" \
	"$(in_ns ns "$HELPERS_DIR/mdev_nl" -d slice-get)" "not registered"
