#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The size of queues and the MTU that a slice of the software NIC is made with are those that
# its driver finds; they can be changed while it is parked, all of them or none.
# timeout: 120
# kernels: plain debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/lib-netlink.sh"

# For wire()
add() {
	new "$1" class=$VIRTIO config.queue-size=64 config.net.mtu=2000 config.net.max-vq-pairs=2
}

sizes() {
	guest ethtool -g "$GUEST_DEV" | awk '/^(RX|TX):/ { printf "%s%s", sep, $2; sep = " " }'
}

mtu() {
	in_ns "$1" cat "/sys/class/net/$2/mtu"
}

set_one() {
	set_text=$1
	set_pattern=$2
	shift 2
	answer "$set_text" "$set_pattern" slice-set name=one "$@"
}

need "the modules load" load_nic
need "a slice is connected" wire one
check_eq "its driver can have rings of 64 entries" "$(sizes)" "64 64 64 64"
check_eq "which is told" "$(get one 'device\.vq-size-max') $(get one 'config\.queue-size')" "64 64"
check_eq "as given" "$(get one given)" 28
check "a large frame passes" host ping -q -c 3 -i 0.1 -W 2 -M 'do' -s 1972 $GUEST_IP

set_one "the size of a slice in use stays" \
	"error EBUSY *: *queue_size can be changed in class none only" config.queue-size=128
set_one "and its MTU" "error EBUSY *: *mtu can be changed in class none only" config.net.mtu=3000
check "it is parked" set_class one none
set_one "no size is 0" "error ERANGE attr=2 *" config.queue-size=0
for size in 1 32 100 2048 65536; do
	set_one "no size is $size" "error EINVAL *" config.queue-size=$size
done
set_one "no MTU is 67" "error EINVAL *: *mtu 67, expected *" config.net.mtu=67
set_one "an MTU with a size that is none" "error EINVAL *: *queue_size 100, expected *" \
	config.net.mtu=4000 config.queue-size=100
check_eq "nothing has changed" "$(get one 'config\.queue-size') $(get one 'config\.net\.mtu')" "64 2000"
set_one "both" ok config.net.mtu=3000 config.queue-size=256
check_eq "the representor has it" "$(mtu host "$HOST_DEV")" 3000

check "it comes back to its driver" set_class one virtio
GUEST_DEV=$(netdev one)
need "it is connected" connect_guest
check_eq "with rings of 256 entries" "$(sizes)" "256 256 256 256"
check_eq "the interface has the MTU" "$(mtu guest "$GUEST_DEV")" 3000
check "a larger frame passes" host ping -q -c 3 -i 0.1 -W 2 -M 'do' -s 2972 $GUEST_IP
check "rings can be smaller" guest ethtool -G "$GUEST_DEV" rx 128 tx 128
check_fail "but not larger" "" guest ethtool -G "$GUEST_DEV" rx 512
check "frames pass" wait_for 5 ping_guest

answer "no slice is made with a size that is none" "error EINVAL *: *queue_size 3, expected *" \
	slice-new parent-name=$NIC name=two config.queue-size=3
