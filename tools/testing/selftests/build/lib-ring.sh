# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that run the engine of mdev_ring in user space: compiled unchanged,
# against headers of our own, with the compiler's sanitizers where it has them.

SRC=${SRC:-$(cd "${0%/*}/../../../.." && pwd -P)}
ring_scratch=$(mktemp -d)
trap 'rm -rf "$ring_scratch"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# ring_compile PROGRAM FLAG...
ring_compile() {
	ring_program=$1
	shift
	"${CC:-cc}" -g -O2 -Wall -Wextra -Werror -Wno-unused-parameter \
		-D_GNU_SOURCE "$@" \
		-I"$SRC/tools/testing/selftests/ring/shim" -I"$SRC/include" \
		-I"$SRC/drivers/vdpa/ring" -pthread -o "$ring_scratch/$ring_program" \
		"$SRC/tools/testing/selftests/ring/$ring_program.c"
}

ring_sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"

ring_has_sanitizers() {
	echo 'int main(void) { return 0; }' >"$ring_scratch/probe.c"
	# shellcheck disable=SC2086
	"${CC:-cc}" $ring_sanitizers -o "$ring_scratch/probe" \
		"$ring_scratch/probe.c" 2>/dev/null && "$ring_scratch/probe" 2>/dev/null
}

# ring_run PROGRAM ARGUMENT...: it prints KTAP; its exit status is the test's
ring_run() {
	ring_program=$1
	shift
	if ! ring_has_sanitizers; then
		echo "# without sanitizers: this compiler has none that works"
		ring_sanitizers=
	fi
	# shellcheck disable=SC2086
	if ! ring_compile "$ring_program" $ring_sanitizers; then
		echo "not ok 1 - $ring_program.c compiles"
		exit 1
	fi
	"$ring_scratch/$ring_program" "$@" || exit 1
}
