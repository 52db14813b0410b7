#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# generate.sh YNL DIRECTORY: make from Documentation/netlink/specs/ what is made from it,
# in DIRECTORY as it lies in the tree. YNL is the folder tools/net/ynl of a kernel's
# source; Python needs its packages yaml and jsonschema.
#
# Besides, tools/netlink/generated.sha256 has the sums of what goes in and what comes out, so
# that one sees without the generator whether they belong together.
set -eu

SRC=$(cd "$(dirname "$0")/../.." && pwd -P)
ynl=$1
out=$2
spec=Documentation/netlink/specs/mdev.yaml

# The generator looks for the root of a kernel's source above the specification, and beside it
# for the schema that it has to follow.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/${spec%/*}"
cp "$SRC/$spec" "$scratch/$spec"
touch "$scratch/MAINTAINERS"
cp "$ynl/../../../Documentation/netlink/genetlink.yaml" "$scratch/Documentation/netlink/"

# make_file FILE MODE...
make_file() {
	file=$1
	shift
	mkdir -p "$out/${file%/*}"
	python3 "$ynl/ynl-gen-c.py" --spec "$scratch/$spec" -o "$out/$file" --mode "$@"
	(cd "$out" && sha256sum "$file") >>"$scratch/sums"
}

(cd "$SRC" && sha256sum $spec tools/netlink/generate.sh) >"$scratch/sums"
make_file include/uapi/linux/mdev_netlink.h uapi --header
make_file drivers/vfio/mdev/netlink_gen.h kernel --header
make_file drivers/vfio/mdev/netlink_gen.c kernel --source

mkdir -p "$out/tools/netlink"
{
	echo "# SPDX-License-Identifier: GPL-2.0"
	cat "$scratch/sums"
} >"$out/tools/netlink/generated.sha256"
