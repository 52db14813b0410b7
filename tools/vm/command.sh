# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The subcommands of ./run.

# Everything that the VM needs, made or reused.
command_prepare() {
	mkdir -p "$BUILD/log" 2>/dev/null && [ -w "$BUILD" ] ||
		die "cannot write to $BUILD (made by another user?)"
	# The VM's own standard input, where one is wanted, is descriptor 3.
	exec 3</dev/null
	host_check
	rootfs_get
	kernel_get
	build_get
}

command_vm() {
	while [ $# -gt 0 ]; do
		case $1 in
		--share)
			VM_SHARES="$VM_SHARES$(cd "$2" && pwd -P)
"
			shift 2
			;;
		--)
			shift
			break
			;;
		-*)
			die "vm: unknown option $1"
			;;
		*)
			break
			;;
		esac
	done
	[ $# -gt 0 ] || die "vm: which command?"
	command_prepare
	vm_run RUN_FACTOR -- "$@"
}

command_main() {
	case ${1-} in
	vm)
		shift
		command_vm "$@"
		;;
	build)
		command_prepare
		;;
	*)
		die "unknown command ${1-} (see ./run --help)"
		;;
	esac
}
