// SPDX-License-Identifier: GPL-2.0
/*
 * slow SLICE OTHER: a user whose memory does not come, because nobody serves its userfaultfd.
 * Whoever resets the device, kills the user, asks for counters or sends to both slices does
 * not wait for it.
 */
/* libs: -lpthread */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "nic.h"

#define PAGE	0x1000

/* A page that holds nothing but a buffer to be sent. */
#define AT	((NIC_BYTES - 2 * PAGE) & ~(PAGE - 1UL))

static struct nic nic;
static int uffd;

/* From now on the page is missing. */
static void block(void)
{
	struct uffdio_register reg = {
		.range = { (unsigned long)nic.mem + AT, PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_api api = { .api = UFFD_API };

	uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		die("a userfaultfd: %s", errno_name(errno));
	if (madvise(nic.mem + AT, PAGE, MADV_DONTNEED))
		die("memory is taken away");
}

/* The device begins to wait for the page. */
static bool stall(void)
{
	struct seg segs[2] = { { NIC_IOVA + nic_buf(&nic.tx, 0), HDR_LEN },
			       { NIC_IOVA + AT, 500 } };
	struct pollfd pollfd = { .fd = uffd, .events = POLLIN };

	memset(nic.mem + nic_buf(&nic.tx, 0), 0, HDR_LEN);
	nic_reap(&nic);
	ring_add(&nic.tx, segs, 2, 0);
	nic_kick(&nic, &nic.tx);
	return poll(&pollfd, 1, PATIENCE_MS) == 1;
}

static void end_status(void)
{
	virtio_set_status(&nic.vfio, 0);
}

static void end_reset(void)
{
	vfio_reset(&nic.vfio);
}

static void ask(void)
{
	char command[200];

	snprintf(command, sizeof(command), "vdpa dev vstats show %.50s qidx 1 >/dev/null",
		 nic.vfio.slice);
	if (system(command))
		check(false, "%s", command);
}

static void test_end(void (*end)(void), const char *text)
{
	double begin;

	block();
	check(stall(), "a queue waits for its buffer");
	begin = now();
	ask();
	check(now() - begin < 2 * patience(), "counters are told");
	begin = now();
	end();
	check(now() - begin < patience(), "%s takes no time", text);
	comment("%.3f s", now() - begin);
	close(uffd);
	rep_drain(nic.rep);
	if (check(nic_begin(&nic), "it begins again"))
		check_nic(&nic, 5, "and works");
}

static bool send_to(int fd, const char *name, unsigned int nr)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(TEST_PROTO),
		.sll_ifindex = if_nametoindex(name),
		.sll_halen = ETH_ALEN,
	};
	char frame[1000];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		frame_make(frame, sizeof(frame), i);
		if (sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) < 0) {
			comment("frame %u to %s: %s", i, name, errno_name(errno));
			return false;
		}
	}
	return true;
}

static unsigned int received(void)
{
	char frame[FRAME_MAX + 8];
	unsigned int nr = 0;

	while (nr < 500 && nic_recv(&nic, frame) > 0)
		nr++;
	return nr;
}

/* One socket serves both slices, so what the one does not take is missing to the other. */
static void test_send(const char *other)
{
	struct timeval patient = { .tv_sec = 10 * patience() };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	double begin;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patient, sizeof(patient)))
		die("a socket that waits: %s", errno_name(errno));
	block();
	check(stall(), "a queue waits for its buffer");
	begin = now();
	check(send_to(fd, nic.vfio.slice, 3000), "who sends it more than fits goes on");
	check(send_to(fd, other, 1), "and reaches another slice");
	comment("%.3f s", now() - begin);
	close(uffd);
	check(received() == 500, "what did fit arrives when the memory is there");
	check(send_to(fd, nic.vfio.slice, 500) && received() == 500, "and so does what follows");
	close(fd);
}

/* What waits for the worker, or for a lock that the vfio core has taken for it. */
static void *map(void *arg)
{
	vfio_map(&nic.vfio, NIC_NOWHERE, PAGE, nic.mem);
	return NULL;
}

static void *unmap(void *arg)
{
	vfio_unmap(&nic.vfio, NIC_IOVA, NIC_BYTES);
	return NULL;
}

static void *no_master(void *arg)
{
	config_put(&nic.vfio, PCI_COMMAND, 2, 0);
	return NULL;
}

static void use(const char *slice, int ready)
{
	static void *(*const all[])(void *) = { map, unmap, no_master };
	pthread_t thread;
	unsigned int i;
	char byte = 1;

	nic_init(&nic, slice, nic_memory(), 0);
	nic_start(&nic, NIC_BYTES);
	block();
	byte = stall();
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		pthread_create(&thread, NULL, all[i], NULL);
	usleep(100000 * patience());
	if (write(ready, &byte, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void test_kill(const char *slice)
{
	double begin, end;
	int fds[2], status;
	char byte = 0;
	pid_t pid;

	if (pipe(fds))
		die("a pipe");
	fflush(stdout);
	pid = fork();
	if (!pid)
		use(slice, fds[1]);
	check(read(fds[0], &byte, 1) == 1 && byte, "the threads of a user wait");
	kill(pid, SIGKILL);
	begin = now();
	end = begin + 10 * patience();
	while (now() < end && waitpid(pid, &status, WNOHANG) != pid)
		usleep(10000);
	check(now() < end, "it can be killed");
	comment("%.3f s", now() - begin);
	close(fds[0]);
	close(fds[1]);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	nic_init(&nic, argv[1], nic_memory(), 0);
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 5, "frames pass");
	test_send(argv[2]);
	test_end(end_status, "a reset by the driver");
	test_end(end_reset, "a reset by the user");
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
	test_kill(argv[1]);
	nic_init(&nic, argv[1], nic_memory(), 0);
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 5, "the next user does not notice");
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
	return 0;
}
