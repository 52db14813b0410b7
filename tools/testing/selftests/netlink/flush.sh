#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Many slices are removed by one request, just those that are meant; each is told of, and
# it takes much less time than one after the other.
# timeout: 240
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic parents=2
nr=$(repeat 150)

# fill OWNER
fill() {
	fill_nr=0
	while [ $fill_nr -lt "$nr" ]; do
		new "$1$fill_nr" owner="$1" || return
		fill_nr=$((fill_nr + 1))
	done
}
nl slice-new parent-name=mdev_net1 name=other class=0 owner=a >/dev/null
new mine owner=b
need "slices of an owner" fill a
need "somebody listens" listen
check_match "those of an owner on a parent go" "$(flush parent-name=$NIC owner=a)" \
	"removed=$nr busy=0 *"
check_eq "each is told of" "$(hear "$nr")" "$nr"
check_eq "once" "$(key id <"$heard" | sort -u | wc -l)" "$nr"
check_eq "the others stay" "$(nl -d slice-get | key name | sort | tr '\n' ' ')" "mine other "
check_eq "no representor stays" "$(ls /sys/class/net | grep -c '^a[0-9]')" 0

new busy owner=c
new virtio owner=c class=$VIRTIO
check_match "whatever class they are in" "$(flush owner=c)" "removed=2 busy=0 *"
check_match "none" "$(flush owner=c)" "removed=0 busy=0 *"

# Those of the other NIC are looked at when those of the first go, which takes a while.
nr_first=$(repeat 64)
nl -r "$nr_first" slice-new parent-name=$NIC name=d{} class=$VIRTIO owner=d >/dev/null
nl slice-new parent-name=mdev_net1 name=late class=0 owner=d >/dev/null
flush owner=d >"$lib_scratch/flush" &
flush=$!
begun() {
	! nl slice-get name=d0 >/dev/null
}
check "slices of an owner begin to go" wait_for 30 begun
nl slice-set name=late owner=e >"$lib_scratch/set"
wait $flush
if grep -q ok "$lib_scratch/set"; then
	check_eq "one that is another's by then stays" "$(get late owner)" e
else
	check_match "one that is still of that owner goes" "$(nl slice-get name=late)" "error ENODEV*"
fi
nl slice-flush owner=e >/dev/null

# Each request ends after about a second, with what it has begun: then others have their turn.
many=$(repeat 1000)
nl -r "$many" slice-new parent-name=$NIC name=f{} class=0 owner=f >/dev/null
start=$(milliseconds)
flush owner=f >"$lib_scratch/flush"
took=$(($(milliseconds) - start))
check_match "many go" "$(cat "$lib_scratch/flush")" "removed=$many busy=0 *"
requests=$(key requests <"$lib_scratch/flush")
comment "in $took ms, by $requests requests"
limit=$(awk "BEGIN { printf \"%d\", 1500 * ${RUN_PATIENCE:-3} }")
check "none of which takes long" test $((took / requests)) -le "$limit"

# Names can be had again at once.
need "slices with the same names" fill a
check_match "all of an owner, of all parents" "$(flush owner=a)" \
	"removed=$((nr + 1)) busy=0 *"
need "slices of a parent that goes" fill a
start=$(milliseconds)
rmmod mdev_vdpa
rmmod mdev_net
comment "$nr slices go with their parent in $(($(milliseconds) - start)) ms"
check_eq "all slices have gone" "$(ls $SLICES)" ""
