# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Removes what ./run has made: build/, which nothing but ./run writes to.

clean_all() {
	[ -d "$BUILD" ] || return 0
	exec 8>"$BUILD/rootfs.lock"
	flock --exclusive --nonblock 8 || die "another ./run is using $BUILD"
	namespace_remove "$BUILD"
}
