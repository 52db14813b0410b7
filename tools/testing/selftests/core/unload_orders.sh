#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With a slice in each of the classes virtio, vhost and vfio, their modules and the NIC's are
# unloaded in any order (with --long in every one): a class stays while a slice is in it,
# the NIC takes its slices along, and nothing of any module is left in the end.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "vfio loads" modprobe -a vfio vfio_iommu_type1
netdevs=$(ls /sys/class/net)

# order NUMBER: one of the 24
order() {
	awk -v n="$1" 'BEGIN {
		for (left = split("net virtio vhost vfio", word); left; left--) {
			at = n % left + 1
			n = int(n / left)
			printf "%s ", word[at]
			for (; at < left; at++)
				word[at] = word[at + 1]
		}
	}'
}

# slices: one in each class, of its name
slices() {
	for class in virtio vhost vfio; do
		add $class && set_class $class $class || return
	done
}

# unload WORD: what stays for a slice goes when that has left it
unload() {
	if [ "$1" != net ] && [ -e "$SLICES/$1" ]; then
		check_fail "$orders: mdev_$1 is in use" "in use" rmmod "mdev_$1"
		check_eq "$orders: its slice has it" "$(attr "$1" class) $(attr "$1" state)" \
			"$1 ready bound"
		check "$orders: the slice leaves" set_class "$1" none
	fi
	check_fail "$orders: the core is in use" "in use" rmmod mdev_core
	check "$orders: mdev_$1 goes" rmmod "mdev_$1"
}

number=$(repeat 3)
[ "$number" -lt 24 ] || number=24
first=$(($(date +%s) % 24))
# 5 and 24 have no divisor in common: each one comes once.
for i in $(seq "$number"); do
	orders=$(order $(((first + 5 * i) % 24)))
	orders=${orders% }
	need "$orders: the modules load" load_nic
	need "$orders: a slice in each class" slices
	for word in $orders; do
		unload "$word"
	done
	check "$orders: no slice is left" sh -c "! ls -d $SLICES/*"
	check "$orders: the rest goes" rmmod mdev_vdpa mdev_ring mdev_core
	check "$orders: nothing is loaded" sh -c "! grep ^mdev_ /proc/modules"
done
check_eq "no interface is left" "$(ls /sys/class/net)" "$netdevs"
