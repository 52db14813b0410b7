#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a slice may transmit is limited by the rate of its devlink port, to within 5 %, whatever
# number of queues it uses; a limit can be changed while frames wait for it.
# timeout: 240
# alone:
# allow-log: NETDEV WATCHDOG|TX timeout on queue
#
# To the driver, frames that wait for a limit of hardly anything are long overdue.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

need "the modules load" load_nic
need "a slice with two queues" sender one 1 max_vqp 2
port=$(port one)
check_eq "has no limit" "$(rate "$port" tx_max)" 0

# limited LENGTH MBITS...: datagrams of LENGTH bytes. Where no more can be sent than is allowed,
# there is nothing to see.
limited() {
	length=$1
	shift
	set_rate "$port" tx_max 0
	free=$(blast one 1 "$length")
	need "datagrams of $length are sent" [ "${free:-0}" -gt 0 ]
	comment "without a limit: $free kbit/s"
	for mbits in "$@"; do
		text="$mbits Mbit/s, datagrams of $length"
		if [ "$free" -lt $((mbits * 3000)) ]; then
			skip "$text" "only $free kbit/s can be sent here"
			continue
		fi
		check "$text: is set" set_rate "$port" tx_max "${mbits}mbit"
		check_eq "$text: is shown" "$(rate "$port" tx_max)" $((mbits * 125000))
		kbits=$(blast one 1 "$length")
		comment "$text: $kbits kbit/s"
		check "$text: is kept" within "$kbits" $((mbits * 1000))
		seen=$((seen + 1))
	done
}
seen=0
limited 1400 8
limited 8900 40
limited 60000 100
check "more than one could be seen" [ "$seen" -gt 1 ]

check "hardly anything may be sent" set_rate "$port" tx_max 8kbit
blast one 1 1400 >"$lib_scratch/blast" &
blast=$!
stalled() {
	before=$(received one)
	sleep 1
	[ "$(($(received one) - before))" -lt 3000 ]
}
flows() {
	[ "$(($(received one) - before))" -gt 300000 ]
}
check "frames wait" wait_for 10 stalled
before=$(received one)
check "the limit is removed" set_rate "$port" tx_max 0
check "and frames go on at once" wait_for 5 flows
check "hardly anything again" set_rate "$port" tx_max 8kbit
wait $blast
check "frames wait" wait_for 10 stalled
check "the slice goes while frames wait" vdpa dev del one
need "a new one" add one
check_eq "has no limit" "$(rate "$(port one)" tx_max)" 0
