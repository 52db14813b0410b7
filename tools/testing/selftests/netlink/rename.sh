#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A slice in class none gets another name: it is found by that one and no more by the former
# one, everything else of it stays, what is named after it later has the new name, and each
# refusal says why and leaves all as it was.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"
. "${0%/*}/lib-netlink.sh"

UUID=12345678-90ab-cdef-1234-567890abcdef
OTHER=87654321-90ab-cdef-1234-567890abcdef
BELOW=/sys/bus/platform/devices/$NIC
IN_SYSFS=/devices/platform/$NIC/mdev_slice
NAME=2 NEW_NAME=21

# rename FROM TO
rename() {
	[ "$(nl slice-set name="$1" new-name="$2" | tail -n 1)" = ok ]
}

need "the modules load" load_nic
for class in virtio vhost vfio; do
	modprobe mdev-class-$class
done
need "a slice" new one uuid=$UUID owner=me config.net.mac=02:00:00:00:00:07
BY_UUID=$(echo $BELOW/mdev_supported_types/*net/devices/$UUID)
id=$(get one id)
port=$(port one)
described() {
	nl slice-get uuid=$UUID | sed "s/ name=[^ ]*//"
}
described >"$lib_scratch/before"
need "somebody listens" listen

# From one to two.
"$HELPERS/core/uevent" "$HELPERS_DIR/mdev_nl" slice-set name=one new-name=two >"$lib_scratch/events"
check_eq "it is renamed" $? 0
answer "it has not the former name" "error ENODEV attr=$NAME miss=0: there is no slice of this name" slice-get name=one
check_eq "it has the new one" "$(get two uuid)" $UUID
check_eq "and the number that it had" "$(get two id)" "$id"
check_eq "its UUID finds it" "$(nl slice-get uuid=$UUID | key name)" two
check_eq "its number does" "$(nl slice-get id="$id" | key name)" two
check_eq "all else is as it was" "$(described)" "$(cat "$lib_scratch/before")"
check_eq "a list has it once" "$(nl -d slice-get | key name | tr '\n' ' ')" "two "
check_eq "its counters have its name" "$(nl -d stats-get slice-name=two | key slice-name | sort -u)" two
answer "they are not those of the former one" "error ENODEV *" -d stats-get slice-name=one
check_eq "family vdpa lists it" "$(vdpa -j dev show | jq -r '.dev | keys[]')" two
check_fail "and does not know the former name" "there is no device of this name" vdpa dev show one
check_eq "sysfs has it" "$(attr two uuid)" $UUID
check_eq "there are no other slices" "$(ls $SLICES)" two
check_eq "its directory" "$(ls $BELOW/mdev_slice)" two
check_eq "the link by its UUID leads there" "$(readlink -f "$BY_UUID")" "/sys$IN_SYSFS/two"
check_match "the uevent tells both" "$(grep '@.*/mdev_slice/' "$lib_scratch/events")" \
	"move@$IN_SYSFS/two *DEVPATH_OLD=$IN_SYSFS/one*"
check "what it is, too" grep -q "^move@.*MDEV_UUID=$UUID" "$lib_scratch/events"
hear 1 >"$lib_scratch/count"
check_eq "there is one message" "$(cat "$lib_scratch/count")" 1
check_match "that tells both" "$(grep -e -ntf "$heard")" \
	"slice-rename-ntf id=$id name=two uuid=$UUID *state=0 owner=me *event.cause=1 *event.comm=mdev_nl event.previous-name=one"

# What is made with the slice stays, and what is told of it follows.
check_eq "its representor is the same" "$(ls $BELOW/net)" one
check_eq "its port is" "$(port one)" "$port"
check_eq "its health has the new name" "$(devlink -j health diagnose "$port" reporter queues | jq -r .slice)" two
check_fail "devlink calls it so" "first is two" devlink dev reload $HANDLE
check "the representor gets the name by itself" ip link set one name two
check_eq "it is still that of the port" "$(port two)" "$port"
answer "the former name is free" ok slice-new parent-name=$NIC name=one uuid=$OTHER class=$NONE
check_eq "for a slice with a representor" "$(ls $BELOW/net | sort | tr '\n' ' ')" "one two "
check "that one is another one" test "$(get one id)" != "$id"

# Each class names things after the slice.
check "class virtio" set_class two virtio
check "its device has the new name" test -e $CDEVS/two/virtio*
check "and no other one" test ! -e $CDEVS/one
check_eq "its endpoint is told by it" "$(get two endpoint.device)" two
check "a network interface is there" test "$(netdev two)"
check "class vhost" set_class two vhost
check_eq "its node has the new name" "$(cat /sys/bus/mdev_vhost/devices/two/vhost-vdpa-*/name)" two
check "class vfio" set_class two vfio
check "its device has the UUID as ever" test -e /sys/bus/mdev/devices/$UUID
check_eq "it leads to the slice" "$(readlink -f /sys/bus/mdev/devices/$UUID/slice)" "/sys$IN_SYSFS/two"

# refuse TEXT PATTERN ARGUMENT...
refuse() {
	refuse_text=$1
	refuse_pattern=$2
	shift 2
	nl -d slice-get | sort >"$lib_scratch/was"
	ls $SLICES $BELOW/mdev_slice >>"$lib_scratch/was"
	answer "$refuse_text" "$refuse_pattern" slice-set "$@"
	{ nl -d slice-get | sort; ls $SLICES $BELOW/mdev_slice; } >"$lib_scratch/is"
	check "nothing has changed ($refuse_text)" cmp "$lib_scratch/was" "$lib_scratch/is"
}
ONLY="error EBUSY attr=$NEW_NAME miss=0: a slice gets another name in class none only"
for class in vfio vhost virtio; do
	need "it is in class $class" set_class two $class
	refuse "a name in class $class" "$ONLY" name=two new-name=three
	refuse "and one that is taken" "$ONLY" name=two new-name=one
	check_eq "its own name is good ($class)" "$(nl slice-set name=two new-name=two)" ok
done
need "it is parked" set_class two none
refuse "a name that is taken" "error EEXIST attr=$NEW_NAME miss=0: a slice with this name exists" \
	name=two new-name=one
refuse "one that stands in the parent's directory" "error EEXIST attr=$NEW_NAME miss=0: name \"power\" stands *" \
	name=two new-name=power
refuse "no name" "error EINVAL attr=$NEW_NAME miss=0: name is empty" name=two new-name=
for name in . .. a/b 'a$b' 'ä'; do
	refuse "the name $name" "error EINVAL attr=$NEW_NAME miss=0: name *" name=two new-name="$name"
done
refuse "a name of 64 characters" "error EINVAL attr=$NEW_NAME miss=0: ?*" name=two new-name="$(printf %064d 0)"
refuse "a name without an end" "error EINVAL attr=$NEW_NAME miss=0: ?*" name=two $NEW_NAME:s:three
refuse "the UUID of another slice" "error EINVAL attr=$NEW_NAME miss=0: the name is the UUID of another slice" \
	name=two new-name=$OTHER
refuse "a name and a class" "error EINVAL attr=$NEW_NAME miss=0: the name is changed without class *" \
	name=two new-name=three class=$NONE
refuse "a name and provisioning" "error EINVAL attr=$NEW_NAME miss=0: the name is changed without class *" \
	name=two new-name=three config.net.mac=02:00:00:00:00:08
refuse "a slice that is not there" "error ENODEV attr=$NAME miss=0: there is no slice of this name" \
	name=three new-name=four
refuse "the name of one slice and the number of another" "error ENODEV attr=1 miss=0: this is another slice *" \
	name=one id="$id" new-name=three
refuse "an owner that is none, with it" "error EINVAL attr=10 miss=0: ?*" \
	name=two new-name=three owner="$(printf 'a\nb')"
cp "$HELPERS_DIR/mdev_nl" /tmp/mdev_nl
cleanup rm -f /tmp/mdev_nl
check_match "who is not root" "$(setpriv --reuid 65534 --regid 65534 --clear-groups \
	/tmp/mdev_nl slice-set name=two new-name=three | tail -n 1)" "error EPERM *"
answer "a new slice with it" "error EINVAL attr=$NEW_NAME *" slice-new parent-name=$NIC name=x new-name=y
check_eq "nothing of that was told" "$(grep -c rename-ntf "$heard")" 1

# Who changes the slice keeps others out.
echo 60000 >"$FAULT/delay_ms"
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
nl slice-set name=two config.net.mac=02:00:00:00:00:09 >/dev/null &
slow=$!
begun() {
	[ "$(cat "$FAULT/delayed")" = 1 ]
}
need "it is being changed" wait_for 30 begun
echo 0 >"$FAULT/delay_ms"
answer "it is not renamed meanwhile" "error EBUSY attr=$NEW_NAME miss=0: the slice is being changed by someone else" \
	slice-set name=two new-name=three
echo 1 >"$FAULT/wake"
wait $slow

# Longest and shortest names, the UUID, by number, with an owner, and back.
long=$(printf %063d 0)
for name in "$long" a $UUID two; do
	check "to $name" nl slice-set id="$id" new-name="$name"
	check_eq "it is ($name)" "$(get "$name" id) $(ls -d $SLICES/"$name")" "$id $SLICES/$name"
done
check "a name and an owner" nl slice-set name=two new-name=three owner=you
check_eq "it has both" "$(get three id) $(get three owner)" "$id you"
check "the names of two slices" rename one four
check "are exchanged by a third one" rename three one
check "and back" rename four three
check_eq "each is there" "$(get one uuid) $(get three uuid)" "$UUID $OTHER"

# A name that goes is free when it was seen to go.
need "a slice" new gone
echo 1 >$SLICES/gone/remove &
removal=$!
until [ ! -e $SLICES/gone ]; do :; done
check "the name of one that goes" rename one gone
wait $removal
check_eq "it has it" "$(get gone uuid)" $UUID
check_eq "removal tells the last name" \
	"$(nl slice-del id="$id"; wait_for 10 grep -q 'slice-del-ntf .*name=gone .*owner=you' "$heard" && echo told)" \
	"ok
told"
check "the other one goes, by its name" nl slice-del name=three
check_eq "none is left" "$(ls $SLICES)" ""
