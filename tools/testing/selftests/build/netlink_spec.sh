#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is made from the specification of family mdev is what lies in the tree, and every
# attribute and request of it is described.
# place: host
. "${0%/*}/../lib.sh"

SRC=$(cd "${0%/*}/../../../.." && pwd -P)
YNL=$SRC/build/linux-source/tools/net/ynl
SPEC=$SRC/Documentation/netlink/specs/mdev.yaml

[ -e "$YNL/ynl-gen-c.py" ] ||
	skip_all "the kernel's source is not here (./run test --kernel debug fetches it)"
python3 -c 'import yaml, jsonschema' 2>/dev/null ||
	skip_all "Python's packages yaml and jsonschema are not here"

check "the generator runs" sh "$SRC/tools/netlink/generate.sh" "$YNL" "$lib_scratch/made"
for file in $(cd "$lib_scratch/made" && find . -type f | LC_ALL=C sort); do
	check "$file is what is made now" diff -u "$SRC/$file" "$lib_scratch/made/$file"
done
check_eq "the number of files" "$(find "$lib_scratch/made" -type f | wc -l)" 3

undescribed() {
	python3 - "$SPEC" <<'END'
import sys, yaml
spec = yaml.safe_load(open(sys.argv[1]))
for group in spec['attribute-sets']:
    for attr in group['attributes']:
        if 'doc' not in attr:
            print(group['name'], attr['name'])
for op in spec['operations']['list']:
    if 'doc' not in op:
        print(op['name'])
END
}
check_eq "what has no description" "$(undescribed)" ""
