#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Whoever asks for family mdev gets it: the module is loaded.
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-netlink.sh"

loaded() {
	grep -q '^mdev_core ' /proc/modules
}
need "the module is not loaded" sh -c "! grep '^mdev_core ' /proc/modules"
check_eq "a request is answered" "$(nl -d slice-get)" ok
check "the module is loaded" loaded
check "it can be removed" rmmod mdev_core
check "it is removed" sh -c "! grep '^mdev_core ' /proc/modules"
