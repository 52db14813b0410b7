#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# install.sh RELEASE HEADERS DIRECTORY MODULES
#
# Installs the modules built in DIRECTORY/source to DIRECTORY/installed-HASH, with
# the module index of the whole kernel and the command tribus, and points
# DIRECTORY/installed there. HASH says what is in it, so nothing is to be done when
# they are the same.
set -eu

release=$1
headers=$2
top=$3
own=$4

modules=$(cd "$top/source" && find . -name '*.ko' | LC_ALL=C sort)
hash=$(
	cd "$top/source"
	{
		echo "$release"
		cat /dev/null $modules
		cat "$top/tribus/tribus"
		echo "$modules"
		cat "$top/linux.key" 2>/dev/null || :
	} | sha256sum | cut -c 1-16
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

	# Debian's own modules are in the root file system, so they are only shown to depmod.
	cp "$own/modules.order" "$own"/modules.builtin* "$lib/"
	case $own in
	/usr/*) mount --bind "$own/kernel" "$lib/kernel" ;;
	*) cp -a "$own/kernel" "$lib/" ;;
	esac
	depmod -b "$new" "$release"
	install -D -s "$top/tribus/tribus" "$new/usr/sbin/tribus"
	! mountpoint -q "$lib/kernel" || umount "$lib/kernel"

	# In the VM, lib is a link of the root file system already.
	rm "$new/lib"
	mv "$new" "$top/$place"
fi
ln -sfn "$place" "$top/installed"
