#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Modules: the one of the class stays while slices are in it; the NIC's takes its
# slices along; every one can go in the end.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
# A slice takes the first class that there is, so there has to be one only.
need "the other classes go" rmmod mdev_vhost mdev_vfio
netdevs=$(ls /sys/class/net)

need "a slice" add one
check_fail "a class that is in use stays" "in use" rmmod mdev_virtio
check_fail "the core stays" "in use" rmmod mdev_core
check "the family goes, slices or not" rmmod mdev_vdpa
check_eq "the slice is still there" "$(attr one class)" virtio

need "the slice is parked" set_class one none
check "then the class goes" rmmod mdev_virtio
check_fail "it cannot be entered" "Operation not supported" set_class one virtio
check "a slice of a parent without a class is parked from the start" \
	sh -c 'modprobe mdev_vdpa && vdpa dev add name two mgmtdev mdev_net0'
check_eq "none is its class" "$(attr two class)" none
check "the class comes back" modprobe mdev_virtio
check "and is entered" set_class one virtio

check "the NIC goes with its slices" rmmod mdev_net
check "they are gone" sh -c "! ls -d $SLICES/*"
check_eq "so are their network interfaces" "$(ls /sys/class/net)" "$netdevs"
check "everything goes" rmmod mdev_vdpa mdev_virtio mdev_ring mdev_core
check "everything comes back" load_nic
check "and works" add one
