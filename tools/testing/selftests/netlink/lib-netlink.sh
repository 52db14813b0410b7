# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of family "mdev". Sourced after lib.sh and lib-mdev.sh.

# nl ARGUMENT...: see mdev_nl.c
nl() {
	"$HELPERS_DIR/mdev_nl" "$@"
}

# new NAME [ATTRIBUTE=VALUE]...: a slice of the NIC, parked where no class is given
new() {
	new_name=$1
	shift
	case " $*" in
	*" class="*) ;;
	*) set -- class=0 "$@" ;;
	esac
	nl slice-new parent-name="$NIC" name="$new_name" "$@" >/dev/null
}

# get NAME KEY: an attribute of a slice, nothing if it is not there
get() {
	nl slice-get name="$1" | key "$2"
}

# key KEY: its value in a message
key() {
	sed -n "s/^.* $1=\([^ ]*\).*$/\1/p"
}

# answer TEXT PATTERN ARGUMENT...: the last line of it
answer() {
	answer_text=$1
	answer_pattern=$2
	shift 2
	check_match "$answer_text" "$(nl "$@" 2>&1 | tail -n 1)" "$answer_pattern"
}

# flush [ATTRIBUTE=VALUE]...: until no more are left. How many were removed, how many were
# busy at last, and how many requests it took.
flush() {
	flush_all=0
	flush_times=0
	while :; do
		flush_answer=$(nl slice-flush "$@" | head -n 1)
		case $flush_answer in
		"slice-flush removed="*) ;;
		*) return 1 ;;
		esac
		flush_all=$((flush_all + $(echo "$flush_answer" | key removed)))
		flush_times=$((flush_times + 1))
		case $flush_answer in
		*" more="*) ;;
		*) break ;;
		esac
	done
	echo "removed=$flush_all busy=$(echo "$flush_answer" | key busy) requests=$flush_times"
}

# dying NAME: it is marked as removed, or gone by now
dying() {
	case $(cat "$SLICES/$1/state" 2>/dev/null) in
	"" | dying*) ;;
	*) return 1 ;;
	esac
}

# until_dying NAME: without a pause
until_dying() {
	until dying "$1"; do :; done
}

# listen [ARGUMENT]...: messages of the monitor go to $heard until the test ends
listen() {
	heard=$lib_scratch/heard
	"$HELPERS_DIR/mdev_nl" -m "$@" >"$heard" &
	listener=$!
	cleanup kill "$listener"
	wait_for 10 grep -q listening "$heard"
}

# hear COUNT: until so many messages have come, and then a moment for one too many
hear() {
	wait_for 10 heard_lines "$1"
	sleep 0.3
	grep -c -e '-ntf' "$heard"
}

heard_lines() {
	[ "$(grep -c -e '-ntf' "$heard")" -ge "$1" ]
}

# Classes as numbers.
NONE=0 VIRTIO=1 VHOST=2 VFIO=3
export NONE VIRTIO VHOST VFIO
