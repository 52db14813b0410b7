#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is made from the specification of family mdev is what lies in the tree; the specification
# follows the kernel's schema, and describes every attribute and request.
# timeout: 120
# needs: linux-source
. "${0%/*}/../lib.sh"

SPEC=$SRC/Documentation/netlink/specs/mdev.yaml
SUMS=tools/netlink/generated.sha256

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

cd "$SRC" || exit
check "nothing has changed since the files were made" sha256sum --check --strict "$SUMS" ||
	comment "tools/netlink/generate.sh makes them"
check_eq "the number of sums" "$(grep -c '^[0-9a-f]' "$SUMS")" 5
check_eq "what has no description" "$(undescribed)" ""

need "the generator runs" sh tools/netlink/generate.sh "$YNL" "$lib_scratch/made"
for file in $(cd "$lib_scratch/made" && find . -type f | LC_ALL=C sort); do
	check "$file is what is made now" diff -u "$file" "$lib_scratch/made/$file"
done
check_eq "the number of files" "$(find "$lib_scratch/made" -type f | wc -l)" 4
