#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In class vfio the worker of a slice that was given CPUs runs there, in the cgroup of who has
# opened the device.
# timeout: 120
# kernels: plain coverage
#
# The other kernels: see traffic.sh.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/../net/lib-cpus.sh"
. "${0%/*}/lib-vfio.sh"

need_two_cpus
need "a cgroup" new_cgroup one
add() {
	tribus slice add name "$1" parent $NIC class none cpus 1
}
begin slice
cleanup tribus slice del slice

# worker_is LIST: it may use these CPUs, and ran there last
worker_is() {
	worker_pid=$(pgrep -x vfio_virtio) || return 1
	[ "$(sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$worker_pid/status")" = "$1" ] &&
		[ "$(awk '{ print $39 }' "/proc/$worker_pid/stat")" = "$1" ]
}

in_one() {
	threads one | grep -qx vfio_virtio
}

opened() {
	: >"$lib_scratch/driver"
	# shellcheck disable=SC2016
	stay_in_cgroup one sh -c 'exec "$0" slice >"$1" 2>&1' "$HELPERS_DIR/exchange" \
		"$lib_scratch/driver"
	need "a driver opens the device" wait_for 20 grep -q ready "$lib_scratch/driver"
	check "its worker is there" wait_for 10 worker_is "$1"
	sleep 1
	check "and stays" worker_is "$1"
	check "in the driver's cgroup" in_one
	kill -9 "$CGROUP_PID"
	wait "$CGROUP_PID" 2>/dev/null
	check "the worker ends with it" wait_for 10 no_threads one
}

opened 1
check "it is parked" set_class slice none
check "it gets the other one" tribus slice set slice cpus 0
check "it comes back" set_class slice vfio
opened 0
