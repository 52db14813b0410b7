#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every helper of lib.sh can fail, and a test in which one does is a failure.
# kernels: plain
. "${0%/*}/../lib.sh"

dir=$(mktemp -d)
cleanup rm -rf "$dir"
mkdir "$dir/sub"
cp "${0%/*}/../lib.sh" "$dir/"

# script STATUS TEXT SCRIPT: a test made of SCRIPT exits with STATUS
script() {
	{
		echo '. "${0%/*}/../lib.sh"'
		echo "$3"
	} >"$dir/sub/test.sh"
	status=0
	sh "$dir/sub/test.sh" >"$dir/output" 2>&1 || status=$?
	check_eq "$2" "$status" "$1" || comment "$(cat "$dir/output")"
}

script 0 "check passes" 'check text true'
script 1 "check fails" 'check text false'
script 0 "check_fail passes" 'check_fail text "No such" ls /nothing'
script 1 "check_fail fails when the command succeeds" 'check_fail text "" true'
script 1 "check_fail fails with another error" 'check_fail text Permission ls /nothing'
script 0 "check_eq passes" 'check_eq text a a'
script 1 "check_eq fails" 'check_eq text a b'
script 0 "check_match passes" 'check_match text abc "a*"'
script 1 "check_match fails" 'check_match text abc "b*"'
script 0 "wait_for passes" 'check text wait_for 1 true'
script 1 "wait_for gives up" 'check text wait_for 1 false'
script 1 "need ends the test" 'need text false; lib_failed=0'
script 1 "no check at all fails" ':'
script 1 "ending early fails" 'ok text; exit 3'
script 1 "a wrong plan fails" 'ktap_plan 2; ok text'
script 4 "only skipped checks are a skip" 'skip text why'
script 4 "skip_all is a skip" 'skip_all why'
script 0 "a skipped check and a good one pass" 'skip text why; ok text'
script 0 "write writes" 'check text write 1 /dev/null'
script 0 "write tells the error" 'check_fail text "No space left" write 1 /dev/full'

script 0 "cleanup is done" "ok text; cleanup touch '$dir/cleaned'"
check "cleanup was done" test -e "$dir/cleaned"

check_eq "repeat scales" "$(RUN_FACTOR=0.05; repeat 100)" 5
check_eq "repeat is at least 1" "$(RUN_FACTOR=0.05; repeat 3)" 1
