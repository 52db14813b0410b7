#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Restoring adds and changes what differs, touches nothing of another owner, goes on after a failure,
# removes nothing, and tells by its status; a file that is wrong is refused as a whole.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

file=$lib_scratch/slices.conf

restore() {
	tribus restore "$@" "$file"
}

need "the modules load" load_nic
cat >"$file" <<'END'
version 1
owner "the admin"   # a comment

slice vm1
	parent platform/mdev_net0
	class vhost
	mac 02:00:00:00:00:01

slice bad
	parent platform/mdev_net0
	mtu 1

slice gone
	parent platform/mdev_net9

slice vm2
	parent mdev_net0
	type net
	class none
END
check "what would be done" sh -c "tribus restore -n '$file' | grep -q '^+ slice vm1 parent mdev_net0 class vhost owner the admin mac 02:00:00:00:00:01\$'"
status "tells by its status" 3 restore --dry-run
check_eq "and is not" "$(tribus slice show)" ""
status "as JSON" 3 tribus -j restore -n "$file"
check "it agrees with the schema" agree_file restored "$lib_scratch/said"
restore >"$lib_scratch/out" 2>"$lib_scratch/err"
check_eq "a failure is told by the status" $? 2
check "and by name" grep -q '^Error: bad: .*(attribute mtu)' "$lib_scratch/err"
check "each of them" grep -q '^Error: gone: ' "$lib_scratch/err"
check_eq "the others are there" "$(attr vm1 class) $(attr vm2 class) $(attr vm1 owner)" "vhost none the admin"
check_eq "and counted" "$(tail -n 1 "$lib_scratch/out")" "2 added, 0 changed, 0 the same, 2 failed"
check "as JSON" sh -c "tribus -j restore '$file' >'$lib_scratch/json'; [ \$? = 2 ]"
check "it agrees" agree_file restored "$lib_scratch/json"
check_eq "those of a parent only" "$(tribus restore parent mdev_net9 "$file" 2>/dev/null)" "+ slice gone parent mdev_net9 owner the admin
0 added, 0 changed, 0 the same, 1 failed"
sed -i '/^slice bad/,/^slice vm2/{/^slice vm2/!d}' "$file"
check_eq "nothing is left to be done" "$(restore)" "0 added, 0 changed, 2 the same, 0 failed"

tribus slice set vm1 class none
tribus slice set vm1 mac 02:00:00:00:00:09
tribus slice add name extra parent $NIC class none owner "the admin"
tribus slice add name other parent $NIC class none owner libvirt
tribus slice add name free parent $NIC class none
check_eq "what differs" "$(restore -n)" "~ slice vm1 class none -> vhost mac 02:00:00:00:00:09 -> 02:00:00:00:00:01
- slice extra is not in the file
0 to be added, 1 to be changed, 1 the same, 0 failed"
status "it is changed" 0 restore
check_eq "to what the file says" "$(of '.[0] | .class, .config.mac' tribus -j slice show vm1 | tr '\n' ' ')" \
	"vhost 02:00:00:00:00:01 "
check_eq "nothing was removed" "$(tribus -o slice show | wc -l)" 5
sed -i 's/:01$/:02/' "$file"
status "an address in class vhost" 0 restore
check_eq "is the new one" "$(of '.[0].config.mac' tribus -j slice show vm1)" 02:00:00:00:00:02
check_eq "in the same class" "$(attr vm1 class)" vhost

printf '\nslice other\n\tparent mdev_net0\n\tclass vhost\n\nslice free\n\tparent mdev_net0\n' >>"$file"
restore >"$lib_scratch/out" 2>"$lib_scratch/err"
check_eq "what belongs to somebody else is a failure" $? 2
check "told by name" grep -q '^Error: other: It belongs to libvirt' "$lib_scratch/err"
check_eq "and left alone" "$(attr other class) $(attr other owner)" "none libvirt"
check_eq "what belongs to nobody is ours" "$(attr free owner)" "the admin"
sed -i '/^slice other/,/^$/d' "$file"
sed -i 's/type net/type bogus/' "$file"
refused "another type" 2 'with another type' restore
sed -i 's/type bogus/uuid 00000000-0000-0000-0000-000000000000/' "$file"
refused "another UUID" 2 'with another UUID' restore
sed -i 's/uuid .*/max_vqp 2/' "$file"
refused "what cannot be changed" 2 '(attribute ' restore
check_eq "stays in its class" "$(attr vm2 class)" none
node=$(basename "$(readlink -f /sys/bus/mdev_vhost/devices/vm1/vhost-vdpa-*)")
exec 5<>"/dev/$node"
sed -i '/max_vqp 2/d; s/class vhost/class virtio/' "$file"
refused "a slice in use" 2 'Device or resource busy' restore
check_eq "is not taken away" "$(attr vm1 class)" vhost
exec 5>&-
status "when it is free" 0 restore
check_eq "it changes" "$(attr vm1 class)" virtio

# wrong TEXT PART LINE...: a file with these lines is refused, and says why
wrong() {
	wrong_text=$1
	wrong_part=$2
	shift 2
	printf '%s\n' 'slice new' 'parent mdev_net0' "$@" >"$file"
	refused "$wrong_text" 1 "$wrong_part" restore
	check "and nothing of it is done" test ! -e $SLICES/new
}
wrong "no key" "is no key" "bogus 1"
wrong "no value" "a key and a value" "class"
wrong "two values" "a key and a value" "class none none"
wrong "a class that is cut" "is no class" "class vh"
wrong "an address" "no MAC address" "mac 1:2"
wrong "a number" "is no number" "mtu x"
wrong "the same twice" "there twice" "class none" "class none"
wrong "the same provisioning twice" "there twice" "mtu 1500" "mtu 1500"
wrong "the same slice twice" '"new" is there twice' "slice new" "parent mdev_net0"
wrong "a slice without a parent" "has no parent" "slice x"
wrong "a quote" "not closed" "owner \"x"
wrong "the head too late" "is no key" "owner x"
printf 'version 2\n' >"$file"
refused "another version" 1 'version 2' restore
: >"$file"
status "an empty file" 0 restore
head -c 5000 /dev/urandom >"$file"
status "any bytes" 1 restore
refused "no file" 1 'No such file' tribus restore /nowhere
