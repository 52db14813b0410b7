#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# When a slice keeps its class because its node is open, the kernel's log says in which
# process, as it is known to whoever has asked.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-vhost.sh"

need "the modules load" load_vhost
log_refusals || skip_all "this kernel has no dynamic debug"
need "a slice in class vhost" vhost_slice one
node=$(node one)

# Where other processes have other numbers, and ours have none.
in_pid_ns() {
	unshare --pid --fork --mount-proc "$@"
}

need "a process uses it" vhost_in_background exchange one hold
check_fail "a refusal" "busy" set_class one virtio
check_eq "names it" "$(refusal one)" "$node is open in exchange (pid $VHOST_PID)"
check_fail "one in another pid namespace" "busy" \
	in_pid_ns sh -c "env printf virtio >$SLICES/one/class"
check_eq "has no number to tell" "$(refusal one)" \
	"$node is open in exchange, in another pid namespace"
vhost_stop

cat >"$lib_scratch/inside" <<EOF
"$HELPERS_DIR/exchange" one hold >"$lib_scratch/ready" &
until grep -q ready "$lib_scratch/ready"; do sleep 0.1; done
echo virtio 2>/dev/null >"$SLICES/one/class"
echo \$! >"$lib_scratch/pid"
read -r word
EOF
mkfifo "$lib_scratch/end"
in_pid_ns sh "$lib_scratch/inside" <"$lib_scratch/end" &
exec 4>"$lib_scratch/end"
need "a process in that namespace uses it" wait_for 20 test -s "$lib_scratch/pid"
there="$node is open in exchange (pid $(cat "$lib_scratch/pid"))"
check_eq "it is known there by its number" "$(refusal one)" "$there"
check_fail "a refusal here" "busy" set_class one virtio
check_match "tells a number" "$(refusal one)" "$node is open in exchange (pid [0-9]*)"
check "which is another one" test "$(refusal one)" != "$there"
exec 4>&-
check "it ends with its namespace" wait_for 10 set_class one none

set_class one vhost
node=$(node one)
(
	exec 3<>"$node"
	sleep 100 &
	echo $! >"$lib_scratch/pid"
)
check_fail "a node whose process has passed it on is open" "busy" set_class one virtio
check_match "in nobody who is known" "$(refusal one)" "$node is open, by *, which has ended"
kill "$(cat "$lib_scratch/pid")"
check "when it is closed the class changes" wait_for 10 set_class one virtio
