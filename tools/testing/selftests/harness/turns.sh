#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Continuous integration takes each test on each kernel that it is for, once in all turns or in
# each of them, but for those that say "none"; and no turn has much more than another.
# place: host
# timeout: 180
. "${0%/*}/../lib.sh"

SRC=$(cd "${0%/*}/../../../.." && pwd -P)
work=$(mktemp -d)
cleanup rm -rf "$work"
# shellcheck source=/dev/null
. "$SRC/tools/vm/test.sh"

# turn NUMBER KERNEL: the paths of its tests
turn() {
	TEST_CI=yes TEST_TURN=$1 KERNEL=$2
	test_select
}

for kernel in plain debug; do
	TEST_CI='' KERNEL=$kernel
	test_select | while read -r path; do
		grep -q '^# ci: none' "$SELFTESTS/$path" || echo "$path"
	done >"$work/all"
	grep -l "^# ci:.* $kernel" -r "$SELFTESTS" | sed "s,^$SELFTESTS/,," >"$work/always"
	: >"$work/turns"
	sizes=
	for number in 0 1 2 3 4 5 6 7; do
		turn $number $kernel >"$work/$kernel$number"
		sizes="$sizes $(wc -l <"$work/$kernel$number")"
		grep -vxF -f "$work/always" "$work/$kernel$number" >>"$work/turns"
	done
	comment "$kernel:$sizes"
	check_eq "$kernel: each test has its turn" \
		"$(cat "$work/turns" "$work/always" | sort -u | diff "$work/all" - 2>&1)" ""
	check_eq "$kernel: once" "$(sort "$work/turns" | uniq -d)" ""
	check "$kernel: no turn has three times as many as another" sh -c "
		printf '%s\n' $sizes | sort -n |
			awk 'NR == 1 { least = \$1 } END { exit \$1 >= 3 * least }'"
done
check_fail "there are eight" "there are 0 to 7" env RUN_TURN=8 "$RUN" test --list --ci
check_eq "no run has a test on both kernels that is not in each" \
	"$(sort "$work/plain0" "$work/debug0" | uniq -d | while read -r path; do
		grep -q '^# ci:' "$SELFTESTS/$path" || echo "$path"
	done)" ""
