# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Guests in the VM: QEMU of Debian, unmodified, with nested KVM. Sourced after lib.sh.
#
# A guest has a directory of files: in and out, the serial port; monitor.in and
# monitor.out; log, all that came out; pid, and readers, those of the pipes.

GUEST_KERNEL=/run/nested/image
GUEST_INITRAMFS=/run/nested/initramfs
GUEST_LINE="console=ttyS0 panic=-1 mitigations=off nokaslr quiet loglevel=3 tsc=reliable no_timer_check"

guest_dir() {
	echo "$lib_scratch/guest-$1"
}

# guest_begin NAME QEMU-OPTION...: starts QEMU; it is over with the test
guest_begin() {
	guest_at=$(guest_dir "$1")
	shift
	modprobe -q kvm_amd
	mkdir -p "$guest_at"
	rm -f "$guest_at"/*
	mkfifo "$guest_at/serial.in" "$guest_at/serial.out" \
		"$guest_at/monitor.in" "$guest_at/monitor.out"
	qemu-system-x86_64 -M q35,smm=off,hpet=off,vmport=off -accel kvm -cpu host \
		-nodefaults -no-user-config -display none -no-reboot -m 256M \
		-kernel "$GUEST_KERNEL" -initrd "$GUEST_INITRAMFS" -append "$GUEST_LINE" \
		-chardev "pipe,id=serial,path=$guest_at/serial" -serial chardev:serial \
		-chardev "pipe,id=monitor,path=$guest_at/monitor" \
		-mon chardev=monitor,mode=readline "$@" >"$guest_at/qemu" 2>&1 &
	echo $! >"$guest_at/pid"
	cleanup guest_end "${guest_at##*/guest-}"
	cat "$guest_at/serial.out" >"$guest_at/log" &
	echo $! >"$guest_at/readers"
	cat "$guest_at/monitor.out" >"$guest_at/monitor" &
	echo $! >>"$guest_at/readers"
}

guest_pid() {
	cat "$(guest_dir "$1")/pid"
}

guest_alive() {
	kill -0 "$(guest_pid "$1")" 2>/dev/null
}

guest_said() {
	grep -q "^@$2 " "$(guest_dir "$1")/log" || ! guest_alive "$1"
}

# guest_wait NAME WORD SECONDS
guest_wait() {
	wait_for "$3" guest_said "$1" "$2" && guest_alive "$1"
}

# guest_start NAME QEMU-OPTION...: until it takes commands
guest_start() {
	guest_begin "$@"
	guest_wait "$1" ready 90 && return
	guest_report "$1" "its own boot"
	return 1
}

# guest_send NAME WORD COMMAND: without waiting for it
guest_send() {
	printf '%s %s\n' "$2" "$3" >"$(guest_dir "$1")/serial.in"
}

# guest_result NAME WORD: prints what the command has printed, returns its status
guest_result() {
	awk -v end="@$2" '
		$1 == end { status = $2; exit }
		/^@/ { text = ""; next }
		{ text = text $0 "\n" }
		END { printf "%s", text; exit status }' "$(guest_dir "$1")/log"
}

# guest_run NAME COMMAND...: in the guest's shell. One that has not answered once is not
# asked any more: each further command would wait behind that one.
guest_run() {
	guest_name=$1
	shift
	[ ! -e "$(guest_dir "$guest_name")/silent" ] || return 124
	guest_word=$(($(date +%s%N) / 1000))
	guest_send "$guest_name" "$guest_word" "$*"
	if ! guest_wait "$guest_name" "$guest_word" 60; then
		touch "$(guest_dir "$guest_name")/silent"
		guest_report "$guest_name" "$*" | sed 's/^/#   /' >&2
		return 124
	fi
	guest_result "$guest_name" "$guest_word"
}

# guest_report NAME COMMAND: what can be seen of a guest that has not answered: where
# its processors are, what it has said, how its virtqueues stand, what QEMU waits for
guest_report() {
	echo "guest $1 has not answered: $2"
	tail -n 30 "$(guest_dir "$1")/log"
	cat "$(guest_dir "$1")/qemu"
	guest_alive "$1" || {
		echo "it has gone"
		return
	}
	wc -c <"$(guest_dir "$1")/monitor" >"$(guest_dir "$1")/from"
	for guest_topic in status "registers -a" "lapic 0" "lapic 1" \
		"virtio-queue-status /machine/peripheral-anon/device[0]/virtio-backend 0" \
		"virtio-queue-status /machine/peripheral-anon/device[0]/virtio-backend 1"; do
		guest_monitor "$1" "info $guest_topic"
		sleep 0.5
	done
	tail -c "+$(cat "$(guest_dir "$1")/from")" "$(guest_dir "$1")/monitor" |
		grep -a -e CPU -e RIP -e VM -e APIC -e IRR -e ISR -e idx -e avail -e used
	for guest_task in /proc/"$(guest_pid "$1")"/task/*; do
		echo "$(cat "$guest_task/comm"), $(cut -d ' ' -f 3,14,15 "$guest_task/stat")"
		cat "$guest_task/stack"
	done
	grep -h . /proc/softirqs /proc/net/softnet_stat
	# Does this machine's own time go on, on each CPU?
	grep LOC: /proc/interrupts
	sleep 1
	grep LOC: /proc/interrupts
}

# guest_monitor NAME COMMAND: of QEMU's monitor
guest_monitor() {
	printf '%s\n' "$2" >"$(guest_dir "$1")/monitor.in"
}

# guest_info NAME TOPIC TEXT: does "info TOPIC" say TEXT, sooner or later?
guest_info() {
	guest_monitor "$1" "info $2"
	sleep 0.3
	tail -c 2000 "$(guest_dir "$1")/monitor" | grep -q -e "$3"
}

# Who reads its pipes waits for ever if it had not come so far as to open them.
guest_kill() {
	kill -KILL "$(guest_pid "$1")" 2>/dev/null
	wait "$(guest_pid "$1")" 2>/dev/null
	xargs kill <"$(guest_dir "$1")/readers" 2>/dev/null
}

guest_end() {
	guest_kill "$1"
	:
}
