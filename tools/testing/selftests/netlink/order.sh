#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Messages about one slice tell of it in the order in which it changed, also when its owner
# and its provisioning change at the same time.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic
need "a slice" new one owner=0
need "somebody listens" listen
nr=$(repeat 1500)

nl -r "$nr" slice-set name=one config.net.mac=02:00:00:00:00:01 >/dev/null &
provisioner=$!
check "its owner is changed all the time" nl -r "$nr" slice-set name=one owner={}
wait $provisioner
check_eq "its provisioning is, too" $? 0
# A listener that has not kept up loses what comes then, but not for ever.
heard_last() {
	nl slice-set name=one owner="$nr" >/dev/null
	grep -q "slice-owner-ntf.* owner=$nr " "$heard"
}
check "the last owner is heard of" wait_for 20 heard_last
comment "$(grep -c slice-config-ntf "$heard") messages about the provisioning"
check "it was provisioned meanwhile" sh -c "sed -n '/slice-owner-ntf/,/owner=$nr /p' $heard |
	grep -q slice-config-ntf"
key owner <"$heard" >"$lib_scratch/owners"
check "no message tells of an owner that had gone" sort -nc "$lib_scratch/owners"
