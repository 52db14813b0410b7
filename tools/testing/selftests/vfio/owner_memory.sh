#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who made a slice in class vfio does not pay for the memory of who opens its device.
# timeout: 120
# kernels: plain
#
# The other kernels do not charge memory to cgroups.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/lib-vfio.sh"

need "two cgroups" new_cgroup maker one
need "with memory" controller memory
need "somebody lives in the first one" stay_in_cgroup maker sleep 1000
add() {
	in_cgroup maker vdpa dev add name "$1" mgmtdev "$NIC"
}
begin slice
cleanup vdpa dev del slice
before=$(kernel_memory maker)
# shellcheck disable=SC2016
stay_in_cgroup one sh -c 'exec "$0" slice >"$1" 2>&1' "$HELPERS_DIR/exchange" \
	"$lib_scratch/driver"
need "a driver opens the device" wait_for 20 grep -q ready "$lib_scratch/driver"
check_eq "the maker pays no more than before" $(($(kernel_memory maker) - before > 16)) 0
