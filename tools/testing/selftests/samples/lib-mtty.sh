# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of the sample mtty. Sourced after lib.sh.

. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tap.sh"

MEDIATED=/sys/bus/mdev/devices
PARENT=/sys/class/mdev_bus/mtty
TYPES=$PARENT/mdev_supported_types

# load_mtty: the parent, and what it takes to use its cards
load_mtty() {
	modprobe mdev_mtty && modprobe -a vfio vfio_iommu_type1 && [ -e /dev/vfio/vfio ]
}

# card NUMBER: the UUID of a card, which is its name, too
card() {
	printf '%08x-3456-789a-bcde-f0123456789a\n' "$1"
}

# card_add NUMBER PORTS
card_add() {
	write "$(card "$1")" "$TYPES/mtty-$2/create"
}

card_remove() {
	write 1 "$MEDIATED/$(card "$1")/remove"
}

# available PORTS: how many more cards with that many ports there can be
available() {
	cat "$TYPES/mtty-$1/available_instances"
}
