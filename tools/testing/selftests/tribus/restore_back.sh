#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice that restore has to park for a moment does not stay parked when its provisioning or its
# new class is refused then; where it has to, that is told beside the first error.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

file=$lib_scratch/slices.conf

# wants LINE...: the file says this of vm1
wants() {
	printf '%s\n' "slice vm1" "parent $NIC" "$@" >"$file"
}

restore() {
	tribus restore "$file"
}

mtu() {
	of '.[0].config.mtu' tribus -j slice show vm1
}

need "the modules load" load_nic
cleanup sh -c "echo 0 >$FAULT/probe"
need "a slice in class virtio" tribus slice add name vm1 parent $NIC class virtio mtu 1400

wants "class vendor" "mtu 1500"
refused "a class that is not served" 2 'Error: vm1: the parent does not serve class vendor: ' restore
check_eq "it is in its class" "$(attr vm1 class) $(attr vm1 state)" "virtio ready bound"
check_eq "with its interface" "$(netdev vm1 | wc -l)" 1
check_eq "and the new MTU" "$(mtu)" 1500

wants "class vhost" "queue_size 65"
refused "provisioning that is refused" 2 'queue' restore
check_eq "it is in its class" "$(attr vm1 class) $(attr vm1 state)" "virtio ready bound"

echo 5 >"$FAULT/probe"
wants "class vendor" "mtu 1400"
refused "a class that is not served, and no way back" 2 \
	'Error: vm1: the parent does not serve class vendor: ' restore
check "which is told, too" grep -q '\. It stays in class none: back to virtio: .*Input/output error (attribute class)\.$' \
	"$lib_scratch/said"
check_eq "it is parked" "$(attr vm1 class)" none
echo 0 >"$FAULT/probe"
need "it is in class virtio" tribus slice set vm1 class virtio
echo 5 >"$FAULT/probe"
wants "queue_size 65"
refused "provisioning that is refused, and no way back" 2 'queue' restore
check "which is told, too" grep -q '\. It stays in class none: back to virtio: .*Input/output error (attribute class)\.$' \
	"$lib_scratch/said"
echo 0 >"$FAULT/probe"
need "it is in class virtio" tribus slice set vm1 class virtio
echo 5 >"$FAULT/probe"
wants "mtu 1450"
refused "no way back alone" 2 'Input/output error' restore
check_eq "it is parked" "$(attr vm1 class)" none

echo 0 >"$FAULT/probe"
need "it is in class vhost" tribus slice set vm1 class vhost
echo 5 >"$FAULT/probe"
wants "class virtio" "mtu 1300"
refused "a driver that fails" 2 'Input/output error' restore
check_eq "it is in its class" "$(attr vm1 class) $(attr vm1 state)" "vhost ready bound"
check_eq "with its node" "$(find /sys/bus/mdev_vhost/devices/vm1/ -maxdepth 1 -name 'vhost-vdpa-*' | wc -l)" 1
echo 0 >"$FAULT/probe"
status "without the fault" 0 restore
check_eq "it changes" "$(attr vm1 class) $(mtu)" "virtio 1300"
