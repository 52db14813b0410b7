#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device that reaches memory by itself, by what its parent maps: memory is pinned and
# counted once for each process, exactly what is mapped is reached, and nothing stays.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a parent that maps" modprobe mdev_test_wide memory=map
need "a device" vdpa dev add name one mgmtdev mdev_wide0
need "in class vhost" set_class one vhost
need "another device" vdpa dev add name other mgmtdev mdev_wide0
need "in class vhost" set_class other vhost
check "its memory is pinned" test "$(cat "$VDEVS"/one/vhost-vdpa-*/pinned)" = 1
before=$(pins)
tap pins one other
check_eq "every page that was pinned is released" "$(pins)" "$before"
check "the module goes" rmmod mdev_test_wide
