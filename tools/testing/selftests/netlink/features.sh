#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The features that a slice of the software NIC offers can be changed while it is parked, as far
# as its queues stay what they are, all of the change or nothing.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-netlink.sh"

# For wire()
add() {
	new "$1" class=$VIRTIO config.net.mac=02:00:00:00:00:01
}

set_one() {
	set_text=$1
	set_pattern=$2
	shift 2
	answer "$set_text" "$set_pattern" slice-set name=one "$@"
}

# without BIT...: what it offers at first, but for these
without() {
	high=${all%????????}
	low=0x${all#"$high"}
	for bit in "$@"; do
		if [ "$bit" -lt 32 ]; then
			low=$((low & ~(1 << bit)))
		else
			high=$((high & ~(1 << (bit - 32))))
		fi
	done
	printf '0x%x%08x' $((high)) $((low))
}

# has BIT: 1 if the driver has it, else 0
has() {
	cut -c $(($1 + 1)) "$CDEVS"/one/virtio*/features
}

MTU=3 MAC=5 CTRL_VQ=17 ANNOUNCE=21 VERSION_1=32

need "the modules load" load_nic
need "a slice is connected" wire one
all=$(get one 'config\.features')
check_eq "its driver has its MAC address" "$(has $MAC)" 1
set_one "the features of a slice in use stay" \
	"error EBUSY *: *device_features can be changed in class none only" \
	config.features="$(without $ANNOUNCE)"
check "it is parked" set_class one none
set_one "it cannot lose its control queue" \
	"error EOPNOTSUPP *: *CTRL_VQ is fixed when a slice is made" config.features="$(without $CTRL_VQ)"
set_one "nor VERSION_1" "error EINVAL *: *VERSION_1 cannot be left out" \
	config.features="$(without $VERSION_1)"
set_one "nor be without MTU and get one" "error EOPNOTSUPP *: *without feature MTU" \
	config.features="$(without $MTU)" config.net.mtu=2000
set_one "nor others with a size that is none" "error EINVAL *: *queue_size 3, *" \
	config.features="$(without $MAC)" config.queue-size=3
check_eq "it has what it had" "$(get one 'config\.features')" "$all"
set_one "it can be without MAC address" ok config.features="$(without $MAC $ANNOUNCE)"
check_eq "so it is" "$(get one 'config\.features') $(get one 'config\.net\.mac')" \
	"$(without $MAC $ANNOUNCE) "

check "it comes back to its driver" set_class one virtio
check_eq "who has neither" "$(has $MAC) $(has $ANNOUNCE)" "0 0"
GUEST_DEV=$(netdev one)
check_eq "nor the address" "$(grep -c 02:00:00:00:00:01 "/sys/class/net/$GUEST_DEV/address")" 0
need "it is connected" connect_guest
check "it is parked" set_class one none
set_one "it gets all" ok config.features="$all"
check_eq "and its address" "$(get one 'config\.net\.mac')" 02:00:00:00:00:01
check "it comes back to its driver" set_class one virtio
GUEST_DEV=$(netdev one)
check_eq "who has both" "$(has $MAC) $(has $ANNOUNCE)" "1 1"
check_eq "and the address" "$(cat "/sys/class/net/$GUEST_DEV/address")" 02:00:00:00:00:01
need "it is connected" connect_guest
