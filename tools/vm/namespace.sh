# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Everything that needs mounts, chroot or files of several owners runs in
# namespaces of its own. Root needs a mount namespace only. An ordinary user
# becomes root of a user namespace in which the user's own id is 0 and the ids of
# /etc/subuid are 1 and up, so what is root's in the root file system is the
# user's on this machine.

# The pid namespace and the signal make sure that nothing outlives the command, nor
# this shell.
NAMESPACE="--mount --pid --fork --kill-child --mount-proc"
if [ "$(id -u)" = 0 ]; then
	NAMESPACE="unshare $NAMESPACE"
else
	NAMESPACE="unshare --user --map-root-user --map-auto $NAMESPACE"
fi
NAMESPACE="setpriv --pdeathsig KILL $NAMESPACE"

namespace() {
	$NAMESPACE "$@"
}

# Files of other owners can only be removed by the root of the namespace.
namespace_remove() {
	for _path in "$@"; do
		[ -e "$_path" ] || continue
		rm -rf "$_path" 2>/dev/null || namespace rm -rf "$_path"
	done
}

# inside [--bind SOURCE PLACE]... -- COMMAND...: run COMMAND in the root file system
inside() {
	namespace sh "$SRC/tools/vm/enter.sh" "$ROOTFS" "$@"
}

namespace_check() {
	if ! _why=$(namespace true 2>&1); then
		say "$_why"
		if [ "$(id -u)" = 0 ]; then
			die "this machine does not let root make mount and pid namespaces (a container without CAP_SYS_ADMIN?)"
		fi
		die "this machine does not let $(id -un) make user namespaces: check that /etc/subuid and /etc/subgid have a line for $(id -un), or run as root"
	fi
}
