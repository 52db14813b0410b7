# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# A guest that migrates from slice vm1 to vm2 with a TCP connection in each direction.
# Sourced after lib-guest.sh. The test has a function slice, which prints options of QEMU.

# migrate_network: both slices are on one wire
migrate_network() {
	ip link add br0 type bridge
	cleanup ip link delete br0
	ip link set vm1 master br0 up
	ip link set vm2 master br0 up
	ip link set br0 up
	ip address add 192.0.2.1/24 dev br0
}

# migrate_nowhere: guest one, which has 192.0.2.2, is stopped and goes on
migrate_nowhere() {
	guest_monitor one stop
	sleep 1
	check "stopped it does not answer" sh -c '! ping -c 1 -W 2 192.0.2.2'
	guest_monitor one cont
	check "continued it does" ping -c 3 -W 5 192.0.2.2
}

# migrate_pages: what makes a page of numbered lines that goes on as long as there is
# /tmp/on, and what has come of it: how many lines until now, and whether that was all, in
# order
migrate_pages() {
	mkdir -p "$lib_scratch/web/cgi-bin"
	cat >"$lib_scratch/web/stream" <<'EOF'
#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
i=1
while [ -e /tmp/on ]; do
	seq $i $((i + 4999))
	i=$((i + 5000))
	sleep 0.1
done
echo end
EOF
	cat >"$lib_scratch/web/judge" <<'EOF'
$1 == "end" { print "all", NR - 1; exit }
$1 != NR { print "line", NR, "is", $0; exit }
NR % 5000 == 0 { print NR; fflush() }
EOF
	cp "$lib_scratch/web/stream" "$lib_scratch/web/cgi-bin/"
	chmod +x "$lib_scratch/web/cgi-bin/stream"
	touch /tmp/on
	cleanup rm -f /tmp/on
	busybox httpd -f -p 8000 -h "$lib_scratch/web" &
	cleanup kill $!
}

migrate_fetch() {
	guest_run one "wget -qO $2 http://192.0.2.1:8000/$1"
}

to_host() {
	tail -n 1 "$lib_scratch/to-host"
}

from_host() {
	guest_run "$1" "tail -n 1 /from-host"
}

# more FEWER COMMAND...: it prints a greater number
more() {
	more_than=$1
	shift
	test "$("$@")" -gt "$more_than"
}

# all COMMAND...: the page has ended, and was what it should be
all() {
	case $("$@") in
	all*) ;;
	*) return 1 ;;
	esac
}

# migrate_connect: it begins both connections
migrate_connect() {
	migrate_pages
	guest_run one "mkdir -p /web/cgi-bin; touch /tmp/on"
	need "the guest fetches how to judge a page" migrate_fetch judge /judge
	need "and how to make one" migrate_fetch stream /web/cgi-bin/stream
	need "which it serves" guest_run one \
		"chmod +x /web/cgi-bin/stream; httpd -p 8000 -h /web"
	busybox wget -qO - http://192.0.2.2:8000/cgi-bin/stream |
		awk -f "$lib_scratch/web/judge" >"$lib_scratch/to-host" &
	guest_send one stream "(wget -qO - http://192.0.2.1:8000/cgi-bin/stream | awk -f /judge >/from-host) & sleep 1"
	guest_wait one stream 20
	need "lines arrive here" wait_for 30 more 5000 to_host
	need "and in the guest" wait_for 30 more 5000 from_host one
}

# migrate_wait: QEMU with the second slice waits for the guest
migrate_wait() {
	# shellcheck disable=SC2046
	guest_begin two -smp 2 $(slice vm2) -incoming "unix:$lib_scratch/migration"
	need "QEMU waits on the second" wait_for 20 test -S "$lib_scratch/migration"
}

# migrate: guest one becomes guest two
migrate() {
	guest_monitor one "migrate unix:$lib_scratch/migration"
	check "the migration is complete" wait_for 120 guest_info one migrate \
		"Migration status: completed"
	comment "$(cat "$(guest_dir one)/qemu" "$(guest_dir two)/qemu")"
	here=$(to_host)
	there=$(from_host two)
	comment "$here lines here and $there there before the end of the migration"
	guest_monitor one quit
	check "more lines arrive here" wait_for 60 more $((here + 20000)) to_host
	check "and in the guest" wait_for 60 more $((there + 20000)) from_host two
	guest_run two rm /tmp/on
	check "none lost and none twice here" wait_for 60 all to_host
	rm /tmp/on
	check "nor in the guest" wait_for 60 all from_host two
	comment "here: $(to_host), there: $(from_host two)"
	check "the host reaches the guest" ping -c 3 -W 10 192.0.2.2
}

# migrate_pairs: two queue pairs of the second slice are used
migrate_pairs() {
	for cpu in 0 1; do
		check "it sends from CPU $cpu" \
			guest_run two "taskset $((1 << cpu)) ping -c 1 -W 10 192.0.2.1"
		check "by queue pair $cpu of the second slice" \
			test "$(counter vm2 $((2 * cpu + 1)) packets)" -gt 0
	done
}
