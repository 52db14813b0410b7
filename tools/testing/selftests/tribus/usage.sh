#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command line: help at each level, words that are cut, options anywhere; what is
# wrong is told with status 1, before the kernel is asked.
# timeout: 180
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

# helps GRAMMAR COMMAND...: status 0, and nothing but help, which has this line of grammar
helps() {
	helps_text=$1
	shift
	"$@" >"$lib_scratch/help" 2>"$lib_scratch/err" &&
		[ ! -s "$lib_scratch/err" ] &&
		head -n 1 "$lib_scratch/help" | grep -q '^Usage: tribus' &&
		grep -q "^\(Usage: \|       \)tribus $helps_text" "$lib_scratch/help"
}

# help GRAMMAR WORD...: behind these words, in each way to ask for it
help() {
	help_grammar=$1
	shift
	check "help: $*" helps "$help_grammar" tribus "$@" help
	check "--help: $*" helps "$help_grammar" tribus "$@" --help
}

# documented PAGE OBJECT: the manual page has every word of the help
documented() {
	tribus "$2" help | grep -ow '[a-z_]\{3,\}\|--[a-z-]*' | sort -u | while IFS= read -r word; do
		sed 's/\\-/-/g' "$COMMAND_DIR/man/$1" | grep -qwF -e "$word" || echo "$word"
	done
}

help '\[ OPTIONS \] OBJECT'
for object in parent type slice; do
	help "$object show" $object
	check_eq "the page has all of it" "$(documented tribus-$object.8 $object)" ""
	for command in show list; do
		help "$object show" $object $command
	done
done
for command in add set del delete flush stats; do
	help "slice ${command%ete}" slice $command
done
for object in save restore monitor; do
	help "$object" $object
	check_eq "the page has all of it" "$(documented tribus-$object.8 $object)" ""
done

# Nobody who wants to know loses a slice.
for command in "parent show p" "type show net" "slice show vm1" "slice add parent p" "slice set vm1 class none" \
	"slice del vm1" "slice flush parent p" "slice stats vm1" "save $lib_scratch/saved" "restore /nowhere" \
	"monitor"; do
	# shellcheck disable=SC2086
	check "at the end: $command" helps "${command%% *}" unshare -n tribus $command -h
	# shellcheck disable=SC2086
	check "before more" helps "${command%% *}" unshare -n tribus $command --help bogus
done
check "nothing was done" test ! -e "$lib_scratch/saved"
refused "a value is none" 2 'no netlink family' unshare -n tribus slice del name -h
status "nothing to be done is an error" 1 tribus
refused "no object" 1 'Object "bogus" is unknown' tribus bogus
refused "two objects" 1 'Object "s" may mean "slice" "save"' tribus s show
refused "no command" 1 'is unknown' tribus slice bogus
refused "two commands" 1 'may mean "show" "set" "stats"' tribus slice s
refused "no option" 1 'Option "bogus" is unknown' tribus --bogus slice show
refused "a value of none" 1 'Option "-json" has no value' tribus -j=1 slice show
refused "no keyword" 1 'Keyword "bogus" is unknown' tribus slice show vm1 bogus
refused "two keywords" 1 'may mean "mac" "mtu" "max_vqp"' tribus slice add m
refused "no value" 1 '"parent" needs a value' tribus slice add parent
refused "no parent" 1 '"parent" is missing' tribus slice add name vm1
refused "no slice" 1 'Which slice?' tribus slice del
refused "two slices" 1 'one word too many' tribus slice del vm1 vm2
refused "a slice and a filter" 1 'needs no other keyword' tribus slice show vm1 class vhost
refused "no change" 1 'What shall be set?' tribus slice set vm1
refused "force alone" 1 'belongs to' tribus slice set vm1 owner x force
refused "a name and a class" 1 'goes with "owner" only' tribus slice set vm1 name vm2 class none
refused "a name and provisioning" 1 'goes with "owner" only' tribus slice set vm1 mtu 1500 name vm2
refused "no new name" 1 '"name" needs a value' tribus slice set vm1 name
refused "everything" 1 'needs a parent or an owner' tribus slice flush
refused "no class" 1 'Class "bogus" is unknown' tribus slice set vm1 class bogus
refused "two classes" 1 'may mean "virtio" "vhost" "vfio" "vendor"' tribus slice set vm1 class v
for mac in 1:2:3:4:5:6 02:00:00:00:00:0g 02:00:00:00:00:00:01 '' 020000000001; do
	refused "no MAC address: $mac" 1 'is no MAC address' tribus slice add parent p mac "$mac"
done
for number in -1 x 1x '' ' 1' 4294967296 99999999999999999999 0x; do
	refused "no number: $number" 1 'is no number' tribus slice add parent p mtu "$number"
done
for bits in 12 0x 0xg "0x$(printf %065d 0)" ''; do
	refused "no bits: $bits" 1 'are no feature bits' tribus slice add parent p device_features "$bits"
done
refused "twice the same" 1 'is there twice' tribus slice add parent p mtu 1500 mtu 1500
for command in "slice show owner a class none own b" "slice show vm1 name vm2" "slice flush parent p parent p" \
	"slice add parent p name a na b" "slice add parent p uuid 1 uuid 2" "slice add parent p type a type a" \
	"slice set vm1 class none cl vhost" "slice set vm1 class none force force" \
	"slice set vm1 owner a owner b" "slice stats parent p parent q" \
	"type show net parent p parent q" "save owner a owner b -" "save parent p parent q -" \
	"restore parent p parent q -" "restore file a file b"; do
	# shellcheck disable=SC2086
	refused "a keyword twice: $command" 1 '" is there twice.' tribus $command
done
check "it is named whole" grep -q '^Error: "file" is there twice\.$' "$lib_scratch/said"
refused "a file and a file" 1 'one word too many' tribus save a file b
refused "a color" 1 'always, auto, or never' tribus -color=blue parent show
refused "no file" 1 'No such file' tribus -batch /nowhere

need "the modules load" load_nic
check "whole words" tribus slice show
check "cut words" tribus sl sh class none par mdev_net0 ow me
check "an option before the object" tribus -j slice show
check "behind it" tribus slice -j show
check "behind the command" tribus slice show --json
check "behind a keyword's value" tribus slice show parent mdev_net0 -j
check_eq "and it works there" "$(tribus slice show parent mdev_net0 -j)" "[]"
check_match "the version" "$(tribus -V)" "tribus utility, *"
check "colors" sh -c 'tribus -c parent show | grep -q "^.\[36mmdev_net0"'
check_eq "none of them on a pipe" "$(tribus -c=auto parent show | head -c 9)" mdev_net0
check_eq "one line" "$(tribus -o parent show | wc -l)" 1
sh -c 'tribus parent show >/dev/full' 2>"$lib_scratch/full"
check_eq "a full disk is not silent" $? 2
