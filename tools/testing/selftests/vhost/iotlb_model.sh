#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whatever is mapped and unmapped in whatever order: the device reaches what is mapped
# and nothing else, and every message gets the answer that it should.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice one
for seed in 1 2 3; do
	comment "seed $seed"
	tap iotlb_model one $seed "$(repeat 200)" || break
done
