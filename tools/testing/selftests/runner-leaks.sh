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
	[ -z "$next_path" ] || [ "$leak_tests" -ge $LEAK_GROUP ]
}

# Adds to each report during which test the memory was allocated. jiffies begin five
# minutes before zero, with HZ=250.
leak_report() {
	awk 'FILENAME == ARGV[1] { began[n++] = $1 / 10; name[n - 1] = $2; next }
		{ print "#   " $0 }
		match($0, /jiffies [0-9]+/) {
			time = (substr($0, RSTART + 8, RLENGTH - 8) - 4294892296) / 250
			for (i = n - 1; i > 0 && began[i] > time; i--)
				;
			printf "#     (%.1f s after the start, in %s)\n", time, name[i]
		}' "$work/group" "$work/leaks" | head -n 120
}

# leak_without REGEX: what the kernel loses itself. Each report becomes one line for that.
leak_without() {
	awk -v regex="$1" '
		function flush() {
			if (text !~ regex)
				printf "%s", report
			report = text = ""
		}
		/^unreferenced object/ { flush() }
		{ report = report $0 "\n"; sub(/^ +/, ""); text = text $0 " " }
		END { flush() }' "$work/leaks" >"$work/leaks.rest"
	mv "$work/leaks.rest" "$work/leaks"
}

leak_allow() {
	while IFS= read -r regex; do
		[ -z "$regex" ] || leak_without "$regex"
	done <<-END
		$leaks_allowed
	END
	leaks_allowed=
}

# An object is reported when two scans have found it the same, and when it is older than
# five seconds.
leak_after() {
	[ -w "$leak_file" ] && leak_due || return 0
	sleep 5
	echo scan >"$leak_file"
	echo scan >"$leak_file"
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
