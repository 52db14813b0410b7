#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A VM that dies before any test has begun is started again, twice and only where it is emulated;
# one that dies in a test is not taken for that, nor one that dies after it, and what never begins
# has failed.
# place: host
. "${0%/*}/../lib.sh"

SRC=$(cd "${0%/*}/../../../.." && pwd -P)
BUILD=$(mktemp -d)
cleanup rm -rf "$BUILD"
# shellcheck source=/dev/null
. "$SRC/tools/vm/test.sh"
TEST_DIR=$BUILD
accelerator=tcg

vm_accelerator() {
	echo "-accel $accelerator"
}
vm_died() {
	echo "it died"
}
vm_close() {
	:
}

# test_vm GROUP: the next of $deaths says how: at boot, in a test, at the end, or not at all
test_vm() {
	VM_DIR=$BUILD/vm
	rm -rf "$VM_DIR"
	mkdir "$VM_DIR"
	: >"$VM_DIR/results"
	starts=$((starts + 1))
	death=${deaths%% *}
	deaths=${deaths#* }
	case $death in
	boot) return ;;
	test) head -n 1 "$1/tests" >"$VM_DIR/current" && return ;;
	esac
	sed 's/^/pass /' "$1/tests" >"$VM_DIR/results"
	cat "$VM_DIR/results" >>"$1/results"
	: >"$VM_DIR/current"
	[ "$death" = end ] || echo 0 >"$VM_DIR/status"
}

# play DEATHS: sets starts
play() {
	rm -rf "$BUILD/group" "$BUILD/results"
	mkdir "$BUILD/group"
	printf '1 net/mtu.sh\n2 net/mq.sh\n' >"$BUILD/group/tests"
	cp "$BUILD/group/tests" "$BUILD/group/plan"
	: >"$BUILD/group/results"
	starts=0
	deaths=$1
	test_in_vm "$BUILD/group" >"$BUILD/said"
}

# outcomes: of both tests
outcomes() {
	cut -d ' ' -f 1 "$BUILD/results" | tr '\n' ' '
}

play "none "
check_eq "a VM that lives runs both tests" "$starts $(outcomes)" "1 pass pass "
play "boot none "
check_eq "one that dies at boot is started again" "$starts $(outcomes)" "2 pass pass "
check "and that is told" grep -q "no test had begun" "$BUILD/said"
play "boot boot none "
check_eq "twice" "$starts $(outcomes)" "3 pass pass "
play "boot boot boot boot "
check_eq "and no more" "$starts $(outcomes)" "3 "
play "test none "
check_eq "a test in which it dies has failed, and the next one runs" "$starts $(outcomes)" \
	"2 fail pass "
play "end none "
check_eq "one that dies when tests have ended fails the last" "$starts $(outcomes)" "1 pass fail "
accelerator=kvm
play "boot none "
check_eq "it is not excused where it is not emulated" "$starts $(outcomes)" "1 "
