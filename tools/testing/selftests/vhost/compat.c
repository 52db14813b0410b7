// SPDX-License-Identifier: GPL-2.0
/*
 * compat SLICE
 *
 * All ioctls are made as a program of 32 bits makes them. There is no compiler for one
 * where this is built, and none is needed: on x86 the system calls of 32 bits can be
 * made from a program of 64 bits, with arguments from below 4 GiB.
 */
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int ioctl32(int fd, unsigned long request, void *arg);

#define ioctl(fd, request, arg)	ioctl32(fd, request, arg)

#include "nic.h"

/* Numbers of 32-bit system calls. */
#define NR32_GETPID	20
#define NR32_IOCTL	54
#define ARG_MAX32	4096

static struct nic nic;
static char *low;	/* memory that has an address of 32 bits */

static long call32(long nr, unsigned long a, unsigned long b, unsigned long c)
{
#ifdef __x86_64__
	long ret;

	asm volatile("int $0x80" : "=a" (ret) : "a" (nr), "b" (a), "c" (b), "d" (c) :
		     "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
#else
	return -EOPNOTSUPP;
#endif
}

/* Some arguments go on behind what the request tells of them. */
static size_t arg_size(unsigned long request, const void *arg)
{
	const struct vhost_vdpa_config *config = arg;
	const struct vhost_features *array = arg;

	switch (request) {
	case VHOST_VDPA_GET_CONFIG:
	case VHOST_VDPA_SET_CONFIG:
		return sizeof(*config) + config->len;
	case VHOST_GET_FEATURES_ARRAY:
		return sizeof(*array) + array->count * sizeof(*array->features);
	default:
		return _IOC_SIZE(request);
	}
}

static int ioctl32(int fd, unsigned long request, void *arg)
{
	size_t size = arg_size(request, arg);
	long ret;

	if (size > ARG_MAX32)
		die("an argument of %zu bytes", size);
	memcpy(low, arg, size);
	ret = call32(NR32_IOCTL, fd, request, arg ? (unsigned long)low : 0);
	memcpy(arg, low, size);
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

static void has_none(int signal)
{
	_exit(1);
}

/*
 * A kernel may have none of these calls: then they are faults, which it would log if
 * they were not expected.
 */
static bool has_calls(void)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		signal(SIGSEGV, has_none);
		_exit(call32(NR32_GETPID, 0, 0, 0) != getpid());
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

struct query {
	const char *name;
	unsigned long request;
};

static const struct query queries[] = {
	{ "GET_FEATURES", VHOST_GET_FEATURES },
	{ "GET_FEATURES_ARRAY", VHOST_GET_FEATURES_ARRAY },
	{ "GET_BACKEND_FEATURES", VHOST_GET_BACKEND_FEATURES },
	{ "GET_DEVICE_ID", VHOST_VDPA_GET_DEVICE_ID },
	{ "GET_STATUS", VHOST_VDPA_GET_STATUS },
	{ "GET_CONFIG", VHOST_VDPA_GET_CONFIG },
	{ "GET_CONFIG_SIZE", VHOST_VDPA_GET_CONFIG_SIZE },
	{ "GET_IOVA_RANGE", VHOST_VDPA_GET_IOVA_RANGE },
	{ "GET_VRING_NUM", VHOST_VDPA_GET_VRING_NUM },
	{ "GET_VRING_BASE", VHOST_GET_VRING_BASE },
	{ "GET_VRING_GROUP", VHOST_VDPA_GET_VRING_GROUP },
	{ "GET_VRING_SIZE", VHOST_VDPA_GET_VRING_SIZE },
	{ "GET_AS_NUM", VHOST_VDPA_GET_AS_NUM },
	{ "GET_GROUP_NUM", VHOST_VDPA_GET_GROUP_NUM },
	{ "GET_VQS_COUNT", VHOST_VDPA_GET_VQS_COUNT },
};

/* Queue 1, two words of features, ten bytes of configuration. */
static void fill(unsigned long request, void *arg)
{
	struct vhost_vdpa_config config = { .len = 10 };
	struct vhost_vring_state state = { .index = 1 };
	__u64 words = 2;

	memset(arg, 0, 64);
	if (request == VHOST_VDPA_GET_CONFIG)
		memcpy(arg, &config, sizeof(config));
	else if (request == VHOST_GET_FEATURES_ARRAY)
		memcpy(arg, &words, sizeof(words));
	else if (_IOC_SIZE(request) == sizeof(state))
		memcpy(arg, &state, sizeof(state));
}

static void test_queries(void)
{
	__u64 wide[8], narrow[8];
	unsigned long request;
	int want, got;
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		request = queries[i].request;
		fill(request, wide);
		fill(request, narrow);
		want = syscall(SYS_ioctl, nic.fd, request, wide);
		got = ioctl32(nic.fd, request, narrow);
		check(!want && !got && !memcmp(wide, narrow, sizeof(wide)),
		      "%s says the same to both", queries[i].name);
	}
}

static void test_errors(void)
{
	__u64 features = BIT(62);

	check(call32(NR32_IOCTL, nic.fd, VHOST_GET_FEATURES, 8) == -EFAULT,
	      "a bad address gives EFAULT");
	check_err(vhost_set_features(nic.fd, features), -EBUSY, "a refusal is one");
	check_err(vhost_get_vring_base(nic.fd, 99, &(__u32){ 0 }), -ENOBUFS, "so is another");
}

static void test_suspend(void)
{
	__u32 base = 0;

	check_err(vhost_suspend(nic.fd), 0, "the device is suspended");
	check(!vhost_get_vring_base(nic.fd, 1, &base) && base == nic.tx.avail_idx,
	      "and has used all that it was given");
	check_err(vhost_resume(nic.fd), 0, "it is resumed");
	check_nic(&nic, 10, "frames go both ways");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!has_calls()) {
		printf("ok ioctls of 32 bits # SKIP this kernel has none\n");
		return 0;
	}
	low = mmap(NULL, ARG_MAX32, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		die("memory below 4 GiB: %s", errno_name(errno));
	nic_init(&nic, argv[1], NULL, 0);
	nic_start(&nic);
	check_nic(&nic, 10, "a device is set up, frames go both ways");
	test_queries();
	test_errors();
	test_suspend();
	check_err(nic_reset(&nic), 0, "the device is reset");
	nic_close(&nic);
	return 0;
}
