#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The representor of a slice belongs to a devlink port, whose function is the slice: its
# address can be set, and it tells whether a driver has it.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

need "the modules load" load_nic
need "a slice" add one mac 02:00:00:00:00:01
need "another one" add two
p=$(port one)
check_match "its representor belongs to a port" "$p" "$HANDLE/[0-9]*"
nr=${p##*/}
check_eq "which is that of a sub-function" "$(port_says "$p" .flavour)" pcisf
check_eq "of the NIC's controller" "$(port_says "$p" .controller)" 0
check_eq "and physical function" "$(port_says "$p" .pfnum)" 0
check_eq "with the port's number" "$(port_says "$p" .sfnum)" "$nr"
check_eq "nor can it be split" "$(port_says "$p" .splittable)" false
check_eq "the representor's port name says the same" \
	"$(cat /sys/class/net/one/phys_port_name)" "pf0sf$nr"
check_match "there is a switch" "$(cat /sys/class/net/one/phys_switch_id)" "????????????????"
check_eq "which is the same for all" "$(cat /sys/class/net/one/phys_switch_id)" \
	"$(cat /sys/class/net/two/phys_switch_id)"
check "the representor tells its port" sh -c \
	"ip -j -d link show one | jq -e '.[0].parentdev == \"$NIC\"'"

need "a representor is renamed" ip link set one name uplink
check_eq "the port knows it by that name" "$(port uplink)" "$p"
ip link set uplink name one

# said NAME: the address that family mdev has of a slice
said() {
	"$HELPERS/netlink/mdev_nl" slice-get name="$1" | sed -n "s/.*config\.net\.mac=\([^ ]*\).*/\1/p"
}
hw_addr() {
	port_says "$p" .function.hw_addr
}
set_addr() {
	devlink port function set "$p" hw_addr "$1"
}
check_eq "address" "$(hw_addr)" 02:00:00:00:00:01
check "another one is set" set_addr 02:00:00:00:00:02
check_eq "and shown" "$(hw_addr)" 02:00:00:00:00:02
check_eq "the slice is configured with it" "$(config one mac)" 02:00:00:00:00:02
check_eq "which was said of it" "$(said one)" 02:00:00:00:00:02
need "it is set otherwise" vdpa dev set name one mac 02:00:00:00:00:03
check_eq "which is shown, too" "$(hw_addr)" 02:00:00:00:00:03
check_fail "an address of a group is refused" "Invalid argument" set_addr 03:00:00:00:00:01
echo 5 >"$FAULT/configure"
check_fail "what the NIC says is told" "configure: fault knob is set" set_addr 02:00:00:00:00:04
echo 0 >"$FAULT/configure"
check_eq "and the address is the former one" "$(hw_addr)" 02:00:00:00:00:03

need "a slice without an address" vdpa dev add name bare mgmtdev $NIC \
	device_features 0x300000000
bare=$(port bare)
check_eq "has none in devlink" "$(port_says "$bare" .function.hw_addr)" null
check_fail "and gets none" "without feature MAC" \
	devlink port function set "$bare" hw_addr 02:00:00:00:00:05

check_eq "a slice in a class is active" "$(port_says "$p" .function.state)" active
check_eq "with a driver it is attached" "$(port_says "$p" .function.opstate)" attached
check_fail "which only a class changes" "not support" \
	devlink port function set "$p" state inactive
set_class one none
check_eq "parked it is inactive" "$(port_says "$p" .function.state)" inactive
check_eq "and detached" "$(port_says "$p" .function.opstate)" detached
check "its address can be set" set_addr 02:00:00:00:00:06
need "it comes back" set_class one virtio
check_eq "and is attached again" "$(port_says "$p" .function.opstate)" attached

# Somebody else is at the slice.
echo 60000 >"$FAULT/delay_ms"
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
vdpa dev set name one mac 02:00:00:00:00:07 &
setter=$!
begun() {
	[ "$(cat "$FAULT/delayed")" = 1 ]
}
need "setting it otherwise has begun" wait_for 30 begun
echo 0 >"$FAULT/delay_ms"
check_fail "nobody is waited for" "being changed by someone else" set_addr 02:00:00:00:00:08
echo 1 >"$FAULT/wake"
wait $setter

need "a slice goes" vdpa dev del one
check_fail "and its port" "No such device" devlink port show "$p"
need "a new one" add three
check_eq "may have its number" "$(port three)" "$p"
