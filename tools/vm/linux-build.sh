#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# linux-build.sh NAME [ARGUMENT-OF-MAKE]...
#
# Runs in the root file system with the packages that a kernel's build needs:
# configures and compiles the kernel NAME from /run/linux in /run/build/linux, and
# installs its modules in /run/build/modules.
# The shell in the root file system has -nt.
# shellcheck disable=SC3013
set -eu

tree=/run/build/linux
configs="/run/vm/kernel/base.config /run/vm/kernel/$1.config"
shift
arguments=$*

kernel_make() {
	make --no-print-directory -C /run/linux O="$tree" -s -j "$(nproc)" $arguments "$@"
}

# An option that has no effect is a mistake: it is misspelt, or depends on something.
configure() {
	cat $configs >"$tree/wanted"
	kernel_make allnoconfig KCONFIG_ALLCONFIG="$tree/wanted"
	grep '^CONFIG_' "$tree/wanted" | grep -vxF -f "$tree/.config" >"$tree/missing" || return 0
	echo "These options are wanted, and lack what they depend on, or do not exist:"
	cat "$tree/missing"
	exit 1
}

# What an interrupted step has left half written is newer than the command that kbuild
# notes at the end of each.
remove_unfinished() {
	find "$tree" -name '.*.cmd' | while IFS= read -r note; do
		file=${note##*/.}
		file=${note%/*}/${file%.cmd}
		! [ "$file" -nt "$note" ] || rm -f "$file"
	done
}

mkdir -p "$tree"
remove_unfinished
configure
kernel_make vmlinux modules
rm -rf /run/build/modules
kernel_make modules_install INSTALL_MOD_PATH=/run/build/modules INSTALL_MOD_STRIP=1 DEPMOD=true
strip -o /run/build/image.new "$tree/vmlinux"
mv /run/build/image.new /run/build/image
