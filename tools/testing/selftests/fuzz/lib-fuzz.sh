# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that run a fuzzer for a bounded time. Sourced after lib.sh.

# What inputs are made of is another thing each day, so that all days together see
# more than one does. FUZZ_SEED=NUMBER repeats a run.
FUZZ_SEED=${FUZZ_SEED:-$(date +%Y%m%d)}
FUZZ_SOURCE=../../fuzz

# fuzz_run TEXT NAME ARGUMENT...: its progress is shown, and what it finds. A fuzzer that
# misses something, or runs nothing of its own, ends with a failure, too.
fuzz_run() {
	fuzz_text=$1
	fuzz_name=$2
	shift 2
	fuzz_status=0
	"$HELPERS_DIR/$fuzz_name" "$@" 2>&1 || fuzz_status=$?
	if [ "$fuzz_status" = 0 ]; then
		ok "$fuzz_text"
	else
		not_ok "$fuzz_text" "exit status $fuzz_status"
	fi
}

# fuzz_test NAME SECONDS: where RUN_FACTOR is small, still long enough to mean anything. Half
# of it may be the corpus.
fuzz_test() {
	fuzz_seconds=$(repeat "$2")
	[ "$fuzz_seconds" -gt 10 ] || fuzz_seconds=10
	if [ -d "$FUZZ_SOURCE/$1/crashes" ]; then
		fuzz_run "what was found once is not found again" "$1" \
			--replay "$FUZZ_SOURCE/$1/crashes"
	fi
	fuzz_run "nothing is found in $fuzz_seconds seconds" "$1" --time "$fuzz_seconds" \
		--seed "$FUZZ_SEED" --corpus "$FUZZ_SOURCE/$1/corpus"
}
