// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of /dev/vhost-vdpa-N: ioctls, IOTLB messages, eventfds, doorbells, rings and
 * their memory on three slices, of which any may be taken away meanwhile. The kernel
 * must not fault, refuse what has to be refused, by an errno that is documented, and
 * every slice can be used again afterwards. A slice that is left alone carries on.
 *
 * Guidance is by what runs in the processes that make the calls: what the workers do
 * with a ring is not seen, so chains and memory are found by chance.
 */
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "bystander.h"
#include "doorbell.h"
#include "kcov.h"
#include "klog.h"
#include "leftover.h"
#include "message.h"
#include "record.h"
#include "request.h"
#include "ring.h"
#include "setup.h"
#include "slice.h"
#include "slot.h"
#include "vdpa.h"
#include "vm.h"

#define CHILDREN_MAX	4
#define RUNS_OF_A_SLICE	32

static struct kcov kcov;
static pid_t children[CHILDREN_MAX];
static unsigned int nr_children;
static bool is_child;

/* It can always be written to, until it is revoked, and there is nothing to read. */
static void node_poll(const struct slot *slot, const struct file *file, int events)
{
	int got = node_events(file->fd, events, 0);
	int out = events & (POLLOUT | POLLWRNORM);

	if (got & ~(POLLERR | POLLHUP | out) || (!(got & POLLHUP) && (got & out) != out))
		fuzz_fail("poll() of %s gives %#x", slot->name, got);
	if (file->session->revoked && !(got & POLLHUP))
		fuzz_fail("poll() of %s gives %#x after revocation", slot->name, got);
}

static void node_record(struct slot *slot, struct file *file, const uint8_t *record)
{
	struct epoll_event interest = { .events = EPOLLIN | EPOLLET };
	unsigned int which = file - slot->file;

	if (record[2] % 6 == 0)
		slot_open(slot, which);
	else if (record[2] % 6 == 1)
		slot_dup(slot, which);
	if (file->fd < 0)
		return;
	switch (record[2] % 6) {
	case 2:
		slot_close(slot, which);
		break;
	case 3:
		node_poll(slot, file, record[3]);
		break;
	case 4:
		epoll_ctl(poller, EPOLL_CTL_ADD, file->fd, &interest);
		break;
	case 5:
		fcntl(file->fd, F_SETFL, record[3] & 1 ? O_NONBLOCK | O_ASYNC : 0);
		break;
	}
}

static void run_record(const uint8_t *record)
{
	struct slot *slot = &slots[RECORD_SLOT(record)];
	struct file *file = &slot->file[RECORD_FILE(record)];

	switch (RECORD_KIND(record)) {
	case SETUP:
		setup_record(slot, file, record);
		break;
	case REQUEST:
		slot_open_first(slot);
		request_record(slot, file, record);
		break;
	case MESSAGE:
		slot_open_first(slot);
		message_record(slot, file, record);
		break;
	case CHAIN:
		ring_chain(slot, record);
		break;
	case POKE:
		ring_poke(slot, record);
		break;
	case EVENT:
		ring_event(slot, record);
		break;
	case MEMORY:
		memory_change(&slot->memory, record);
		break;
	case SLICE:
		slice_record(slot, record);
		break;
	case NODE:
		node_record(slot, file, record);
		break;
	case BELL:
		slot_open_first(slot);
		doorbell_record(slot, file, record);
		break;
	}
}

/* What another process does with the files that both have is not known here. */
static void sessions_forked(void)
{
	struct session *session;
	unsigned int i;

	for (i = 0; i < SLOTS * FILES; i++) {
		session = &slots[i / FILES].session[i % FILES];
		session->suspended = true;
		session->spaces = false;
		session->maybe_packed = true;
		if (is_child && session->owner == OWNER_US)
			session->owner = OWNER_OTHER;
		else if (!is_child && session->owner == OWNER_NONE)
			session->owner = OWNER_UNKNOWN;
	}
	slice_set_unsure();
}

/* It ends, with the memory that a device may be using, or stays until the input does. */
static noreturn void child(const uint8_t *data, const uint8_t *end, bool stay, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	is_child = true;
	sessions_forked();
	for (; data < end; data += FUZZ_RECORD)
		run_record(data);
	if (stay && write(ready, data, 1) == 1)
		pause();
	_exit(0);
}

static void child_wait(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status))
		fuzz_fail("that was in a process that was forked");
}

/* Returns how many of the following records have run. */
static size_t fork_record(const uint8_t *record, const uint8_t *end)
{
	bool stay = record[2] & 1 && nr_children < CHILDREN_MAX;
	size_t len = (1 + record[3] % 8) * FUZZ_RECORD;
	const uint8_t *data = record + FUZZ_RECORD;
	int ready[2];
	char byte;
	pid_t pid;

	if (len > (size_t)(end - data))
		len = end - data;
	if (pipe2(ready, O_CLOEXEC))
		fuzz_fail("pipe: %m");
	fflush(stdout);
	pid = fork();
	if (!pid)
		child(data, data + len, stay, ready[1]);
	close(ready[1]);
	if (stay && read(ready[0], &byte, 1) == 1)
		children[nr_children++] = pid;
	else if (pid > 0)
		child_wait(pid);
	close(ready[0]);
	sessions_forked();
	return len;
}

static void children_end(void)
{
	while (nr_children) {
		kill(children[--nr_children], SIGKILL);
		child_wait(children[nr_children]);
	}
}

static void run_records(const uint8_t *data, size_t len)
{
	const uint8_t *end = data + len;

	for (; data < end; data += FUZZ_RECORD) {
		if (RECORD_KIND(data) == FORK)
			data += fork_record(data, end);
		else
			run_record(data);
	}
}

static void everything_goes(void)
{
	bystander_close();
	vdpa_remove_all();
	leftovers_check();
}

static void everything_comes(void)
{
	bystander_open();
	slots_restore();
}

static void run(const uint8_t *data, size_t len)
{
	static unsigned int runs;

	slots_begin();
	slices_begin();
	kcov_begin(&kcov);
	run_records(data, len);
	kcov_end(&kcov);
	children_end();
	slices_end();
	kcov_report(&kcov);
	slots_end();
	slots_restore();
	bystander_check();
	klog_check();
	if (++runs % RUNS_OF_A_SLICE)
		return;
	everything_goes();
	everything_comes();
}

static void init(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	leftovers_check();
	slices_init();
	kcov_open(&kcov);
	slots_init();
	bystander_open();
}

const struct vm_fuzzer vm_fuzzer = {
	.name = "vhost",
	.parents = 2,
	.bus = "mdev_vhost",
	.modules = "mdev_net mdev_vhost mdev_test_wide",
	.init = init,
	.run = run,
	.record = record_make,
	.end = everything_goes,
};
