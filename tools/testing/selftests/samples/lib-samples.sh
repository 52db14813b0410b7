# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of the sample parents. Sourced after lib.sh.

. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tap.sh"

MEDIATED=/sys/bus/mdev/devices

# load_sample PARENT [PARAMETER=VALUE]...: a parent, and what is needed to use its slices
load_sample() {
	lib_module=mdev_$1
	shift
	modprobe "$lib_module" "$@" && modprobe -a vfio vfio_iommu_type1 && [ -e /dev/vfio/vfio ]
}

# uuid NUMBER
uuid() {
	printf '%08x-90ab-cdef-1234-567890abcdef\n' "$1"
}

# supported PARENT TYPE: the directory of a type
supported() {
	echo "/sys/class/mdev_bus/$1/mdev_supported_types/$1-$2"
}

# left PARENT TYPE: how many more can be made
left() {
	cat "$(supported "$1" "$2")/available_instances"
}

# make PARENT TYPE NUMBER: a slice by its UUID
make() {
	write "$(uuid "$3")" "$(supported "$1" "$2")/create"
}

# unmake NUMBER
unmake() {
	write 1 "$MEDIATED/$(uuid "$1")/remove"
}

gone() {
	[ ! -e "$SLICES/$(uuid "$1")" ]
}

# hold NUMBER: opens the vfio device of a slice, until release NUMBER
hold() {
	rm -f "$lib_scratch/in-$1"
	mkfifo "$lib_scratch/in-$1"
	"$HELPERS/vfio/hold" "$(uuid "$1")" <"$lib_scratch/in-$1" \
		>"$lib_scratch/out-$1" 2>&1 &
	sleep 1000 >"$lib_scratch/in-$1" &
	echo $! >"$lib_scratch/holder-$1"
	cleanup kill $!
	wait_for 10 grep -q open "$lib_scratch/out-$1"
}

release() {
	kill "$(cat "$lib_scratch/holder-$1")"
}

# asked NUMBER: was the holder asked to let go of it?
asked() {
	grep -q asked "$lib_scratch/out-$1"
}

# guest_with FILE=PLACE...: guests of this test have these files, too. Sourced after
# lib-guest.sh.
guest_with() {
	lib_tree=$lib_scratch/tree
	for lib_word in "$@"; do
		mkdir -p "$lib_tree/$(dirname "${lib_word#*=}")"
		cp "${lib_word%%=*}" "$lib_tree/${lib_word#*=}" || return
	done
	# The kernel unpacks one archive after the other.
	(
		cat "$GUEST_INITRAMFS"
		cd "$lib_tree" && find . | cpio --quiet -o -H newc
	) >"$lib_scratch/initramfs" && GUEST_INITRAMFS=$lib_scratch/initramfs
}
