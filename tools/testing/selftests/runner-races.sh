# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154
#
# Part of runner.sh: which reports of the kernel's race detector (KCSAN) count.
#
# Races of the kernel's own code with itself are not what is tested: a report that does
# not name a module of ours is taken out. So are those in which one side is in
# RACES_KERNEL and the other is there, too, or is an access of mdev_ring that is marked.
# A plain access of ours counts, whoever it meets.

# The driver's half of a virtqueue. It reads and writes the flags and indices that both
# halves share without marking them, and orders them by barriers. The kernel
# cannot tell here that the other half is not a device but a CPU; all that our
# half can do is to access them once, which is what the mark says. What the driver
# itself remembers of them is changed by its interrupt while it sends, which
# costs an interrupt at worst; our function is then below in the stack.
RACES_KERNEL='virtqueue_(get_buf_ctx|add|kick_prepare|(enable|disable)_cb(_prepare|_delayed)?)_split|\
virtqueue_(add_(in|out)buf|add_sgs|poll|enable_cb_delayed|disable_cb|kick_prepare)|vring_interrupt'
RACES_KERNEL=$(printf '%s' "$RACES_KERNEL" | tr -d '\\\n')

# races_filter: the log without the reports that do not count. A report stands
# between two lines of "=", its accesses begin with a line that says so, and the first line
# of the stack after that is where it was.
races_filter() {
	awk -v kernel=" ($RACES_KERNEL)[+]" '
	function explained(a, b) {
		return top[a] ~ kernel && (top[b] ~ kernel || top[b] ~ /\[mdev_ring\]/ && marked[b])
	}
	function counts() {
		if (block !~ /BUG: KCSAN/)
			return 1
		return block ~ /\[mdev_/ && !(nr == 2 && (explained(1, 2) || explained(2, 1)))
	}
	function begin(line) {
		block = line "\n"
		nr = wanted = 0
	}
	/={60}/ {
		if (block !~ /BUG: KCSAN/) {
			printf "%s", block
			begin($0)
			next
		}
		if (counts())
			printf "%s", block
		block = ""
		next
	}
	block == "" { print; next }
	{ block = block $0 "\n" }
	wanted { top[nr] = " " $0; sub(/^ *\[[^]]*\] */, " ", top[nr]); wanted = 0 }
	/(read|write|read-write)( \([a-z, -]*\))? to 0x[0-9a-f]* of / {
		marked[++nr] = / \([a-z, -]*marked[a-z, -]*\) to /
		wanted = 1
	}
	END { if (block != "" && counts()) printf "%s", block }'
}

log_races() {
	grep -q 'BUG: KCSAN' "$work/log" || return 0
	races_filter <"$work/log" >"$work/log.rest"
	mv "$work/log.rest" "$work/log"
}
