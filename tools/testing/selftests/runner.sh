#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# runner.sh vm|plain DIRECTORY STATE
#
# Runs the tests of DIRECTORY that are listed in STATE/tests, one "NUMBER PATH" a
# line, and prints KTAP. "vm" means that this kernel may be tried hard: its log is
# read, and nothing that a test leaves behind is forgiven. "plain" runs the tests,
# with their time limits, and that is all.
#
# STATE/results gets "pass|fail|skip NUMBER PATH" for every test that has ended,
# STATE/current and STATE/limit say what is running and how many seconds it has.
set -u

place=$1
directory=$2
state=$3
here=$(cd "${0%/*}" && pwd -P)
work=$(mktemp -d)
export HELPERS="${HELPERS:-${here%/tools/*}/build/selftests}"
export RUN_FACTOR="${RUN_FACTOR:-1}"
modules=
unkillable=
complained=
ours=
again=
newline='
'

# shellcheck source=tools/testing/selftests/runner-log.sh
. "$here/runner-log.sh"
# shellcheck source=tools/testing/selftests/runner-races.sh
. "$here/runner-races.sh"
# shellcheck source=tools/testing/selftests/runner-leftovers.sh
. "$here/runner-leftovers.sh"
# shellcheck source=tools/testing/selftests/runner-leaks.sh
. "$here/runner-leaks.sh"

# Processes are dear in emulation, so what is done for every test is done by the
# shell itself where that is possible.

# The settings in a test's first comment: "# name: value".
read_settings() {
	limit=60
	expected=
	allowed=
	while IFS= read -r line; do
		case $line in
		'# timeout: '*) limit=${line#*: } ;;
		'# expect-log: '*) expected="$expected${line#*: }$newline" ;;
		'# allow-log: '*) allowed="$allowed${line#*: }$newline" ;;
		'# allow-leak: '*) leaks_allowed="$leaks_allowed$path ${line#*: }$newline" ;;
		'#'*) ;;
		*) break ;;
		esac
	done <"$1"
	# RUN_PATIENCE stretches all time limits, for slow kernels and machines.
	[ "${RUN_PATIENCE:-1}" = 1 ] ||
		limit=$(awk "BEGIN { printf \"%d\", $limit * $RUN_PATIENCE + 0.5 }")
}

# problem TEXT...: a reason for failure that the test itself does not see
problem() {
	printf '# %s\n' "$*" >>"$work/problems"
}

# A dying kernel must not be mistaken for a slow test: the VM ends, the host sees it.
prepare_kernel() {
	echo 1 >/proc/sys/kernel/panic_on_oops
	echo 1 >/proc/sys/kernel/softlockup_panic
	log_follow
	leak_prepare
}

# What tests run over and over comes from a program that needs no shared libraries: in
# emulation loading them takes most of the time of a short process.
QUICK='basename cat cut dirname false grep head mkdir mkfifo mv readlink rm sed seq sleep
	sort tail touch tr true uniq wc'

prepare_programs() {
	quick=$(command -v busybox) || return 0
	mkdir "$work/bin"
	for name in $QUICK; do
		ln -s "$quick" "$work/bin/$name"
	done
	PATH=$work/bin:$PATH
}

# In the VM, a test has a cgroup of its own, which nothing that it starts can leave.
start() {
	if [ "$place" = vm ]; then
		sh -c 'echo 0 >"$1/cgroup.procs"; shift; exec "$@"' start "$group" \
			timeout -k 5 "$limit" sh "./${path##*/}"
	else
		timeout -k 5 "$limit" sh "./${path##*/}"
	fi
}

# The output is shown while it comes, and kept. What still runs afterwards would
# keep the pipe open, so it is killed before the pipe's end is waited for.
run() {
	group=/sys/fs/cgroup/test-$$-$number
	[ "$place" != vm ] || mkdir -p "$group"
	mkfifo "$work/pipe"
	tee "$work/output" <"$work/pipe" | /bin/sed -u 's/^/    /' &
	printer=$!
	(cd "$directory/${path%/*}" && start) >"$work/pipe" 2>&1 </dev/null
	status=$?
	[ "$place" != vm ] || leftover_processes
	# Whoever cannot be killed keeps it open, and perhaps locks that all others need.
	[ "$unkillable" ] || wait "$printer"
	rm -f "$work/pipe"
}

# A test that forgets to fail is not believed.
judge() {
	case $status in
	0 | 4) ! grep -q '^not ok' "$work/output" || problem "a check failed, but the test exits $status" ;;
	124 | 137) problem "stopped after its time limit of $limit seconds" ;;
	esac
	result=fail
	[ -s "$work/problems" ] || case $status in
	0) result=pass ;;
	4) result=skip ;;
	esac
}

# Sets now to tenths of a second since boot.
clock() {
	read -r now _ </proc/uptime
	now=${now%?}
	now=${now%.*}${now#*.}
}

report() {
	[ ! -s "$work/problems" ] || sed 's/^/    /' "$work/problems"
	clock
	took=$((now - began))
	case $result in
	pass) line="ok $number $path" ;;
	skip) line="ok $number $path # SKIP $(sed -n 's/.*# SKIP *//p' "$work/output" | tail -n 1)" ;;
	fail) line="not ok $number $path" ;;
	esac
	[ "$result" = skip ] || line="$line # time=$((took / 10)).$((took % 10)) s"
	echo "$line"
	echo "$result $number $path" >>"$state/results"
}

# Nested guests in emulation stop now and then, whatever they have: at boot, or later. A
# test one of whose guests did not answer begins anew, once; what has been said stays. Not
# where a function of ours is in what the kernel has said, or memory was lost: the
# kernel may not say it a second time.
unanswered() {
	[ "$result" = fail ] && [ "$again" != "$path" ] && [ -z "$modules$unkillable" ] &&
		grep -q 'guest .* has not answered' "$work/output" &&
		[ -z "$ours" ] && ! grep -q '^# lost memory' "$work/problems" &&
		grep -q 'QEMU TCG' /proc/cpuinfo
}

# What the kernel has said about the test. Looking for lost memory takes a while, in
# which it may say more.
examine() {
	log_check
	if leak_due; then
		leak_after
		expected=
		log_check
	fi
}

run_test() {
	read_settings "$directory/$path"
	echo "$limit" >"$state/limit"
	echo "$number $path" >"$state/current"
	clock
	began=$now
	: >"$work/problems"
	if [ "$place" = vm ]; then
		leftover_before
		leak_before
		log_mark
	fi
	echo "    # Subtest: $path"
	run
	if [ "$place" = vm ] && [ -z "$unkillable" ]; then
		leftover_after
		examine
	fi
	judge
	if unanswered; then
		again=$path
		sed 's/^/    /' "$work/problems"
		echo "# $path: a guest has not answered, and the test begins anew"
		run_test
		return
	fi
	report
	: >"$state/current"
}

# A kernel with gcov has counted which lines of our modules were run.
take_coverage() {
	[ -d /sys/kernel/debug/gcov ] || return 0
	(cd /sys/kernel/debug/gcov && find . -name '*.gcda') | while IFS= read -r file; do
		mkdir -p "$state/gcov/${file%/*}"
		cat "/sys/kernel/debug/gcov/$file" >"$state/gcov/$file"
	done
}

if [ "$place" = vm ]; then
	prepare_kernel
	prepare_programs
fi
exec 9<"$state/tests"
read -r next_number next_path <&9 || next_path=
while [ "$next_path" ]; do
	number=$next_number
	path=$next_path
	read -r next_number next_path <&9 || next_path=
	run_test
	# With what stays, every test after this one would fail. A kernel that has complained
	# may not do so again: lockdep has given up, and KASAN reports once.
	[ -z "$modules$unkillable$complained" ] || break
done
exec 9<&-
if [ "$place" = vm ]; then
	take_coverage
	log_end
fi
rm -rf "$work"
