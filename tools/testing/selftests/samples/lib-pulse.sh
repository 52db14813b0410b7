# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of samples/singleton. Sourced after lib-mdev.sh.

CLOCK=mdev_pulse0
ONE=11111111-90ab-cdef-1234-567890abcdef
TWO=22222222-90ab-cdef-1234-567890abcdef
INPUT=/sys/bus/platform/devices/$CLOCK/mdev_supported_types/mdev_pulse-input
VENDOR=/sys/bus/mdev_vendor
PULSE=$VENDOR/devices/$ONE
PULSE_SLICE=$VENDOR/drivers/mdev_pulse
PULSE_CLOCK=/sys/bus/platform/drivers/mdev_pulse
PULSE_DEBUG=/sys/kernel/debug/mdev_pulse/$CLOCK

# make_uuid UUID: the slice; make_input: the one that tests look at
make_uuid() {
	write "$1" $INPUT/create
}

make_input() {
	make_uuid $ONE
}

remove_input() {
	write 1 $SLICES/$ONE/remove
}

# inject NUMBER: so many pulses
inject() {
	write "$1" $PULSE_DEBUG/inject
}

# counted NAME: events, delivered or dropped
counted() {
	sed -n "s/.*\<$1 \([0-9]*\).*/\1/p" $PULSE_DEBUG/counters
}

# no_pulse_lost: each event was delivered or dropped
no_pulse_lost() {
	awk '{ exit $2 != $4 + $6 }' $PULSE_DEBUG/counters
}

# pulses: how many the slice has seen
pulses() {
	cat $PULSE/pulses
}
