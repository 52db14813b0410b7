#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# libvirt, unmodified, lists slices in class vfio with type, UUID and group, gives one to a
# domain's QEMU as a hostdev, gets it back, and removes it by mdevctl. What mdevctl keeps it
# starts; it makes none, because the NIC is no PCI device.
# packages: libvirt-daemon libvirt-clients libvirt-daemon-driver-nodedev libvirt-daemon-driver-qemu
# kernels: plain
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../guest/lib-vfio-guest.sh"
. "${0%/*}/lib-virsh.sh"

kept=12345678-90ab-cdef-1234-567890abcdef

need "the modules load" load_nic
need "and those of vfio" load_vfio
need "libvirt starts" libvirt_start
check_eq "there is no mediated device" "$(nodes nodedev-list --cap mdev)" ""
check_eq "nor does it know of a parent" "$(nodes nodedev-list --cap mdev_types)" ""

need "a slice in class vfio" vfio_slice vm1
uuid=$(attr vm1 uuid)
device=$(node "$uuid" $NIC)
need "is listed" wait_for 20 listed "$device"
look "$device"
check_eq "by its UUID" "$(field uuid)" "$uuid"
check_eq "with its type" "$(field_of type id)" mdev_net-net
check_eq "its parent" "$(field parent_addr)" $NIC
check_eq "its group" "$(field_of iommuGroup number)" \
	"$(basename "$(readlink "$(mediated vm1)/iommu_group")")"
check_eq "and its driver" "$(field name | tail -n 1)" vfio_virtio

# What a guest does with it other tests show: this one finds nothing to boot from.
cat >"$lib_scratch/domain" <<END
<domain type='qemu'>
  <name>one</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <hostdev mode='subsystem' type='mdev' model='vfio-pci'>
      <source><address uuid='$uuid'/></source>
    </hostdev>
  </devices>
</domain>
END
need "a domain starts with it" domains create "$lib_scratch/domain"
cleanup domains destroy one
check_eq "it runs" "$(domains domstate one)" running
check "with a network function of virtio" wait_for 20 sh -c \
	"virsh -q -c qemu:///system qemu-monitor-command one --hmp info pci | grep -q 1af4:1041"
check_fail "the slice is in use" "busy" set_class vm1 none
check "libvirt ends the domain" domains destroy one
check "then the slice is free" wait_for 10 set_class vm1 none
check "and can come back" set_class vm1 vfio
check "libvirt has it" wait_for 20 listed "$device"

check "libvirt removes it" nodes nodedev-destroy "$device"
check "it has gone" test ! -e $SLICES/vm1
check "for libvirt, too" wait_for 20 sh -c "! virsh -q -c nodedev:///system nodedev-list --cap mdev | grep ."

device=$(node $kept $NIC)
cleanup mdevctl undefine --uuid $kept
check "mdevctl keeps one" mdevctl define --uuid $kept --parent $NIC --type mdev_net-net
check "libvirt knows it" wait_for 20 listed "$device" --inactive
check "starts it" nodes nodedev-start "$device"
check "so it is there" wait_for 20 listed "$device"
check_eq "in class vfio" "$(attr $kept class)" vfio
check "stops it" nodes nodedev-destroy "$device"
check "so it has gone" test ! -e $SLICES/$kept
check "and makes mdevctl forget it" nodes nodedev-undefine "$device"
check_eq "which it does" "$(mdevctl list --defined)" ""
