#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each refusal of family mdev has an errno, a sentence and the attribute that it is about,
# and leaves everything as it was.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic
need "a slice" new one
id=$(get one id)
uuid=$(get one uuid)
need "another one" new two
remember
state() {
	nl -d slice-get
}
state >"$lib_scratch/before"

# Which slice: id 1, name 2, uuid 3.
for command in slice-get slice-set slice-del; do
	more=
	[ $command != slice-set ] || more=class=0
	# shellcheck disable=SC2086
	{
		answer "$command without a slice" \
			"error EINVAL attr=0 miss=2: the name, UUID or id of the slice is missing" $command $more
		answer "$command of a name that is not there" \
			"error ENODEV attr=2 miss=0: there is no slice of this name" $command name=three $more
		answer "$command of an id that is not there" \
			"error ENODEV attr=1 miss=0: there is no slice of this id" $command id=4000000000 $more
		answer "$command of a UUID that is none" \
			"error EINVAL attr=3 miss=0: this is no UUID" $command uuid=$NIC $more
		answer "$command of two slices" \
			"error ENODEV attr=1 miss=0: this is another slice *" $command name=two id="$id" $more
		answer "$command with a name without an end" \
			"error EINVAL attr=2 miss=0: ?*" $command 2:s:one $more
		answer "$command with a name of 64 characters" \
			"error EINVAL attr=2 miss=0: ?*" $command name="$(printf '%064d' 0)" $more
		answer "$command with an id of two bytes" \
			"error E* attr=1 miss=0: ?*" $command 1:x:0100 $more
		answer "$command with an attribute that does not exist" \
			"error EINVAL attr=99 miss=0: ?*" $command name=one 99:x:00 $more
		answer "$command that is cut off" "error EINVAL *" -c 2 $command name=one $more
	}
done

# A new one: parent-bus 4, parent-name 5, type 6, class 7, owner 10, config 13.
answer "no parent" "error EINVAL attr=0 miss=5: the name of the parent is missing" slice-new name=new
answer "a parent that is not there" "error ENODEV attr=5 miss=0: there is no parent of this name" \
	slice-new parent-name=mdev_net9 name=new
answer "a parent on another bus" "error ENODEV attr=5 miss=0: there is no parent of this name" \
	slice-new parent-name=$NIC parent-bus=pci name=new
make() {
	make_text=$1
	make_pattern=$2
	shift 2
	answer "$make_text" "$make_pattern" slice-new parent-name=$NIC "$@"
}
make "an empty name" "error EINVAL attr=2 miss=0: name is empty" name=
make "a name with a slash" "error EINVAL attr=2 miss=0: name has a character outside *" name=a/b
make "a name that is taken" "error EEXIST attr=2 miss=0: a slice with this name exists" name=one
make "a UUID that is taken" "error EEXIST attr=3 miss=0: a slice with this UUID exists" name=new uuid="$uuid"
make "a UUID that is none" "error EINVAL attr=3 miss=0: this is no UUID" name=new uuid=12
make "a UUID that is all zero" "error EINVAL attr=3 miss=0: the UUID is all zero" name=new \
	uuid=00000000-0000-0000-0000-000000000000
make "a name in the parent's directory" "error EEXIST attr=2 miss=0: name \"power\" stands in *" name=power
make "a type that is not there" "error ENOENT attr=6 miss=0: the parent has no type of this name" \
	name=new type=nut
make "a class that does not exist" "error ERANGE attr=7 miss=0: ?*" name=new class=5
make "a class that the parent does not serve" \
	"error EOPNOTSUPP attr=7 miss=0: the parent does not serve class vendor" name=new class=4
make "an owner of two lines" "error EINVAL attr=10 miss=0: the owner is more than one line *" name=new 10:x:410a4200
make "an owner of 128 characters" "error EINVAL attr=10 miss=0: ?*" name=new owner="$(printf '%0128d' 0)"
make "a state" "error EINVAL attr=9 miss=0: ?*" name=new state=0

make "a MAC address of many" "error EINVAL attr=1 miss=0: mac 01:00:00:00:00:01 is not a unicast address" \
	name=new config.net.mac=01:00:00:00:00:01
make "a MAC address of five bytes" "error E* attr=1 miss=0: ?*" name=new config.net.mac=02:00:00:00:00
make "an MTU of 67" "error EINVAL attr=2 miss=0: mtu 67, expected 68 to 65535" name=new config.net.mtu=67
make "an MTU of 65536" "error EINVAL attr=2 miss=0: mtu 65536, *" name=new config.net.mtu=65536
make "more queue pairs than the parent has" "error EINVAL *: *max_vqp 17, expected *" name=new \
	config.net.max-vq-pairs=17
make "no queue pair" "error EINVAL attr=3 miss=0: max-vq-pairs 0, expected *" name=new config.net.max-vq-pairs=0
make "65536 queue pairs" "error EINVAL attr=3 miss=0: max-vq-pairs 65536, *" name=new \
	config.net.max-vq-pairs=65536
make "a feature that the type does not have" "error EINVAL attr=13 miss=0: features 0x4000000000000000 are not *" \
	name=new config.features=0x4000000000000000
make "a feature above bit 63" "error EOPNOTSUPP attr=1 miss=0: features above bit 63 *" name=new \
	32781:x:1400010000000000000000000100000000000000
make "no features" "error EINVAL attr=1 miss=0: features are not an array of u64" name=new \
	32781:x:04000100
make "features of 12 bytes" "error EINVAL attr=1 miss=0: features are not an array of u64" name=new \
	32781:x:10000100000000000000000000000000
make "a NUMA node that is not there" "error EINVAL attr=3 miss=0: there is no NUMA node 77" name=new \
	config.numa-node=77
make "CPUs that are no list" "error EINVAL attr=4 miss=0: cpus is not a list *" name=new config.cpus=a
make "CPUs that there cannot be" "error EINVAL attr=4 miss=0: cpus has one above [0-9]*, *" name=new config.cpus=99999
echo 0 >/sys/devices/system/cpu/cpu1/online
make "CPUs that are not online" "error EINVAL attr=4 miss=0: cpus has no CPU that is online" name=new \
	config.cpus=1
echo 1 >/sys/devices/system/cpu/cpu1/online

# A change: force 8.
set_one() {
	set_text=$1
	set_pattern=$2
	shift 2
	answer "$set_text" "$set_pattern" slice-set name=one "$@"
}
set_one "nothing" "error EINVAL *: nothing to set: class, config, owner or new-name expected"
set_one "force without a class" "error EINVAL attr=8 miss=0: force goes with a class" force= owner=me
set_one "class and provisioning" "error EINVAL attr=13 miss=0: class and provisioning are *" \
	class=1 config.net.mac=02:00:00:00:00:01
set_one "an empty provisioning" "error EINVAL attr=13 miss=0: config is empty" 32781:x:
set_one "queue pairs" "error EOPNOTSUPP attr=13 miss=0: max-vq-pairs is fixed when a slice is made" \
	config.net.max-vq-pairs=1
set_one "a NUMA node" "error EOPNOTSUPP attr=13 miss=0: numa-node is fixed when a slice is made" \
	config.numa-node=0
set_one "CPUs that are no list" "error EINVAL attr=4 miss=0: cpus is not a list *" config.cpus=1-
set_one "a class that is not served" \
	"error EOPNOTSUPP attr=7 miss=0: the parent does not serve class vendor" class=4
set_one "an owner of two lines" "error EINVAL attr=10 miss=0: the owner is more *" 10:x:410a4200
set_one "such an owner with a class that would do" "error EINVAL attr=10 miss=0: the owner is more *" \
	class=1 10:x:410a4200

answer "no class for a dump" "error ERANGE *" -d slice-get class=9
answer "a dump of a parent that is not there" "error ENODEV *: there is no parent of this name" \
	-d slice-get parent-name=mdev_net9
answer "types of a parent that is not there" "error ENODEV *" -d type-get parent-name=mdev_net9
answer "a type without a name" "error EINVAL attr=0 miss=3: the name of the type is missing" \
	type-get parent-name=$NIC
answer "a type that is not there" "error ENOENT attr=3 *" type-get parent-name=$NIC name=nut
answer "a parent without a name" "error EINVAL attr=0 miss=3: *" parent-get
answer "counters of a slice that is not there" "error ENODEV *: there is no such slice" -d stats-get slice-name=x
answer "counters, not by a dump" "error EOPNOTSUPP *" stats-get slice-name=one
answer "removing all" "error EINVAL *: the parent's name or the owner is missing" slice-flush
answer "removing all of a class" "error EINVAL *: the parent's name or the owner *" slice-flush class=0
answer "removing all without owner" "error EINVAL attr=10 miss=0: an empty owner needs the parent's name" \
	slice-flush owner=
answer "a message as a request" "error EOPNOTSUPP *" slice-add-ntf name=one
answer "a command that does not exist" "error EOPNOTSUPP *" 77 name=one

check "nothing has come or gone" nothing_new
check "nothing has changed" sh -c "'$HELPERS_DIR/mdev_nl' -d slice-get | diff $lib_scratch/before -"
