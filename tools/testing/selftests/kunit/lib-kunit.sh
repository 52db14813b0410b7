# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that are run by KUnit in the kernel. Sourced after lib.sh.

KUNIT=/sys/kernel/debug/kunit

# kunit_suite NAME: each of its cases is a check of this test
kunit_suite() {
	kunit_text=
	kunit_cases=0
	while IFS= read -r kunit_line; do
		kunit_line=${kunit_line#"${kunit_line%%[! ]*}"}
		case $kunit_line in
		"ok "*" $1") ;;
		"ok "*) ok "$1: ${kunit_line#ok * }" ;;
		"not ok "*" $1") ;;
		"not ok "*) not_ok "$1: ${kunit_line#not ok * }" "$kunit_text" ;;
		"# $1: "* | "KTAP "* | "# Subtest: "* | "# module: "* | 1..*) continue ;;
		*)
			kunit_text="$kunit_text$kunit_line
"
			continue
			;;
		esac
		kunit_cases=$((kunit_cases + 1))
		kunit_text=
	done <"$KUNIT/$1/results"
	[ $kunit_cases -gt 1 ] || not_ok "$1 has cases" "$(cat "$KUNIT/$1/results")"
}

# kunit_module NAME SUITE...: loading it runs the suites
kunit_module() {
	kunit_module=$1
	shift
	modprobe kunit 2>/dev/null
	[ -d $KUNIT ] || skip_all "a kernel with KUnit is needed"
	need "$kunit_module loads" modprobe "$kunit_module"
	for kunit_name in "$@"; do
		need "suite $kunit_name has results" test -e "$KUNIT/$kunit_name/results"
		kunit_suite "$kunit_name"
	done
	check "$kunit_module goes" rmmod "$kunit_module"
}
