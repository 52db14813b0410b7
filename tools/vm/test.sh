# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# ./run test: chooses tests, has runner.sh run them where they belong, and counts.
# One VM runs all of its tests; when it dies, the test that was running has failed,
# and a new VM continues after it.

SELFTESTS=$SRC/tools/testing/selftests
TEST_DIR=
TEST_WATCH=

# All tests, in the order in which they run. Files named lib* are parts of tests.
test_all() {
	(cd "$SELFTESTS" && find . -mindepth 2 -name '*.sh' ! -name 'lib*' |
		sed 's,^\./,,' | LC_ALL=C sort)
}

# test_matches PATH PATTERN...: no pattern means every test
test_matches() {
	_path=$1
	shift
	[ $# -gt 0 ] || return 0
	for _pattern in "$@"; do
		# shellcheck disable=SC2254
		case $_path in
		*$_pattern*) return 0 ;;
		esac
	done
	return 1
}

test_select() {
	test_all | while IFS= read -r _test; do
		! test_matches "$_test" "$@" || printf '%s\n' "$_test"
	done
}

# The first comment after the licence says what the test shows.
test_sentence() {
	awk 'NR > 1 && /^# / && !/SPDX/ && !/^# [a-z-]+: / { sub(/^# /, ""); text = text sep $0; sep = " "; next }
		text { exit } END { print text }' "$SELFTESTS/$1"
}

test_list() {
	test_select "$@" | while IFS= read -r _test; do
		printf '%-36s %s\n' "$_test" "$(test_sentence "$_test")"
	done
}

# Where a test runs: in the VM, in the root file system without a kernel of its
# own (tests of compiling), or on this machine (tests of ./run).
test_place() {
	_place=$(sed -n 's/^# place: *//p' "$SELFTESTS/$1" | head -n 1)
	case $1 in
	build/*) echo "${_place:-chroot}" ;;
	*) echo "${_place:-vm}" ;;
	esac
}

# Numbers the tests place by place, so that the numbers are in order.
test_plan() {
	mkdir "$TEST_DIR/chroot" "$TEST_DIR/host" "$TEST_DIR/vm"
	: >"$TEST_DIR/results"
	test_select "$@" | while IFS= read -r _test; do
		printf '%s\n' "$_test" >>"$TEST_DIR/$(test_place "$_test")/names"
	done
	_number=0
	for _place in chroot vm host; do
		: >>"$TEST_DIR/$_place/names"
		awk -v n="$_number" '{ print n + NR, $0 }' "$TEST_DIR/$_place/names" \
			>"$TEST_DIR/$_place/tests"
		cp "$TEST_DIR/$_place/tests" "$TEST_DIR/$_place/plan"
		: >"$TEST_DIR/$_place/results"
		_number=$((_number + $(wc -l <"$TEST_DIR/$_place/tests")))
	done
	TEST_COUNT=$_number
}

test_in_chroot() {
	[ -s "$TEST_DIR/chroot/tests" ] || return 0
	build_inside --bind "$TEST_DIR/chroot" /run/state -- \
		env KDIR="$KERNEL_HEADERS" SRC=/run/build/source \
		CHECKPATCH=/run/top/checkpatch/checkpatch.pl \
		HELPERS=/run/top/selftests RUN_FACTOR="${RUN_FACTOR:-1}" \
		RUN_PATIENCE="${RUN_PATIENCE:-1}" \
		sh /run/source/tools/testing/selftests/runner.sh plain \
		/run/source/tools/testing/selftests /run/state || :
	cat "$TEST_DIR/chroot/results" >>"$TEST_DIR/results"
}

test_on_host() {
	[ -s "$TEST_DIR/host/tests" ] || return 0
	RUN=$SRC/run sh "$SELFTESTS/runner.sh" plain "$SELFTESTS" "$TEST_DIR/host" || :
	cat "$TEST_DIR/host/results" >>"$TEST_DIR/results"
}

# A VM that hangs as a whole cannot enforce its own time limits.
test_watch() {
	while sleep 5; do
		_stamp=$VM_DIR/job
		[ ! -e "$VM_DIR/current" ] || _stamp=$VM_DIR/current
		_limit=$(cat "$VM_DIR/limit" 2>/dev/null || echo 60)
		_age=$(($(now) - $(stat -c %Y "$_stamp")))
		if [ "$_age" -gt $((_limit * 2 + 90)) ]; then
			echo "The VM has not answered for $_age seconds and was stopped." >>"$VM_DIR/qemu"
			vm_kill
			return
		fi
	done
}

test_watch_stop() {
	[ -z "$TEST_WATCH" ] || kill "$TEST_WATCH" 2>/dev/null || :
	TEST_WATCH=
}

test_vm() {
	vm_open
	cp "$TEST_DIR/vm/tests" "$VM_DIR/tests"
	: >"$VM_DIR/results"
	: >"$VM_DIR/merge"
	vm_job RUN_FACTOR RUN_PATIENCE -- sh /tribus/tools/testing/selftests/runner.sh \
		vm /tribus/tools/testing/selftests /run/host/ctl
	vm_start
	test_watch >/dev/null 2>&1 6>&- 8>&- &
	TEST_WATCH=$!
	vm_follow
	test_watch_stop
	cat "$VM_DIR/results" >>"$TEST_DIR/results"
}

# The test during which the VM died is told like any other failure.
test_vm_died() {
	read -r _number _test <"$VM_DIR/current"
	vm_died 2>&1 | sed 's/^/    # /'
	printf 'not ok %s %s # the VM died\n' "$_number" "$_test"
	printf 'fail %s %s\n' "$_number" "$_test" >>"$TEST_DIR/results"
}

# What has no result yet: after a death, and when runner.sh has asked for a new VM
# because this one cannot be cleaned.
test_vm_rest() {
	awk 'FILENAME == ARGV[1] { done[$2]; next } !($1 in done)' \
		"$TEST_DIR/results" "$TEST_DIR/vm/plan" >"$TEST_DIR/vm/tests"
}

test_in_vm() {
	while [ -s "$TEST_DIR/vm/tests" ]; do
		_before=$(wc -l <"$TEST_DIR/results")
		test_vm
		if ! [ -s "$VM_DIR/status" ] && [ -s "$VM_DIR/current" ]; then
			test_vm_died
		fi
		[ -s "$VM_DIR/status" ] || [ -s "$VM_DIR/current" ] || vm_died
		vm_close
		# A VM in which nothing runs is not tried again.
		[ "$(wc -l <"$TEST_DIR/results")" != "$_before" ] || break
		test_vm_rest
	done
}

test_close() {
	test_watch_stop
	[ -z "$TEST_DIR" ] || namespace_remove "$TEST_DIR"
	TEST_DIR=
}

# Tests that were planned and have no result have failed.
test_missing() {
	cat "$TEST_DIR"/*/plan | while read -r _number _test; do
		grep -q "^[a-z]* $_number " "$TEST_DIR/results" ||
			echo "not ok $_number $_test # did not run"
	done
}

test_summary() {
	test_missing
	_passed=$(grep -c '^pass ' "$TEST_DIR/results" || :)
	_skipped=$(grep -c '^skip ' "$TEST_DIR/results" || :)
	_failed=$((TEST_COUNT - _passed - _skipped))
	test_close
	[ "$TEST_COUNT" != 0 ] || say "run: no test matches"
	echo "$_passed passed, $_failed failed, $_skipped skipped"
	[ "$_failed" = 0 ] && [ "$_passed" != 0 ]
}

test_command() {
	case ${1-} in
	--list)
		shift
		test_list "$@"
		return
		;;
	-*)
		die "test: unknown option $1 (see ./run --help)"
		;;
	esac
	command_prepare
	TEST_DIR=$(mktemp -d "$BUILD/test-XXXXXX")
	test_plan "$@"
	echo "KTAP version 1"
	echo "1..$TEST_COUNT"
	test_in_chroot
	test_in_vm
	test_on_host
	test_summary
}
