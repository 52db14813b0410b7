#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A dump has each slice exactly once while others come and go, and only those that it is
# asked for.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic parents=2
modprobe mdev_vhost
nr=$(repeat 120)
i=0
while [ $i -lt "$nr" ]; do
	nl slice-new parent-name=mdev_net$((i % 2)) name=s$i class=0 owner=o$((i % 3)) >/dev/null || break
	i=$((i + 1))
done
check_eq "slices are made" "$i" "$nr"
nl slice-set name=s0 class=$VHOST >/dev/null

# count ARGUMENT...: messages of a dump
count() {
	nl -d "$@" | grep -c '^slice-get'
}
check_eq "all" "$(count slice-get)" "$nr"
check_eq "those of a parent" "$(count slice-get parent-name=mdev_net1)" $((nr / 2))
check_eq "of a parent on its bus" "$(count slice-get parent-name=mdev_net1 parent-bus=platform)" $((nr / 2))
check_eq "those in a class" "$(nl -d slice-get class=$VHOST | key name)" s0
check_eq "those parked" "$(count slice-get class=0)" $((nr - 1))
check_eq "those of an owner" "$(count slice-get owner=o1)" $((nr / 3))
check_eq "those of a type" "$(count slice-get type=net)" "$nr"
check_eq "of a type that nobody has" "$(count slice-get type=nut)" 0
check_eq "all that agree" "$(nl -d slice-get owner=o0 class=$VHOST parent-name=mdev_net0 | key name)" s0
nl slice-set name=s1 owner= >/dev/null
check_eq "those without an owner" "$(nl -d slice-get owner= | key name)" s1
nl slice-set name=s1 owner=o1 >/dev/null

churn() {
	while :; do
		new "$1" owner=churn
		nl slice-del name="$1" >/dev/null
	done
}
churn early &
cleanup kill $!
churn late &
cleanup kill $!
bad=0
for _ in 1 2 3 4 5 6 7 8 9 10; do
	nl -d slice-get >"$lib_scratch/dump"
	sed -n 's/^slice-get.* name=\(s[0-9]*\) .*$/\1/p' "$lib_scratch/dump" >"$lib_scratch/names"
	same_lines "$lib_scratch/names" "$nr" || bad=$((bad + 1))
	[ "$(tail -n 1 "$lib_scratch/dump")" = ok ] || bad=$((bad + 1))
	grep -q interrupted "$lib_scratch/dump" && bad=$((bad + 1))
done
check_eq "under churn, dumps that are not right" "$bad" 0
