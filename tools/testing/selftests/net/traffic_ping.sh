#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Frames of every size pass between the representor and the virtio-net interface.
# kernels: plain debug kcsan
# ci: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"

need "the modules load" load_nic
need "a slice is connected" wire one
for size in 0 1 17 18 63 64 65 127 128 129 511 1000 1471 1472; do
	check "$size bytes from the host" \
		host ping -q -c 2 -i 0.01 -W 2 -M 'do' -s $size -p a5 $GUEST_IP
	check "$size bytes from the guest" \
		guest ping -q -c 2 -i 0.01 -W 2 -M 'do' -s $size -p 5a $HOST_IP
done
check "fragments pass" host ping -q -c 2 -i 0.01 -W 2 -s 20000 $GUEST_IP
check "fragments pass back" guest ping -q -c 2 -i 0.01 -W 2 -s 20000 $HOST_IP
check_eq "nothing is an error" "$(host_stat rx_errors) $(host_stat tx_errors)" "0 0"
check_eq "nothing is dropped" "$(host_stat rx_dropped) $(host_stat tx_dropped)" "0 0"
