#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A socket of AF_XDP on the virtio interface of a slice gets what the representor sends and
# the other way round, by copying and where the driver can without.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-tap.sh"

need "the modules load" load_nic
need "a slice with two pairs is connected" wire one max_vqp 2 mac 02:00:00:00:00:01
need "one of which is used" guest ethtool -L "$GUEST_DEV" combined 1

# xsk MODE: in the host's namespace, from where it enters the other
xsk() {
	in_ns host "$HELPERS_DIR/xsk" "$HOST_DEV" guest "$GUEST_DEV" "$@"
}

# As lib-tap.sh has it, but in a namespace.
in_host() {
	mkdir -p "$lib_scratch/net"
	printf '#!/bin/sh\nexec nsenter --net=/run/netns/host "%s" "$@"\n' "$HELPERS_DIR/xsk" \
		>"$lib_scratch/net/xsk"
	chmod +x "$lib_scratch/net/xsk"
	there=$HELPERS_DIR
	HELPERS_DIR=$lib_scratch/net
	tap xsk "$HOST_DEV" guest "$GUEST_DEV" "$@"
	HELPERS_DIR=$there
}

frames=$(repeat 200)
in_host copy "$frames"
check "afterwards frames pass as before" wait_for 5 ping_guest

can=$(xsk probe)
case $can in
EOPNOTSUPP) skip "without copying" "virtio_net of this kernel cannot do that" ;;
*)
	in_host zerocopy "$frames"
	check "afterwards frames pass as before" wait_for 5 ping_guest
	;;
esac

# What zero copy does to a queue before it begins is the same.
check "queues are reset under the socket" sh -c "
	for n in 64 512 128; do
		ip netns exec guest ethtool -G $GUEST_DEV rx \$n tx \$n || exit 1
	done"
in_host copy "$frames"
check_eq "no queue has met an error" "$(counter one 0 errors) $(counter one 1 errors)" "0 0"
