#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# One dump has the counters of every queue of every slice, in order, each once, and after
# them those of the slice as a whole, whatever device it is.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic parents=2
nl slice-new parent-name=mdev_net0 name=a class=$VIRTIO config.net.max-vq-pairs=16 >/dev/null
nl slice-new parent-name=mdev_net1 name=b class=0 config.net.max-vq-pairs=16 >/dev/null
nl slice-new parent-name=mdev_net0 name=c class=0 >/dev/null

nl -d stats-get >"$lib_scratch/all"
# queues NAME: indices in the order in which they come
queues() {
	sed -n "s/^stats-get .*slice-name=$1 .* queue=\([0-9]*\) .*$/\1/p" "$lib_scratch/all" | tr '\n' ' '
}
all=$(seq 0 32 | tr '\n' ' ')
check_eq "queues of one slice" "$(queues a)" "$all"
check_eq "of one that is parked" "$(queues b)" "$all"
check_eq "of one with one pair" "$(queues c)" "0 1 2 "
check_eq "of slices as a whole" "$(grep -c -v queue= "$lib_scratch/all")" 4
check_eq "nothing else" "$(grep -c . "$lib_scratch/all")" 73
check_match "what is told of a queue" "$(grep 'slice-name=a .*queue=0 ' "$lib_scratch/all")" \
	"stats-get slice-id=$(get a id) slice-name=a device-id=1 queue=0 counter.name=* counter.value=*"
check_eq "of one slice alone" "$(nl -d stats-get slice-name=c | grep -c ^stats-get)" 4
check_eq "by its id" "$(nl -d stats-get slice-id="$(get a id)" | grep -c ^stats-get)" 34
check_eq "of one parent" "$(nl -d stats-get parent-name=mdev_net1 | grep -c ^stats-get)" 34

# whose [ATTRIBUTE=VALUE]...: slices that it has counters of
whose() {
	nl -d stats-get "$@" | sed -n 's/^stats-get .*slice-name=\([^ ]*\) .*/\1/p' | uniq | tr '\n' ' '
}
nl slice-set name=c owner=me >/dev/null
check_eq "by its UUID" "$(whose slice-uuid="$(get b uuid)")" "b "
check_eq "of a class" "$(whose slice-class=$NONE)" "b c "
check_eq "of another class" "$(whose slice-class=$VIRTIO)" "a "
check_eq "of a type" "$(whose slice-type=net)" "a b c "
check_eq "of a type that nobody has" "$(whose slice-type=nix)" ""
check_eq "of an owner" "$(whose slice-owner=me)" "c "
check_eq "of those without" "$(whose slice-owner=)" "a b "
check_eq "of a bus" "$(whose parent-bus=platform)" "a b c "
check_eq "of another bus" "$(whose parent-bus=pci)" ""
check_eq "all together" "$(whose parent-bus=platform parent-name=mdev_net0 slice-type=net slice-class=$NONE slice-owner=me)" "c "
check_eq "but for one" "$(whose parent-name=mdev_net1 slice-type=net slice-class=$NONE slice-owner=me)" ""
check_eq "one that agrees" "$(whose slice-name=c slice-id="$(get c id)" slice-uuid="$(get c uuid)" slice-owner=me)" "c "
check_eq "one that does not" "$(whose slice-name=c slice-owner=you)" ""
check_eq "nor in its UUID" "$(whose slice-name=c slice-uuid="$(get b uuid)")" ""
answer "a UUID that is none" "error EINVAL attr=8 *: this is no UUID" -d stats-get slice-uuid=nix
answer "one that no slice has" "error ENODEV attr=8 *: there is no such slice" \
	-d stats-get slice-uuid=00000000-0000-4000-8000-000000000001
answer "a class that is none" "error ERANGE attr=10 *" -d stats-get slice-class=5
answer "a parent that is none" "error ENODEV attr=4 *: there is no parent of this name" -d stats-get parent-name=nix
nl slice-set name=c owner= >/dev/null

rep_up a
ip link set "$(netdev a)" up
ping -c 2 -W 1 -I "$(netdev a)" 192.0.2.1 >/dev/null 2>&1 || :
packets() {
	nl -d stats-get slice-name=a |
		sed -n "s/^.* queue=1 .*counter.name=$1 counter.value=\([0-9]*\).*$/\1/p"
}
check_eq "the number is that of family vdpa" "$(packets kicks)" "$(counter a 1 kicks)"
echo 5 >"$FAULT/get_vq_stats"
check_eq "a queue that cannot be read holds up no other slice" \
	"$(nl -d stats-get | grep -c ^stats-get)" 36
echo 0 >"$FAULT/get_vq_stats"

# whole NAME COUNTER: of the slice as a whole
whole() {
	nl -d stats-get slice-name="$1" |
		sed -n "/queue=/d; s/^.*counter.name=$2 counter.value=\([0-9]*\).*$/\1/p"
}
check_eq "no class change so far" "$(whole c class_changes) $(whole c class_failures)" "0 0"
nl slice-set name=c class=$VIRTIO >/dev/null
nl slice-set name=c class=$NONE >/dev/null
echo 5 >"$FAULT/probe"
nl slice-set name=c class=$VIRTIO >/dev/null
echo 0 >"$FAULT/probe"
check_eq "class changes are counted, and failures" "$(whole c class_changes) $(whole c class_failures)" "2 1"
check "resets by the driver" test "$(whole c resets)" -gt 0
check_eq "no ring was broken" "$(whole c broken)" 0

need "a parent of other devices" modprobe mdev_test
check "a device without virtio operations" nl slice-new parent-name=mdev_plain0 name=plain class=0
check_eq "has counters, too" "$(whole plain class_changes)" 0
check_eq "and those alone" "$(nl -d stats-get slice-name=plain | grep -c ^stats-get)" 1
