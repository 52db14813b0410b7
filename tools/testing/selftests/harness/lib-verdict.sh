# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of the runner. Sourced after lib.sh.

runner=${0%/*}/../runner.sh
dir=$(mktemp -d)
cleanup rm -rf "$dir"
mkdir "$dir/sub"
# Looking for lost memory takes half a minute.
RUN_KMEMLEAK=/none

# verdict TEXT RESULT REASON SCRIPT: a test made of SCRIPT, run by the runner
verdict() {
	printf '%s\n' "$4" >"$dir/sub/test.sh"
	echo "1 sub/test.sh" >"$dir/tests"
	: >"$dir/results"
	RUN_PATIENCE=1 RUN_KMEMLEAK=$RUN_KMEMLEAK RUN_SYSRQ=$dir/sysrq \
		sh "$runner" vm "$dir" "$dir" >"$dir/output" 2>&1
	if [ "$(cat "$dir/results")" = "$2 1 sub/test.sh" ] && grep -qF -e "$3" "$dir/output"; then
		ok "$1"
	else
		not_ok "$1" "$(cat "$dir/results" "$dir/output")"
	fi
}
