#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An error is the kernel's sentence, word for word, the meaning of its errno, and the keyword
# that it is about: the whole line, beside what family mdev answers to the same request.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

# meaning ERRNO: as libc has it
meaning() {
	case $1 in
	EINVAL) echo "Invalid argument" ;;
	ENODEV) echo "No such device" ;;
	ENOENT) echo "No such file or directory" ;;
	EEXIST) echo "File exists" ;;
	EBUSY) echo "Device or resource busy" ;;
	ERANGE) echo "Numerical result out of range" ;;
	EOPNOTSUPP) echo "Operation not supported" ;;
	EPERM) echo "Operation not permitted" ;;
	*) echo "unknown: $1" ;;
	esac
}

# same KEYWORD REQUEST COMMAND LABEL: REQUEST is words of mdev_nl, COMMAND of tribus; the error
# is about KEYWORD, or none, and begins with LABEL
same() {
	# shellcheck disable=SC2086
	same_answer=$("$HELPERS/netlink/mdev_nl" $2 2>&1 | tail -n 1)
	same_errno=${same_answer#error }
	same_errno=${same_errno%% *}
	same_sentence=${same_answer#*: }
	check "$3: there is a sentence" test -n "$same_sentence"
	# shellcheck disable=SC2086
	check_eq "and it is told" "$(tribus $3 2>&1)" \
		"Error: $4: $same_sentence: $(meaning "$same_errno")${1:+ (attribute $1)}."
}

need "the modules load" load_nic
need "a slice" tribus slice add name vm1 parent $NIC class virtio
new="slice-new parent-name=$NIC name=x"
add="slice add parent $NIC name x"
set="slice set vm1"

same parent "slice-new parent-name=nic name=x" "slice add parent nic name x" x
same parent "parent-get name=nic" "parent show nic" nic
same name "slice-new parent-name=$NIC name=vm1" "slice add parent $NIC name vm1" vm1
same name "slice-new parent-name=$NIC name=a/b" "slice add parent $NIC name a/b" a/b
same name "slice-get name=nix" "slice show nix" nix
same name "slice-set name=nix class=0" "slice set nix class none" nix
same name "slice-del name=nix" "slice del nix" nix
same id "slice-del id=4000000000" "slice del id 4000000000" "id 4000000000"
same uuid "slice-set uuid=1 class=0" "slice set uuid 1 class none" 1
same uuid "$new uuid=1" "$add uuid 1" x
same type "$new type=bogus" "$add type bogus" x
same class "slice-set name=vm1 class=4" "$set class vendor" vm1
same mac "$new config.net.mac=01:00:00:00:00:00" "$add mac 01:00:00:00:00:00" x
same mac "slice-set name=vm1 config.net.mac=01:00:00:00:00:00" "$set mac 01:00:00:00:00:00" vm1
same mtu "$new config.net.mtu=1" "$add mtu 1" x
same max_vqp "$new config.net.max-vq-pairs=0" "$add max_vqp 0" x
same max_vqp "$new config.net.max-vq-pairs=70000" "$add max_vqp 70000" x
same max_vqp "slice-set name=vm1 config.net.max-vq-pairs=2" "$set max_vqp 2" vm1
same numa "$new config.numa-node=4000" "$add numa 4000" x
same numa "slice-set name=vm1 config.numa-node=0" "$set numa 0" vm1
same cpus "$new config.cpus=bogus" "$add cpus bogus" x
same device_features "$new config.features=0xffff000000000000" "$add device_features 0xffff000000000000" x
# What the parent says has no attribute: its sentence names it.
same "" "$new config.queue-size=70000" "$add queue_size 70000" x
same "" "slice-set name=vm1 config.net.mtu=1400" "$set mtu 1400" vm1
same "" "slice-set name=vm1 config.queue-size=256" "$set queue_size 256" vm1
# Of two that are refused together neither is named.
same config "slice-set name=vm1 config.numa-node=0 config.net.max-vq-pairs=2" "$set numa 0 max_vqp 2" vm1
need "it is left" test -e $SLICES/vm1
check "nothing was made" test ! -e $SLICES/x
