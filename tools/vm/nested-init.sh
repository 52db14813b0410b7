#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
#
# /init of a guest in the VM: does what is sent over the serial port, line by line.
# A line is a word and a command; after the command's output comes "@WORD STATUS".

/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*.ko; do
	[ ! -e "$module" ] || insmod "$module"
done
ip link set lo up

exec </dev/ttyS0 >/dev/ttyS0 2>&1
stty raw -echo
echo "@ready 0"
# By a shell of its own: busybox begins a line anew, without what it has read of it, when a
# child ends meanwhile, and what commands leave in the background ends as a child of this one.
(
	while read -r word command; do
		(eval "$command") </dev/null
		echo "@$word $?"
	done
)
poweroff -f
