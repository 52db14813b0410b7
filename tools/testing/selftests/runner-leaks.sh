# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# Part of runner.sh: what a kernel with kmemleak knows of lost memory. Asking takes half a
# minute, so it is asked after so many tests, and after the last. All of our modules are
# unloaded by then: every object that nothing refers to is a leak.

leak_file=${RUN_KMEMLEAK:-/sys/kernel/debug/kmemleak}
leak_tests=0
leaks_allowed=
LEAK_GROUP=24

leak_prepare() {
	[ -w "$leak_file" ] || return 0
	: >"$work/group"
	echo clear >"$leak_file"
}

# leak_before: notes when the test began
leak_before() {
	leak_tests=$((leak_tests + 1))
	echo "$began $path" >>"$work/group"
}

leak_due() {
	[ -w "$leak_file" ] || return
	[ -z "$next_path" ] || [ "$complained" ] || [ "$leak_tests" -ge $LEAK_GROUP ]
}

# What all readers of a report need: the group's tests, and during which of them a line's object
# was allocated. jiffies begin five minutes before zero, with HZ=250.
LEAK_TESTS='
	FILENAME == ARGV[1] { began[n++] = $1 / 10; name[n - 1] = $2; next }
	match($0, /jiffies [0-9]+/) {
		time = (substr($0, RSTART + 8, RLENGTH - 8) - 4294892296) / 250
		for (at = n - 1; at > 0 && began[at] > time; at--)
			;
	}'

# leak_report: adds that to each report
leak_report() {
	awk "$LEAK_TESTS"'
		{ print "#   " $0 }
		/jiffies [0-9]/ { printf "#     (%.1f s after the start, in %s)\n", time, name[at] }' \
		"$work/group" "$work/leaks" | head -n 120
}

# leak_without TEST REGEX: what the kernel loses itself, during that test. Each report becomes
# one line for that.
leak_without() {
	awk -v test="$1" -v regex="$2" '
		function flush() {
			if (name[at] != test || text !~ regex)
				printf "%s", report
			report = text = ""
		}
		/^unreferenced object/ { flush() }
		'"$LEAK_TESTS"'
		{ report = report $0 "\n"; sub(/^ +/, ""); text = text $0 " " }
		END { flush() }' "$work/group" "$work/leaks" >"$work/leaks.rest"
	mv "$work/leaks.rest" "$work/leaks"
}

leak_allow() {
	while read -r test regex; do
		[ -z "$test" ] || leak_without "$test" "$regex"
	done <<-END
		$leaks_allowed
	END
	leaks_allowed=
}

# An object is reported when two scans have found it the same, and when it is older than
# five seconds.
leak_after() {
	sleep 5
	for _ in 1 2; do
		echo scan >"$leak_file" || problem "kmemleak does not look"
	done
	cat "$leak_file" >"$work/leaks"
	echo clear >"$leak_file"
	leak_allow
	if [ -s "$work/leaks" ]; then
		problem "lost memory, of this test or of one before it:"
		leak_report >>"$work/problems"
	fi
	leak_tests=0
	: >"$work/group"
}
