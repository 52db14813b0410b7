#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# devlink shows how many slices and queue pairs a NIC has and may have; other sizes are taken
# over by a reload, which is refused while there are slices.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-devlink.sh"

need "the modules load" load_nic max_slices=100
check_eq "slices: size" "$(resource slices size)" 100
check_eq "slices: none is taken" "$(resource slices occ)" 0
check_eq "queue pairs: size" "$(resource queue_pairs size)" 1048576
check_eq "queue pairs: none is taken" "$(resource queue_pairs occ)" 0
need "a slice with one pair" add one
need "and one with four" add four max_vqp 4
check_eq "slices: two are taken" "$(resource slices occ)" 2
check_eq "queue pairs: five" "$(resource queue_pairs occ)" 5

set_size() {
	devlink resource set $HANDLE path "$1" size "$2"
}
reload() {
	devlink dev reload $HANDLE
}
check_fail "no slices are too few" "Size smaller than minimum" set_size /slices 0
check_fail "there is a maximum" "Size larger than maximum" set_size /slices 65537
check "a size is set" set_size /slices 3
check_eq "it is not the present one" "$(resource slices size)" 100
check_eq "but what comes" "$(resource slices size_new)" 3
check "so it has no effect" add more
check_fail "a reload is refused while there are slices" "3 slices exist, first is one" reload
check_fail "with the first one that there is" "2 slices exist, first is four" \
	sh -c "vdpa dev del one && devlink dev reload $HANDLE"
long=$(printf 'n%.0s' $(seq 63))
vdpa dev del four
vdpa dev del more
need "a slice with the longest name" add "$long"
check_fail "is told as far as it fits" "1 slices exist, first is $(printf 'n%.0s' $(seq 50))" reload
vdpa dev del "$long"
check_eq "slices: none is taken" "$(resource slices occ)" 0
check_eq "queue pairs: none is" "$(resource queue_pairs occ)" 0

check "a size of queue pairs" set_size /queue_pairs 5
check "a reload without slices" reload
check_eq "takes over the size of slices" "$(resource slices size)" 3
check_eq "and of queue pairs" "$(resource queue_pairs size)" 5
check_eq "as many can be made as there may be" \
	"$(vdpa -j mgmtdev show $HANDLE | jq '.mgmtdev[] | has("max_supported_vqs")')" true
need "a slice" add one
need "and one with four pairs" add four max_vqp 4
check_fail "there are no more queue pairs" "all 5 queue pairs of the parent are taken" add two
vdpa dev del four
need "which come back" add two
need "so the third slice is made" add three
check_fail "and no more" "all 3 slices of the parent are taken" add four
check_eq "queue pairs: three are taken" "$(resource queue_pairs occ)" 3
for name in one two three; do
	vdpa dev del $name
done

check_fail "a NIC does not go to a namespace" "a NIC has no namespace, its representors have" \
	devlink dev reload $HANDLE netns 1
check_fail "other actions are not known" "not supported" \
	devlink dev reload $HANDLE action fw_activate
check_eq "reloads are counted" \
	"$(devlink -j -s dev show $HANDLE | jq '.dev[].stats.reload.driver_reinit.unspecified // .dev[].stats.reload.driver_reinit')" 1
