#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices are made, changed and removed; what the kernel says against it is told as it is, with
# the attribute that it means, and status 2.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

need "the modules load" load_nic
check_eq "making one is silent" "$(tribus slice add name vm1 parent platform/$NIC type net class vhost \
	uuid 12345678-90ab-cdef-1234-567890abcdef owner me mac 02:00:00:00:00:01 mtu 1400 max_vqp 2 2>&1)" ""
check_eq "it has its class" "$(attr vm1 class)" vhost
check_eq "its UUID" "$(attr vm1 uuid)" 12345678-90ab-cdef-1234-567890abcdef
check_eq "its owner" "$(attr vm1 owner)" me
check_eq "its MAC address" "$(of '.[0].config.mac' tribus -j slice show vm1)" 02:00:00:00:00:01
check_eq "its MTU" "$(of '.[0].config.mtu' tribus -j slice show vm1)" 1400
check_eq "its queues" "$(of '.[0].config.max_vqp' tribus -j slice show vm1)" 2
check_match "one without a name is shown" "$(tribus slice add parent $NIC class none owner anon)" \
	"????????-????-????-????-????????????: parent *"
features=$(of '.[0].device.features' tribus -j slice show vm1)
check "with its features" tribus slice add name vm2 parent $NIC max_vqp 2 device_features "$features"
check_eq "it has them" "$(of '.[0].config.device_features' tribus -j slice show vm2)" "$features"

check_eq "a class" "$(tribus slice set vm1 class none 2>&1; attr vm1 class)" none
check "a word that is cut" tribus slice set vm1 cl vi
check_eq "it is" "$(attr vm1 class)" virtio
check "by id" tribus slice set id "$(of '.[0].id' tribus -j slice show vm1)" class none
check "by UUID" tribus slice set uuid 12345678-90ab-cdef-1234-567890abcdef class vhost
node=$(basename "$(readlink -f /sys/bus/mdev_vhost/devices/vm1/vhost-vdpa-*)")
exec 5<>"/dev/$node"
refused "one in use" 2 'Device or resource busy' tribus slice set vm1 class none
check "by force" tribus slice set vm1 class none force
check_eq "it is" "$(attr vm1 class)" none
exec 5>&-
check "a MAC address and an owner" tribus slice set vm1 mac 02:00:00:00:00:07 owner other
check_eq "it has both" "$(of '.[0] | .config.mac, .owner' tribus -j slice show vm1 | tr '\n' ' ')" \
	"02:00:00:00:00:07 other "
check "no owner" tribus slice set vm1 owner ''
check_eq "it has none" "$(attr vm1 owner)" ""

check_eq "another name is silent" "$(tribus slice set vm1 name vm9 2>&1)" ""
check_eq "it is the same slice" "$(attr vm9 uuid)" 12345678-90ab-cdef-1234-567890abcdef
check "with an owner, by a key and a word that is cut" tribus slice set name vm9 na vm1 ow both
check_eq "it has both" "$(attr vm1 owner)" both
refused "a name that another one has" 2 '(attribute new_name)' tribus slice set vm1 name vm2
refused "a name that is none" 2 'a character outside' tribus slice set vm1 name vm/1
refused "a name in a class" 2 'in class none only' tribus slice set vm2 name vm3

refused "a name that is taken" 2 'File exists' tribus slice add name vm1 parent $NIC
refused "a parent that is not there" 2 'No such device' tribus slice add name x parent nic
refused "a type that is not there" 2 '(attribute type)' tribus slice add name x parent $NIC type bogus
refused "an address that is none" 2 '(attribute mac)' tribus slice add name x parent $NIC mac 01:00:00:00:00:01
refused "an MTU" 2 '(attribute mtu)' tribus slice add name x parent $NIC mtu 1
refused "a list of CPUs" 2 '(attribute cpus)' tribus slice add name x parent $NIC cpus bogus
refused "a NUMA node" 2 '(attribute numa)' tribus slice add name x parent $NIC numa 4000
refused "a UUID" 2 '(attribute uuid)' tribus slice add name x parent $NIC uuid 1
refused "a request that is too long" 2 'does not fit' tribus slice add name "$(printf %09000d 0)" parent $NIC
refused "one that is not there" 2 'nix: ' tribus slice set nix class none
refused "two requests in one" 2 'Error: vm1: ' tribus slice set vm1 class virtio mac 02:00:00:00:00:08
refused "one that cannot be removed" 2 '(attribute name)' tribus slice del nix
check_eq "nothing was made" "$(tribus -o slice show | wc -l)" 3

check_eq "removing one is silent" "$(tribus slice del vm1 2>&1)" ""
check "by UUID" tribus slice del uuid "$(attr vm2 uuid)"
check_eq "one is left" "$(tribus -o slice show | wc -l)" 1
check_eq "all of an owner" "$(tribus slice flush owner anon)" "removed 1 busy 0"
check_eq "none is left" "$(tribus slice show)" ""
check_eq "again" "$(tribus slice flush parent $NIC)" "removed 0 busy 0"
rmmod mdev_net
rmmod mdev_vdpa mdev_virtio mdev_vhost mdev_vfio 2>/dev/null
rmmod mdev_core 2>/dev/null
refused "no family" 2 'no netlink family "mdev"' unshare -n tribus parent show
