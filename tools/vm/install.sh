#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# install.sh RELEASE HEADERS DIRECTORY
#
# Installs the modules built in DIRECTORY/source to DIRECTORY/installed-HASH, with
# the module index of the whole kernel, and points DIRECTORY/installed there. HASH
# says what is in it, so nothing is to be done when the modules are the same.
set -eu

release=$1
headers=$2
top=$3

modules=$(cd "$top/source" && find . -name '*.ko' | LC_ALL=C sort)
hash=$(
	cd "$top/source"
	{ echo "$release"; cat /dev/null $modules; echo "$modules"; } | sha256sum | cut -c 1-16
)
place=installed-$hash

if ! [ -d "$top/$place" ]; then
	new=$top/installed.new
	lib=$new/usr/lib/modules/$release
	rm -rf "$new"
	mkdir -p "$lib/kernel"
	# depmod looks for lib/modules, which is usr/lib/modules on Debian.
	ln -s usr/lib "$new/lib"
	[ -z "$modules" ] || make -C "$top/source" modules_install KDIR="$headers" \
		INSTALL_MOD_PATH="$new" INSTALL_MOD_STRIP=1 \
		DEPMOD=true CONFIG_MODULE_COMPRESS_ALL=

	# The kernel's own modules are only shown to depmod, not copied.
	cp "/usr/lib/modules/$release/modules.order" "/usr/lib/modules/$release"/modules.builtin* "$lib/"
	mount --bind "/usr/lib/modules/$release/kernel" "$lib/kernel"
	depmod -b "$new" "$release"
	umount "$lib/kernel"

	# In the VM, lib is a link of the root file system already.
	rm "$new/lib"
	mv "$new" "$top/$place"
fi
ln -sfn "$place" "$top/installed"
