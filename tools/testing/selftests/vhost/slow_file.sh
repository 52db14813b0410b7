#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Memory of a file whose file system does not answer delays only the queue that wants it;
# when the file system ends, only that queue has an error.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

modprobe -q fuse
[ -e /dev/fuse ] || skip_all "this kernel has no FUSE"
need "the modules load" load_vhost
need "a slice in class vhost" vhost_slice slow
need "another one" vhost_slice fast
mkdir "$lib_scratch/fuse"
tap slow_file slow fast "$lib_scratch/fuse"
check "the slice is gone" test ! -e "$SLICES/slow"
