// SPDX-License-Identifier: GPL-2.0
/*
 * truncate SLICE OTHER DIRECTORY TIMES
 *
 * The file whose memory a slice has for rings and buffers is cut to nothing while frames
 * go through it. The other slice has ordinary memory. A file is made in DIRECTORY.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
/* libs: -lpthread */

#include "nic.h"

static struct nic nic, other;
static unsigned int frames;
static __thread sigjmp_buf jump;

/* The driver has the same memory, and meets the end of the file as well. */
static void on_sigbus(int signal)
{
	siglongjmp(jump, 1);
}

static void exchange(void)
{
	char frame[FRAME_MAX + 8];
	__u32 number = 0;

	for (;;) {
		frame_make(frame, 1000, number++);
		nic_reap(&nic);
		nic_queue(&nic, frame, 1000);
		ring_kick(&nic.tx);
		send(nic.rep, frame, 1000, MSG_DONTWAIT);
		while (nic_take(&nic, frame) > 0)
			__atomic_add_fetch(&frames, 1, __ATOMIC_RELAXED);
		rep_recv(nic.rep, frame, 0);
	}
}

static void *traffic(void *unused)
{
	if (!sigsetjmp(jump, 1))
		exchange();
	return NULL;
}

/* Both queues have work in what is not there any more. */
static void check_cut(void)
{
	char frame[FRAME_MAX];
	const char *problem = NULL;
	bool good;

	frame_make(frame, 300, 1);
	rep_send(nic.rep, frame, 300);
	event_signal(nic.tx.kick);
	event_signal(nic.rx.kick);
	good = nic_broken(&nic, &nic.rx, &problem);
	check(good, "the queue that receives has an error");
	if (problem)
		comment("%s, status %#x", problem, vhost_status(nic.fd));
	check(event_wait(nic.tx.err, PATIENCE_MS), "so has the one that sends");
}

static void cut(int fd)
{
	pthread_t thread;

	store(frames, 0);
	pthread_create(&thread, NULL, traffic, NULL);
	while (load(frames) < 50)
		usleep(1000);
	usleep(random_below(5000));
	if (ftruncate(fd, 0))
		die("the end of the file is moved: %s", errno_name(errno));
	pthread_join(thread, NULL);
	check_cut();
}

static void test(const char *what, int fd, unsigned int times)
{
	void *mem;
	unsigned int i;

	if (fd < 0 || ftruncate(fd, NIC_BYTES)) {
		printf("ok %s # SKIP none to be had: %s\n", what, errno_name(errno));
		return;
	}
	mem = mmap(NULL, NIC_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mem == MAP_FAILED)
		die("%s: %s", what, errno_name(errno));
	comment("%s", what);
	nic_init(&nic, nic.name, mem, 0);
	nic_start(&nic);
	for (i = 0; i < times; i++) {
		cut(fd);
		check_nic(&other, 4, "the other slice goes on");
		check_err(nic_reset(&nic), 0, "a reset");
		if (ftruncate(fd, NIC_BYTES))
			die("the file grows");
		nic_clear_events(&nic);
		rep_drain(nic.rep);
		check_err(nic_begin(&nic), 0, "with the file as long as before");
		check_nic(&nic, 4, "the slice works");
	}
	/* What comes last is the end of an open node. */
	cut(fd);
	nic_close(&nic);
	nic_destroy(&nic);
	munmap(mem, NIC_BYTES);
	close(fd);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_sigbus };
	unsigned int times;
	char path[300];

	if (argc != 5)
		return 2;
	times = atoi(argv[4]);
	random_seed(getpid());
	sigaction(SIGBUS, &action, NULL);
	nic_init(&other, argv[2], NULL, 0);
	nic_start(&other);
	nic.name = argv[1];
	test("a memfd", memfd_create("driver", MFD_CLOEXEC), times);
	test("a memfd of huge pages", memfd_create("driver", MFD_CLOEXEC | MFD_HUGETLB), 1);
	snprintf(path, sizeof(path), "%s/driver", argv[3]);
	test("a file", open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), 1);
	check_nic(&other, 10, "the other slice works");
	nic_close(&other);
	return 0;
}
