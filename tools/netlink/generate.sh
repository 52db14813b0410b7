#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# generate.sh YNL DIRECTORY: make from Documentation/netlink/specs/ what is made from it,
# in DIRECTORY as it lies in the tree. YNL is the folder tools/net/ynl of a kernel's
# source; Python needs its packages yaml and jsonschema.
set -eu

SRC=$(cd "$(dirname "$0")/../.." && pwd -P)
ynl=$1
out=$2

# The generator looks for the root of a kernel's source above the specification, and
# for the schema that the specification has to follow, which Debian's source has no
# copy of when it is unpacked for a build: all schemas that are met are good.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/Documentation/netlink"
cp -r "$SRC/Documentation/netlink/specs" "$scratch/Documentation/netlink/"
touch "$scratch/MAINTAINERS"
echo '{}' >"$scratch/Documentation/netlink/genetlink.yaml"

# make_file FILE MODE...
make_file() {
	file=$1
	shift
	mkdir -p "$out/${file%/*}"
	python3 "$ynl/ynl-gen-c.py" --spec "$scratch/Documentation/netlink/specs/mdev.yaml" \
		-o "$out/$file" --mode "$@"
}

make_file include/uapi/linux/mdev_netlink.h uapi --header
make_file drivers/vfio/mdev/netlink_gen.h kernel --header
make_file drivers/vfio/mdev/netlink_gen.c kernel --source
