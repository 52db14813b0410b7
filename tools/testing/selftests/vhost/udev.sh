#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# udev hears of the node of a slice in class vhost, and with our rule makes a link by
# the slice's name and lets a group use it.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

rules=/run/udev/rules.d
link=/dev/mdev/by-name

mkdir -p $rules
cp "${0%/*}/../../../vdpa/60-mdev-vhost.rules" $rules/
cleanup rm -f $rules/60-mdev-vhost.rules
getent group kvm >/dev/null || groupadd --system kvm
/usr/lib/systemd/systemd-udevd --daemon
cleanup end_daemon udev

# Has everything that was announced been seen to?
settle() {
	udevadm settle --timeout 20
}

need "the modules load" load_nic
need "a slice" add one
check "enters class vhost" set_class one vhost
settle
node=$(basename "$(readlink -f /sys/bus/mdev_vhost/devices/one/vhost-vdpa-*)")
check_eq "there is a link by its name" "$(readlink -f $link/one)" "/dev/$node"
check_eq "a group may use the node" "$(stat -c '%G %a' "/dev/$node")" "kvm 660"
check_eq "udev knows the UUID" \
	"$(udevadm info --query property --property MDEV_UUID --value "/dev/$node")" \
	"$(attr one uuid)"

check "it leaves the class" set_class one none
settle
check "and the link is gone" test ! -e $link/one
check "and the node" test ! -e "/dev/$node"

need "a slice with a long name of all characters" add a.b_c-d:0123456789012345678901234567890
check "enters class vhost" set_class a.b_c-d:0123456789012345678901234567890 vhost
settle
check "its link has that name" test -c $link/a.b_c-d:0123456789012345678901234567890
