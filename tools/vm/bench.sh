# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# ./run bench: measures, prints a table with limits, and fails when one is not kept. It is
# no test: how long things take depends on the machine.

BENCH_SOURCE=$SRC/tools/testing/bench
BENCH_DIR=$BUILD/bench

bench_list() {
	for _bench in "$BENCH_SOURCE"/*/main.sh; do
		_name=${_bench%/main.sh}
		printf '%-9s %s\n' "${_name##*/}" "$(sed -n '3s/^# //p' "$_bench")"
	done
}

# The kernel's own modules that Debian does not have, made of its source in BENCH_DIR.
bench_sim() {
	mkdir -p "$BENCH_DIR/sim" &&
		build_inside --bind "$LINUX_SOURCE" /run/linux -- sh \
			/run/source/tools/testing/bench/vdpa_sim/build.sh /run/linux \
			/run/top/bench/sim "$KERNEL_HEADERS"
}

bench_programs() {
	for _program in "$BENCH_SOURCE/$1"/*.c; do
		_name=${_program##*/}
		build_inside -- gcc -O2 -Wall -Wextra -Wno-unused-parameter \
			-I/run/source/include/uapi -o "/run/top/bench/${_name%.c}" \
			"/run/source/tools/testing/bench/$1/$_name" -lmnl || return
	done
}

bench_command() {
	case ${1-} in
	--list)
		bench_list
		return
		;;
	esac
	[ $# = 1 ] && [ -e "$BENCH_SOURCE/$1/main.sh" ] ||
		die "bench: which one? (see ./run bench --list)"
	command_prepare
	linux_source_get
	build_tests
	mkdir -p "$BENCH_DIR"
	build_part "building the programs of the benchmark" bench_programs "$1"
	build_part "building vdpa_sim" bench_sim
	: "${RUN_MEM:=$(sed -n 's/^# memory: //p' "$BENCH_SOURCE/$1/main.sh")}"
	VM_MEMORY=$RUN_MEM
	VM_SHARES="$BENCH_DIR
"
	BENCH=$BENCH_DIR HELPERS=/tribus/build/selftests
	vm_run RUN_FACTOR BENCH HELPERS -- sh "/tribus/tools/testing/bench/$1/main.sh"
}
