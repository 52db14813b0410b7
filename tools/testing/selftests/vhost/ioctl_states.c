// SPDX-License-Identifier: GPL-2.0
/*
 * ioctl_states SLICE
 *
 * Every ioctl of the node in every state of the device, against a table of what
 * has to come of it. Each case has an open node of its own.
 */
#include <sys/wait.h>

#include "nic.h"

enum state {
	NEW,		/* opened */
	OWNED,
	OTHER,		/* owned by another mm */
	FEATURES,	/* FEATURES_OK */
	LIVE,		/* DRIVER_OK */
	SUSPENDED,
	REVOKED,
	STATES,
};

static const char * const state_names[] = {
	"new", "owned", "of another mm", "FEATURES_OK", "DRIVER_OK", "suspended", "revoked",
};

/* Besides an errno: anything, or any but success. */
#define ANY	1
#define FAILS	2

/* When "err" is the outcome, and what it is at other times. */
enum when {
	ALWAYS,
	FIRST,		/* before there is an owner, then "late" */
	EARLY,		/* until FEATURES_OK, then "late" */
	IDLE,		/* until DRIVER_OK, then "late" */
	OWNER,		/* for the owner, EPERM for others */
	OWNER_EARLY,	/* for the owner until DRIVER_OK, then "late" */
	OWNER_HALTED,	/* for the owner until DRIVER_OK, anything when suspended */
};

/* A request with a buffer for the longest configuration. */
struct config {
	__u32 off;
	__u32 len;
	__u8 buf[256];
};

struct array {
	__u64 count;
	__u64 features[2];
};

union arg {
	int fd;
	__u64 quad;
	struct vhost_vring_state state;
	struct vhost_vring_file file;
	struct vhost_vring_addr addr;
	struct config config;
	struct array array;
};

struct row {
	const char *name;
	unsigned long request;
	enum when when;
	int err;
	int late;
	union arg arg;
};

#define BAD_FD		9999
#define BAD_QUEUE	99
/* No ioctls: this program turns them into writes. */
#define WRITE_UPDATE	0
#define WRITE_BEGIN	1

static const struct row rows[] = {
	{ "GET_FEATURES", VHOST_GET_FEATURES, ALWAYS, .err = 0 },
	{ "SET_FEATURES", VHOST_SET_FEATURES, EARLY, 0, -EBUSY, .arg.quad = NIC_BASE },
	{ "SET_FEATURES that are not offered", VHOST_SET_FEATURES, EARLY, -EINVAL, -EBUSY,
	  .arg.quad = NIC_BASE | BIT(62) },
	{ "SET_OWNER", VHOST_SET_OWNER, FIRST, .err = 0, .late = -EBUSY },
	{ "RESET_OWNER", VHOST_RESET_OWNER, ALWAYS, .err = FAILS },
	{ "SET_LOG_BASE", VHOST_SET_LOG_BASE, ALWAYS, .err = FAILS },
	{ "SET_LOG_FD", VHOST_SET_LOG_FD, ALWAYS, FAILS, .arg.fd = -1 },
	{ "NEW_WORKER", VHOST_NEW_WORKER, ALWAYS, .err = FAILS },
	{ "FREE_WORKER", VHOST_FREE_WORKER, ALWAYS, .err = FAILS },
	{ "SET_MEM_TABLE", VHOST_SET_MEM_TABLE, OWNER, .err = 0 },
	{ "SET_MEM_TABLE with a flag", VHOST_SET_MEM_TABLE, OWNER, -EOPNOTSUPP,
	  .arg.quad = BIT(32) },
	{ "an unknown ioctl", _IO(VHOST_VIRTIO, 0xf0), ALWAYS, .err = FAILS },
	{ "an ioctl of vhost_net", VHOST_NET_SET_BACKEND, ALWAYS, FAILS,
	  .arg.file = { 0, -1 } },

	{ "SET_VRING_NUM", VHOST_SET_VRING_NUM, OWNER_EARLY, 0, ANY,
	  .arg.state = { 0, 64 } },
	{ "SET_VRING_NUM of 0", VHOST_SET_VRING_NUM, OWNER_EARLY, -EINVAL, FAILS,
	  .arg.state = { 0, 0 } },
	{ "SET_VRING_NUM of no power of two", VHOST_SET_VRING_NUM,
	  OWNER_EARLY, -EINVAL, FAILS, .arg.state = { 0, 24 } },
	{ "SET_VRING_NUM above the most", VHOST_SET_VRING_NUM, OWNER_EARLY, -EINVAL, FAILS,
	  .arg.state = { 0, 32768 } },
	{ "SET_VRING_NUM of a queue that is not there", VHOST_SET_VRING_NUM, OWNER, -ENOBUFS,
	  .arg.state = { BAD_QUEUE, 64 } },
	{ "SET_VRING_ADDR", VHOST_SET_VRING_ADDR, OWNER_HALTED, 0, -EINVAL,
	  .arg.addr = { .used_user_addr = 0x2000, .avail_user_addr = 0x1000 } },
	{ "SET_VRING_ADDR, misaligned", VHOST_SET_VRING_ADDR, OWNER, -EINVAL,
	  .arg.addr = { .used_user_addr = 0x2002, .avail_user_addr = 0x1000 } },
	{ "SET_VRING_ADDR with an unknown flag", VHOST_SET_VRING_ADDR,
	  OWNER_EARLY, -EOPNOTSUPP, FAILS,
	  .arg.addr = { .flags = 4, .used_user_addr = 0x2000 } },
	{ "SET_VRING_ADDR of a queue that is not there", VHOST_SET_VRING_ADDR,
	  OWNER, -ENOBUFS, .arg.addr = { .index = BAD_QUEUE } },
	{ "SET_VRING_BASE", VHOST_SET_VRING_BASE, OWNER_HALTED, 0, -EINVAL,
	  .arg.state = { 0, 5 } },
	{ "SET_VRING_BASE of more than 16 bits", VHOST_SET_VRING_BASE, OWNER, -EINVAL,
	  .arg.state = { 0, 0x10000 } },
	{ "SET_VRING_BASE of a queue that is not there", VHOST_SET_VRING_BASE,
	  OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 0 } },
	{ "GET_VRING_BASE", VHOST_GET_VRING_BASE, OWNER, 0, .arg.state = { 0, 0 } },
	{ "GET_VRING_BASE of a queue that is not there", VHOST_GET_VRING_BASE,
	  OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 0 } },
	{ "SET_VRING_KICK", VHOST_SET_VRING_KICK, OWNER, 0, .arg.file = { 0, -1 } },
	{ "SET_VRING_KICK of no file", VHOST_SET_VRING_KICK, OWNER, -EBADF,
	  .arg.file = { 0, BAD_FD } },
	{ "SET_VRING_KICK of no eventfd", VHOST_SET_VRING_KICK, OWNER, -EINVAL,
	  .arg.file = { 0, 0 } },
	{ "SET_VRING_KICK of a queue that is not there", VHOST_SET_VRING_KICK,
	  OWNER, -ENOBUFS, .arg.file = { BAD_QUEUE, -1 } },
	{ "SET_VRING_CALL", VHOST_SET_VRING_CALL, OWNER, 0, .arg.file = { 0, -1 } },
	{ "SET_VRING_CALL of no file", VHOST_SET_VRING_CALL, OWNER, -EBADF,
	  .arg.file = { 0, BAD_FD } },
	{ "SET_VRING_ERR", VHOST_SET_VRING_ERR, OWNER, 0, .arg.file = { 0, -1 } },
	{ "SET_VRING_ERR of no file", VHOST_SET_VRING_ERR, OWNER, -EBADF,
	  .arg.file = { 0, BAD_FD } },
	{ "SET_VRING_ENABLE", VHOST_VDPA_SET_VRING_ENABLE, OWNER, 0,
	  .arg.state = { 0, 1 } },
	{ "SET_VRING_ENABLE of 0", VHOST_VDPA_SET_VRING_ENABLE, OWNER, 0,
	  .arg.state = { 0, 0 } },
	{ "SET_VRING_ENABLE of a queue that is not there", VHOST_VDPA_SET_VRING_ENABLE,
	  OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 1 } },
	{ "GET_VRING_GROUP", VHOST_VDPA_GET_VRING_GROUP, OWNER, 0, .arg.state = { 0, 0 } },
	{ "GET_VRING_GROUP of a queue that is not there", VHOST_VDPA_GET_VRING_GROUP,
	  OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 0 } },
	{ "GET_VRING_SIZE", VHOST_VDPA_GET_VRING_SIZE, OWNER, 0, .arg.state = { 0, 0 } },
	{ "GET_VRING_SIZE of a queue that is not there", VHOST_VDPA_GET_VRING_SIZE,
	  OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 0 } },
	{ "GET_VRING_DESC_GROUP", VHOST_VDPA_GET_VRING_DESC_GROUP, OWNER, -EOPNOTSUPP,
	  .arg.state = { 0, 0 } },
	{ "GET_VRING_DESC_GROUP of a queue that is not there",
	  VHOST_VDPA_GET_VRING_DESC_GROUP, OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 0 } },
	{ "SET_VRING_BUSYLOOP_TIMEOUT", VHOST_SET_VRING_BUSYLOOP_TIMEOUT, OWNER, 0,
	  .arg.state = { 0, 7 } },
	{ "SET_VRING_BUSYLOOP_TIMEOUT of a queue that is not there",
	  VHOST_SET_VRING_BUSYLOOP_TIMEOUT, OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 7 } },
	{ "GET_VRING_BUSYLOOP_TIMEOUT", VHOST_GET_VRING_BUSYLOOP_TIMEOUT, OWNER, 0,
	  .arg.state = { 0, 0 } },
	{ "GET_VRING_BUSYLOOP_TIMEOUT of a queue that is not there",
	  VHOST_GET_VRING_BUSYLOOP_TIMEOUT, OWNER, -ENOBUFS, .arg.state = { BAD_QUEUE, 0 } },
	{ "SET_GROUP_ASID", VHOST_VDPA_SET_GROUP_ASID, OWNER_EARLY, 0, -EBUSY,
	  .arg.state = { 1, 1 } },
	{ "SET_GROUP_ASID of a group that is not there", VHOST_VDPA_SET_GROUP_ASID,
	  OWNER_EARLY, -EINVAL, FAILS, .arg.state = { 2, 1 } },
	{ "SET_GROUP_ASID to a space that is not there", VHOST_VDPA_SET_GROUP_ASID,
	  OWNER_EARLY, -EINVAL, FAILS, .arg.state = { 1, 2 } },

	{ "GET_BACKEND_FEATURES", VHOST_GET_BACKEND_FEATURES, ALWAYS, .err = 0 },
	{ "SET_BACKEND_FEATURES", VHOST_SET_BACKEND_FEATURES, ALWAYS, .err = 0,
	  .arg.quad = BACKEND_FEATURES },
	{ "SET_BACKEND_FEATURES, other ones", VHOST_SET_BACKEND_FEATURES, IDLE, 0, -EBUSY,
	  .arg.quad = BACKEND_FEATURES & ~BIT(VHOST_BACKEND_F_IOTLB_BATCH) },
	{ "SET_BACKEND_FEATURES that nobody knows", VHOST_SET_BACKEND_FEATURES,
	  ALWAYS, -EOPNOTSUPP, .arg.quad = BIT(63) },
	{ "SET_BACKEND_FEATURES that need another one", VHOST_SET_BACKEND_FEATURES,
	  ALWAYS, -EOPNOTSUPP, .arg.quad = BIT(VHOST_BACKEND_F_DESC_ASID) },
	{ "GET_DEVICE_ID", VHOST_VDPA_GET_DEVICE_ID, ALWAYS, .err = 0 },
	{ "GET_STATUS", VHOST_VDPA_GET_STATUS, ALWAYS, .err = 0 },
	{ "SET_STATUS to ACKNOWLEDGE and DRIVER", VHOST_VDPA_SET_STATUS, EARLY, 0, -EINVAL,
	  .arg.quad = S_ACKNOWLEDGE | S_DRIVER },
	{ "SET_STATUS to 0", VHOST_VDPA_SET_STATUS, ALWAYS, .err = 0 },
	{ "GET_CONFIG", VHOST_VDPA_GET_CONFIG, ALWAYS, 0, .arg.config = { .len = 6 } },
	{ "GET_CONFIG of nothing", VHOST_VDPA_GET_CONFIG, ALWAYS, -EINVAL,
	  .arg.config = { .off = 0 } },
	{ "GET_CONFIG from behind", VHOST_VDPA_GET_CONFIG, ALWAYS, -EINVAL,
	  .arg.config = { .off = 200, .len = 1 } },
	{ "GET_CONFIG of too much", VHOST_VDPA_GET_CONFIG, ALWAYS, -E2BIG,
	  .arg.config = { .off = 2, .len = 200 } },
	{ "GET_CONFIG that wraps", VHOST_VDPA_GET_CONFIG, ALWAYS, -E2BIG,
	  .arg.config = { .off = 2, .len = 0xffffffff } },
	{ "SET_CONFIG", VHOST_VDPA_SET_CONFIG, ALWAYS, 0,
	  .arg.config = { 0, 6, { 2, 0, 0, 0, 0, 9 } } },
	{ "SET_CONFIG of nothing", VHOST_VDPA_SET_CONFIG, ALWAYS, -EINVAL,
	  .arg.config = { .off = 0 } },
	{ "SET_CONFIG of too much", VHOST_VDPA_SET_CONFIG, ALWAYS, -E2BIG,
	  .arg.config = { .off = 2, .len = 200 } },
	{ "GET_VRING_NUM", VHOST_VDPA_GET_VRING_NUM, ALWAYS, .err = 0 },
	{ "SET_CONFIG_CALL", VHOST_VDPA_SET_CONFIG_CALL, ALWAYS, 0, .arg.fd = -1 },
	{ "SET_CONFIG_CALL of no file", VHOST_VDPA_SET_CONFIG_CALL, ALWAYS, -EBADF,
	  .arg.fd = BAD_FD },
	{ "GET_IOVA_RANGE", VHOST_VDPA_GET_IOVA_RANGE, ALWAYS, .err = 0 },
	{ "GET_CONFIG_SIZE", VHOST_VDPA_GET_CONFIG_SIZE, ALWAYS, .err = 0 },
	{ "GET_AS_NUM", VHOST_VDPA_GET_AS_NUM, ALWAYS, .err = 0 },
	{ "GET_GROUP_NUM", VHOST_VDPA_GET_GROUP_NUM, ALWAYS, .err = 0 },
	{ "GET_VQS_COUNT", VHOST_VDPA_GET_VQS_COUNT, ALWAYS, .err = 0 },
	{ "SUSPEND", VHOST_VDPA_SUSPEND, ALWAYS, .err = 0 },
	{ "RESUME", VHOST_VDPA_RESUME, ALWAYS, .err = 0 },
	{ "SET_FORK_FROM_OWNER", VHOST_SET_FORK_FROM_OWNER, FIRST, 0, -EBUSY, .arg.quad = 0 },
	{ "SET_FORK_FROM_OWNER to what is not there", VHOST_SET_FORK_FROM_OWNER,
	  FIRST, -EINVAL, -EBUSY, .arg.quad = 2 },
	{ "GET_FORK_FROM_OWNER", VHOST_GET_FORK_FROM_OWNER, ALWAYS, .err = 0 },
	{ "GET_FEATURES_ARRAY", VHOST_GET_FEATURES_ARRAY, ALWAYS, 0,
	  .arg.array = { 2, {} } },
	{ "SET_FEATURES_ARRAY", VHOST_SET_FEATURES_ARRAY, EARLY, 0, -EBUSY,
	  .arg.array = { 2, { NIC_BASE, 0 } } },
	{ "SET_FEATURES_ARRAY that is not offered", VHOST_SET_FEATURES_ARRAY,
	  EARLY, -EINVAL, -EBUSY, .arg.array = { 1, { NIC_BASE | BIT(62) } } },
	{ "SET_FEATURES_ARRAY with a high bit", VHOST_SET_FEATURES_ARRAY, ALWAYS, FAILS,
	  .arg.array = { 2, { NIC_BASE, 1 } } },

	{ "an IOTLB update", WRITE_UPDATE, OWNER, .err = 0 },
	{ "the begin of an IOTLB batch", WRITE_BEGIN, OWNER, .err = 0 },
};

static struct nic nic;

static int run(const struct row *row)
{
	union arg arg = row->arg;

	switch (row->request) {
	case WRITE_UPDATE:
		return iotlb_update(nic.fd, 0, 0x1000, 0x1000, nic.mem, VHOST_ACCESS_RO);
	case WRITE_BEGIN:
		return iotlb_begin(nic.fd, 0);
	}
	return do_ioctl(nic.fd, row->request, _IOC_SIZE(row->request) ? &arg : NULL);
}

static int run_in_child(const struct row *row)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(-run(row));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		die("a child");
	return -WEXITSTATUS(status);
}

/* An open node that is in this state. */
static void enter(enum state state)
{
	int err = 0;

	if (state == NEW) {
		nic.fd = node_open(nic.name);
		return;
	}
	nic_open(&nic);
	if (state == FEATURES)
		err = nic_negotiate(&nic);
	if (state == LIVE || state == SUSPENDED) {
		err = nic_map(&nic);
		if (!err)
			err = nic_begin(&nic);
	}
	if (!err && state == SUSPENDED)
		err = vhost_suspend(nic.fd);
	if (err)
		die("state \"%s\" is reached: %s", state_names[state], errno_name(err));
}

static const char *name_of(int result)
{
	return result == ANY ? "anything" : result == FAILS ? "a failure" : errno_name(result);
}

static int wanted(const struct row *row, enum state state)
{
	bool owner = state != NEW && state != OTHER;
	bool features_ok = state >= FEATURES;
	bool driver_ok = state >= LIVE;

	switch (row->when) {
	case ALWAYS:
		return row->err;
	case FIRST:
		return state == NEW ? row->err : row->late;
	case EARLY:
		return features_ok ? row->late : row->err;
	case IDLE:
		return driver_ok ? row->late : row->err;
	case OWNER:
		return owner ? row->err : -EPERM;
	case OWNER_EARLY:
		return !owner ? -EPERM : driver_ok ? row->late : row->err;
	default:
		return !owner ? -EPERM : state == SUSPENDED ? ANY :
		       driver_ok ? row->late : row->err;
	}
}

static bool as_wanted(int got, int want)
{
	return got == want || want == ANY || (want == FAILS && got < 0);
}

/* All states but that of being revoked. */
static void test_row(const struct row *row)
{
	int got[REVOKED];
	bool good = true;
	int state;

	for (state = 0; state < REVOKED; state++) {
		enter(state);
		got[state] = state == OTHER ? run_in_child(row) : run(row);
		nic_close(&nic);
		good = good && as_wanted(got[state], wanted(row, state));
	}
	check(good, "%s", row->name);
	for (state = 0; state < REVOKED; state++) {
		if (!as_wanted(got[state], wanted(row, state)))
			comment("%s: %s, expected %s", state_names[state],
				errno_name(got[state]), name_of(wanted(row, state)));
	}
}

/* What is not memory is told, whatever else could be said. */
static void test_bad_pointers(void)
{
	const struct row *row;
	bool good = true;
	size_t i;
	int err;

	nic_open(&nic);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		row = &rows[i];
		if (!_IOC_SIZE(row->request) || wanted(row, OWNED))
			continue;
		err = do_ioctl(nic.fd, row->request, (void *)8);
		if (err != -EFAULT) {
			comment("%s: %s", row->name, errno_name(err));
			good = false;
		}
	}
	check(good, "arguments that cannot be read or written give EFAULT");
	nic_close(&nic);
}

static void test_revoked(void)
{
	bool good = true;
	size_t i;
	int err;

	nic_open(&nic);
	if (!check_err(set_class(nic.name, "none force"), 0, "the node is revoked"))
		return;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		err = run(&rows[i]);
		/* Others that are not there may give ENOTTY, now as before. */
		if (err != -ENODEV && (rows[i].err != FAILS || err >= 0)) {
			comment("%s: %s", rows[i].name, errno_name(err));
			good = false;
		}
	}
	check(good, "then everything gives ENODEV");
	nic_close(&nic);
	check_err(set_class(nic.name, "vhost"), 0, "the slice is of class vhost again");
}

/* What has no effect is kept all the same. */
static void test_kept(void)
{
	__u32 other = 99, timeout = 99;
	__u8 fork = 99;

	nic.fd = node_open(nic.name);
	check(!do_ioctl(nic.fd, VHOST_GET_FORK_FROM_OWNER, &fork) && fork == 1,
	      "who runs the queues is the task");
	fork = 0;
	check(!do_ioctl(nic.fd, VHOST_SET_FORK_FROM_OWNER, &fork) &&
	      !do_ioctl(nic.fd, VHOST_GET_FORK_FROM_OWNER, &fork) && fork == 0,
	      "or the kernel, if so wanted");
	nic_close(&nic);
	nic_open(&nic);
	check(!vhost_vring_get(nic.fd, VHOST_GET_VRING_BUSYLOOP_TIMEOUT, 1, &timeout) &&
	      timeout == 0, "no queue is polled");
	check(!vhost_vring(nic.fd, VHOST_SET_VRING_BUSYLOOP_TIMEOUT, 1, 1234567) &&
	      !vhost_vring_get(nic.fd, VHOST_GET_VRING_BUSYLOOP_TIMEOUT, 1, &timeout) &&
	      timeout == 1234567, "a time for that is read back");
	check(!vhost_vring_get(nic.fd, VHOST_GET_VRING_BUSYLOOP_TIMEOUT, 0, &other) &&
	      other == 0, "and is that of one queue");
	nic_close(&nic);
}

static void test_values(void)
{
	struct vhost_vdpa_iova_range range = {};
	struct array array = { .count = 2, .features = { 1, 1 } };
	__u32 id = 0, as = 0, groups = 0, vqs = 0, size = 0, group = 99, base = 99;
	__u64 features = 0, backend = 0;
	__u16 num = 0;
	int bad;

	nic_open(&nic);
	bad = vhost_get_device_id(nic.fd, &id) || vhost_get_as_num(nic.fd, &as) ||
	      vhost_get_group_num(nic.fd, &groups) || vhost_get_vqs_count(nic.fd, &vqs) ||
	      vhost_get_config_size(nic.fd, &size) ||
	      vhost_get_iova_range(nic.fd, &range) ||
	      vhost_get_vring_num_max(nic.fd, &num) ||
	      vhost_get_features(nic.fd, &features) ||
	      vhost_get_backend_features(nic.fd, &backend) ||
	      do_ioctl(nic.fd, VHOST_GET_FEATURES_ARRAY, &array);
	check(!bad, "what the device is can be read");
	check(id == 1, "it is a network device");
	check(as == 2 && groups == 2, "two groups and two address spaces");
	check(vqs == 3, "three queues");
	check(num >= RING_NUM && !(num & (num - 1)), "of %u entries", num);
	check(size >= 12 && size < 200, "a configuration of %u bytes", size);
	check(range.first == 0 && range.last >= NIC_IOVA, "a range of addresses");
	check((features & NIC_BASE) == NIC_BASE, "features %#llx", features);
	check(!(features & NIC_INDIRECT), "none that a guest could not be migrated with");
	check(array.features[0] == features && !array.features[1], "the same as an array");
	check((backend & BACKEND_FEATURES) == BACKEND_FEATURES, "backend features %#llx",
	      backend);
	check(!nic_negotiate(&nic), "features are negotiated");
	check(!vhost_get_vring_group(nic.fd, 0, &group) && group == 0 &&
	      !vhost_get_vring_group(nic.fd, 1, &group) && group == 0,
	      "data queues are in group 0");
	check(!vhost_set_vring_base(nic.fd, 1, 77) &&
	      !vhost_get_vring_base(nic.fd, 1, &base) && base == 77,
	      "a base is read back");
	check(!vhost_set_status(nic.fd, 0) && vhost_status(nic.fd) == 0,
	      "a reset gives status 0");
	check(!vhost_get_vring_base(nic.fd, 1, &base) && base == 0, "and base 0");
	nic_close(&nic);
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, 0);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		test_row(&rows[i]);
	test_bad_pointers();
	test_values();
	test_kept();
	test_revoked();
	nic_destroy(&nic);
	return 0;
}
