#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Operations are constant: nothing in the tree can write to a parent's, and the
# headers of the driver API have no untyped pointer to operations.
# timeout: 60
. "${0%/*}/../lib.sh"

dir=$lib_scratch/module
mkdir "$dir"
cat >"$dir/write.c" <<'END'
#include <linux/mdev_class.h>
#include <linux/mdev_virtio.h>
void test(struct mdev_slice *slice);
void test(struct mdev_slice *slice)
{
	mdev_virtio_ops(slice)->kick_vq = NULL;
}
END
cat >"$dir/Kbuild" <<END
include $SRC/drivers/compat/Kbuild.include
ccflags-y += -I$SRC/include -include $SRC/drivers/compat/compat.h \$(compat-flags)
obj-m += write.o
END
check_fail "operations cannot be written to" "read-only" \
	make -C "$KDIR" M="$dir" KBUILD_MODPOST_WARN=1

untyped() {
	! grep -nE 'void \*+[a-z_]*ops\b' "$SRC"/include/linux/mdev_*.h
}
check "no header has an untyped pointer to operations" untyped
