#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Many slices are removed by one request, just those that are meant; each is told of, and
# it takes much less time than one after the other.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic parents=2
nr=$(repeat 150)

milliseconds() {
	date +%s%3N
}

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
check_match "those of an owner on a parent go" "$(nl slice-flush parent-name=$NIC owner=a)" \
	"slice-flush removed=$nr busy=0*"
check_eq "each is told of" "$(hear "$nr")" "$nr"
check_eq "once" "$(key id <"$heard" | sort -u | wc -l)" "$nr"
check_eq "the others stay" "$(nl -d slice-get | key name | sort | tr '\n' ' ')" "mine other "
check_eq "no representor stays" "$(ls /sys/class/net | grep -c '^a[0-9]')" 0

new busy owner=c
new virtio owner=c class=$VIRTIO
check_match "whatever class they are in" "$(nl slice-flush owner=c)" "slice-flush removed=2 busy=0*"
check_match "none" "$(nl slice-flush owner=c)" "slice-flush removed=0 busy=0*"

# Names can be had again at once.
need "slices with the same names" fill a
check_match "all of an owner, of all parents" "$(nl slice-flush owner=a)" \
	"slice-flush removed=$((nr + 1)) busy=0*"
need "slices of a parent that goes" fill a
start=$(milliseconds)
rmmod mdev_vdpa
rmmod mdev_net
comment "$nr slices go with their parent in $(($(milliseconds) - start)) ms"
check_eq "all slices have gone" "$(ls $SLICES)" ""
