#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# User space hears of parents that are ready, and of slices that are made, change
# class and go: once each, when the slice is complete.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

# events COMMAND...: what is heard while it runs
events() {
	"$HELPERS_DIR/uevent" "$@" >"$lib_scratch/events" 2>&1
}

# heard PATTERN: how many of those match
heard() {
	grep -cE "$1" "$lib_scratch/events"
}

check "the modules load" events modprobe mdev_net
check_eq "a parent is ready" \
	"$(heard "^change@/devices/platform/$NIC .*MDEV_STATE=registered")" 1
modprobe mdev_vdpa

one="/devices/platform/$NIC/mdev_slice/one"
check "a slice is made" events vdpa dev add name one mgmtdev $NIC
check_eq "it is announced once" "$(heard "^[a-z]*@$one ")" 1
check_eq "as an addition" "$(heard "^add@$one ")" 1
check_eq "with its class" "$(heard "^add@$one .*MDEV_CLASS=virtio( |$)")" 1
check_eq "with its UUID" "$(heard "^add@$one .*MDEV_UUID=$(attr one uuid)( |$)")" 1
check_eq "the class device is announced" "$(heard "^add@/devices/platform/$NIC/one ")" 1
check_eq "the slice comes last: it is complete" \
	"$(grep -nE "@/devices/platform/$NIC/(one|mdev_slice/one)[ /]" "$lib_scratch/events" |
		tail -n 1 | grep -c "add@$one ")" 1

check "its address changes" events vdpa dev set name one mac 02:00:00:00:00:09
check_eq "there is one event of the slice" "$(heard "^[a-z]*@$one ")" 1
check_eq "a change of its configuration" "$(heard "^change@$one .*MDEV_CONFIG=1( |$)")" 1

check "its class changes" events sh -c "echo none >$SLICES/one/class"
check_eq "there is one event of the slice" "$(heard "^[a-z]*@$one ")" 1
check_eq "a change, with the new class" "$(heard "^change@$one .*MDEV_CLASS=none( |$)")" 1
check_eq "the class device goes" "$(heard "^remove@/devices/platform/$NIC/one ")" 1

check "its class changes back" events sh -c "echo virtio >$SLICES/one/class"
check_eq "a change, with the new class" "$(heard "^change@$one .*MDEV_CLASS=virtio( |$)")" 1
check_eq "without an error" "$(heard MDEV_ERROR)" 0

need "it is parked" set_class one none
echo 5 >"$FAULT/probe"
events sh -c "echo virtio >$SLICES/one/class"
check_eq "a change that failed is told, with where the slice is" \
	"$(heard "^change@$one .*MDEV_CLASS=none.*MDEV_ERROR=-5|^change@$one .*MDEV_ERROR=-5.*MDEV_CLASS=none")" 1

events vdpa dev add name two mgmtdev $NIC
check_eq "a slice that could not be made was never there" "$(heard "@.*/mdev_slice/two ")" 0
echo 0 >"$FAULT/probe"

check "it is removed" events vdpa dev del one
check_eq "that is told once" "$(heard "^remove@$one ")" 1
check "the modules go" events modprobe -r mdev_net
check_eq "the parent is not ready any more" \
	"$(heard "^change@/devices/platform/$NIC .*MDEV_STATE=unregistered")" 1
