#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Built with the sanitizers of addresses, leaks and undefined behaviour, the command has
# nothing to say of itself, whatever is asked for.
# timeout: 240
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

export ASAN_OPTIONS=detect_leaks=1:exitcode=99 UBSAN_OPTIONS=halt_on_error=1:exitcode=99
command=$HELPERS_DIR/command/tribus

# clean WANT ARGUMENT...: the exit status, which is 99 when a sanitizer has found something
clean() {
	clean_want=$1
	shift
	status "$(printf %.60s "$*" | tr -cd ' -~')" "$clean_want" "$command" "$@"
}

need "it is there" test -x "$command"
need "the modules load" load_nic
clean 0 slice add name vm1 parent $NIC class vhost mac 02:00:00:00:00:01 mtu 1500 owner 'a "b'
clean 0 -j slice add parent $NIC class none max_vqp 2
clean 2 slice add name vm1 parent $NIC
clean 2 slice add name x parent $NIC device_features 0xffffffffffffffffffffffffffffffff
clean 2 slice add name "$(printf %09000d 0)" parent "$(printf %0300d 0)"
clean 1 slice add name x parent "$(printf %0300d 0)/x"
clean 0 slice set vm1 class virtio
clean 0 -s -d -j -p slice show
clean 0 -s -d -o slice show
clean 0 -d type show
clean 0 -j type show net parent $NIC
clean 0 parent show platform/$NIC
clean 0 slice show --graph
clean 0 slice stats
clean 2 slice stats nix
clean 2 slice show nix
clean 1 slice show vm1 x
clean 0 help
clean 1 s
for text in '"' \' '' '\' "$(printf '\377\376')" "$(printf %05000d 0)"; do
	clean 2 slice show "$text"
done
clean 0 save owner 'a "b' "$lib_scratch/saved"
clean 0 restore "$lib_scratch/saved"
clean 0 slice del vm1
clean 3 -j restore -n "$lib_scratch/saved"
clean 0 -d restore "$lib_scratch/saved"
sed 's/mtu .*/mtu 9000/; s/class .*/class none/' "$lib_scratch/saved" >"$lib_scratch/changed"
clean 0 restore "$lib_scratch/changed"
for cut in 10 50 100 150 200 250; do
	head -c $cut "$lib_scratch/saved" | "$command" restore -n - >"$lib_scratch/said" 2>&1
	check "a file of $cut bytes" test $? != 99
done
for _ in 1 2 3 4 5; do
	head -c 5000 /dev/urandom >"$lib_scratch/random"
	clean 1 restore "$lib_scratch/random"
	clean 1 -f -b "$lib_scratch/random"
	printf 'slice\tshow \\\n' >>"$lib_scratch/random"
	tr -cd 'a-ln-z"\\ \n' <"$lib_scratch/random" >"$lib_scratch/words"
	clean 1 -f -b "$lib_scratch/words"
done
timeout -s INT 3 "$command" monitor >"$lib_scratch/said" 2>&1
check_eq "a monitor ends" $? 124
clean 0 slice flush parent $NIC
