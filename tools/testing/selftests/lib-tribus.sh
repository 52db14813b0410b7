# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests of the command tribus. Sourced after lib.sh and lib-mdev.sh.

COMMAND_DIR=$(cd "${0%/*}/../../../vdpa" && pwd -P)
SCHEMA=$COMMAND_DIR/tribus.schema.json
SCHEMA_PROGRAM=$(cd "${0%/*}/../tribus" && pwd -P)/schema.jq

# status TEXT WANT COMMAND...: the exit status, with what was said where it is another one
status() {
	status_text=$1
	status_want=$2
	shift 2
	"$@" >"$lib_scratch/said" 2>&1
	status_got=$?
	check_eq "$status_text" "$status_got" "$status_want" || sed 's/^/#   /' "$lib_scratch/said"
}

# refused TEXT WANT PART COMMAND...: the exit status, and what is said
refused() {
	refused_text=$1
	refused_part=$3
	refused_want=$2
	shift 3
	status "$refused_text" "$refused_want" "$@"
	check "$refused_text: it says why" grep -qF -e "$refused_part" "$lib_scratch/said" ||
		sed 's/^/#   /' "$lib_scratch/said"
}

# agree WHAT COMMAND...: is the output JSON as the schema has it?
agree() {
	agree_what=$1
	shift
	"$@" >"$lib_scratch/json" || return 1
	agree_file "$agree_what" "$lib_scratch/json"
}

agree_file() {
	jq -e . "$2" >"$lib_scratch/valid" || return 1
	agree_said=$(jq -r --slurpfile schema "$SCHEMA" --arg what "$1" -f "$SCHEMA_PROGRAM" "$2") ||
		return 1
	[ -z "$agree_said" ] || {
		echo "$agree_said"
		return 1
	}
}

# of JQ COMMAND...: a value of the JSON that the command prints
of() {
	of_filter=$1
	shift
	"$@" | jq -r "$of_filter"
}
