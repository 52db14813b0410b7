#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Text is paragraphs: a name, and lines that are indented below it. All of it, line by line, and
# the same on one line.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

uuid=12345678-90ab-cdef-1234-567890abcdef

need "the modules load" load_nic
need "a slice" tribus slice add name vm1 parent $NIC class none uuid $uuid mac 02:00:00:00:00:01 mtu 1400 \
	max_vqp 2 owner "the admin"
parked="vm1: parent $NIC type net class none state parked
    device net link down mac 02:00:00:00:00:01 mtu 1400 max_vqp 2 queues 5 queue_size 1024 status reset
    uuid $uuid owner the admin representor vm1"
check_eq "a slice" "$(tribus slice show)" "$parked"
check_eq "on one line" "$(tribus -o slice show)" "$(echo "$parked" | sed '$!s/$/\\/' | tr -d '\n')"
check_eq "a parent" "$(tribus parent show)" "$NIC: bus platform driver mdev_net
    classes none virtio vhost vfio types 1 slices 1"
need "another one" tribus slice add name vm2 parent $NIC class vhost mac 02:00:00:00:00:02
node=/dev/$(basename "$(readlink -f /sys/bus/mdev_vhost/devices/vm2/vhost-vdpa-*)")
exec 5<>"$node"
check_eq "a slice that is held" "$(tribus slice show vm2)" \
	"vm2: parent $NIC type net class vhost state bound
    endpoint $node driver vhost_vdpa held by pid $$ comm $(cat /proc/$$/comm)
    device net link down mac 02:00:00:00:00:02 mtu 1500 queues 3 queue_size 1024 status reset
    uuid $(attr vm2 uuid) representor vm2"
exec 5>&-
check_eq "counters below them" "$(tribus -s slice show vm2 | sed '1,4d; s/[0-9][0-9]*/N/g')" \
	"    queue N packets N bytes N drops N filtered N kicks N notifications N suppressed N errors N
    queue N packets N bytes N drops N kicks N notifications N suppressed N errors N
    queue N commands N failed N kicks N notifications N suppressed N errors N
    slice class_changes N class_failures N resets N broken N"
check_eq "two of them" "$(tribus slice show | grep -c '^    ')" 5
check_eq "and nothing between" "$(tribus slice show | grep -c '^vm[12]: \|^    [a-z]')" 7
