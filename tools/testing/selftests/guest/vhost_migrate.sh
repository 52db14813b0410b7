#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A running guest with two queue pairs migrates from one slice to another while it has a
# TCP connection in each direction, of which not a byte is lost or comes twice; and is
# stopped and continued. QEMU uses shadow virtqueues for it.
# timeout: 600
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-guest.sh"
. "${0%/*}/lib-vhost-guest.sh"

mac=02:00:00:00:00:0d

need "the modules load" load_nic
need "a slice in class vhost" vhost_slice vm1 mac $mac max_vqp 2
need "another one" vhost_slice vm2 mac $mac max_vqp 2
ip link add br0 type bridge
cleanup ip link delete br0
ip link set vm1 master br0 up
ip link set vm2 master br0 up
ip link set br0 up
ip address add 192.0.2.1/24 dev br0

# slice NAME: options of QEMU for it
slice() {
	vhost_net "$1" "mac=$mac,mq=on,vectors=6" queues=2
}

# shellcheck disable=SC2046
need "a guest boots on the first" guest_start one -smp 2 $(slice vm1)
guest_address one 192.0.2.2/24
check "it reaches the host" guest_run one ping -c 2 -W 5 192.0.2.1

guest_monitor one stop
sleep 1
check "stopped it does not answer" sh -c '! ping -c 1 -W 2 192.0.2.2'
guest_monitor one cont
check "continued it does" ping -c 3 -W 5 192.0.2.2

# A page of numbered lines that goes on as long as there is /tmp/on, and its last line.
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
# What has come of it: how many lines until now, and whether that was all, in order.
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
fetch() {
	guest_run one "wget -qO $2 http://192.0.2.1:8000/$1"
}
guest_run one "mkdir -p /web/cgi-bin; touch /tmp/on"
need "the guest fetches how to judge a page" fetch judge /judge
need "and how to make one" fetch stream /web/cgi-bin/stream
need "which it serves" guest_run one "chmod +x /web/cgi-bin/stream; httpd -p 8000 -h /web"

# shellcheck disable=SC2046
guest_begin two -smp 2 $(slice vm2) -incoming "unix:$lib_scratch/migration"
need "QEMU waits on the second" wait_for 20 test -S "$lib_scratch/migration"

busybox wget -qO - http://192.0.2.2:8000/cgi-bin/stream | awk -f "$lib_scratch/web/judge" \
	>"$lib_scratch/to-host" &
guest_send one stream "(wget -qO - http://192.0.2.1:8000/cgi-bin/stream | awk -f /judge >/from-host) & sleep 1"
guest_wait one stream 20

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
need "lines arrive here" wait_for 30 more 5000 to_host
need "and in the guest" wait_for 30 more 5000 from_host one

guest_monitor one "migrate unix:$lib_scratch/migration"
check "the migration is complete" wait_for 120 guest_info one migrate "Migration status: completed"
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
for cpu in 0 1; do
	check "it sends from CPU $cpu" guest_run two "taskset $((1 << cpu)) ping -c 1 -W 10 192.0.2.1"
	check "by queue pair $cpu of the second slice" \
		test "$(counter vm2 $((2 * cpu + 1)) packets)" -gt 0
done
