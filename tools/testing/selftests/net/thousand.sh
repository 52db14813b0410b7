#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A thousand slices are made, listed, and connected; each answers a ping; then they are
# removed, and give back what they took, all within two minutes.
# timeout: 150
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

nr=$(repeat 1000)
patience=${RUN_PATIENCE:-1}
patience=${patience%.*}
[ "$patience" -ge 1 ] || patience=1

# setting NAME VALUE: of the kernel, for the time of the test
setting() {
	cleanup sysctl -qw "$1=$(sysctl -n "$1")"
	sysctl -qw "$1=$2"
}

# each FORMAT: for each slice, with its NUMBER, the MAC address that it gets, a network of its own
# that has an address for its interface, the GUEST, and one for who asks, and its DEVICE
each() {
	awk -v format="$1" '{ at = 4 * $1
		net = "10." int(at / 65536) "." int(at / 256) % 256
		line = format
		gsub("NUMBER", $1, line)
		gsub("MAC", sprintf("02:00:00:00:%02x:%02x", int($1 / 256), $1 % 256), line)
		gsub("OTHER", net "." at % 256 + 1, line)
		gsub("GUEST", net "." at % 256 + 2 "/30", line)
		gsub("DEVICE", $2, line)
		print line }'
}

# In MiB.
available() {
	awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo
}

make() {
	seq 0 $((nr - 1)) | each "slice add name sNUMBER parent $NIC class virtio owner me mac MAC" \
		>"$lib_scratch/make"
	tribus -b "$lib_scratch/make"
}

# devices: the number of each slice, and its interface
devices() {
	for device in "$CDEVS"/s*/virtio*/net/*; do
		slice=${device#"$CDEVS"/s}
		echo "${slice%%/*} ${device##*/}"
	done
}

listed() {
	"$@" show >"$lib_scratch/list" &&
		sed -n 's/^\(s[0-9]*\): .*/\1/p' "$lib_scratch/list" >"$lib_scratch/names" &&
		same_lines "$lib_scratch/names" "$nr"
}

# connect: the ends of each are in one namespace, as a move takes a tenth of a second. So only
# one of them has an address, and what it answers goes to the other one.
connect() {
	each 'link set sNUMBER up
link set DEVICE up
address add GUEST dev DEVICE
neighbour add OTHER lladdr 02:00:00:01:00:00 dev DEVICE' <"$lib_scratch/devices" >"$lib_scratch/ip"
	ip -batch "$lib_scratch/ip"
}

remove() {
	[ "$(tribus slice flush owner me)" = "removed $nr busy 0" ]
}

given_back() {
	[ "$(available)" -gt $((before - 64)) ]
}

# There is a table for all of the system of who is where.
for level in 1 2 3; do
	setting "net.ipv4.neigh.default.gc_thresh$level" 8192
done
setting net.ipv6.conf.default.disable_ipv6 1
need "the modules load" load_nic
remember
before=$(available)
lib_clock
begin=$lib_now

# step TEXT COMMAND...: with the time that it takes
step() {
	lib_clock
	step_begin=$lib_now
	need "$@"
	lib_clock
	comment "$((lib_now - step_begin)) hundredths of a second"
}
step "$nr slices are made" make
devices >"$lib_scratch/devices"
check "each has its interface" same_lines "$lib_scratch/devices" "$nr"
step "vdpa lists each of them once" listed vdpa dev
step "and tribus" listed tribus -o slice
step "both ends of each are up" connect
comment "$((before - $(available))) MiB of memory are used"
step "each answers a ping" "$HELPERS_DIR/pings" "$nr" 60
step "they are removed" remove
check "nothing is left" nothing_new
check "their memory is given back" wait_for 10 given_back
lib_clock
comment "$(((lib_now - begin) / 100)) seconds"
check "that took less than two minutes" [ $((lib_now - begin)) -lt $((12000 * patience)) ]
