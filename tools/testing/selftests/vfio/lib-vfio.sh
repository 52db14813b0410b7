# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that use slices in class vfio without a guest. Sourced after lib-mdev.sh.

. "${0%/*}/../lib-tap.sh"
. "${0%/*}/../guest/lib-vfio-guest.sh"

# begin [NAME [ATTRIBUTE VALUE]...]: a slice in class vfio, its representor up
begin() {
	need "the modules load" load_nic
	need "and those of vfio" load_vfio
	need "a slice in class vfio" vfio_slice "${@:-one}"
	need "its representor is up" rep_up "${1:-one}"
}
