#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Commands from a file: quotes, comments, lines that go on; it ends with the first error or, with
# -force, goes on, and tells the line and the status of the first.
# timeout: 60
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

file=$lib_scratch/batch
need "the modules load" load_nic
cat >"$file" <<'END'
# a comment

slice add name vm1 parent mdev_net0 class none owner "it's mine" # one more
slice add name 'vm2' parent mdev_net0 \
	class none owner "back\\slash \"q\""
-j slice show vm1
slice show vm2
END
status "a file" 0 tribus -batch "$file"
check_eq "an owner with a quote" "$(attr vm1 owner)" "it's mine"
check_eq "one with others" "$(attr vm2 owner)" 'back\slash "q"'
tribus -b "$file" >"$lib_scratch/all" 2>&1
check_eq "it ends with the first error" $? 2
check_eq "and tells the line" "$(tail -n 1 "$lib_scratch/all")" "Command failed $file:3"
tribus -force -b - <"$file" >"$lib_scratch/all" 2>&1
check_eq "or goes on" $? 2
check_eq "with all the others" "$(grep -c '^Command failed' "$lib_scratch/all")" 2
check "an option is for its line alone" grep -q '^\[{"name":"vm1"' "$lib_scratch/all"
check "and not for the next" grep -q '^vm2: parent' "$lib_scratch/all"
printf 'slice bogus\nslice del vm1\n' >"$file"
status "the status is that of the first error" 1 tribus -f -b "$file"
check "though others went well" test ! -e $SLICES/vm1
printf 'slice del "vm2\n' >"$file"
refused "a quote that is not closed" 1 'not closed' tribus -b "$file"
printf 'slice del vm2\0\n' >"$file"
refused "a NUL" 1 'NUL' tribus -b "$file"
printf -- '-b /etc/passwd\n' >"$file"
refused "a batch in a batch" 1 'there already' tribus -b "$file"
printf 'slice del vm2' >"$file"
status "a last line without an end" 0 tribus -b "$file"
: >"$file"
status "an empty file" 0 tribus -b "$file"
head -c 20000 /dev/urandom >"$file"
status "any bytes" 1 tribus -f -b "$file"
