// SPDX-License-Identifier: GPL-2.0
/*
 * memory_high SLICE CGROUP: a driver with many queues, in a cgroup with too much memory,
 * suspends and resumes its device, and kicks it all the time. Each line that it says is a
 * round, with the seconds that it took.
 */
/* libs: -lpthread */
#include <pthread.h>

#include "vhost.h"

#define QUEUES	32
#define PLACE	0x10000
#define BYTES	(QUEUES * PLACE)
#define BALLAST	(16 << 20)

static int fd;
static int kicks[QUEUES];

static char *memory(size_t size)
{
	char *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		die("pages: %s", errno_name(errno));
	memset(mem, 0, size);
	return mem;
}

static int set_queue(unsigned int i)
{
	__u64 addr = i * PLACE;

	kicks[i] = event_new();
	return vhost_set_vring_num(fd, i, 1024) ?:
	       vhost_set_vring_addr(fd, i, addr, addr + PLACE / 2, addr + PLACE / 4 * 3) ?:
	       vhost_set_vring_kick(fd, i, kicks[i]) ?:
	       vhost_set_vring_enable(fd, i, true);
}

static int start(void)
{
	__u8 status = S_ACKNOWLEDGE | S_DRIVER;
	unsigned int i;
	int err;

	err = vhost_set_owner(fd) ?:
	      vhost_set_backend_features(fd, BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) |
					 BIT(VHOST_BACKEND_F_SUSPEND) |
					 BIT(VHOST_BACKEND_F_RESUME)) ?:
	      iotlb_update(fd, 0, 0, BYTES, memory(BYTES), VHOST_ACCESS_RW) ?:
	      vhost_set_status(fd, status) ?:
	      vhost_set_features(fd, BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM)) ?:
	      vhost_set_status(fd, status |= S_FEATURES_OK);
	for (i = 0; !err && i < QUEUES; i++)
		err = set_queue(i);
	return err ?: vhost_set_status(fd, status | S_DRIVER_OK);
}

static void put(const char *cgroup, const char *file, const char *value)
{
	char path[300];
	int to;

	snprintf(path, sizeof(path), "%s/%s", cgroup, file);
	to = open(path, O_WRONLY | O_CLOEXEC);
	if (to < 0 || write(to, value, strlen(value)) < 0)
		die("%s is written: %s", path, errno_name(errno));
	close(to);
}

/* It allocates nothing, so it is never held up. */
static void *kick(void *arg)
{
	unsigned int i;

	for (;;) {
		for (i = 0; i < QUEUES; i++)
			event_signal(kicks[i]);
		usleep(10000);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	double begin;
	int err;

	if (argc != 3)
		return 2;
	fd = node_open(argv[1]);
	err = start();
	if (err)
		die("%s starts: %s", argv[1], errno_name(err));
	pthread_create(&thread, NULL, kick, NULL);
	/* What the owner of the node is charged with is no matter here, so it enters late. */
	put(argv[2], "cgroup.procs", "0");
	memory(BALLAST);
	put(argv[2], "memory.high", "1M");
	for (;;) {
		begin = now();
		err = vhost_suspend(fd) ?: vhost_resume(fd);
		if (err)
			die("%s goes on: %s", argv[1], errno_name(err));
		printf("ready %.3f\n", now() - begin);
		fflush(stdout);
	}
}
