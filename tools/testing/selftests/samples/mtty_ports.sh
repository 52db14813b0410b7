#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The two types of the sample mtty share 24 ports: each says how many more cards there can be,
# there is never one more, and what goes can be had again, in whatever class it was.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-mtty.sh"

need "the modules load" load_mtty
check_eq "one port: its name" "$(cat "$TYPES/mtty-1/name")" "one serial port"
check_eq "two ports" "$(cat "$TYPES/mtty-2/name")" "two serial ports"
check_eq "its interface" "$(cat "$TYPES/mtty-1/device_api")" vfio-pci
check_eq "24 cards with one" "$(available 1)" 24
check_eq "or 12 with two" "$(available 2)" 12

need "a card with one port" card_add 1 1
check_eq "23 more" "$(available 1)" 23
check_eq "or 11" "$(available 2)" 11
for number in 2 3 4 5 6 7 8 9 10 11 12; do
	card_add $number 2 || not_ok "card $number"
done
check_eq "11 cards with two ports leave one" "$(available 1)" 1
check_eq "which is too few" "$(available 2)" 0
check_fail "for another one with two" "Too many users" card_add 13 2
check "but not for one with one" card_add 13 1
check_eq "there are none left" "$(available 1) $(available 2)" "0 0"
check_fail "not even for that" "Too many users" card_add 14 1
check "a failure leaves nothing" test ! -e "$MEDIATED/$(card 14)"
check_eq "there are 13 cards" "$(find $MEDIATED/ -name '*-f0123456789a' | wc -l)" 13

check "one is parked" set_class "$(card 2)" none
check_eq "and keeps its ports" "$(available 1) $(available 2)" "0 0"
check "it comes back" set_class "$(card 2)" vfio
check "it is parked again" set_class "$(card 2)" none
check "and removed" write 1 "$SLICES/$(card 2)/remove"
check_eq "two ports are free" "$(available 1) $(available 2)" "2 1"
check "one of them is taken" card_add 14 1
check_eq "the other is too few" "$(available 1) $(available 2)" "1 0"

modprobe -r mdev_mtty
check "cards go with the module" test ! -e "$MEDIATED/$(card 1)"
check "which comes again" load_mtty
check_eq "with all ports" "$(available 1) $(available 2)" "24 12"

# Many at the same time: no port is lost, none is given twice.
for number in $(seq 1 40); do
	card_add "$number" $((number % 2 + 1)) 2>/dev/null &
done
wait
taken=0
for number in $(seq 1 40); do
	[ ! -e "$MEDIATED/$(card "$number")" ] || taken=$((taken + number % 2 + 1))
done
check_eq "who come at the same time share" "$((taken + $(available 1)))" 24
check "and leave at most one" test "$(available 1)" -le 1
for number in $(seq 1 40); do
	card_remove "$number" 2>/dev/null &
done
wait
check_eq "when they have gone all are free" "$(available 1) $(available 2)" "24 12"
