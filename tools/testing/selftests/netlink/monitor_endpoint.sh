#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whoever listens hears who has an endpoint open and which driver is bound to it, once for each
# change, and once in a while when there are many.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic
need "class vhost is there" modprobe mdev_vhost
need "a slice" new one class=$VHOST
node=/dev/$(get one 'endpoint\.node')
need "it has a node" wait_for 10 test -c "$node"
need "somebody listens" listen

# next TEXT PATTERN: one message, about the endpoint
count=0
next() {
	count=$((count + 1))
	check_eq "$1: one message" "$(hear $count)" $count
	check_match "$1" "$(grep -e '-ntf' "$heard" | tail -n 1)" "slice-endpoint-ntf id=* name=one $2"
}

exec 9<>"$node"
next "it is opened" "*state=0 *endpoint.driver=vhost_vdpa *endpoint.holder-pid=$$ *event.cause=1 event.pid=$$ *"
exec 9<&-
next "it is closed" "*endpoint.driver=vhost_vdpa *event.pid=$$ *"
check_eq "and held by nobody" "$(tail -n 1 "$heard" | key 'endpoint\.holder-pid')" ""
write one /sys/bus/mdev_vhost/drivers/vhost_vdpa/unbind
next "its driver is unbound" "*endpoint.bus=mdev_vhost *"
check_eq "there is none" "$(tail -n 1 "$heard" | key 'endpoint\.driver')" ""
write one /sys/bus/mdev_vhost/drivers/vhost_vdpa/bind
next "it is bound" "*endpoint.driver=vhost_vdpa *"

# What another message tells is not told again.
nl slice-set name=one class=$VIRTIO >/dev/null
new two class=$VHOST
nl slice-set name=one class=$VHOST >/dev/null
count=$((count + 3))
check_eq "no message besides those of changes and new slices" "$(hear $count)" $count
check_eq "none of which is of an endpoint" "$(grep -e '-ntf' "$heard" | tail -n 3 | grep -c endpoint-ntf)" 0

node=/dev/$(get two 'endpoint\.node')
need "it has a node" wait_for 10 test -c "$node"
lib_clock
start=$lib_now
times=$(repeat 300)
for _ in $(seq "$times"); do
	exec 9<>"$node"
	exec 9<&-
done
lib_clock
sleep 1
told=$(($(grep -c -e '-ntf' "$heard") - count))
most=$(((lib_now - start) / 10 + 2))
comment "$told messages of $times times in $((lib_now - start)) hundredths of a second"
check "there are not more than ten messages in a second" test "$told" -le $most
check "but there are some" test "$told" -ge 1
check_eq "and the last one is true" "$(tail -n 1 "$heard" | key 'endpoint\.holder-pid')" ""
