// SPDX-License-Identifier: GPL-2.0
/*
 * kill_holder SLICE TIMES: a process that uses the slice is killed at any point, mostly
 * while frames go through it
 */
#include <signal.h>
#include <sys/wait.h>

#include "nic.h"

/* Frames that the process has got from either end, for its parent. */
struct moved {
	unsigned int to_driver;
	unsigned int to_rep;
};

static struct moved *moved;

static void count(unsigned int *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

/* Everything that a process does with a slice, for ever. */
static void use(const char *name, __u64 features)
{
	char frame[FRAME_MAX + 8];
	struct nic nic;
	__u32 number;

	nic_init(&nic, name, NULL, features);
	nic_open(&nic);
	if (nic_map(&nic))
		_exit(1);
	for (;;) {
		if (nic_begin(&nic))
			_exit(1);
		for (number = 0; number < 300; number++) {
			frame_make(frame, FRAME_MAX, number);
			nic_reap(&nic);
			nic_queue(&nic, frame, FRAME_MAX);
			ring_kick(&nic.tx);
			send(nic.rep, frame, FRAME_MAX, MSG_DONTWAIT);
			if (nic_take(&nic, frame) > 0)
				count(&moved->to_driver);
			if (rep_recv(nic.rep, frame, 0) > 0)
				count(&moved->to_rep);
			if (number % 64 == 0) {
				iotlb_update(nic.fd, 0, 0x10000, 0x10000, nic.mem, 3);
				iotlb_invalidate(nic.fd, 0, 0x14000, 0x4000);
			}
		}
		vhost_suspend(nic.fd);
		vhost_resume(nic.fd);
		nic_reset(&nic);
	}
}

/* Both ways, or the time is over. */
static bool traffic_runs(void)
{
	double end = now() + PATIENCE_MS / 1e3;

	while (load(moved->to_driver) < 10 || load(moved->to_rep) < 10) {
		if (now() > end)
			return false;
		usleep(100);
	}
	return true;
}

/* Every fourth round ends at any point from its beginning on. */
static bool let_run(unsigned int number)
{
	bool good = true;

	if (number % 4)
		good = traffic_runs();
	if (!good)
		comment("round %u: %u frames to the driver, %u to the representor", number,
			moved->to_driver, moved->to_rep);
	usleep(random_below(number % 8 ? 20000 : 200000));
	return good;
}

static bool round_of(const char *name, unsigned int number)
{
	bool good;
	const char *problem;
	struct nic nic;
	int status;
	pid_t pid;

	fflush(stdout);
	memset(moved, 0, sizeof(*moved));
	pid = fork();
	if (!pid)
		use(name, number & 1 ? NIC_EVENT_IDX : NIC_INDIRECT);
	good = let_run(number);
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status)) {
		comment("the process ended by itself, status %#x", status);
		return false;
	}
	nic_init(&nic, name, NULL, 0);
	nic_start(&nic);
	rep_drain(nic.rep);
	problem = nic_try(&nic, 3);
	if (problem)
		comment("round %u: %s", number, problem);
	nic_close(&nic);
	nic_destroy(&nic);
	munmap(nic.mem, NIC_BYTES);
	return good && !problem;
}

int main(int argc, char **argv)
{
	unsigned int i, times;

	if (argc != 3)
		return 2;
	times = atoi(argv[2]);
	moved = mmap(NULL, sizeof(*moved), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (moved == MAP_FAILED)
		die("memory");
	random_seed(getpid());
	for (i = 0; i < times; i++) {
		if (!round_of(argv[1], i))
			break;
	}
	check(i == times, "the slice can be used after its user was killed, %u times", times);
	return 0;
}
