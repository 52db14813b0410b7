#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is printed of ten times as many slices takes about ten times as long, not a hundred times, and
# no slice is missing or there twice.
# timeout: 400
# kernels: plain
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-tribus.sh"

# time_of COMMAND...: user and system time in ms
time_of() {
	bash -c 'TIMEFORMAT="%U %S"; time "$@" >/dev/null' bash "$@" 2>&1 |
		awk '{ printf "%d", ($1 + $2) * 1000 }'
}

# make FROM TO: slices in class none
make_slices() {
	seq "$1" "$2" | sed "s/.*/slice add name s& parent $NIC class none owner me/" >"$lib_scratch/batch"
	tribus -b "$lib_scratch/batch"
}

all_there() {
	tribus -o slice show | sed 's/: .*//' >"$lib_scratch/names"
	same_lines "$lib_scratch/names" "$1"
}

# measure NAME COMMAND...: with few now, and again with many
measure() {
	measure_name=$1
	shift
	measure_now=$(time_of "$@")
	if [ -e "$lib_scratch/$measure_name" ]; then
		measure_few=$(cat "$lib_scratch/$measure_name")
		comment "$measure_name: $measure_few ms of $few slices, $measure_now ms of $many"
		# Twice what is linear, and the start of a process.
		check "$measure_name is linear" test "$measure_now" -lt "$((20 * measure_few + 200))"
	else
		echo "$measure_now" >"$lib_scratch/$measure_name"
	fi
}

measure_all() {
	measure show tribus slice show
	measure statistics tribus -s slice show
	measure json tribus -j -d slice show
	measure graph tribus slice show --graph
	measure save tribus save owner me "$lib_scratch/saved"
	measure restore tribus restore -n "$lib_scratch/saved"
}

few=$(repeat 300)
many=$((few * 10))
need "the modules load" load_nic
need "$few slices" make_slices 1 "$few"
need "all are there" all_there "$few"
measure_all
need "$many slices" make_slices "$((few + 1))" "$many"
need "all are there" all_there "$many"
measure_all
check_eq "all are saved" "$(grep -c '^slice ' "$lib_scratch/saved")" "$many"
check_eq "and removed" "$(tribus slice flush owner me)" "removed $many busy 0"
