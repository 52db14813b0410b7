#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device with a thousand virtqueues: each has its kick, its call and its state. The
# device is kicked with interrupts off if it says that it may be, and else never.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
irqs_off=/sys/module/mdev_test_wide/parameters/irqs_off

# wide QUEUES ATOMIC_KICK
wide() {
	need "a device with $1 queues" wide_slice one queues="$1" atomic_kick="$2"
	tap wide one "$1"
}

wide 4 0
check_eq "no kick has come with interrupts off" "$(cat $irqs_off)" N
check "the module goes" rmmod mdev_test_wide
wide 4 1
check_eq "it has where that is allowed" "$(cat $irqs_off)" Y
check "the module goes" rmmod mdev_test_wide
wide 1024 0
check_eq "no kick has come with interrupts off" "$(cat $irqs_off)" N
check "the module goes" rmmod mdev_test_wide
