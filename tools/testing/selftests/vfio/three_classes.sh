#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One slice goes through all classes a thousand times, in any order, while its representor
# sends, with and without drivers in user space whose rings run: each change succeeds, and in
# each class there is what belongs to it, and nothing of another one. Name, UUID, MAC and
# representor stay.
# timeout: 300
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vfio.sh"

mac=02:00:00:00:00:0d
VHOST=/sys/bus/mdev_vhost/devices

need "the modules load" load_nic
need "and vfio" modprobe -a vfio vfio_iommu_type1
remember
need "a slice" add vm1 mac $mac
uuid=$(attr vm1 uuid)
index=$(cat /sys/class/net/vm1/ifindex)
ip link set vm1 up
ip address add 192.0.2.1/24 dev vm1
ip neighbour add 192.0.2.2 dev vm1 lladdr $mac
ping -q -f -i 0.002 192.0.2.2 >/dev/null 2>&1 &
flood=$!
cleanup kill $flood

# What there is of the slice on each bus: one character for each class.
where() {
	printf '%s%s%s\n' "$([ ! -e "$CDEVS/vm1" ] || echo v)" \
		"$([ ! -e "$VHOST/vm1" ] || echo h)" "$([ ! -e "$MEDIATED/$uuid" ] || echo f)"
}

# change CLASS WHERE
change() {
	echo "$1" >$SLICES/vm1/class || return
	case $(attr vm1 class),$(attr vm1 state),$(where) in
	"$1,ready bound,$2" | "none,ready,") ;;
	*) echo "$1: $(attr vm1 class) $(attr vm1 state) $(where)" && return 1 ;;
	esac
}

# Another one each time, in an order that does not repeat itself.
changes() {
	seed=$1
	last=0
	for _ in $(seq "$2"); do
		seed=$(((seed * 1103515245 + 12345) % 2147483648))
		last=$(((last + 1 + seed / 65536 % 3) % 4))
		case $last in
		0) change virtio v ;;
		1) change vhost h ;;
		2) change vfio f ;;
		3) change none "" ;;
		esac || return
	done
}

# use CLASS: a driver in user space opens the slice's device in that class, and its rings run
use() {
	: >"$lib_scratch/driver"
	if [ "$1" = vhost ]; then
		"$HELPERS/vhost/exchange" vm1 run >"$lib_scratch/driver" 2>&1 &
	else
		"$HELPERS/vfio/exchange" vm1 >"$lib_scratch/driver" 2>&1 &
	fi
	user=$!
	cleanup kill -9 $user
	wait_for 20 grep -q ready "$lib_scratch/driver" || {
		cat "$lib_scratch/driver"
		return 1
	}
}

# end_use: and let go of it
end_use() {
	kill -9 "$user"
	wait "$user"
	user=
} 2>/dev/null

# refused WORDS: because the slice is in use, and it stays where it is
refused() {
	write "$1" "$SLICES/vm1/class" 2>&1 | grep -q busy && return
	echo "$1: is not refused, $(attr vm1 class) $(attr vm1 state)"
	return 1
}

# Class vhost is left by force or when the user has gone, class vfio when the user has gone.
used_changes() {
	for round in $(seq "$1"); do
		change vhost h && use vhost && refused none && refused vfio || return
		[ $((round % 2)) = 0 ] || end_use
		write "vfio force" $SLICES/vm1/class && change vfio f || return
		[ -z "$user" ] || end_use
		use vfio && refused virtio && refused "none force" || return
		end_use
		case $((round % 3)) in
		0) change virtio v ;;
		1) change none "" ;;
		2) change vhost h && change none "" ;;
		esac || return
	done
}

times=$(repeat 1000)
comment "$times changes, from $$ on"
check "the class changes again and again" changes $$ "$times"
user=
need "locks are not judged" locks_unjudged
times=$(repeat 20)
check "$times times with a driver in class vhost, then in class vfio" used_changes "$times"
[ -z "$user" ] || end_use
check "the representor has sent all the time" kill -0 $flood
check_eq "it is the same one" "$(cat /sys/class/net/vm1/ifindex)" "$index"
check_eq "so is the UUID" "$(attr vm1 uuid)" "$uuid"
check "it is a network interface of this host" change virtio v
check "with a driver" wait_for 10 test -n "$(netdev vm1)"
check_eq "which has the MAC" "$(cat "/sys/class/net/$(netdev vm1)/address")" $mac
check "the slice is removed" vdpa dev del vm1
check "nothing is left" nothing_new
