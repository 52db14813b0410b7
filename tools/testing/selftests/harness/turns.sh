#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Continuous integration takes each test on each kernel that it is for, once in all turns or in
# each of them, but for those that say "none"; and no turn has much more than another.
# place: host
# timeout: 180
. "${0%/*}/../lib.sh"

work=$(mktemp -d)
cleanup rm -rf "$work"
tests=$(cd "${0%/*}/.." && pwd -P)

# list ARGUMENT...: the paths of tests
list() {
	"$RUN" test --list "$@" | cut -d ' ' -f 1
}

for kernel in plain debug; do
	list --kernel $kernel | while read -r path; do
		grep -q '^# ci: none' "$tests/$path" || echo "$path"
	done >"$work/all"
	grep -l "^# ci:.* $kernel" -r "$tests" | sed "s,^$tests/,," >"$work/always"
	: >"$work/turns"
	sizes=
	for turn in 0 1 2 3 4 5 6 7; do
		RUN_TURN=$turn list --ci --kernel $kernel >"$work/turn"
		sizes="$sizes $(wc -l <"$work/turn")"
		grep -vxF -f "$work/always" "$work/turn" >>"$work/turns"
	done
	comment "$kernel:$sizes"
	check_eq "$kernel: each test has its turn" \
		"$(cat "$work/turns" "$work/always" | sort | uniq | diff "$work/all" - 2>&1)" ""
	check_eq "$kernel: once" "$(sort "$work/turns" | uniq -d)" ""
	check "$kernel: no turn has three times as many as another" sh -c "
		printf '%s\n' $(echo "$sizes" | tr ' ' ' ') | sort -n |
			awk 'NR == 1 { least = \$1 } END { exit \$1 >= 3 * least }'"
done
check_fail "there are eight" "there are 0 to 7" env RUN_TURN=8 "$RUN" test --list --ci
RUN_TURN=0 list --ci >"$work/plain"
RUN_TURN=0 list --ci --kernel debug >"$work/debug"
check_eq "no run has a test on both kernels that is not in each" \
	"$(sort "$work/plain" "$work/debug" | uniq -d | while read -r path; do
		grep -q '^# ci:' "$tests/$path" || echo "$path"
	done)" ""
