#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Attributes of a slice are read without pause while its class and its owner change: each
# says what was true at some time, and nothing in between.
# timeout: 120
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

# So many that on a kernel that watches for races some are watched during a change.
SECONDS_OF_READING=15

need "the modules load" load_nic
need "a slice" add one
need "it is parked" set_class one none
need "it has an owner" write somebody "$SLICES/one/owner"

# The shell's own echo: a process for each change would make them rare.
change() {
	while [ ! -e "$lib_scratch/stop" ]; do
		echo virtio >"$SLICES/one/class" || return
		echo nobody >"$SLICES/one/owner" || return
		echo none >"$SLICES/one/class" || return
		echo somebody >"$SLICES/one/owner" || return
	done
}

read_all() {
	"$HELPERS_DIR/reread" $SECONDS_OF_READING "$SLICES/one/class" "$SLICES/one/state" \
		"$SLICES/one/owner" "$SLICES/one/uevent" >"$lib_scratch/texts"
}

change >"$lib_scratch/change" 2>&1 &
changer=$!
check "it can be read all the time" read_all
touch "$lib_scratch/stop"
wait $changer
check_eq "and changed all the time" "$? $(cat "$lib_scratch/change")" "0 "

# met FILE: what it has said
met() {
	sed -n "s/^$1: //p" "$lib_scratch/texts" | sed 's/ *$//' | LC_ALL=C sort | tr '\n' ,
}

check_eq "its class was one of the two" "$(met class)" "none,virtio,"
check_eq "its owner, too" "$(met owner)" "nobody,somebody,"
check_eq "its state was none that there is not" \
	"$(met state | tr , '\n' | grep -vxE '(ready|changing)( (bound|unbound))?')" ""
named() {
	met uevent | tr , ' ' | tr ' ' '\n' | sed -n 's/^MDEV_CLASS=//p' |
		LC_ALL=C sort -u | tr '\n' ,
}
check_eq "its uevent named one of the two" "$(named)" "none,virtio,"
