#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The commands with bpftrace that the documentation has do what is said there: each one is
# taken from it and run while something happens.
# timeout: 600
# kernels: plain
# packages: bpftrace
# ci: none
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-netlink.sh"

PAGE=${0%/*}/../../../../Documentation/admin-guide/mdev-tracing.rst
DRIVERS=/sys/bus/virtio/drivers
PARAMETERS=/sys/module/mdev_test_broken/parameters

# A file for each: its sentence is the first line.
awk -v dir="$lib_scratch" '
	/^[^\t].*::$/ { sentence = $0; sub(/::$/, "", sentence) }
	/^\tbpftrace / { file = dir "/command" ++count; print sentence >file }
	/^\t/ && file { print substr($0, 2) >file }
	/^$/ { file = "" }' "$PAGE"

# What it is made of is large, and read slowly the first time.
need "bpftrace runs" timeout 400 bpftrace -e 'BEGIN { exit(); }'
need "the modules load" load_nic
need "a slice" new one
id=$(get one id)

# The script of what happens. bpftrace runs it when all of its probes are there.
happens() {
	cat >"$lib_scratch/happens"
}

happen_class() {
	happens <<-END
		"$HELPERS_DIR/mdev_nl" slice-set name=one class=$VIRTIO >/dev/null
		"$HELPERS_DIR/mdev_nl" slice-set name=one class=$NONE >/dev/null
	END
}

happen_failure() {
	happens <<-END
		echo 5 >$FAULT/probe
		"$HELPERS_DIR/mdev_nl" slice-set name=one class=$VIRTIO >/dev/null
		echo 0 >$FAULT/probe
	END
}

# For more than a second: that is when something is printed.
happen_life() {
	happens <<-END
		for i in 1 2 3 4 5 6; do
			"$HELPERS_DIR/mdev_nl" slice-new parent-name=$NIC name=new class=$NONE >/dev/null
			"$HELPERS_DIR/mdev_nl" slice-del name=new >/dev/null
			sleep 0.5
		done
	END
}

# A driver that writes into its ring what must not be there.
happen_error() {
	nl slice-set name=one class=$VIRTIO >/dev/null
	happens_device=$(basename "$CDEVS"/one/virtio*)
	modprobe mdev_test_broken slice=one
	write "$happens_device" $DRIVERS/virtio_net/unbind
	write "$happens_device" $DRIVERS/mdev_test_broken/bind
	happens <<-END
		echo 1 loop >$PARAMETERS/write
		sleep 1
	END
}

# expect PATTERN...: lines of what was printed
expect() {
	for expect_pattern in "$@"; do
		check "$sentence: $expect_pattern" grep -qE -e "$expect_pattern" "$lib_scratch/printed" || {
			sed 's/^/#   /' "$lib_scratch/printed"
			return
		}
	done
}

# trace FILE: the command in it, for as long as it takes what happens
trace() {
	eval "timeout 200 $(tail -n +2 "$1") -c 'sh $lib_scratch/happens'" >"$lib_scratch/printed" 2>&1
	trace_status=$?
	check_eq "$sentence: it ends well" "$trace_status" 0 || sed 's/^/#   /' "$lib_scratch/printed"
}

# try FILE
try() {
	read -r sentence <"$1"
	case $sentence in
	"Who changes classes, and to what")
		happen_class
		trace "$1"
		expect "^mdev_nl $id 1$" "^mdev_nl $id 0$"
		;;
	"How long the changes take, in microseconds, by the class that is entered")
		happen_class
		trace "$1"
		expect '^@us\[1\]:' '^@us\[0\]:' '^\[[0-9KM]+, [0-9KM]+\) +1 '
		;;
	"Changes that have failed, by slice and errno")
		happen_failure
		trace "$1"
		expect "^@failed\[$id, -5\]: 1$"
		;;
	"How many slices come and go each second")
		happen_life
		trace "$1"
		expect '^@add: [1-9]' '^@del: [1-9]'
		;;
	"Which queues are kicked most")
		happen_class
		trace "$1"
		expect "^@kicks\[$id, 2\]: [1-9]"
		;;
	"How many buffers are given back at once, by queue")
		happen_class
		trace "$1"
		expect "^@chains\[$id, 2\]:" '^\[1\] +[1-9]'
		;;
	"How long after a kick its queue gives something back, in microseconds")
		happen_class
		trace "$1"
		expect '^@us:' '^\[[0-9KM]+, [0-9KM]+\) +[1-9]'
		;;
	"Which queues were broken by their driver, and why")
		happen_error
		trace "$1"
		expect "^$id 1 -[0-9]+$"
		;;
	*)
		not_ok "$sentence: this test knows what it does"
		;;
	esac
}

tried=0
for command in "$lib_scratch"/command*; do
	try "$command"
	tried=$((tried + 1))
done
check_eq "all commands of the page were run" "$tried" "$(grep -c '^	bpftrace -e' "$PAGE")"
check "and there are some" test "$tried" -ge 8
