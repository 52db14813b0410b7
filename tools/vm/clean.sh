# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Removes what ./run has made: build/, which nothing but ./run writes to.

clean_all() {
	[ -d "$BUILD" ] || return 0
	exec 8>"$BUILD/rootfs.lock"
	flock --exclusive --nonblock 8 || die "another ./run is using $BUILD"
	# What a command that was killed has still running may write for a moment more.
	for _ in 1 2 3; do
		namespace_remove "$BUILD" || :
		[ -e "$BUILD" ] || return 0
		sleep 1
	done
	die "$BUILD could not be removed"
}
