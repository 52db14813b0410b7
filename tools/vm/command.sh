# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The subcommands of ./run.

command_help() {
	cat <<-'END'
		Usage: ./run COMMAND

		  demo                  show Tribus at work in a virtual machine (30 s)
		  test [OPTION]... [PATTERN]...
		                        run all tests, or those whose path contains PATTERN
		                        (a shell pattern); the last line counts the results
		      --list            only name them, and what each of them shows
		      --long            for the night: everything, and loops ten times as long
		      --ci              as .ci/run does: an eighth of them; which one depends on the commit
		  fuzz NAME [OPTION]... run a fuzzer; its corpus grows in build/fuzz/NAME
		      --time 1h         for that long (1m if nothing is said)
		      --seed N          in the way that N stands for
		      --replay FILE     run the input in FILE, or in all files of a directory
		      --minimize        make the corpus of the tree from what has been found
		      --libfuzzer       with libFuzzer of clang (ring only)
		  fuzz --list           name the fuzzers and what each of them does
		  bench NAME            measure, print a table with limits (no test: a machine
		                        may be slow); bench --list names them
		  shell                 an interactive shell in the virtual machine, with the
		                        modules installed for modprobe (5 s)
		  vm [OPTION]... [--] COMMAND [ARGUMENT]...
		                        run any command there, as root, and pass on its output
		                        and exit status (5 s)
		      --package NAME    with this Debian package installed (kept for next time)
		      --share DIR       with this directory at the same path, read and write
		  build                 compile the modules, and nothing else (30 s, then 2 s)
		  check                 for developers: W=1, sparse and checkpatch (1 min)
		  coverage [PATTERN]... the lines of the modules that the tests reach
		  clean                 remove everything that ./run has made

		The first command sets everything up: it installs mmdebstrap on this machine
		if that is missing (the only thing for which it uses sudo), fetches Debian 13
		from the mirror that this machine uses, and compiles the modules. That takes
		about one minute and 1 GB, all of it in build/ of this directory. Later
		commands reuse it. Logs are in build/log/.

		To remove it: ./run clean. (With an ordinary user's build/, rm -rf is not
		enough, because some files there belong to ids of /etc/subuid.)

		The VM has 3 GB of memory and 2 CPUs; RUN_MEM=6G and RUN_SMP=4 change that.
		It uses KVM where that works and emulation elsewhere.

		test, fuzz, shell, vm, demo and build take --kernel NAME: debug, which finds wrong use of
		memory and locks, leaks and more, or kcsan, which finds data races. The first use
		builds that kernel from Debian's source (5 min, 2 GB).
	END
}

# A shell goes without the programs of the tests where one of them does not compile.
command_programs() {
	(build_tests) || :
}

# Everything that the VM needs, made or reused.
command_prepare() {
	if ! { mkdir -p "$BUILD/log" && [ -w "$BUILD" ]; } 2>/dev/null; then
		die "$BUILD cannot be written (was it made by another user?)"
	fi
	# The VM's own standard input, where one is wanted, is descriptor 3.
	exec 3</dev/null
	host_check
	rootfs_get
	packages_get
	kernel_get
	nested_get
	build_get
}

command_vm_share() {
	[ -d "$1" ] || die "vm: --share wants a directory, and $1 is none"
	VM_SHARES="$VM_SHARES$(cd "$1" && pwd -P)
"
}

command_vm_package() {
	case $1 in
	'' | *[!a-z0-9+.-]*) die "vm: --package wants a name, and \"$1\" is none" ;;
	esac
	PACKAGES="$PACKAGES $1"
}

command_vm() {
	while [ $# -gt 0 ]; do
		case $1 in
		--package | --share | --kernel)
			[ $# -gt 1 ] || die "vm: $1 wants a value"
			case $1 in
			--package) command_vm_package "$2" ;;
			--share) command_vm_share "$2" ;;
			--kernel) kernel_choose "$2" ;;
			esac
			shift 2
			;;
		--)
			shift
			break
			;;
		-*)
			die "vm: unknown option $1 (see ./run --help)"
			;;
		*)
			break
			;;
		esac
	done
	[ $# -gt 0 ] || die "vm: which command? (see ./run --help)"
	command_prepare
	command_programs
	vm_run RUN_FACTOR -- "$@"
}

# command_kernel COMMAND [--kernel NAME]: for what takes no other option
command_kernel() {
	[ $# != 1 ] || return 0
	if [ $# != 3 ] || [ "$2" != --kernel ]; then
		die "$1: wrong arguments (see ./run --help)"
	fi
	kernel_choose "$3"
}

command_shell() {
	command_kernel shell "$@"
	[ -t 0 ] || die "shell: this is no terminal; use ./run vm -- COMMAND"
	command_prepare
	command_programs
	exec 3<&0
	vm_terminal TERM -- sh /tribus/tools/vm/shell.sh
}

command_demo() {
	command_kernel demo "$@"
	RUN_TTY=
	[ ! -t 1 ] || RUN_TTY=1
	command_prepare
	vm_run RUN_TTY -- sh /tribus/tools/vm/demo.sh
}

command_build() {
	command_kernel build "$@"
	command_prepare
}

# Nothing that runs in the background stays when this shell ends.
command_end() {
	step_tick_stop
	[ -z "$VM_STTY" ] || stty "$VM_STTY" <&3 2>/dev/null || :
	test_close
	vm_close
}

command_main() {
	trap command_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	_command=${1-}
	[ $# = 0 ] || shift
	case $_command in
	demo) command_demo "$@" ;;
	test) test_command "$@" ;;
	fuzz) fuzz_command "$@" ;;
	bench) bench_command "$@" ;;
	shell) command_shell "$@" ;;
	vm) command_vm "$@" ;;
	build) command_build "$@" ;;
	check) developer_check ;;
	coverage) coverage_command "$@" ;;
	clean) clean_all ;;
	help | --help | -h) command_help ;;
	'') command_help >&2 && exit 2 ;;
	*) die "unknown command $_command (see ./run --help)" ;;
	esac
}
