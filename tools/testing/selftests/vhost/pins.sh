#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device that reaches memory by itself, by what its parent maps: memory is pinned and
# counted once for each process, exactly what is mapped is reached, and nothing stays.
# timeout: 180
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
need "a device whose parent maps" wide_slice one memory=map
need "another device" wide_slice other
check "its memory is pinned" test "$(cat "$VDEVS"/one/vhost-vdpa-*/pinned)" = 1
before=$(pins)
tap pins one other
check_eq "every page that was pinned is released" "$(pins)" "$before"
check "the module goes" rmmod mdev_test_wide
