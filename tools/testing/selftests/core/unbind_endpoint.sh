#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The endpoint driver is unbound from a class device by hand, and bound again; the
# slice says so and can be moved and removed meanwhile.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one mac 02:00:00:00:00:01
remember
driver=/sys/bus/mdev_virtio/drivers/virtio_vdpa

check_eq "the driver has it" "$(readlink -f "$CDEVS/one/driver")" "$(readlink -f $driver)"
check "it is unbound" write one $driver/unbind
check_eq "the slice says so" "$(attr one state)" "ready unbound"
check_eq "it is still in class virtio" "$(attr one class)" virtio
check_eq "its network interface is gone" "$(netdev one)" ""
check_eq "its configuration is shown" "$(config one mac)" 02:00:00:00:00:01
check "it is bound" write one $driver/bind
check_eq "the slice says so" "$(attr one state)" "ready bound"
check_match "its network interface is back" "$(netdev one)" "?*"

need "it is unbound again" write one $driver/unbind
check "it is parked" set_class one none
check "it is taken back" set_class one virtio
check_eq "with its driver" "$(attr one state)" "ready bound"

echo 5 >"$FAULT/probe"
need "it is unbound again" write one $driver/unbind
check_fail "a driver that fails is not bound" "Input/output error" write one $driver/bind
check_eq "the slice says why" "$(attr one state)" "ready probe-failed -5"
echo 0 >"$FAULT/probe"
check "then it is" write one $driver/bind
check_eq "and the slice says so" "$(attr one state)" "ready bound"

need "it is unbound again" write one $driver/unbind
check "it is removed" vdpa dev del one
