# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# ./run test: chooses tests, has runner.sh run them where they belong, and counts.
# Several VMs at the same time share all tests that their kernel can run as it is; those
# with arguments for the kernel have VMs of their own, and those that measure have one
# when the others have ended.
# When a VM dies, the test that was running has failed, and a new VM continues after it.

SELFTESTS=$SRC/tools/testing/selftests
TEST_DIR=
TEST_WATCH=
TEST_LONG=
TEST_CI=
TEST_TURN=${RUN_TURN:-}
TEST_VMS=${RUN_VMS:-2}
TEST_JOBS=

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

# test_setting NAME PATH: "# NAME: value" in the first comment of a test
test_setting() {
	sed -n "/^[^#]/q; s/^# $1: *//p" "$SELFTESTS/$2" | head -n 1
}

# Where a test runs: in the VM, in the root file system without a kernel of its
# own (tests of compiling), or on this machine (tests of ./run).
test_place() {
	_place=$(test_setting place "$1")
	test_default_place "$1"
	echo "$_place"
}

# test_default_place PATH: sets _place where the test does not say it
test_default_place() {
	case $_place,$1 in
	,build/*) _place=chroot ;;
	,*) _place=vm ;;
	esac
}

# test_heads: adds to each line "TURN PATH" what the test says of where and when it is run:
# "TURN;PATH;PLACE;KERNELS;LONG;CI", where an empty LONG is none, and "*" one that names no
# kernel. There are hundreds of tests, and processes are dear.
test_heads() {
	awk -v directory="$SELFTESTS/" -v OFS=";" '
		{
			split("", head)
			file = directory $2
			while ((getline line <file) > 0 && line !~ /^[^#]/)
				if (match(line, /^# (place|kernels|long|ci):/)) {
					name = substr(line, 3, RLENGTH - 3)
					text = substr(line, RLENGTH + 1)
					sub(/^ +/, "", text)
					if (name == "long" && text == "")
						text = "*"
					if (!(name in head))
						head[name] = text
				}
			close(file)
			print $1, $2, head["place"], head["kernels"], head["long"], head["ci"]
		}'
}

# The following look at what test_select has read: _test, _turn, _place, _kernels, _long, _ci.

# Is the test for this kernel? Without a VM it makes no difference which it is, and what is
# covered is what those tests cover that do not need Debian's own kernel.
test_is_for_kernel() {
	test_default_place "$_test"
	case $_place in
	vm) _default=" plain debug " ;;
	*)
		[ "$KERNEL" != coverage ] || return
		_default=" plain "
		;;
	esac
	case " ${_kernels:-$_default} " in
	*" $KERNEL "*) ;;
	*' plain debug '*) [ "$KERNEL" = coverage ] ;;
	*) return 1 ;;
	esac
}

# "# long:" means any kernel, "# long: KERNEL..." these.
test_is_long() {
	case " $_long " in
	' * ' | *" $KERNEL "*) ;;
	*) return 1 ;;
	esac
}

# In how many turns continuous integration gets round to every test
TEST_TURNS=8

# Which of them this is: the same for the same commit. Where git has nothing to say of it, by
# the date.
test_turn() {
	_hash=$(git -c safe.directory="$SRC" -C "$SRC" rev-parse HEAD 2>/dev/null) ||
		_hash=$(date +%j)
	echo $((0x$(printf '%.6s' "$_hash") % TEST_TURNS))
}

test_choose_turn() {
	: "${TEST_TURN:=$(test_turn)}"
	case $TEST_TURN in
	[0-9]) [ "$TEST_TURN" -lt "$TEST_TURNS" ] ;;
	*) false ;;
	esac || die "test: RUN_TURN is $TEST_TURN, and there are 0 to $((TEST_TURNS - 1))"
}

# Puts before the path of each test in which turn it is run: it stays so when others come.
test_turns() {
	LC_ALL=C awk -v turns="$TEST_TURNS" '
		BEGIN { for (i = 32; i < 127; i++) code[sprintf("%c", i)] = i }
		{
			hash = 7
			for (i = 1; i <= length; i++)
				hash = (hash * 31 + code[substr($0, i, 1)]) % 1000003
			print hash % turns, $0
		}'
}

# "# ci: KERNEL..." means that continuous integration takes these each time. The others take
# turns; on the debug kernel half a round later, so that no run has one twice.
test_is_ci() {
	case " $_ci " in
	*" $KERNEL "*) return 0 ;;
	*' none '*) return 1 ;;
	esac
	case $KERNEL in
	plain) [ "$_turn" = "$TEST_TURN" ] ;;
	debug) [ $(((_turn + TEST_TURNS / 2) % TEST_TURNS)) = "$TEST_TURN" ] ;;
	*) return 1 ;;
	esac
}

# With this kernel, and in this time
test_wanted() {
	test_is_for_kernel || return
	[ "$TEST_LONG" ] || ! test_is_long || return
	[ -z "$TEST_CI" ] || test_is_ci
}

test_select() {
	test_all | test_turns | test_heads |
		while IFS=';' read -r _turn _test _place _kernels _long _ci; do
			! test_matches "$_test" "$@" || ! test_wanted || printf '%s\n' "$_test"
		done
}

# The first comment after the licence says what the test shows.
test_sentence() {
	awk 'NR > 1 && /^# / && !/SPDX/ && !/^# [a-z-]+: / { sub(/^# /, ""); text = text sep $0; sep = " "; next }
		text { exit } END { print text }' "$SELFTESTS/$1"
}

# Nothing is left out because the kernel's source is missing: "# needs: linux-source".
test_needs_source() {
	test_select "$@" | (cd "$SELFTESTS" && xargs -r grep -l '^# needs: linux-source$') | grep -q .
}

test_list() {
	test_select "$@" | while IFS= read -r _test; do
		printf '%-36s %s\n' "$_test" "$(test_sentence "$_test")"
	done
}

# test_vm_name PATH TURN
test_vm_name() {
	if grep -q '^# alone:' "$SELFTESTS/$1"; then
		echo vm_alone
	else
		echo vm-$(($2 % TEST_VMS))
	fi
}

# test_group PATH TURN: the place, for each different "# append: " or "# packages: " a VM of
# its own, and one for all that say "# alone:"
test_group() {
	_group=$(test_place "$1")
	[ "$_group" != vm ] || _group=$(test_vm_name "$1" "$2")
	_append=$(test_setting append "$1")
	_packages=$(test_setting packages "$1")
	[ -z "$_append$_packages" ] ||
		_group=vm-$(printf '%s' "$_append $_packages" | tr -cs 'A-Za-z0-9' '-')
	mkdir -p "$TEST_DIR/$_group"
	printf '%s\n' "$_append" >"$TEST_DIR/$_group/append"
	printf '%s\n' "$_packages" >"$TEST_DIR/$_group/packages"
	printf '%s\n' "$_group"
}

# test_lane NUMBER COMMAND: for each group of those whose VMs follow one another
test_lane() {
	_lane_at=0
	for _lane_group in "$TEST_DIR"/vm-*; do
		if [ -e "$_lane_group" ] && [ $((_lane_at % TEST_VMS)) = "$1" ]; then
			"$2" "$_lane_group"
		fi
		_lane_at=$((_lane_at + 1))
	done
}

# test_number GROUP: its tests come next
test_number() {
	[ -e "$1/names" ] || return 0
	awk -v n="$TEST_COUNT" '{ print n + NR, $0 }' "$1/names" >"$1/tests"
	cp "$1/tests" "$1/plan"
	: >"$1/results"
	TEST_COUNT=$((TEST_COUNT + $(wc -l <"$1/tests")))
}

# Numbers the tests group by group, so that the numbers are in order.
test_plan() {
	: >"$TEST_DIR/results"
	_turn=0
	test_select "$@" | while IFS= read -r _test; do
		printf '%s\n' "$_test" >>"$TEST_DIR/$(test_group "$_test" $_turn)/names"
		_turn=$((_turn + 1))
	done
	TEST_COUNT=0
	test_number "$TEST_DIR/chroot"
	test_number "$TEST_DIR/host"
	for _lane in $(seq 0 $((TEST_VMS - 1))); do
		test_lane "$_lane" test_number
	done
	test_number "$TEST_DIR/vm_alone"
}

# How much is done, and how long that may take: emulation makes what a debugging kernel
# does besides dear. Most of its time one CPU works for the other one's command.
test_budget() {
	case $KERNEL in
	plain | coverage) _factor=1 _long=10 _patience=3 ;;
	# Where several VMs share the CPUs fewer things happen at the same time.
	kcsan) _factor=0.2 _long=2 _patience=6 TEST_VMS=1 ;;
	*) _factor=0.05 _long=1 _patience=4 ;;
	esac
	[ -z "$TEST_LONG" ] || _factor=$_long
	: "${RUN_FACTOR:=$_factor}"
	# What is repeated more often takes longer.
	: "${RUN_PATIENCE:=$(awk "BEGIN { print $_patience * ($RUN_FACTOR > 1 ? $RUN_FACTOR : 1) }")}"
}

test_in_chroot() {
	[ -s "$TEST_DIR/chroot/tests" ] || return 0
	build_inside --bind "$TEST_DIR/chroot" /run/state -- \
		env KDIR="$KERNEL_HEADERS" SRC=/run/build/source \
		CHECKPATCH=/run/top/linux-source/scripts/checkpatch.pl \
		YNL=/run/top/linux-source/tools/net/ynl \
		HELPERS=/run/top/selftests RUN_FACTOR="$RUN_FACTOR" \
		RUN_PATIENCE="$RUN_PATIENCE" \
		sh /run/source/tools/testing/selftests/runner.sh plain \
		/run/source/tools/testing/selftests /run/state || :
	cat "$TEST_DIR/chroot/results" >>"$TEST_DIR/results"
}

test_on_host() {
	[ -s "$TEST_DIR/host/tests" ] || return 0
	RUN=$SRC/run RUN_FACTOR="$RUN_FACTOR" RUN_PATIENCE="$RUN_PATIENCE" sh "$SELFTESTS/runner.sh" plain "$SELFTESTS" "$TEST_DIR/host" || :
	cat "$TEST_DIR/host/results" >>"$TEST_DIR/results"
}

# A VM that hangs as a whole cannot enforce its own time limits, and one in which something
# hangs may not end.
test_watch() {
	while sleep 5; do
		_stamp=$VM_DIR/job
		_limit=$(cat "$VM_DIR/limit" 2>/dev/null || echo 0)
		[ ! -e "$VM_DIR/current" ] || _stamp=$VM_DIR/current
		if [ -s "$VM_DIR/status" ]; then
			_stamp=$VM_DIR/status
			_limit=0
		fi
		_age=$(($(now) - $(stat -c %Y "$_stamp")))
		if [ "$_age" -gt $((_limit + 240)) ]; then
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

# What tests have kept for people to look at, see keep of lib.sh.
test_kept() {
	[ -d "$VM_DIR/kept" ] || return 0
	mkdir -p "$BUILD/kept"
	cp "$VM_DIR"/kept/* "$BUILD/kept/"
}

# test_vm GROUP
test_vm() {
	VM_APPEND=$(cat "$1/append")
	PACKAGES=$(cat "$1/packages")
	PACKAGES_LAYER=
	packages_get
	vm_open
	cp "$1/tests" "$VM_DIR/tests"
	: >"$VM_DIR/results"
	: >"$VM_DIR/merge"
	# Not below /tribus, where each look at a file asks the host
	HELPERS=/run/helpers
	vm_job RUN_FACTOR RUN_PATIENCE HELPERS -- sh /tribus/tools/testing/selftests/runner.sh \
		vm /tribus/tools/testing/selftests /run/host/ctl
	vm_start
	test_watch >/dev/null 2>&1 6>&- 8>&- &
	TEST_WATCH=$!
	vm_follow
	test_watch_stop
	cat "$VM_DIR/results" >>"$1/results"
	coverage_take
	test_kept
}

# test_vm_died GROUP: the test during which the VM died is told like any other failure; when it
# died between two, or at the end, that is the one before.
test_vm_died() {
	read -r _number _test <"$VM_DIR/current" ||
		read -r _ _number _test <<-END
			$(tail -n 1 "$VM_DIR/results")
		END
	vm_died 2>&1 | sed 's/^/    # /'
	printf 'not ok %s %s # the VM died\n' "$_number" "$_test"
	sed -i "/^[a-z]* $_number /d" "$1/results"
	printf 'fail %s %s\n' "$_number" "$_test" >>"$1/results"
}

# What emulation does to a VM now and then is excused there only.
test_emulates() {
	case $(vm_accelerator) in
	*tcg*) ;;
	*) return 1 ;;
	esac
}

# test_again GROUP: may the test during which the VM died be run once more? Nested guests in
# emulation sometimes end the kernel that they run on: QEMU changes interrupt_request in
# svm_helper.c without the lock that others set it under. Not where a function of ours is
# in what the kernel has said, not with KVM, and not twice.
test_again() {
	read -r _number _test <"$VM_DIR/current" || return
	test_emulates || return
	grep -q 'lib-guest\.sh"$' "$SELFTESTS/$_test" || return 1
	! grep -q "^[a-z]* $_number " "$VM_DIR/results" || return 1
	! sed -n "\\|selftest .*: $_test|,\$p" "$VM_CONSOLE" | grep -q '+0x.*\[mdev_' || return 1
	! grep -qsx "$_test" "$1/again" || return 1
	echo "$_test" >>"$1/again"
}

# test_boot_again GROUP: may a VM that has not begun any test be started once more? A CPU that
# is emulated now and then loses an interrupt of its timer for good, most often at boot and on
# a machine that does much else: nothing of ours has been loaded there. Twice in a row.
test_boot_again() {
	test_emulates || return
	echo boot >>"$1/boots"
	[ "$(wc -l <"$1/boots")" -le 2 ]
}

# What has no result yet: after a death, and when runner.sh has asked for a new VM
# because this one cannot be cleaned.
test_vm_rest() {
	awk 'FILENAME == ARGV[1] { done[$2]; next } !($1 in done)' \
		"$1/results" "$1/plan" >"$1/tests"
}

# test_in_vm GROUP
test_in_vm() {
	while [ -s "$1/tests" ]; do
		_before=$(wc -l <"$1/results")
		test_vm "$1"
		[ ! -s "$VM_DIR/results" ] || rm -f "$1/boots"
		if [ -s "$VM_DIR/status" ]; then
			:
		elif [ ! -s "$VM_DIR/current" ] && [ ! -s "$VM_DIR/results" ]; then
			vm_died
			if test_boot_again "$1"; then
				echo "# no test had begun, and another VM is started"
				_before=again
			fi
		elif test_again "$1"; then
			vm_died 2>&1 | sed 's/^/    # /'
			echo "# $_test: the VM died, and the test begins anew"
			_before=again
		else
			test_vm_died "$1"
		fi
		vm_close
		# A VM in which nothing runs is not tried again.
		[ "$(wc -l <"$1/results")" != "$_before" ] || break
		test_vm_rest "$1"
	done
	cat "$1/results" >>"$TEST_DIR/results"
}

# What needs no VM, or starts its own ones
test_without_vm() {
	test_in_chroot
	test_on_host
}

# test_start NAME COMMAND...: in the background, with a file for what it says, which is there
# when this returns
test_start() {
	_lane=$1
	shift
	: >"$TEST_DIR/output-$_lane"
	(
		trap 'test_watch_stop; vm_close' EXIT
		trap 'exit 143' TERM
		"$@"
	) >>"$TEST_DIR/output-$_lane" 2>&1 &
	TEST_JOBS="$TEST_JOBS $!:$_lane"
}

# All lanes at the same time, and beside them what runs without them. Their output comes one
# after the other.
test_at_once() {
	test_start none test_without_vm
	for _at in $(seq 0 $((TEST_VMS - 1))); do
		test_start "$_at" test_lane "$_at" test_in_vm
	done
	for _job in $TEST_JOBS; do
		tail -q -c +1 -s 0.5 --pid="${_job%%:*}" -f "$TEST_DIR/output-${_job#*:}"
		wait "${_job%%:*}" || :
	done
	TEST_JOBS=
}

test_everywhere() {
	if [ "$TEST_VMS" != 1 ]; then
		test_at_once
	else
		test_without_vm
		test_lane 0 test_in_vm
	fi
	[ ! -e "$TEST_DIR/vm_alone" ] || test_in_vm "$TEST_DIR/vm_alone"
}

test_close() {
	test_watch_stop
	for _job in $TEST_JOBS; do
		kill "${_job%%:*}" 2>/dev/null || :
	done
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

# test_run PATTERN...: everything between having chosen and having counted
test_run() {
	test_budget
	command_prepare
	! test_needs_source "$@" || linux_source_get
	build_tests
	TEST_DIR=$(mktemp -d "$BUILD/test-XXXXXX")
	test_plan "$@"
	echo "KTAP version 1"
	[ -z "$TEST_CI" ] || echo "# RUN_TURN=$TEST_TURN, of $TEST_TURNS"
	echo "1..$TEST_COUNT"
	test_everywhere
}

test_command() {
	_list=
	while [ $# -gt 0 ]; do
		case $1 in
		--list) _list=yes ;;
		--long) TEST_LONG=yes ;;
		--ci) TEST_CI=yes ;;
		--kernel)
			[ $# -gt 1 ] || die "test: $1 wants a value"
			kernel_choose "$2"
			shift
			;;
		-*) die "test: unknown option $1 (see ./run --help)" ;;
		*) break ;;
		esac
		shift
	done
	[ -z "$TEST_CI" ] || test_choose_turn
	if [ "$_list" ]; then
		test_list "$@"
		return
	fi
	test_run "$@"
	test_summary
}
