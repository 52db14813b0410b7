#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices in a group share its rate; one with a share of it gets that much, whatever the
# others send.
# timeout: 180
# alone:
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

need "the modules load" load_nic
need "a slice" sender one 1
need "another one" sender two 2
one=$(port one)
two=$(port two)
group=$HANDLE/group

check_fail "without a group there is no share" "tx_share is of the tx_max of a group" \
	set_rate "$one" tx_share 1mbit
need "a group is made" devlink port function rate add $group
check "a slice is put into it" set_rate "$one" parent group
check "and another one" set_rate "$two" parent group
check_fail "a group without a limit has no shares" "tx_share is of the tx_max of a group" \
	set_rate "$one" tx_share 1mbit
check "the group gets a limit" set_rate $group tx_max 20mbit
check_eq "which is shown" "$(rate $group tx_max)" 2500000
check "a slice gets a share" set_rate "$one" tx_share 15mbit
check_eq "which is shown" "$(rate "$one" tx_share)" 1875000
check_fail "no more is shared than there is" "all shares are more than tx_max" \
	set_rate "$two" tx_share 6mbit
check_fail "nor can the limit become less than that" "less than the shares" \
	set_rate $group tx_max 10mbit
check_fail "a group with slices in it is not deleted" "" devlink port function rate del $group

# measure: sets kbits_one and kbits_two
measure() {
	blast one 1 8900 >"$lib_scratch/one" &
	first=$!
	blast two 2 8900 >"$lib_scratch/two" &
	wait $first $!
	kbits_one=$(cat "$lib_scratch/one")
	kbits_two=$(cat "$lib_scratch/two")
	comment "one: $kbits_one kbit/s, two: $kbits_two kbit/s"
}
measure
check "together they send what the group may" within $((kbits_one + kbits_two)) 20000
check "one has its share" [ "$kbits_one" -ge 14250 ]
check "two has what is left" [ "$kbits_two" -ge 2000 ]

check "the share goes to the other" sh -c \
	"devlink port function rate set $one tx_share 0 && devlink port function rate set $two tx_share 15mbit"
measure
check "together it is the same" within $((kbits_one + kbits_two)) 20000
check "two has its share" [ "$kbits_two" -ge 14250 ]

check "who leaves the group" set_rate "$two" noparent
check_eq "has no share any more" "$(rate "$two" tx_share)" 0
check "so another one can have it" set_rate "$one" tx_share 20mbit
check "a slice in a group goes" vdpa dev del two
check "with its share" sh -c "vdpa dev del one"
check "a group with nobody in it is deleted" devlink port function rate del $group
need "another group" devlink port function rate add $group tx_max 1mbit
check "a reload" devlink dev reload $HANDLE
check_eq "ends groups" "$(devlink port function rate show | grep -c group)" 0
need "a group" devlink port function rate add $group tx_max 1mbit
need "with a slice in it" add one
set_rate "$one" parent group
check "the module goes with both" rmmod mdev_net
