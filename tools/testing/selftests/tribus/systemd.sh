#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# systemd and udev restore the slices of a parent by themselves, at boot and whenever its driver
# is bound; the unit's sandbox hinders nothing, and a slice that cannot be made is told by a
# failed unit and in the journal, while the others are there.
# timeout: 180
# kernels: plain
# ci: none
# append: init=/lib/systemd/systemd
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

file=/etc/tribus.conf
units=/run/systemd/system
driver=/sys/bus/platform/drivers/mdev_net

# since ARGUMENT...: what the journal has of it that is new
since() {
	journalctl -q --after-cursor "$cursor" "$@"
}

# results: of each time that systemd has started such a unit: its name, and how that has ended
results() {
	since -o json JOB_TYPE=start JOB_RESULT=done JOB_RESULT=failed |
		jq -r 'select(.UNIT | startswith("tribus-restore@")) | "\(.UNIT) \(.JOB_RESULT)"'
}

has_results() {
	[ "$(results)" ]
}

# said: by the unit's programs
said() {
	since -o cat _SYSTEMD_UNIT="$unit"
}

# says TEXT PATTERN: a line of it
says() {
	check "$1" wait_for 10 said_line "$2" || comment "$(said)"
}

said_line() {
	said | grep -qx -e "$1"
}

failed() {
	systemctl list-units --failed --plain --no-legend 'tribus-restore@*'
}

device_gone() {
	[ "$(systemctl show -P ActiveState sys-devices-platform-$NIC.device)" = inactive ]
}

# restores TEXT RESULT COMMAND...: what systemd does when the command has been run, with no help
restores() {
	restores_text=$1
	restores_result=$2
	shift 2
	cursor=$(journalctl -q -n 1 --show-cursor -o cat | sed -n 's/^-- cursor: //p')
	need "$restores_text" "$@"
	check "$restores_text: systemd starts the unit" wait_for 30 has_results
	udevadm settle --timeout 60
	unit=$(results | sed -n '1s/ .*//p')
	check_match "$restores_text: once, and how it ends" "$(results | wc -l) $(results)" \
		"1 tribus-restore@*$NIC.service $restores_result" || comment "$(said)"
}

# state: all that lasts of all slices
state() {
	tribus -j slice show | jq -S 'sort_by(.name) | map({name, uuid, parent, bus, type, class, given, config})'
}

same_state() {
	state | diff "$lib_scratch/state" -
}

no_slices() {
	[ -z "$(tribus slice show)" ]
}

# bind: the parent goes and comes
bind() {
	write $NIC $driver/unbind && no_slices && write $NIC $driver/bind
}

reload() {
	modprobe -r mdev_net && modprobe mdev_net
}

udev_stop() {
	systemctl stop 'systemd-udevd*'
}

# As at boot.
udev_start() {
	systemctl start systemd-udevd.service && systemctl restart systemd-udev-trigger.service
}

booted() {
	case $(systemctl is-system-running) in
	running | degraded) ;;
	*) return 1 ;;
	esac
}

need "systemd is the first process" test "$(cat /proc/1/comm)" = systemd
check "and has booted" wait_for 60 booted
cp "$COMMAND_DIR/tribus-restore@.service" $units/
mkdir -p /run/udev/rules.d
cp "$COMMAND_DIR/61-tribus-restore.rules" /run/udev/rules.d/
systemctl daemon-reload
udevadm control --reload
cleanup rm -rf $units/tribus-restore@.service $units/tribus-restore@.service.d \
	/run/udev/rules.d/61-tribus-restore.rules $file /home/hidden /tmp/hidden

# The file is written by the one who has made the slices, before udev knows of the parent.
udev_stop
need "the NIC" modprobe mdev_net
need "a slice" tribus slice add name vm1 parent $NIC class virtio mac 02:00:00:00:00:01 mtu 1400
need "a slice" tribus slice add name vm2 parent $NIC class vhost mac 02:00:00:00:00:02 max_vqp 2 cpus 0
need "a slice" tribus slice add name vm3 parent $NIC class none mac 02:00:00:00:00:03
need "a slice" tribus slice add name vm4 parent $NIC class vfio mac 02:00:00:00:00:04
state >"$lib_scratch/state"
need "they are saved" tribus save
tribus slice flush parent $NIC >/dev/null
need "and have gone" no_slices

restores "udev comes after the parent" "done" udev_start
check "the slices are there" same_state
says "the log tells how many" "4 added, 0 changed, 0 the same, 0 failed"
restores "the parent is bound anew" "done" bind
check "the slices are there again" same_state
restores "and again" "done" bind
check "and again" same_state
restores "its module is loaded anew" "done" reload
check "the slices are there again" same_state

# What is not there is seen by the program that the unit starts first, with the same rights.
touch /home/hidden /tmp/hidden
mkdir "$units/tribus-restore@.service.d"
cat >"$units/tribus-restore@.service.d/look.conf" <<'END'
[Service]
ExecStartPre=/bin/sh -c 'grep -E "^(CapEff|NoNewPrivs)" /proc/self/status; ls /home/hidden /tmp/hidden'
END
systemctl daemon-reload
restores "a program looks around in the sandbox" "failed" bind
says "it has CAP_NET_ADMIN alone" 'CapEff:	0000000000001000'
says "and gets no more" 'NoNewPrivs:	1'
says "it does not see homes" "ls: cannot access '/home/hidden'.*"
says "nor what others have for a while" "ls: cannot access '/tmp/hidden'.*"
rm -r "$units/tribus-restore@.service.d"
systemctl daemon-reload

printf 'slice bad\n\tparent %s\n\tmtu 1\n\n' $NIC >"$lib_scratch/bad"
cp $file "$lib_scratch/good"
awk -v bad="$lib_scratch/bad" '/^slice / && !done++ { while ((getline line <bad) > 0) print line } { print }' \
	"$lib_scratch/good" >$file
restores "one slice is wrong" "failed" bind
says "the log names it, and tells why" 'Error: bad: .*(attribute mtu)\.'
says "and how many were made" '4 added, 0 changed, 0 the same, 1 failed'
check "the others are there" same_state
check_eq "the unit tells the status of the command" \
	"$(systemctl show -P Result "$unit") $(systemctl show -P ExecMainStatus "$unit")" "exit-code 2"
check_match "the system tells of the unit" "$(failed)" "$unit *"
cp "$lib_scratch/good" $file
restores "the file is right" "done" bind
check "the slices are there" same_state
check_eq "nothing has failed any more" "$(failed)" ""
check "the parent goes for good" modprobe -r mdev_net
check "and its device unit" wait_for 10 device_gone
