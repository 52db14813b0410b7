#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Slices are saved and come back as they were; the file is always the same for the same slices,
# whole at any time, and keeps its rights.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

file=$lib_scratch/slices.conf

# state: all that lasts of all slices
# An address that the parent chose is given when it is restored.
state() {
	tribus -j slice show | jq -S 'sort_by(.name) | map({name, uuid, parent, bus, type, class, owner,
		given: (.given - ["mac"]), config})'
}

need "the modules load" load_nic
need "a slice" tribus slice add name vm1 parent $NIC class virtio mac 02:00:00:00:00:01 mtu 1400
need "a slice" tribus slice add name vm3 parent $NIC class vhost max_vqp 2
need "a slice" tribus slice add name vm2 parent $NIC class none mac 02:00:00:00:00:02
need "one that is named by its UUID" tribus slice add parent $NIC class vfio
need "one with an owner" tribus slice add name vm5 parent $NIC class none owner 'a "b" #c\'
state >"$lib_scratch/before"
status "they are saved" 0 tribus save "$file"
cp "$file" "$lib_scratch/first"
check_eq "those without an owner, in the order of their names" \
	"$(sed -n 's/^slice //p' "$file" | grep -v -- -)" "vm1
vm2
vm3"
status "again" 0 tribus save "$file"
check "it is the same" cmp "$file" "$lib_scratch/first"
check "on standard output, too" sh -c "tribus save - | cmp - '$file'"
check "those of an owner" tribus save owner 'a "b" #c\' "$file.owner"
check_eq "are others" "$(sed -n 's/^slice //p' "$file.owner")" vm5

tribus slice flush parent $NIC >/dev/null
check_eq "all have gone" "$(tribus slice show)" ""
status "they are restored" 0 tribus restore "$file"
status "and the others" 0 tribus restore "$file.owner"
state >"$lib_scratch/after"
check "they are as before" diff "$lib_scratch/before" "$lib_scratch/after"
status "again" 0 tribus restore "$file"
check_match "nothing was done" "$(tribus restore "$file")" "0 added, 0 changed, 4 the same, 0 failed"
status "there is no difference" 0 tribus restore --dry-run "$file"
check "they are saved alike" sh -c "tribus save - | cmp - '$lib_scratch/first'"

chmod 600 "$file"
ln -s slices.conf "$lib_scratch/link"
status "through a link" 0 tribus save "$lib_scratch/link"
check "which stays one" test -L "$lib_scratch/link"
check_eq "rights stay" "$(stat -c %a "$file")" 600
check_eq "nothing else is left" "$(ls "$lib_scratch" | grep -c 'slices.conf\.......$')" 0
refused "where it cannot be" 2 'cannot be written' tribus save /proc/nowhere
mkdir "$lib_scratch/full"
mount -t tmpfs -o size=4k none "$lib_scratch/full"
cleanup umount "$lib_scratch/full"
echo old >"$lib_scratch/full/file"
refused "where there is no room" 2 'No space left' tribus save "$lib_scratch/full/file"
check_eq "the old one stays" "$(cat "$lib_scratch/full/file")" old
check_eq "alone" "$(ls "$lib_scratch/full")" file
refused "two files" 1 'one word too many' tribus save a b

# The file of the boot has all slices without an owner, and others are beside it.
cleanup rm -rf /etc/tribus.conf /etc/tribus.d
check "the file of the boot" tribus save
cp /etc/tribus.conf "$lib_scratch/first"
refused "some of its slices" 1 'Which file?' tribus save parent $NIC
refused "those of an owner" 1 'Which file?' tribus save owner me
refused "or of none" 1 'Which file?' tribus save owner ''
check "do not replace it" cmp /etc/tribus.conf "$lib_scratch/first"
mkdir /etc/tribus.d
check "a file of an owner is beside it" tribus save owner 'a "b" #c\' /etc/tribus.d/abc.conf
need "a slice of another owner" tribus slice add name vm6 parent $NIC class none owner me
check "has its own" tribus save owner me /etc/tribus.d/me.conf
cp "$lib_scratch/first" /etc/tribus.d/old.conf.bak
state >"$lib_scratch/before"
tribus slice flush parent $NIC >/dev/null
check_match "what would be done" "$(tribus restore -n)" "*
6 to be added, 0 to be changed, 0 the same, 0 failed"
status "all are restored at once" 0 tribus restore
state >"$lib_scratch/after"
check "they are as before" diff "$lib_scratch/before" "$lib_scratch/after"
check_eq "nothing is left to be done" "$(tribus restore)" "0 added, 0 changed, 6 the same, 0 failed"
check_eq "nor is anything beside the files" "$(tribus restore -n)" \
	"0 to be added, 0 to be changed, 6 the same, 0 failed"
tribus slice del vm6
printf 'slice vm6\n' >/etc/tribus.d/bad.conf
refused "a file that is wrong" 1 '/etc/tribus.d/bad.conf:1: nothing of this file' tribus restore
check_eq "does not stop the others" "$(attr vm6 owner)" me
printf 'owner me\nslice vm1\nparent %s\nclass none\n' $NIC >/etc/tribus.d/bad.conf
refused "a slice of two files" 2 'Error: vm1: It is in /etc/tribus.conf, too.' tribus restore
check_eq "is as the first has it" "$(attr vm1 class) $(attr vm1 owner)" "virtio "
rm /etc/tribus.conf /etc/tribus.d/bad.conf
check_eq "without the one file" "$(tribus restore)" "0 added, 0 changed, 2 the same, 0 failed"
rm -r /etc/tribus.d
refused "without any" 1 'There is no /etc/tribus.conf' tribus restore
