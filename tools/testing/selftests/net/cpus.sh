#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The threads that work for a slice that was given CPUs run there only. Slices of a cgroup that
# were given the same have the same threads, others have others, and all of them let the
# cgroup go.
# timeout: 300
# kernels: plain coverage
#
# On the others turns are too long to be worth a thread: see cpus_online.sh, vhost/cpus.sh.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/../lib-net.sh"
. "${0%/*}/../lib-cgroup.sh"
. "${0%/*}/lib-cpus.sh"

need_two_cpus
need "the modules load" load_nic
need "a cgroup" new_cgroup one
need "somebody lives there" stay_in_cgroup one sleep 1000
lives=$CGROUP_PID
need "namespaces" new_ns host guest

# make NAME NUMBER [KEY VALUE]...: a slice of the cgroup, joined
make() {
	make_name=$1
	make_number=$2
	shift 2
	in_cgroup one tribus slice add name "$make_name" parent $NIC class virtio "$@" || return 1
	cleanup tribus slice del "$make_name"
	join "$make_name" "$make_number"
}

# are LINE...: what the threads may use, and where they ran, is so
are() {
	[ "$(worker_cpus one | sort)" = "$(printf '%s\n' "$@")" ]
}

# sends NUMBER CPU TEXT LINE...: while a slice sends, the threads come to be so
sends() {
	sends_from=$(frames_sent "$1")
	sends_number=$1
	sends_text=$3
	send "$1" "$2"
	shift 3
	check "$sends_text" wait_for 10 are "$@" || worker_cpus one
	sleep 1
	check "$sends_text: and stay so" are "$@" || worker_cpus one
	hush $SENDING
	check "$sends_text: frames were sent" [ "$(frames_sent "$sends_number")" -gt $((sends_from + 1000)) ]
}

has_cpus() {
	tribus -j slice show "$1" | jq -r '.[0].config.cpus'
}

need "a slice with CPU 1" make first 1 cpus 1
before=$(turns 0)
sends 1 0 "it has one thread, which runs there" "1 1"
check_eq "the worker of the other CPU has done nothing" "$(turns 0)" "$before"
need "another one with the same" make second 2 cpus 1
# Threads go when they have nothing to do for long, so there is something.
send 1 0
first=$SENDING
check "the first one is at work" wait_for 10 are "1 1"
before=$(turns 0)$(turns 1)
sends 2 0 "it has the same thread" "1 1"
check_eq "no other one works for it" "$(turns 0)$(turns 1)" "$before"
need "one with CPU 0" make third 3 cpus 0
sends 3 1 "it has one of its own" "0 0" "1 1"
hush $first

check_fail "its CPUs stay while it is in use" "cpus can be changed in class none only" \
	tribus slice set first cpus 0
check "it is parked" set_class first none
check_fail "a CPU that there cannot be is refused" "cpus has one above" tribus slice set first cpus 9999
check_fail "an MTU that is none, too" "mtu 1, expected" tribus slice set first cpus 0 mtu 1
check_eq "it has what it had" "$(has_cpus first)" 1
check "it gets the other one" tribus slice set first cpus 0
check_eq "it has that" "$(has_cpus first)" 0
check "it comes back" set_class first virtio
need "it is joined" join first 1
check "the threads have nothing to do, and go" wait_for 20 has_no_workers one
sends 1 1 "now it works on that" "0 0"

send 1 1
send 2 0
check "with threads on either" wait_for 10 are "0 0" "1 1"
kill $lives
check "the cgroup can be removed" wait_for 8 rmdir $CGROUPS/one
