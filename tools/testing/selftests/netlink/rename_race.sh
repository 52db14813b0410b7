#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices get each other's names while others make, remove, move, list and read them: no name is
# two slices', no slice is lost or there twice, and nobody gets an error that says nothing.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-race.sh"
. "${0%/*}/../lib-devlink.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic
# Nothing that is told shall be lost.
buffer=$(sysctl -n net.core.rmem_default)
sysctl -qw net.core.rmem_default=33554432
cleanup sysctl -qw net.core.rmem_default="$buffer"
need "somebody listens" listen -n 1000000
remember
# Those that stay, whatever they are called.
for number in 1 2 3; do
	need "slice $number" new "name$number" uuid=00000000-0000-0000-0000-00000000000$number owner=stays
done
nl -d slice-get owner=stays | key id | sort >"$lib_scratch/ids"

# Five names for three to five slices.
any_turn=1
rename() {
	any_turn=$(((any_turn * 5 + 7) % 97))
	nl slice-set name=name$((any_turn % 5)) new-name=name$((any_turn / 5 % 5))
}

rename_one() {
	any_turn=$(((any_turn * 5 + 3) % 97))
	nl slice-set uuid=00000000-0000-0000-0000-000000000001 new-name=name$((any_turn % 5))
}

# Those that stay have another owner, whatever they are called.
make() {
	any_turn=$(((any_turn * 5 + 11) % 97))
	nl slice-new parent-name=$NIC name=name$((any_turn % 5)) class=$NONE owner=goes
	nl slice-flush parent-name=$NIC owner=goes
}

change() {
	for change_class in $VIRTIO $VHOST $NONE; do
		nl slice-set uuid=00000000-0000-0000-0000-000000000002 class=$change_class
	done
	nl slice-set name=name2 config.net.mac=02:00:00:00:00:02
	nl slice-set uuid=00000000-0000-0000-0000-000000000003 owner=stays
	write none "$SLICES/name2/class"
}

# Each that stays is in each list once, and no name is there twice in it.
look() {
	nl -d slice-get >"$lib_scratch/list"
	grep owner=stays "$lib_scratch/list" | key id | sort >"$lib_scratch/seen"
	cmp -s "$lib_scratch/ids" "$lib_scratch/seen" ||
		echo "WRONG: $(cat "$lib_scratch/list")"
	nl -d stats-get >/dev/null
	vdpa dev show >/dev/null
}

read_all() {
	cat $SLICES/*/uuid $SLICES/*/state $SLICES/*/uevent
	for read_port in $(devlink -j port show | jq -r '.port | keys[]'); do
		devlink health diagnose "$read_port" reporter queues
	done
	devlink dev reload $HANDLE
}

race_jobs=
jobs_nr=0
for command in rename rename rename_one make change look; do
	jobs_nr=$((jobs_nr + 1))
	until_stop $command >"$lib_scratch/said.$jobs_nr" 2>&1 &
	race_jobs="$race_jobs $!"
done
until_stop read_all >/dev/null 2>&1 &
race_jobs="$race_jobs $!"
sleep "$(seconds 8)"
race_stop

cat "$lib_scratch"/said.* >"$lib_scratch/said"
check_eq "each list was right" "$(grep WRONG "$lib_scratch/said" | head -n 3)" ""
# Errors that somebody who came second may get.
check_eq "nobody got another error" "$(grep '^error' "$lib_scratch/said" |
	grep -vE '^error (EBUSY|EEXIST|ENODEV) .*: [a-z]' | sort -u)" ""
check "names were changed" grep -q slice-rename-ntf "$heard"
nl slice-set uuid=00000000-0000-0000-0000-000000000002 class=$NONE >/dev/null
flush parent-name=$NIC owner=goes >/dev/null

check_eq "those that stay are there" "$(nl -d slice-get | key uuid | sort | tr '\n' ' ')" \
	"00000000-0000-0000-0000-000000000001 00000000-0000-0000-0000-000000000002 00000000-0000-0000-0000-000000000003 "
check_eq "each has a name of its own" "$(nl -d slice-get | key name | sort -u | wc -l)" 3
check_eq "those that sysfs has" "$(ls $SLICES)" "$(nl -d slice-get | key name | LC_ALL=C sort)"
for name in $(nl -d slice-get | key name); do
	check_eq "$name is the same slice everywhere" "$(get "$name" uuid)" "$(attr "$name" uuid)"
done

# What was told of the names, in its order, leads to those that are there.
followed() {
	awk '
	function value(key) {
		for (i = 2; i <= NF; i++)
			if (index($i, key "=") == 1)
				return substr($i, length(key) + 2)
		return ""
	}
	$1 == "slice-rename-ntf" {
		id = value("id"); name = value("name"); former = value("event.previous-name")
		if (name in holder)
			print "taken: " $0
		if (holder[former] != id)
			print "not its own: " $0
		delete holder[former]
		holder[name] = id
	}
	$1 == "slice-add-ntf" {
		if (value("name") in holder)
			print "added twice: " $0
		holder[value("name")] = value("id")
	}
	$1 == "slice-del-ntf" {
		if (holder[value("name")] != value("id"))
			print "removed under another name: " $0
		delete holder[value("name")]
	}' "$heard"
}
nl slice-new parent-name=$NIC name=last class=$NONE >/dev/null
need "the last message comes" wait_for 10 grep -q 'slice-add-ntf .*name=last' "$heard"
check_eq "none was lost" "$(grep -cx lost "$heard")" 0
check_eq "each message was true when it came" "$(followed)" ""
check_match "all are removed" "$(flush parent-name=$NIC)" "removed=4 *"
check "nothing is left" nothing_new
for name in 0 1 2 3 4; do
	check "name$name is free" new name$name
	check "and goes" nl slice-del name=name$name
done
