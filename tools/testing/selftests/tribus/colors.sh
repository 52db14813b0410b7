#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is good is green, what is bad red, and names, addresses and classes have colors of their
# own, when they are asked for or on a terminal: by the rules of ip.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

# Escapes in words, as ^[[36m.
colored() {
	env -u COLORFGBG "$@" 2>&1 | cat -v
}

# has TEXT PART COMMAND...
has() {
	has_text=$1
	has_part=$2
	shift 2
	check_match "$has_text" "$(colored "$@")" "*$has_part*"
}

green='\^\[\[32m' red='\^\[\[31m' end='\^\[\[0m'
need "the modules load" load_nic
need "a slice" tribus slice add name vm1 parent $NIC class vhost mac 02:00:00:00:00:01 owner me
need "a parked one" tribus slice add name vm2 parent $NIC class none
has "a name" "^\[\[36mvm1$end: parent" tribus -c slice show vm1
has "a parent" "parent ^\[\[36m$NIC$end " tribus -c slice show vm1
has "an owner" "owner ^\[\[36mme$end" tribus -c slice show vm1
has "an address" "mac ^\[\[33m02:00:00:00:00:01$end" tribus -c slice show vm1
has "a class" "class ^\[\[35mvhost$end state bound" tribus -c slice show vm1
has "a node" "endpoint ^\[\[36m/dev/vhost-vdpa-0$end " tribus -c slice show vm1
has "classes of a parent" "^\[\[35mvirtio$end ^\[\[35mvhost$end " tribus -c parent show
has "a link that is down" "link ${red}down$end" tribus -c slice show vm1
need "its representor goes up" ip link set vm1 up
has "a link that is up" "link ${green}up$end" tribus -c slice show vm1

need "it is in class virtio" tribus slice set vm1 class virtio
echo 5 >"$FAULT/probe"
cleanup sh -c "echo 0 >$FAULT/probe"
write vm1 $CDEVS/vm1/driver/unbind
write vm1 /sys/bus/mdev_virtio/drivers/virtio_vdpa/bind 2>"$lib_scratch/err"
check_eq "a driver has failed" "$(of '.[0].state' tribus -j slice show vm1)" probe-failed
has "its state" "state ${red}probe-failed$end" tribus -c slice show vm1
has "and the error" "error ${red}Input/output error$end" tribus -c slice show vm1
printf '%s\n' "slice vm2" "parent $NIC" "mac 02:00:00:00:00:02" >"$lib_scratch/conf"
has "what changes, from and to" "mac $red*$end -> ${green}02:00:00:00:00:02$end" \
	tribus -c restore -n "$lib_scratch/conf"

# terminal COMMAND: what it prints on one
terminal() {
	env -u COLORFGBG TERM=xterm script -qec "$1" /dev/null </dev/null | tr -d '\r' | cat -v
}
colored tribus -c=always slice show >"$lib_scratch/colors"
colored tribus slice show >"$lib_scratch/plain"
check "there is a difference" sh -c "! cmp -s '$lib_scratch/colors' '$lib_scratch/plain'"
check_eq "without colors" "$(grep -c '\^\[' "$lib_scratch/plain")" 0
check_eq "only if they are wanted" "$(terminal "tribus slice show")" "$(cat "$lib_scratch/plain")"
check_eq "on a terminal" "$(terminal "tribus -c=auto slice show")" "$(cat "$lib_scratch/colors")"
check_eq "on a pipe" "$(colored tribus -c=auto slice show)" "$(cat "$lib_scratch/plain")"
check_eq "never" "$(terminal "tribus -c=never slice show")" "$(cat "$lib_scratch/plain")"
check_eq "always" "$(colored tribus -color=always slice show)" "$(cat "$lib_scratch/colors")"
check_eq "not in JSON" "$(colored tribus -j -c slice show)" "$(colored tribus -j slice show)"

# like_ip [VARIABLE=VALUE]...: is a name as that of ip, up to the name itself?
like_ip() {
	like_ours=$(colored "$@" tribus -c=always slice show vm1)
	like_theirs=$(colored "$@" ip -c=always link show lo)
	like_theirs=${like_theirs#1: }
	check_eq "as ip has it: $*" "${like_ours%%vm1*}" "${like_theirs%%lo*}"
}
for colors in '15;0' '0;15' '0;default;15' '15;default;8' '0;7' 'x' '0;' '0;88' '7;6'; do
	like_ip "COLORFGBG=$colors"
done
like_ip NO_COLOR=1
like_ip TERM=dumb
