#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# libvirt, unmodified, makes slices of a parent that is a PCI device: it lists its types,
# makes a slice that XML describes and removes it, and keeps one, which it starts and stops.
# packages: libvirt-daemon libvirt-clients libvirt-daemon-driver-nodedev libvirt-daemon-driver-qemu
# timeout: 120
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../samples/lib-samples.sh"
. "${0%/*}/lib-virsh.sh"

uuid=$(uuid 1)

# parent_give, parent_take: the edu device of QEMU to the sample, which does not touch it
parent_give() {
	write mtty "$edu/driver_override" && write "$parent" /sys/bus/pci/drivers_probe &&
		[ -e "$edu/mdev_supported_types" ]
}

parent_take() {
	write "" "$edu/driver_override"
	write "$parent" /sys/bus/pci/drivers/mtty/unbind
}

# left_said TYPE: how many libvirt says that there can be
left_said() {
	nodes nodedev-dumpxml "$pci" | sed -n "/<type id='$1'>/,/<.type>/ s/.*<availableInstances>\(.*\)<.*/\1/p"
}

edu=$(grep -lx 0x11e8 /sys/bus/pci/devices/*/device)
edu=${edu%/device}
parent=${edu##*/}
pci=pci_$(echo "$parent" | tr :. __)
device=$(node "$uuid" "$parent")

need "the sample loads" load_sample mtty
need "libvirt starts" libvirt_start
check_eq "it knows of no parent" "$(nodes nodedev-list --cap mdev_types)" ""
need "a PCI device becomes one" parent_give
cleanup parent_take
check_eq "which it lists" "$(nodes nodedev-list --cap mdev_types)" "$pci"
check_eq "with what can be made" "$(left_said mtty-1) $(left_said mtty-2)" "24 12"

cat >"$lib_scratch/device" <<END
<device>
  <parent>$pci</parent>
  <capability type='mdev'><type id='mtty-2'/><uuid>$uuid</uuid></capability>
</device>
END
check "it makes a slice" nodes nodedev-create "$lib_scratch/device"
check_eq "of this parent" "$(readlink -f "$MEDIATED/$uuid/..")" "$(readlink -f "$edu")"
check_match "with the sample's driver" "$(attr "$uuid" class) $(attr "$uuid" state)" \
	"vfio ready bound"
check "lists it" listed "$device"
look "$device"
check_eq "with its parent" "$(field parent)" "$pci"
check_eq "and type" "$(field_of type id)" mtty-2
check_eq "less can be made" "$(left_said mtty-1) $(left_said mtty-2)" "22 11"
check_fail "it makes it once" "exists" nodes nodedev-create "$lib_scratch/device"
check "and removes it" nodes nodedev-destroy "$device"
check "so it has gone" gone 1

check "it keeps one" nodes nodedev-define "$lib_scratch/device"
check "which is not there" listed "$device" --inactive
check "starts it" nodes nodedev-start "$device"
check "so it is" listed "$device"
check_match "as a slice" "$(attr "$uuid" class) $(attr "$uuid" state)" "vfio ready bound"
check "marks it, to be started by itself" nodes nodedev-autostart "$device"
check_match "which mdevctl knows" "$(mdevctl list --defined)" "$uuid $parent mtty-2 auto*"
check "stops it" nodes nodedev-destroy "$device"
check "so it has gone" gone 1
check "and forgets it" nodes nodedev-undefine "$device"
check_eq "as does mdevctl" "$(mdevctl list --defined)" ""

check "the PCI device is no parent any more" parent_take
check_eq "nor for libvirt" "$(nodes nodedev-list --cap mdev_types)" ""
