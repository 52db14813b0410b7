#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# When slices can be made on a parent udev has systemd start the service that restores them, for
# a parent that came earlier, too; what the service runs makes them.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

rules=/run/udev/rules.d
device=/sys/bus/platform/devices/$NIC

mkdir -p $rules
cp "$COMMAND_DIR/61-tribus-restore.rules" $rules/
cleanup rm -f $rules/61-tribus-restore.rules /etc/tribus.conf
/usr/lib/systemd/systemd-udevd --daemon
cleanup end_daemon udev

property() {
	udevadm settle --timeout 20
	udevadm info --query property --property "$1" --value $device
}

need "the modules load" load_nic
check_eq "a parent that comes wants its service" "$(property SYSTEMD_WANTS)" tribus-restore@.service
check_match "and is one of systemd's devices" "$(property TAGS)" "*:systemd:*"
need "a slice" tribus slice add name vm1 parent $NIC class vhost mac 02:00:00:00:00:01
check "is saved" tribus save
stdbuf -oL udevadm monitor --udev --property >"$lib_scratch/events" &
cleanup kill $!
wait_for 5 grep -q 'UDEV - the event' "$lib_scratch/events"
check "the parent goes" write $NIC /sys/bus/platform/drivers/mdev_net/unbind
check_eq "and wants nothing" "$(property SYSTEMD_WANTS)" ""
check "systemd hears that its unit goes" wait_for 5 grep -q '^SYSTEMD_READY=0' "$lib_scratch/events"
check "it comes" write $NIC /sys/bus/platform/drivers/mdev_net/bind
check_eq "and wants its service again" "$(property SYSTEMD_WANTS)" tribus-restore@.service
check_eq "and its unit is ready" "$(property SYSTEMD_READY)" ""
# run_service PATH: what systemd makes the service of the device there run
run_service() {
	command=$(sed -n 's/^ExecStart=//p' "$COMMAND_DIR/tribus-restore@.service" | sed "s,%f,$1,")
	# shellcheck disable=SC2086
	$command
}
check "what the service runs" run_service "$(readlink -f $device)"
check_eq "brings the slice back" "$(attr vm1 class) $(of '.[0].config.mac' tribus -j slice show vm1)" \
	"vhost 02:00:00:00:00:01"
udevadm trigger --action=add $device
check_eq "a parent that was there before udev wants it, too" "$(property SYSTEMD_WANTS)" \
	tribus-restore@.service

need "another bus has a parent of that name" modprobe mdev_test
need "a slice of it" tribus slice add name twin parent mdev_test/$NIC class none
check "is saved with the other" tribus save
twin=$(readlink -f /sys/bus/mdev_test/devices/$NIC)
device=$(readlink -f "$device")
need "it goes" tribus slice del twin
need "and the other" tribus slice del vm1
check_match "each has a service of its own" "$(run_service "$twin")" "+ slice twin *
1 added, 0 changed, 0 the same, 0 failed"
check_match "which restores its slices only" "$(run_service "$device")" "+ slice vm1 *
1 added, 0 changed, 0 the same, 0 failed"
need "the one parent goes" tribus slice del twin
modprobe -r mdev_test
check "and is nothing to the other" run_service "$device"
refused "what is no device" 1 'is no device of a bus' tribus restore parent /sys/devices
udevadm trigger --action=add /sys/bus/platform/devices/serial8250
device=/sys/bus/platform/devices/serial8250
check_eq "what is no parent does not" "$(property SYSTEMD_WANTS)" ""
