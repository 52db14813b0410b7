#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A running guest with two queue pairs migrates from one slice to another while it has a
# TCP connection in each direction, of which not a byte is lost or comes twice; and is
# stopped and continued. QEMU uses shadow virtqueues for it.
# timeout: 600
# kernels: plain debug
# long: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"
. "${0%/*}/lib-migrate-guest.sh"

mac=02:00:00:00:00:0d

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1 mac $mac max_vqp 2
need "another one" vhost_slice vm2 mac $mac max_vqp 2
migrate_network

# slice NAME: options of QEMU for it
slice() {
	vhost_net "$1" "mac=$mac,mq=on,vectors=6" queues=2
}

# shellcheck disable=SC2046
need "a guest boots on the first" guest_start one -smp 2 $(slice vm1)
guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 2 -W 5 192.0.2.1

migrate_nowhere
migrate_connect
migrate_wait
migrate
migrate_pairs
