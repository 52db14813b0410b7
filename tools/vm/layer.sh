#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# layer.sh ROOT DIRECTORY PACKAGE...
#
# Installs packages over ROOT; what changes is left in DIRECTORY/upper. It is called
# as root of a mount namespace made for this one command.
set -eu

root=$1
directory=$2
shift 2

# userxattr, because a root of a user namespace may not set trusted attributes.
cd "$directory"
ln -sfn "$root" lower
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr overlay merged

# The chroot resolves names as this machine does.
set -- --bind "${0%/*}" /run/vm -- \
	env http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" \
	no_proxy="${no_proxy:-}" sh /run/vm/install-packages.sh "$@"
for file in /etc/ssl/certs /etc/hosts /etc/resolv.conf; do
	[ ! -e "$file" ] || set -- --bind "$file" "/run/network/${file##*/}" "$@"
done
exec sh "${0%/*}/enter.sh" "$PWD/merged" "$@"
