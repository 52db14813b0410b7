#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A sender that sends one and the same frame again and again is refused at the representor,
# which writes to frames on their way.
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "such a sender" modprobe pktgen
cleanup rmmod pktgen
need "a slice" add one
cleanup vdpa dev del one
need "its representor is up" rep_up one
need "it sends there" write "add_device one" /proc/net/pktgen/kpktgend_0
cleanup write "rem_device_all" /proc/net/pktgen/kpktgend_0
device=/proc/net/pktgen/one
check "copies" write "clone_skb 0" "$device"
# shellcheck disable=SC2016
check "but not one for many" sh -c '! echo "clone_skb 100" >"$0"' "$device"
