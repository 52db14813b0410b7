#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With several queue pairs the driver chooses how many are used, and frames are
# spread over those and no others.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice with four pairs is connected" wire one max_vqp 4
queues() {
	guest ethtool -l "$GUEST_DEV" | sed -n "s/^Combined:[[:space:]]*//p" | sed -n "$1p"
}
check_eq "the interface could use four" "$(queues 1)" 4
check_eq "the representor has four queues" \
	"$(host sh -c "ls -d /sys/class/net/$HOST_DEV/queues/tx-*" | wc -l)" 4

received() {
	echo "$(counter one 0 packets) $(counter one 2 packets) $(counter one 4 packets) $(counter one 6 packets)"
}

# Many flows: UDP to closed ports.
flood() {
	host "$HELPERS_DIR/flows" $GUEST_IP 200
}

# used BEFORE AFTER: how many queues have counted something in between
used() {
	echo "$1 $2" | awk '{ for (i = 1; i <= 4; i++) n += $(i + 4) > $i; print n }'
}

# above NUMBER BEFORE AFTER: what the queues beyond have counted
above() {
	echo "$2 $3" | awk -v n="$1" '{ for (i = n + 1; i <= 4; i++) s += $(i + 4) - $i; print s + 0 }'
}

for n in 1 2 3 4 2 1; do
	check "the driver takes $n" guest ethtool -L "$GUEST_DEV" combined $n
	before=$(received)
	flood
	wait_for 2 ping_guest
	after=$(received)
	comment "$before to $after"
	check_eq "$n of $n are used" "$(used "$before" "$after")" $n
	check_eq "and none beyond" "$(above $n "$before" "$after")" 0
done
guest ethtool -L "$GUEST_DEV" combined 4
need "a server" iperf_server
check "streams run while the number changes" sh -c "
	ip netns exec guest timeout 60 iperf3 -c $HOST_IP -P 4 -t 4 --bidir >/dev/null &
	for n in 1 4 2 3 1 4; do
		sleep 0.4
		ip netns exec guest ethtool -L $GUEST_DEV combined \$n || exit 1
	done
	wait \$!"
check_eq "no command failed" "$(counter one 8 failed)" 0

need "a slice with a queue pair for every CPU and more" add many max_vqp 16
check_eq "has 33 queues" "$(vdpa dev vstats show many | wc -l)" 33
