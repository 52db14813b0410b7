# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of class vhost. Sourced after lib-mdev.sh.

. "${0%/*}/../lib-tap.sh"

VDEVS=/sys/bus/mdev_vhost/devices

# device_features of a NIC with packed rings: VERSION_1, ACCESS_PLATFORM, MTU, MAC, STATUS,
# INDIRECT_DESC and EVENT_IDX, RING_PACKED, IN_ORDER, NOTIFICATION_DATA and RING_RESET
PACKED_FEATURES=0x14f30010028

load_vhost() {
	load_nic "$@" && modprobe mdev_vhost
}

# vhost_slice NAME [ATTRIBUTE VALUE]...: a slice in class vhost, its representor up
vhost_slice() {
	add "$@" && set_class "$1" vhost && rep_up "$1"
}

# wide_slice NAME [PARAMETER=VALUE]...: a device of mdev_test_wide in class vhost; the
# parameters are for the first one, with which the module is loaded
wide_slice() {
	wide_name=$1
	shift
	modprobe mdev_test_wide "$@" && vdpa dev add name "$wide_name" mgmtdev mdev_wide0 &&
		set_class "$wide_name" vhost
}

# node NAME: the node of a slice
node() {
	for vhost_link in "$VDEVS/$1"/vhost-vdpa-*; do
		[ ! -e "$vhost_link" ] || echo "/dev/${vhost_link##*/}"
	done
}

# vhost_in_background PROGRAM [ARGUMENT]...: until the test ends, or vhost_stop; waits
# until it has said "ready"
vhost_in_background() {
	vhost_program=$1
	shift
	"$HELPERS_DIR/$vhost_program" "$@" >"$lib_scratch/background" 2>&1 &
	VHOST_PID=$!
	cleanup kill -9 "$VHOST_PID"
	wait_for 20 grep -q ready "$lib_scratch/background" || {
		sed 's/^/# /' "$lib_scratch/background"
		return 1
	}
}

vhost_stop() {
	kill -9 "$VHOST_PID"
	wait "$VHOST_PID"
	:
} 2>/dev/null

# log_refusals: why a class change is refused gets into the kernel's log
log_refusals() {
	vhost_control=/sys/kernel/debug/dynamic_debug/control
	[ -e $vhost_control ] && write "module mdev_core +p" $vhost_control &&
		cleanup write "module mdev_core -p" $vhost_control
}

# refusal NAME: what the log says of the last one
refusal() {
	dmesg | sed -n "s/.*mdev_slice $1: class: //p" | tail -n 1
}
