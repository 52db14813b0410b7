# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Part of guest.sh: an interactive shell on the VM's virtio console, which QEMU
# connects with the user's terminal.

# The host writes the size again whenever it changes. Setting it tells the
# programs on the terminal.
follow_size() {
	size=
	while sleep 1; do
		new=$(cat "$ctl/size")
		[ "$new" != "$size" ] || continue
		size=$new
		set -- $size
		stty -F /dev/hvc0 rows "$1" cols "$2"
	done
}

terminal() {
	read -r rows cols <"$ctl/size"
	stty -F /dev/hvc0 sane rows "$rows" cols "$cols"
	follow_size 2>/dev/null &
	setsid --ctty --wait sh "$ctl/job" </dev/hvc0 >/dev/hvc0 2>&1
	status=$?
}

terminal
