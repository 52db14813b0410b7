#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A page that is mapped again and again, which is counted once, is refused before its reference
# count overflows.
# timeout: 240
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a device whose parent maps" wide_slice one memory=map
before=$(pins)
tap pins_repeated one
check_eq "every page that was pinned is released" "$(pins)" "$before"
check "the module goes" rmmod mdev_test_wide
