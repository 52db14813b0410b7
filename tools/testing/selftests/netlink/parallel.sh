#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In family mdev, a parent that takes its time delays the requests for its own slice only, also
# when it is a question that takes long, and somebody removes the slice meanwhile.
# timeout: 150
# kernels: plain debug kcsan
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-stuck.sh"
. "${0%/*}/lib-netlink.sh"

need "the modules load" load_nic parents=2
need "a slice of the other NIC" nl slice-new parent-name=mdev_net1 name=other
need "a slice of the slow NIC" add there
need "that is parked" set_class there none
remember

done_by() {
	nl "$@" | grep -q '^ok$'
}

other_nic() {
	done_by slice-new parent-name=mdev_net1 name=fast class=0 && done_by slice-del name=fast
}

quick() {
	new quick && done_by slice-del name=quick
}

change() {
	done_by slice-set name=other class=$VIRTIO && done_by slice-set name=other class=$NONE
}

# others HOW: requests that have nothing to do with what is slow
others() {
	"$1" "slices are listed" nl -d slice-get
	"$1" "those of an owner, too" nl -d slice-get owner=me
	"$1" "parents are listed" nl -d parent-get
	"$1" "types are listed" nl -d type-get
	"$1" "counters are listed" nl -d stats-get
	"$1" "family vdpa lists slices" vdpa dev show
	"$1" "a slice is shown" done_by slice-get name=there
	"$1" "a slice of the other NIC is made and removed" other_nic
	"$1" "a slice of the same NIC is made and removed" quick
	"$1" "a class is changed, and back" change
	"$1" "an owner is changed" done_by slice-set name=there owner=me
	"$1" "others are flushed" nl slice-flush owner=nobody
	"$1" "rtnetlink answers" ip link show lo
	"$1" "another generic netlink family answers" ethtool lo
}

others usually
echo 60000 >"$FAULT/delay_ms"
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
new slow >"$lib_scratch/slow" 2>&1 &
slow=$!
begun() {
	[ "$(cat "$FAULT/delayed")" = 1 ]
}
need "making the slow slice has begun" wait_for 30 begun
echo 0 >"$FAULT/delay_ms"

others at_once
answer "the name that is being made is taken" "error EEXIST attr=2 *" slice-new parent-name=$NIC name=slow
answer "the slow one is not found" "error ENODEV *" slice-get name=slow
check "it is not in the list" sh -c "! '$HELPERS_DIR/mdev_nl' -d slice-get | grep name=slow"
check "it is still being made" begun
echo 1 >"$FAULT/wake"
wait $slow
check_eq "the slow slice is made in the end" "$?" 0
check "it is there" nl slice-get name=slow

# A slice that is being changed does not hold up the removal of the others.
echo 60000 >"$FAULT/delay_ms"
nl slice-set name=slow config.net.mac=02:00:00:00:00:05 >/dev/null &
slow=$!
need "changing it has begun" wait_for 30 begun
echo 0 >"$FAULT/delay_ms"
answer "it is not removed meanwhile" "error EBUSY *: the slice is being changed by someone else" slice-del name=slow
check_match "the others are" "$(nl slice-flush parent-name=$NIC | head -n 1)" "slice-flush removed=1 busy=1"
check "while it is still being changed" begun
need "a slice" new there
echo 1 >"$FAULT/wake"
wait $slow
check_eq "it is changed in the end" "$(get slow 'config\.net\.mac')" 02:00:00:00:00:05

# Whoever is asked for counters takes long, and the slice is removed meanwhile, by each way.
# asked NAME: the question has come to the driver
asked() {
	echo 60000 >"$FAULT/delay_ms"
	nl -d stats-get slice-name="$1" >"$lib_scratch/asked" &
	asking=$!
	need "the question is asked" wait_for 30 begun
	echo 0 >"$FAULT/delay_ms"
}

# taken NAME: somebody removes it
taken() {
	case $(attr "$1" state) in
	ready*) return 1 ;;
	esac
}

for way in "slice-flush owner=asked" "slice-del name=asked"; do
	need "a slice" new asked owner=asked
	asked asked
	# shellcheck disable=SC2086
	nl $way >"$lib_scratch/removed" &
	removing=$!
	need "$way has begun" wait_for 30 taken asked
	others at_once
	check "nobody finds the slice" sh -c "'$HELPERS_DIR/mdev_nl' slice-get name=asked | grep ENODEV"
	answer "nor is it another's" "error ENODEV *" slice-set name=asked owner=me
	check "the driver is still being asked" begun
	check "and the slice is still there" test -e "$SLICES/asked"
	echo 1 >"$FAULT/wake"
	wait $asking
	check_match "it is answered in the end" "$(head -n 1 "$lib_scratch/asked")" "stats-get *"
	wait $removing
	check_match "and the slice has gone" "$(tail -n 1 "$lib_scratch/removed")" "ok"
	check "quite" test ! -e "$SLICES/asked"
done
