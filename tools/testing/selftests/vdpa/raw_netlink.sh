#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Requests that no tool sends: missing, unterminated, oversized, unknown and
# truncated attributes. Each is answered with errno, text and the attribute.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one
remember

raw() {
	"$HELPERS_DIR/nl_raw" "$@"
}

# answer TEXT PATTERN ARGUMENT...
answer() {
	text=$1
	pattern=$2
	shift 2
	check_match "$text" "$(raw "$@" 2>&1 | tail -n 1)" "$pattern"
}

# Commands: MGMTDEV_GET 2, DEV_NEW 3, DEV_DEL 4, DEV_GET 5, DEV_CONFIG_GET 6,
# DEV_VSTATS_GET 7, DEV_ATTR_SET 8. Attributes: bus 1, parent 2, name 4, mac 10,
# max_vqp 12, mtu 13, queue index 17, device_features 20, block capacity 21.
for command in 3 4 5 6 7 8; do
	answer "command $command without a name" \
		"error EINVAL attr=0 miss=4: the name is missing" $command 2:z:$NIC
	answer "command $command with an empty name" "error EINVAL attr=4 miss=0: the name *" \
		$command 2:z:$NIC 4:z:
	answer "command $command with no name at all in its attribute" \
		"error E* attr=4 miss=0: ?*" $command 2:z:$NIC 4:x:
done
answer "a new device without a management device" \
	"error EINVAL attr=0 miss=2: the name of the management device is missing" 3 4:z:new
answer "a management device without a name" \
	"error EINVAL attr=0 miss=2: the name of the management device is missing" 2
answer "an empty bus name" "error EINVAL attr=1 miss=0: *" 2 1:z: 2:z:$NIC

answer "a name that does not end with a NUL" ok 5 4:s:one
answer "a parent's name that does not end with a NUL" ok 2 2:s:$NIC
answer "a bus name that does not end with a NUL" ok 2 1:s:platform 2:s:$NIC
answer "a name is not taken for a longer one" "error ENODEV attr=4 *" 5 4:s:on
answer "a name with something after its NUL" ok 5 4:x:6f6e650078
long=$(printf '%05000d' 0)
answer "a name of 5000 characters" "error EINVAL attr=4 miss=0: *63*" 3 2:z:$NIC 4:s:"$long"
answer "a parent's name of 5000 characters" "error EINVAL attr=2 miss=0: *" 3 4:z:new 2:s:"$long"
answer "a bus name of 5000 characters" "error EINVAL attr=1 miss=0: *" 3 4:z:new 2:z:$NIC 1:s:"$long"

answer "a mac of 5 bytes" "error E* attr=10 *: ?*" 3 2:z:$NIC 4:z:new 10:x:0200000000
answer "a mac of 7 bytes" "error E* attr=10 *: ?*" 3 2:z:$NIC 4:z:new 10:x:02000000000001
answer "an mtu of one byte" "error E* attr=13 *: ?*" 3 2:z:$NIC 4:z:new 13:8:100
answer "a max_vqp of four bytes" "error E* attr=12 *: ?*" 3 2:z:$NIC 4:z:new 12:32:1
answer "features of four bytes" "error E* attr=20 *: ?*" 3 2:z:$NIC 4:z:new 20:32:1
answer "a queue index of two bytes" "error E* attr=17 *: ?*" 7 4:z:one 17:16:0
answer "the largest queue index" "error ERANGE attr=17 *" 7 4:z:one 17:32:0xffffffff
answer "a queue index that is 0 in its lower half" "error ERANGE attr=17 *" 7 4:z:one 17:32:0x10000
answer "a block attribute" "error EINVAL attr=21 *: ?*" 3 2:z:$NIC 4:z:new 21:64:1000
answer "an attribute that does not exist" "error EINVAL * ?*" 3 2:z:$NIC 4:z:new 200:32:1
answer "a command that does not exist" "error EOPNOTSUPP *" 77 4:z:one
answer "a command that only answers" "error EOPNOTSUPP *" 1 4:z:one
answer "a list that does not exist" "error EOPNOTSUPP *" -d 7

for cut in 4 5 8; do
	answer "a request that ends $cut bytes early" "error EINVAL *" -c $cut 3 2:z:$NIC 4:z:newslice
done
answer "a request of which the last attribute is cut off" ok -c 8 5 4:z:one 13:16:1500
check "nothing has come of it" nothing_new
