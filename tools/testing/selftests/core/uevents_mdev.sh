#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Who hears that there is a mediated device finds its type, its slice and what removes it;
# and a removal that is refused because somebody changes the slice takes nothing away.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

MEDIATED=/sys/bus/mdev/devices
TYPE=/sys/class/mdev_bus/$NIC/mdev_supported_types/mdev_net-net
FILES=mdev_type,slice,remove,driver_override,slice/class

uuid() {
	printf '%08x-90ab-cdef-1234-567890abcdef\n' "$1"
}

# events COMMAND...: what is heard while it runs
events() {
	"$HELPERS_DIR/uevent" -f $FILES "$@" >"$lib_scratch/events" 2>&1
}

# complete: every device that was announced had all of it by then
complete() {
	added=$(grep -c "^add@/devices/platform/$NIC/[-0-9a-f]* " "$lib_scratch/events")
	whole=$(grep "^add@/devices/platform/$NIC/[-0-9a-f]* " "$lib_scratch/events" |
		grep -c " HAS=$FILES$")
	grep "^add@/devices/platform/$NIC/[-0-9a-f]* " "$lib_scratch/events" | head -n 3
	[ "$added" = "$1" ] && [ "$whole" = "$1" ]
}

need "the modules load" load_nic
need "and vfio" modprobe -a mdev_vfio vfio vfio_iommu_type1
remember

# Somebody who is late may find them by chance: it is done again and again.
times=$(repeat 20)
check "$times mediated devices are made" events sh -c \
	"for n in \$(seq $times); do printf '%08x-90ab-cdef-1234-567890abcdef\n' \$n >$TYPE/create || exit; done"
check "each is announced when it is complete" complete "$times"
check "one leaves its class" set_class "$(uuid 1)" none
check "and comes back" events sh -c "echo vfio >$SLICES/$(uuid 1)/class"
check "it is announced likewise" complete 1
for n in $(seq 2 "$times"); do
	write 1 "$MEDIATED/$(uuid "$n")/remove" || break
done
check_eq "one is left" "$(ls $SLICES)" "$(uuid 1)"

# Somebody changes the slice, and is held up.
one=$(uuid 1)
changes() {
	[ "$(cat "$FAULT/delayed")" = 1 ]
}
echo 60000 >"$FAULT/delay_ms"
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
vdpa dev set name "$one" mac 02:00:00:00:00:05 >/dev/null 2>&1 &
changer=$!
need "somebody changes it" wait_for 30 changes
echo 0 >"$FAULT/delay_ms"
check_match "which can be seen" "$(attr "$one" state)" "changing*"
for file in $MEDIATED/$one/remove $SLICES/$one/remove; do
	check_fail "it is not removed meanwhile" "busy" write 1 "$file"
	check "what removes it is in its place" test -w "$file"
	check_fail "and refuses again" "busy" write 1 "$file"
done
check "whoever changes it goes on" changes
echo 1 >"$FAULT/wake"
wait $changer
check_eq "to the end" "$?" 0
check_eq "it is as before" "$(attr "$one" class) $(attr "$one" state)" "vfio ready bound"
check "then it can be removed" write 1 "$MEDIATED/$one/remove"
check "nothing is left" nothing_new
