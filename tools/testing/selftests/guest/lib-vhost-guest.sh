# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests that give slices to guests in class vhost. Sourced after lib-guest.sh.

NODES=/sys/bus/mdev_vhost/devices

# node NAME: the node of a slice in class vhost
node() {
	basename "$(ls -d "$NODES/$1"/vhost-vdpa-*)"
}

# vhost_slice NAME [ATTRIBUTE VALUE]...: a slice in class vhost
vhost_slice() {
	add "$@" && set_class "$1" vhost && [ -c "/dev/$(node "$1")" ]
}

# vhost_net NAME [PROPERTY]: options of QEMU for a virtio-net device on a slice
vhost_net() {
	echo "-netdev vhost-vdpa,vhostdev=/dev/$(node "$1"),id=$1${3:+,$3}" \
		"-device virtio-net-pci,netdev=$1,romfile=${2:+,$2}"
}

# The host's end of slice NAME has ADDRESS.
host_address() {
	ip link set "$1" up && ip address add "$2" dev "$1"
}

# The guest's interface has ADDRESS.
guest_address() {
	guest_run "$1" "ip link set eth0 up; ip address add $2 dev eth0"
}

# The rate in the last line of an iperf3 that was told -f m, in Mbit/s
rate() {
	awk '/receiver/ { for (i = 1; i < NF; i++) if ($(i + 1) == "Mbits/sec") rate = $i }
		END { print rate + 0 }'
}

# A page of lines that both ends can get from each other, and know.
WEB_LINES=100000
WEB_SUM=$(seq $WEB_LINES | md5sum)

# web_begin GUEST: it serves the page, and so does this host
web_begin() {
	if [ ! -d "$lib_scratch/web" ]; then
		mkdir "$lib_scratch/web"
		seq $WEB_LINES >"$lib_scratch/web/page"
		busybox httpd -f -p 8000 -h "$lib_scratch/web" &
		cleanup kill $!
	fi
	guest_run "$1" "mkdir /web; seq $WEB_LINES >/web/page; httpd -p 8000 -h /web"
}

# tcp_to_host ADDRESS: the page comes whole from the guest with that address
tcp_to_host() {
	test "$(busybox wget -T 60 -qO - "http://$1:8000/page" | md5sum)" = "$WEB_SUM"
}

# tcp_from_host GUEST ADDRESS: it comes whole to the guest from this host
tcp_from_host() {
	test "$(guest_run "$1" "wget -T 60 -qO - http://$2:8000/page | md5sum")" = "$WEB_SUM"
}
