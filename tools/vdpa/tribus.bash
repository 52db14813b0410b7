# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of tribus for bash. Install as
# /usr/share/bash-completion/completions/tribus.

# First words of paragraphs: names, which end with ": ".
_tribus_names()
{
	tribus -oneline "$@" show 2>/dev/null | sed 's/: .*//'
}

# Owners that are one word and need no quotes.
_tribus_owners()
{
	tribus -oneline slice show 2>/dev/null |
		sed -n 's/.* owner \([A-Za-z0-9._:@/-]*\)\( representor .*\)*$/\1/p' | sort -u
}

# _tribus_value KEY: what can stand behind it; fails where it is no key with values
_tribus_value()
{
	case $1 in
	name | id | uuid | mac | mtu | max_vqp | queue_size | device_features | numa | cpus) ;;
	parent) _tribus_names parent ;;
	type) _tribus_names type ;;
	class) echo none virtio vhost vfio vendor ;;
	owner) _tribus_owners ;;
	*) return 1 ;;
	esac
}

_tribus_config="mac mtu max_vqp queue_size device_features numa cpus"
_tribus_filter="parent class type owner"

# What can stand behind "tribus slice COMMAND"; $2 is the number of words behind it.
_tribus_slice()
{
	case $1 in
	show | list)
		[ "$2" = 0 ] && { _tribus_names slice; echo name id uuid --graph; }
		echo "$_tribus_filter"
		;;
	add) echo name uuid class parent type owner "$_tribus_config" ;;
	set)
		if [ "$2" = 0 ]; then
			_tribus_names slice
			echo name id uuid
		else
			echo name class force owner "$_tribus_config"
		fi
		;;
	del | delete) [ "$2" = 0 ] && { _tribus_names slice; echo name id uuid; } ;;
	flush) echo "$_tribus_filter" ;;
	stats)
		[ "$2" = 0 ] && { _tribus_names slice; echo name id uuid; }
		echo "$_tribus_filter"
		;;
	esac
}

# The words in front of the one that is completed are $@, without options.
_tribus_words()
{
	local object=$1 command=$2 more=$(($# - 2))

	if [ $# -gt 2 ] && _tribus_value "${!#}"; then
		return
	fi
	case $object in
	'') echo parent type slice monitor save restore help ;;
	save) { [ $# -gt 1 ] && _tribus_value "${!#}"; } || echo owner parent help ;;
	restore) { [ $# -gt 1 ] && _tribus_value "${!#}"; } || echo parent --dry-run help ;;
	monitor) echo help ;;
	slice)
		if [ $# = 1 ]; then
			echo show add set delete flush stats help
		else
			_tribus_slice "$command" "$more"
		fi
		;;
	parent)
		if [ $# = 1 ]; then
			echo show help
		elif [ "$more" = 0 ]; then
			_tribus_names parent
		fi
		;;
	type)
		if [ $# = 1 ]; then
			echo show help
		else
			[ "$more" = 0 ] && _tribus_names type
			echo parent
		fi
		;;
	esac
}

_tribus_options="-statistics -details -json -pretty -oneline -color -timestamp -batch -force
	-Version -help"

# Names may have colons, at which bash divides words; here only blanks do.
_tribus()
{
	local line=${COMP_LINE:0:COMP_POINT}
	local -a words front=()
	local word current=

	read -ra words <<<"$line"
	case $line in
	*[[:blank:]]) ;;
	*)
		current=${words[-1]}
		unset 'words[-1]'
		;;
	esac
	for word in "${words[@]:1}"; do
		case $word in
		-*) ;;
		*) front+=("$word") ;;
		esac
	done
	case ${words[-1]} in
	-b | -batch | --batch)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	esac
	case $current in
	-*) word=$_tribus_options ;;
	*) word=$(_tribus_words "${front[@]}") ;;
	esac
	# "compgen -W" would run what stands in an owner's name.
	COMPREPLY=()
	read -rd '' -a words <<<"$word"
	for word in "${words[@]}"; do
		[[ $word != "$current"* ]] || COMPREPLY+=("$word")
	done
	case "${front[0]} $current" in
	save* | restore*) mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$current") ;;
	esac
	# bash replaces what is behind the last colon only.
	case $current in
	*:*) COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*:}"}"}") ;;
	esac
}

complete -F _tribus tribus
