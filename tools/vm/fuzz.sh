# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# ./run fuzz: a fuzzer for as long as one likes. It begins with the corpus of the
# tree and with what earlier runs have added in build/fuzz/NAME/corpus; inputs that
# find something are left in build/fuzz/NAME/crashes. The one that is being run in the VM
# is in build/fuzz/NAME/running.

FUZZ_NAME=
FUZZ_TIME=1m
FUZZ_SEED=
FUZZ_REPLAY=
FUZZ_MINIMIZE=
FUZZ_LIBFUZZER=

# The first comment of a fuzzer's main file says what it does.
fuzz_list() {
	for _main in "$SRC"/tools/testing/fuzz/*/main.c; do
		_name=${_main%/main.c}
		printf '%-9s %s\n' "${_name##*/}" \
			"$(awk '/^ \* /{ sub(/^ \* /, ""); text = text " " $0; next } text { exit }
				END { sub(/^ /, "", text); print text }' "$_main")"
	done
}

fuzz_options() {
	while [ $# -gt 0 ]; do
		case $1 in
		--libfuzzer) FUZZ_LIBFUZZER=yes ;;
		--minimize) FUZZ_MINIMIZE=yes ;;
		--time | --seed | --replay)
			[ $# -gt 1 ] || die "fuzz: $1 wants a value"
			eval "FUZZ_$(echo "${1#--}" | tr '[:lower:]' '[:upper:]')=\$2"
			shift
			;;
		--kernel)
			[ $# -gt 1 ] || die "fuzz: $1 wants a value"
			kernel_choose "$2"
			shift
			;;
		-*) die "fuzz: unknown option $1 (see ./run --help)" ;;
		*) FUZZ_NAME=$1 ;;
		esac
		shift
	done
	[ -e "$SRC/tools/testing/fuzz/${FUZZ_NAME:-none}/main.c" ] ||
		die "fuzz: which one? (see ./run fuzz --list)"
	[ -z "$FUZZ_LIBFUZZER" ] || [ "$FUZZ_NAME" = ring ] ||
		die "fuzz: only ring can be built with libFuzzer"
	case ${FUZZ_REPLAY:+replay}${FUZZ_MINIMIZE:+minimize}${FUZZ_LIBFUZZER:+libfuzzer} in
	'' | replay | minimize | libfuzzer) ;;
	*) die "fuzz: only one of --replay, --minimize and --libfuzzer" ;;
	esac
	[ -z "$FUZZ_MINIMIZE" ] || fuzz_has_edges ||
		die "fuzz: --minimize wants a kernel with KCOV, which tells what inputs reach (--kernel debug or coverage)"
}

# The engine of rings is compiled for it, the modules are where the kernel has KCOV.
fuzz_has_edges() {
	[ "$FUZZ_NAME" = ring ] ||
		grep -qsx CONFIG_KCOV=y "$SRC/tools/vm/kernel/$KERNEL.config"
}

# Where things are in the place in which the fuzzer runs: SOURCE and the fuzzer's BUILD
fuzz_arguments() {
	set -- "$1/tools/testing/fuzz/$FUZZ_NAME/corpus" "$2/corpus" "$2"
	if [ "$FUZZ_REPLAY" ]; then
		echo "--replay $3/replay"
	elif [ "$FUZZ_MINIMIZE" ]; then
		echo "--corpus $1 --corpus $2 --minimize $3/minimized"
	else
		echo "--time $FUZZ_TIME ${FUZZ_SEED:+--seed $FUZZ_SEED} --corpus $1" \
			"--corpus $2 --save $2 --crashes $3/crashes"
	fi
}

# The compiler is in a layer over the root file system, so it has to be put together.
fuzz_libfuzzer() {
	case $FUZZ_TIME in
	*h) _seconds=$((${FUZZ_TIME%h} * 3600)) ;;
	*m) _seconds=$((${FUZZ_TIME%m} * 60)) ;;
	*) _seconds=${FUZZ_TIME%s} ;;
	esac
	mkdir -p "$FUZZ_DIR/root" "$FUZZ_DIR/libfuzzer"
	namespace sh -c 'mount -t overlay -o "lowerdir=$1:$2,userxattr" overlay "$3" &&
		enter=$4 root=$3 && shift 4 && exec sh "$enter" "$root" "$@"' \
		fuzz "$PACKAGES_LAYER" "$ROOTFS" "$FUZZ_DIR/root" "$SRC/tools/vm/enter.sh" \
		--bind "$SRC" /run/source --bind "$FUZZ_DIR" /run/fuzz -- sh -c '
			make -s -C /run/source/tools/testing/fuzz CC=clang OUT=/run/fuzz/libfuzzer \
				ring-libfuzzer && cd /run/fuzz && mkdir -p libfuzzer/corpus &&
			exec libfuzzer/ring-libfuzzer -max_len=1024 -print_final_stats=1 \
				-max_total_time='"$_seconds"' -artifact_prefix=crashes/ \
				libfuzzer/corpus corpus /run/source/tools/testing/fuzz/ring/corpus'
}

# All that an input can ask for is there before the first of them: inputs mean the same each time,
# and the fuzzer knows where each module is. A parent brings the classes that it serves with it.
fuzz_modules() {
	printf 'modprobe mdev_net && modprobe mdev_vdpa'
	case $FUZZ_NAME in
	vhost) printf ' && modprobe mdev_vhost && modprobe mdev_test_wide queues=4' ;;
	vfio) printf ' && modprobe -a mdev_vfio vfio vfio_iommu_type1' ;;
	sysfs)
		printf ' && modprobe -a mdev_vhost mdev_vfio vfio vfio_iommu_type1'
		# Samples are not everywhere. Without the timer pulses are those that are injected.
		printf ' && { modprobe -qa mdev_pair mdev_pair_net; modprobe -q mdev_pulse period_us=0; :; }'
		;;
	esac
}

# The VM has died: what it ran is kept like every input that finds something. The file has a
# line with name and length, the input, and maybe the end of a longer one before it.
fuzz_rescue() {
	[ -s "$FUZZ_DIR/running" ] || return 0
	read -r _name _length <"$FUZZ_DIR/running"
	tail -n +2 "$FUZZ_DIR/running" | head -c "$_length" >"$FUZZ_DIR/crashes/$_name"
	rm "$FUZZ_DIR/running"
	say "run: the input that was run last is in ${FUZZ_DIR#"$SRC/"}/crashes/$_name"
}

# shellcheck disable=SC2046
fuzz_vm() {
	VM_SHARES="$FUZZ_DIR
"
	_fuzz_status=0
	test_budget
	vm_run RUN_FACTOR RUN_PATIENCE -- sh -c "$(fuzz_modules)"' && exec "$@"' \
		fuzz "/tribus/build/selftests/fuzz/$FUZZ_NAME" \
		$(fuzz_arguments /tribus "$FUZZ_DIR") --running "$FUZZ_DIR/running" || _fuzz_status=$?
	# As vm_status says it
	[ "$_fuzz_status" != 125 ] || fuzz_rescue
	return "$_fuzz_status"
}

# shellcheck disable=SC2046
# The engine of rings is a program; the rest needs a kernel of its own.
fuzz_run() {
	if [ "$FUZZ_LIBFUZZER" ]; then
		fuzz_libfuzzer
	elif [ "$FUZZ_NAME" = ring ]; then
		build_inside -- /run/top/selftests/fuzz/ring \
			$(fuzz_arguments /run/source /run/top/fuzz/ring)
	else
		fuzz_vm
	fi
}

fuzz_command() {
	if [ "${1-}" = --list ]; then
		fuzz_list
		return
	fi
	fuzz_options "$@"
	[ -z "$FUZZ_LIBFUZZER" ] || PACKAGES="$PACKAGES clang libclang-rt-19-dev"
	command_prepare
	build_tests
	FUZZ_DIR=$BUILD/fuzz/$FUZZ_NAME
	rm -rf "$FUZZ_DIR/replay" "$FUZZ_DIR/minimized" "$FUZZ_DIR/running"
	mkdir -p "$FUZZ_DIR/corpus" "$FUZZ_DIR/crashes" "$FUZZ_DIR/minimized"
	[ -z "$FUZZ_REPLAY" ] || cp -r "$FUZZ_REPLAY" "$FUZZ_DIR/replay"
	fuzz_run
	[ -z "$FUZZ_MINIMIZE" ] || fuzz_minimized
}

# The tree's corpus is what the minimal set is, nothing else.
fuzz_minimized() {
	_corpus=$SRC/tools/testing/fuzz/$FUZZ_NAME/corpus
	[ "$(ls "$FUZZ_DIR/minimized")" ] || die "fuzz: no input is left, and the corpus stays as it is"
	rm -rf "$_corpus"
	mv "$FUZZ_DIR/minimized" "$_corpus"
	say "run: $(ls "$_corpus" | wc -l) inputs are in tools/testing/fuzz/$FUZZ_NAME/corpus now"
}
