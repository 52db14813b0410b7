# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What this machine has to have: very little, because the compiler, the headers
# and the emulator come with the root file system.

host_missing() {
	command -v mmdebstrap >/dev/null || echo mmdebstrap
	[ "$(mirror_keyring)" ] || echo debian-archive-keyring
	if [ "$(id -u)" != 0 ]; then
		command -v newuidmap >/dev/null || echo uidmap
	fi
}

# as_root COMMAND...: the only place where sudo is used
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# host_need_root WHAT: asks for the password now, not in the middle of a step
host_need_root() {
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null ||
		die "$1: run this once as root, or install sudo"
	say "[host] $1: sudo is used for that"
	sudo true || die "$1: run this once as root, or as a user who may use sudo"
}

host_update() {
	host_need_root "the package lists of this machine have to be fetched"
	step "[host] fetching package lists" as_root apt-get update
}

host_can_install() {
	apt-get install --simulate "$@" >/dev/null 2>&1
}

host_install() {
	host_need_root "these Debian packages have to be installed: $*"
	host_can_install "$@" || host_update
	step "[host] installing $*" as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install --yes --no-install-recommends "$@"
}

host_check() {
	[ "$(uname -m)" = x86_64 ] || die "this needs a 64-bit x86 machine, not $(uname -m)"
	command -v apt-get >/dev/null || die "this needs a Debian machine (apt-get is not here)"
	_missing=$(host_missing)
	[ -z "$_missing" ] || host_install $_missing
	namespace_check
}
