# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of devlink on the software NIC. Sourced after lib-mdev.sh.

HANDLE=platform/$NIC

# port NAME: handle of the devlink port of a slice, by its representor
port() {
	devlink -j port show | jq -r --arg name "$1" \
		'.port | to_entries[] | select(.value.netdev == $name) | .key'
}

# port_says HANDLE JQ-FILTER: something of a port
port_says() {
	devlink -j port show "$1" | jq -r --arg port "$1" ".port[\$port] | $2"
}

# resource NAME KEY: something of a resource of the NIC
resource() {
	devlink -j resource show $HANDLE | jq -r --arg name "$1" --arg key "$2" \
		'.resources[][] | select(.name == $name) | .[$key] // empty'
}

# health HANDLE KEY: what the reporter of a port says
health() {
	devlink -j health show "$1" reporter queues | jq -r --arg key "$2" \
		'.health[][] | .[$key]'
}

# rate HANDLE KEY: of a port or a group, in bytes per second
rate() {
	devlink -j port function rate show "$1" | jq -r --arg key "$2" '.rate[][$key] // 0'
}

# set_rate HANDLE [KEY VALUE]...
set_rate() {
	devlink port function rate set "$@"
}

# count_begin NAME COMMAND...; count_end NAME COMMAND...: COMMAND prints /proc/uptime and a
# number of bytes. The second prints what they are in kbit/s since the first.
count_begin() {
	count_name=$1
	shift
	"$@" >"$lib_scratch/count.$count_name"
}

count_end() {
	count_name=$1
	shift
	"$@" | cat "$lib_scratch/count.$count_name" - | awk '
		NF == 2 { at[nr] = $1 }
		NF == 1 { bytes[nr++] = $1 }
		END { print int((bytes[1] - bytes[0]) / (at[1] - at[0]) / 125) }'
}

# within KBITS WANT: by 5 %
within() {
	[ $(($1 * 100)) -ge $(($2 * 95)) ] && [ $(($1 * 100)) -le $(($2 * 105)) ]
}
