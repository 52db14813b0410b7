#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# ./run vm passes on output and exit status of a command, shares a directory, and
# tells when the VM has died.
# place: host
# timeout: 180
. "${0%/*}/../lib.sh"

# run ARGUMENT...: standard output, standard error and status of ./run in files
run() {
	status=0
	"$RUN" "$@" >"$dir/out" 2>"$dir/err" || status=$?
}

dir=$(cd "$(mktemp -d)" && pwd -P)
cleanup rm -rf "$dir"

mkdir "$dir/with space"
cd "$dir/with space" || exit
run vm --share "$dir" -- sh -c 'echo "$1"; echo error >&2; pwd; echo written >file; exit 7' \
	sh "it's  an argument"
check_eq "exit status" "$status" 7
check_eq "standard output" "$(cat "$dir/out")" "it's  an argument
$dir/with space"
check_match "standard error" "$(cat "$dir/err")" "*error"
check_eq "a file in the shared directory" "$(cat file)" written

run vm -- sh -c 'echo before; sleep 0.5; echo c >/proc/sysrq-trigger; sleep 10'
check_eq "exit status when the kernel panics" "$status" 125
check_eq "output before the panic" "$(cat "$dir/out")" before
check_match "the console is shown" "$(cat "$dir/err")" "*sysrq triggered crash*"

run vm --share "$dir/nothing" -- true
check_match "a directory that is not there" "$(cat "$dir/err")" "*wants a directory*"
