# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that have libvirt, see "# packages:". Sourced after lib-mdev.sh.

# nodes COMMAND, domains COMMAND: of the drivers for devices, and for guests
nodes() {
	virsh -q -c nodedev:///system "$@"
}

domains() {
	virsh -q -c qemu:///system "$@"
}

# It learns of devices by udev, and what a guest's QEMU says it gives to virtlogd.
libvirt_start() {
	/usr/lib/systemd/systemd-udevd --daemon
	cleanup end_daemon udev
	virtlogd --daemon || return
	cleanup end_daemon virtlogd
	libvirtd --daemon || return
	cleanup end_daemon libvirtd
	wait_for 60 nodes nodedev-list
}

# node UUID PARENT: how libvirt calls the device
node() {
	echo "mdev_$1_$2" | tr -- -:. ___
}

# listed NODE [OPTION]...: is it one of those that can be used? Of the others with --inactive
listed() {
	listed_node=$1
	shift
	nodes nodedev-list --cap mdev "$@" | grep -qx "$listed_node"
}

# look NODE: at what it says of a device
look() {
	nodes nodedev-dumpxml "$1" >"$lib_scratch/xml" && comment "$(cat "$lib_scratch/xml")"
}

# field NAME: what was said, as text
field() {
	sed -n "s,^ *<$1>\(.*\)</$1>,\1,p" "$lib_scratch/xml"
}

# field_of NAME ATTRIBUTE: or as an attribute
field_of() {
	sed -n "s,^ *<$1 $2='\([^']*\)'.*,\1,p" "$lib_scratch/xml"
}
