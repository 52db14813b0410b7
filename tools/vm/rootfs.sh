# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The root file system: Debian, made once by mmdebstrap and never changed after.
# Whoever uses it holds a shared lock, whoever replaces it an exclusive one.

SUITE=trixie
ROOTFS=$BUILD/rootfs

# Raise this when rootfs_make() changes in a way that the result shows.
ROOTFS_VERSION=1

rootfs_packages() {
	sed 's/#.*//' "$SRC/tools/vm/packages.list" | tr -s ' \t\n' ' ' | sed 's/^ //; s/ $//'
}

# What the root file system was made from; the file is written last, so that
# there is none after an interrupted attempt.
rootfs_key() {
	printf '%s\n' "$SUITE" "$ROOTFS_VERSION" "$(rootfs_packages)" | sha256sum | cut -c 1-16
}

rootfs_ready() {
	[ "$(cat "$BUILD/rootfs.key" 2>/dev/null)" = "$(rootfs_key)" ]
}

# The initramfs is our own, so the package's hook that makes a big one is left out.
rootfs_make() {
	set -- --mode=root --variant=minbase --format=directory \
		--include="$(rootfs_packages | tr ' ' ',')" \
		--aptopt='APT::Install-Recommends "false"' \
		--dpkgopt='path-exclude=/etc/kernel/postinst.d/initramfs-tools' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/info/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/lintian/*' \
		--skip=check/signed-by,check/qemu
	mirror_settings >"$BUILD/rootfs.apt"
	while IFS= read -r _setting; do
		set -- "$@" --aptopt="$_setting"
	done <"$BUILD/rootfs.apt"
	rm -f "$BUILD/rootfs.apt"

	# apt downloads as a user that cannot look into a private home directory.
	set -- "$@" --aptopt='APT::Sandbox::User "root"'
	mirror_sources "$SUITE" | namespace mmdebstrap "$@" "$SUITE" "$ROOTFS.new" -
}

rootfs_replace() {
	rm -f "$BUILD/rootfs.key"
	namespace_remove "$ROOTFS" "$ROOTFS.new" "$BUILD"/kernel-* "$BUILD/packages" "$LINUX_SOURCE"
	rm -f "$BUILD/linux-source.key"
	step "[rootfs] making Debian $SUITE (about 1 GB, takes a minute)" rootfs_make
	mv "$ROOTFS.new" "$ROOTFS"
	rootfs_key >"$BUILD/rootfs.key"
}

# Leaves a shared lock on file descriptor 8 for as long as this process lives.
rootfs_get() {
	exec 8>"$BUILD/rootfs.lock"
	while :; do
		flock --shared 8
		rootfs_ready && return
		flock --unlock 8
		[ "$(mirror_uri Debian)" ] || host_update
		[ "$(mirror_uri Debian)" ] ||
			die "apt on this machine has no source of Debian's main packages"
		flock --exclusive --nonblock 8 || {
			say "[rootfs] waiting for another ./run to end"
			flock --exclusive 8
		}
		rootfs_ready || rootfs_replace
		flock --unlock 8
	done
}
