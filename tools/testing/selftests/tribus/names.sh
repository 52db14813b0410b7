#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Odd names: quotes, blanks, very long, empty, like keywords and options. Nobody trips over them,
# neither the command nor who reads its output.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

long=$(printf %063d 0)

need "the modules load" load_nic
for name in "$long" a.b_c-d:e parent show -v 12 help; do
	check "a slice named $name" tribus slice add name "$name" parent $NIC class none
	check_eq "is found" "$(of '.[].name' tribus -j slice show name "$name")" "$name"
	check "is changed" tribus slice set name "$name" owner x
	check "is removed" tribus slice del name "$name"
done
check "a name like an option" tribus slice add name -j parent $NIC class none
check "is one behind --" tribus slice show -- -j
check "is removed so" tribus slice del -- -j
for name in "${long}0" 'a b' 'a"b' "a'b" 'a$(id)b' 'a/b' '' . .. 'a
b' "$(printf '\303\244')" "$(printf '\377')"; do
	refused "none is named $(printf %s "$name" | head -n 1 | tr -d '\377')" 2 'Error: ' \
		tribus slice add name "$name" parent $NIC class none
done
check_eq "there is none" "$(tribus slice show)" ""
check "an error has no control characters" sh -c \
	'! tribus slice show "$(printf "a\033[31m")" 2>&1 | grep -q "$(printf "\033")"'

# owner TEXT: is it shown as it is, and valid?
owner() {
	check "an owner: $(printf %s "$1" | cat -v)" tribus slice set vm1 owner "$1"
	check "JSON is valid" agree slices tribus -j slice show
	check_eq "and has it" "$(of '.[0].owner' tribus -j slice show)" "${2-$1}"
	check_eq "it finds the slice" "$(tribus -o slice show owner "$1" | wc -l)" 1
	check "text has no control characters" sh -c '! tribus slice show | tr -d "\n" | grep -q "[[:cntrl:]]"'
}

need "a slice" tribus slice add name vm1 parent $NIC class none
owner 'it is "mine"'
owner "it's mine"
owner 'back\slash\n'
owner '$(id) `id` {}[],:'
owner "$(printf 'gr\303\274n \342\202\254 \360\237\220\247')"
owner "$(printf %0127d 0)"
refused "an owner that is too long" 2 "(attribute owner)" tribus slice set vm1 owner "$(printf %0128d 0)"
if tribus slice set vm1 owner "$(printf "a\\377b")"; then
	check "bytes that are no UTF-8 become valid" agree slices tribus -j slice show
else
	ok "bytes that are no UTF-8 are no owner"
fi
