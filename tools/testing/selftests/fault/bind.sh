#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Registration of a parent, and the end of it, with each allocation failing in turn: it
# is there or it is not, and the next try works.
# timeout: 240
# kernels: debug coverage
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-fault.sh"

faults_prepare
need "the modules load" load_nic
set -f

driver=/sys/bus/platform/drivers/mdev_net
# Processes that look for modules which are there already take most of the time.
modprobe=$(cat /proc/sys/kernel/modprobe)
cleanup sh -c "echo $modprobe >/proc/sys/kernel/modprobe"
echo /bin/true >/proc/sys/kernel/modprobe

sweep "it goes" $SWEEP_ALL write $driver/unbind $NIC -- write $driver/bind $NIC
need "it has gone" write $NIC $driver/unbind
sweep "it comes" $SWEEP_ALL write $driver/bind $NIC -- write $driver/unbind $NIC
need "it has come" write $NIC $driver/bind
check "a slice is made" add one
need "it is removed" vdpa dev del one
