# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests whose checks are made by a program, see common/tap.h. Sourced after lib.sh.

# tap PROGRAM [ARGUMENT]...: its checks are checks of this test
tap() {
	tap_program=$1
	shift
	mkfifo "$lib_scratch/tap"
	"$HELPERS_DIR/$tap_program" "$@" >"$lib_scratch/tap" 2>&1 &
	tap_pid=$!
	while IFS= read -r tap_text; do
		case $tap_text in
		'ok '*) ok "${tap_text#ok }" ;;
		'not ok '*) not_ok "${tap_text#not ok }" ;;
		'#'*) echo "$tap_text" ;;
		*) echo "# $tap_text" ;;
		esac
	done <"$lib_scratch/tap"
	rm -f "$lib_scratch/tap"
	wait "$tap_pid"
	tap_status=$?
	[ "$tap_status" = 0 ] ||
		not_ok "$tap_program${1:+ $1} runs to its end" "exit status $tap_status"
	return "$tap_status"
}
