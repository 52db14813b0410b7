#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mdevctl, unmodified: it finds parents and types, makes slices by UUID, lists, keeps,
# changes and stops them, and its udev rule starts what it keeps when the NIC comes.
# timeout: 120
# ci: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

uuid=12345678-90ab-cdef-1234-567890abcdef
type=mdev_net-net
MEDIATED=/sys/bus/mdev/devices

# The package has its program in /usr/bin, and a rule for udev that calls it in
# /usr/sbin: nothing starts by itself unless somebody mends that.
if [ ! -e /usr/sbin/mdevctl ]; then
	ln -s "$(command -v mdevctl)" /usr/sbin/mdevctl
	cleanup rm -f /usr/sbin/mdevctl
fi
/usr/lib/systemd/systemd-udevd --daemon
cleanup end_daemon udev
cleanup rm -rf /etc/mdevctl.d/$NIC

# Has everything that was announced been seen to?
settle() {
	udevadm settle --timeout 20
}

active() {
	mdevctl list | grep -q "^$1 $NIC $type"
}

need "the modules load" load_nic
settle
types=$(mdevctl types --parent $NIC)
check_match "the NIC is a parent, its type can be made" "$types" \
	"$NIC*$type*Available instances: *Device API: vfio-pci*Name: virtio-net*"
check_eq "there is none" "$(mdevctl list)" ""

check "a device is started" mdevctl start --uuid $uuid --parent $NIC --type $type
check "it is listed" active $uuid
check_eq "it is a slice in class vfio" "$(attr $uuid class)" vfio
check_match "which vdpa shows" "$(vdpa dev show $uuid)" "$uuid: type network mgmtdev */$NIC *"
check_fail "it is there once" "" mdevctl start --uuid $uuid --parent $NIC --type $type
check "a slice of netlink" add one
check "in class vfio" set_class one vfio
check "is listed too" active "$(attr one uuid)"
check "and stopped" mdevctl stop --uuid "$(attr one uuid)"
check "so it has gone" test ! -e $SLICES/one

check "the device is kept" mdevctl define --auto --uuid $uuid
check_match "and listed as that" "$(mdevctl list --defined)" "$uuid $NIC $type auto*"
check "stopped" mdevctl stop --uuid $uuid
check "it has gone" test ! -e $SLICES/$uuid
check_eq "none is listed" "$(mdevctl list)" ""
check "an attribute is kept with it" mdevctl modify --uuid $uuid --addattr=slice/owner --value=mdevctl
check "started" mdevctl start --uuid $uuid
check "it is listed" active $uuid
check_eq "and has the attribute" "$(attr $uuid owner)" mdevctl
check "it changes class" set_class $uuid none
check_eq "then it is none of mdevctl's" "$(mdevctl list)" ""
check "and back" set_class $uuid vfio
check "it is" active $uuid

check "the NIC goes, and its slice" write $NIC /sys/bus/platform/drivers/mdev_net/unbind
check "it has" test ! -e $SLICES/$uuid
check "the NIC comes" write $NIC /sys/bus/platform/drivers/mdev_net/bind
check "udev starts what is kept" wait_for 20 active $uuid
check_eq "with its attribute" "$(attr $uuid owner)" mdevctl
check "forgotten" mdevctl undefine --uuid $uuid
check "stopped" mdevctl stop --uuid $uuid
check_eq "none is left" "$(mdevctl list)$(mdevctl list --defined)" ""
