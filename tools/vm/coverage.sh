# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# ./run coverage: which lines of our modules the tests reach.

COVERAGE_LEAST=85

# After each VM: what it has counted is kept, to be added up. It stays until the next
# run, so that a report that fails does not cost all tests once more.
coverage_take() {
	[ -d "$VM_DIR/gcov" ] || return 0
	mkdir -p "$BUILD/coverage/gcov"
	mv "$VM_DIR/gcov" "$BUILD/coverage/gcov/${VM_DIR##*-}"
}

coverage_report() {
	PACKAGES=" lcov"
	packages_get
	rm -rf "$BUILD/coverage/html"
	mkdir -p "$KERNEL_DIR/root"
	namespace sh "$SRC/tools/vm/over.sh" "$ROOTFS" "$PACKAGES_LAYER" "$KERNEL_DIR/root" \
		--bind "$SRC" /run/source --bind "$KERNEL_DIR" /run/build \
		--bind "$LINUX_SOURCE" /run/linux --bind "$BUILD/coverage/gcov" /run/gcov \
		--bind "$BUILD/coverage" /run/coverage -- \
		sh /run/source/tools/vm/coverage-report.sh >"$BUILD/log/coverage.log" 2>&1 ||
		die "the report of the coverage failed (see $BUILD/log/coverage.log)"
	cat "$BUILD/coverage/modules"
	say "Line by line: $BUILD/coverage/html/index.html"
}

# coverage_low: the modules for users that have less than COVERAGE_LEAST
coverage_low() {
	awk -v least=$COVERAGE_LEAST '$1 !~ /_test(_|$)/ && $2 < least { printf " %s", $1 }' \
		"$BUILD/coverage/modules"
}

# Fails for them, unless the tests were chosen by name.
coverage_command() {
	kernel_choose coverage
	rm -rf "$BUILD/coverage"
	test_run "$@"
	[ -d "$BUILD/coverage/gcov" ] || die "coverage: no VM has ended as it should"
	coverage_report
	_low=$(coverage_low)
	[ -z "$_low" ] || say "less than $COVERAGE_LEAST % of the lines:$_low"
	test_summary && { [ $# != 0 ] || [ -z "$_low" ]; }
}
