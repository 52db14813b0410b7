// SPDX-License-Identifier: GPL-2.0
/*
 * vhost_open SLICE DIRECTORY: a slice goes to class vhost with each allocation failing in turn,
 * while somebody opens the character device by an inode of their own, in DIRECTORY, which can
 * be before its device is complete. A kernel that keeps what is released for a while takes
 * another number each time, so there are inodes of many. The kernel shall not look for a module
 * for those that are of none, which takes too long.
 */
#include <pthread.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../common/faults.h"
#include "../vhost/vhost.h"

/* libs: -lpthread */

#define INODES	256
#define PASSES	10
#define ENOUGH	3	/* times that it was open */

#define load(x)		__atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define store(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELEASE)

static int directory;
static int opened = -1;
static bool over;
static unsigned int failures, caught, alive;

static void *open_all(void *arg)
{
	unsigned int minor = 0;
	char name[20];
	int fd;

	while (!load(over)) {
		if (load(opened) >= 0)
			continue;
		snprintf(name, sizeof(name), "%u", minor++ % INODES);
		fd = openat(directory, name, O_RDWR | O_CLOEXEC);
		if (fd >= 0)
			store(opened, fd);
	}
	return NULL;
}

/* Also of what is about to be opened. */
static void let_go(void)
{
	int fd;

	usleep(5000);
	fd = load(opened);
	if (fd < 0)
		return;
	close(fd);
	store(opened, -1);
}

/* Whoever has opened it has nothing of the slice, which is in no class. */
static void look(void)
{
	__u32 id;
	int fd;

	failures++;
	usleep(5000);
	fd = load(opened);
	if (fd < 0)
		return;
	caught++;
	alive += do_ioctl(fd, VHOST_VDPA_GET_DEVICE_ID, &id) != -ENODEV;
}

static void sweep(const char *slice, int class)
{
	unsigned int nth = 1;
	bool met;
	int err;

	do {
		faults_set(nth);
		err = write(class, "vhost", 5) < 0 ? -errno : 0;
		met = faults_end(nth++);
		if (err)
			look();
		else if (set_class(slice, "none force"))
			die("%s goes to class none: %s", slice, errno_name(errno));
		let_go();
	} while (met && caught < ENOUGH);
}

static void make_inodes(const char *slice, const char *path)
{
	struct stat there;
	char node[300];
	int minor;

	directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (set_class(slice, "vhost") || !node_path(slice, node, sizeof(node)) ||
	    stat(node, &there))
		die("%s has a node", slice);
	for (minor = 0; minor < INODES; minor++) {
		snprintf(node, sizeof(node), "%d", minor);
		if (mknodat(directory, node, S_IFCHR | 0600,
			    makedev(major(there.st_rdev), minor)))
			die("node %d: %s", minor, errno_name(errno));
	}
	if (set_class(slice, "none"))
		die("%s goes to class none", slice);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char path[300];
	int class, i;

	if (argc != 3)
		return 2;
	make_inodes(argv[1], argv[2]);
	snprintf(path, sizeof(path), "/sys/class/mdev_slice/%s/class", argv[1]);
	class = open(path, O_WRONLY | O_CLOEXEC);
	if (class < 0)
		die("%s: %s", path, errno_name(errno));
	faults_open();
	pthread_create(&thread, NULL, open_all, NULL);
	for (i = 0; i < PASSES && caught < ENOUGH; i++)
		sweep(argv[1], class);
	store(over, true);
	pthread_join(thread, NULL);
	let_go();
	comment("%u failures, %u times it was open then", failures, caught);
	check(caught, "it was opened before it was complete");
	check(!alive, "and whoever did has nothing of it after a failure");
	return 0;
}
