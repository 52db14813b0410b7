#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A parent cannot be handed the operations of one class as those of another: it
# does not compile. With the right ones it does.
# timeout: 120
. "${0%/*}/../lib.sh"

classes="virtio vhost vfio vendor"
dir=$lib_scratch/module
mkdir "$dir"

# source FILE BODY: a C file with the headers of all classes
source_file() {
	{
		for class in class $classes; do
			echo "#include <linux/mdev_$class.h>"
		done
		echo "$2"
	} >"$dir/$1.c"
	echo "obj-m += $1.o" >>"$dir/Kbuild"
}

# pointer_case FIELD OPS: the pointer FIELD of a parent is given OPS
pointer_case() {
	source_file "pointer_$1_$2" "
		extern const struct mdev_$2_ops given;
		void test(struct mdev_parent *parent);
		void test(struct mdev_parent *parent)
		{
			parent->$1_ops = &given;
		}"
}

# getter_case GETTER OPS: what the getter returns is taken for OPS
getter_case() {
	source_file "getter_$1_$2" "
		const struct mdev_$2_ops *test(struct mdev_slice *slice);
		const struct mdev_$2_ops *test(struct mdev_slice *slice)
		{
			return mdev_$1_ops(slice);
		}"
}

# All of them in one run of make, which goes on after an error.
cat >"$dir/Kbuild" <<END
include $SRC/drivers/compat/Kbuild.include
ccflags-y += -I$SRC/include -include $SRC/drivers/compat/compat.h \$(compat-flags)
END
for field in $classes; do
	for ops in $classes; do
		pointer_case "$field" "$ops"
		getter_case "$field" "$ops"
	done
done
make -k -C "$KDIR" M="$dir" KBUILD_MODPOST_WARN=1 >"$dir/log" 2>&1

# refused CASE: there is no object, because the pointer has the wrong type
refused() {
	! [ -e "$dir/$1.o" ] &&
		grep "$1.c:.*error:" "$dir/log" | grep -q -e '-Wincompatible-pointer-types'
}

accepted() {
	[ -e "$dir/$1.o" ] && ! grep -q "$1.c:.*error:" "$dir/log"
}

for kind in pointer getter; do
	for field in $classes; do
		check "$kind ${field}_ops takes struct mdev_${field}_ops" \
			accepted "${kind}_${field}_$field"
		for ops in $classes; do
			[ "$ops" = "$field" ] ||
				check "$kind ${field}_ops refuses struct mdev_${ops}_ops" \
					refused "${kind}_${field}_$ops"
		done
	done
done
[ "$lib_failed" = 0 ] || comment "$(grep -E 'error|warning' "$dir/log" | head -n 20)"
