#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The runner fails a test for what the kernel log says, for its time limit, and for
# what it leaves behind.
# kernels: plain
# timeout: 240
# expect-log: WARNING: .*made by a test
# expect-log: BUG: KCSAN: data-race in made_by_a_test
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"
. "${0%/*}/lib-verdict.sh"

verdict "exit status 0 passes" pass "ok 1 sub/test.sh" 'true'
verdict "exit status 1 fails" fail "not ok 1 sub/test.sh" 'exit 1'
verdict "exit status 4 skips" skip "ok 1 sub/test.sh # SKIP why" 'echo "1..0 # SKIP why"; exit 4'
verdict "a failed check is not forgotten" fail "a check failed" 'echo "not ok 1 text"'
verdict "a time limit is enforced" fail "time limit of 1 seconds" '# timeout: 1
sleep 30'
verdict "a WARNING in the log fails" fail "WARNING: not expected" \
	'echo "WARNING: not expected, made by a test" >/dev/kmsg'
verdict "nor is one forgotten that the kernel's buffer has lost" fail "WARNING: not expected" \
	'echo "WARNING: not expected, made by a test" >/dev/kmsg
	dmesg --clear
	! dmesg | grep -q "WARNING: not expected" || echo "kept by the kernel"'
check "which it had" sh -c '! grep -q "kept by the kernel" "$1"' sh "$dir/output"
verdict "a WARNING that is expected passes" pass "ok 1" \
	'# expect-log: WARNING: expected
echo "WARNING: expected, made by a test" >/dev/kmsg'
verdict "an expected line that is missing fails" fail "not in the kernel log: nothing" \
	'# expect-log: nothing'
verdict "an allowed line may be missing" pass "ok 1" '# allow-log: nothing'

# race ACCESS PLACE ACCESS PLACE: a script that logs what the race detector would
race() {
	cat <<-END
		while IFS= read -r line; do
			echo "\$line" >/dev/kmsg
		done <<-REPORT
			==================================================================
			BUG: KCSAN: data-race in made_by_a_test / another

			$1 to 0xffff888100e5a002 of 2 bytes by task 1 on cpu 1:
			 $2
			 smpboot_thread_fn+0x152/0x280

			$3 to 0xffff888100e5a002 of 2 bytes by task 2 on cpu 0:
			 $4
			 ret_from_fork+0x31/0x50
			==================================================================
		REPORT
	END
}

verdict "a data race of ours fails" fail "BUG: KCSAN" \
	"$(race write 'mine+0x1/0x2 [mdev_net]' read 'other+0x3/0x4 [mdev_core]')"
verdict "one of ours with the kernel fails" fail "BUG: KCSAN" \
	"$(race write 'mine+0x1/0x2 [mdev_ring]' read 'tick_nohz_handler+0x3/0x4')"
verdict "one of the kernel with itself passes" pass "ok 1" \
	"$(race write 'tick_sched_do_timer+0x1/0x2' read 'tick_nohz_handler+0x3/0x4')"
verdict "the driver's half of a ring may meet a marked access" pass "ok 1" \
	"$(race 'write (marked)' 'mine+0x1/0x2 [mdev_ring]' read 'virtqueue_get_buf_ctx_split+0x3/0x4')"
verdict "and itself" pass "ok 1" \
	"$(race write 'virtqueue_disable_cb+0x1/0x2
 below+0x1/0x2 [mdev_net]' read 'virtqueue_enable_cb_delayed+0x3/0x4')"
verdict "and no other" fail "BUG: KCSAN" \
	"$(race write 'mine+0x1/0x2 [mdev_ring]' read 'virtqueue_get_buf_ctx_split+0x3/0x4')"

# Nested guests are excused only where they are emulated.
if grep -q 'QEMU TCG' /proc/cpuinfo; then
	silent="[ -e $dir/once ] && exit; touch $dir/once; echo guest one has not answered"
	verdict "a test whose guest was silent begins anew" pass "begins anew" "$silent; exit 1"
	rm -f "$dir/once"
	verdict "not where the kernel has spoken of ours" fail "WARNING: guest" "$silent
		echo 'WARNING: guest, mine+0x1/0x2 [mdev_net], made by a test' >/dev/kmsg"
fi

verdict "a process left behind fails" fail "left behind: process" 'sleep 30 &'
verdict "a network namespace left behind fails" fail "left behind: network namespace left" \
	'ip netns add left'
verdict "an interface left behind fails" fail "left behind: network interface left0" \
	'ip link add left0 type dummy'
verdict "a file in /dev/shm left behind fails" fail "left behind: /dev/shm left" \
	'echo >/dev/shm/left'

verdict "and the next test starts clean" pass "ok 1" \
	'! ip netns | grep -q left && ! ip link show left0 && ! ls /dev/shm/left'

# The NIC keeps whoever changes the class waiting for a minute if nobody wakes it, and no
# signal ends that.
need "a slice that is slow to go" eval "load_nic && add slow"
cleanup sh -c "echo 0 >$FAULT/delay_ms; echo 1 >$FAULT/wake"
echo 60000 >"$FAULT/delay_ms"
verdict "a process that cannot be killed is told" fail "cannot be killed" "# timeout: 2
echo none >$SLICES/slow/class"
check "with what it waits for" grep -q 'mdev_net_fault.*mdev_net' "$dir/output"
check "and each CPU tells the console" [ -s "$dir/sysrq" ]
