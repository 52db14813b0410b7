// SPDX-License-Identifier: GPL-2.0
#include "argument.h"
#include "request.h"

#ifndef VHOST_SET_FORK_FROM_OWNER
#define VHOST_SET_FORK_FROM_OWNER	_IOW(VHOST_VIRTIO, 0x84, __u8)
#define VHOST_GET_FORK_FROM_OWNER	_IOR(VHOST_VIRTIO, 0x85, __u8)
#endif

#define OWNED	0x01	/* refused to all but the owner */
#define VRING	0x02	/* begins with the number of a virtqueue */
#define EARLY	0x04	/* refused from FEATURES_OK on */
#define IDLE	0x08	/* refused while the device runs */
#define FIXED	0x10	/* gives the same at any time */
#define STARTS	0x20	/* starts queues, which can find their memory missing */

struct request {
	unsigned long cmd;
	enum argument_kind kind;
	uint8_t flags;
	uint8_t errors[8];	/* besides those that any may give, see errno_known() */
};

/* The order is part of the meaning of inputs. */
static const struct request requests[] = {
	{ VHOST_GET_FEATURES, NONE, FIXED, {} },
	{ VHOST_SET_FEATURES, FEATURES, EARLY, { EINVAL, EBUSY } },
	{ VHOST_SET_OWNER, NONE, 0, { EBUSY } },
	{ VHOST_SET_VRING_NUM, SIZE, OWNED | VRING, { EPERM, ENOBUFS, EINVAL, EBUSY } },
	{ VHOST_SET_VRING_ADDR, ADDR, OWNED | VRING | IDLE,
	  { EPERM, ENOBUFS, EINVAL, EBUSY, EOPNOTSUPP } },
	{ VHOST_SET_VRING_BASE, STATE, OWNED | VRING | IDLE, { EPERM, ENOBUFS, EINVAL, EBUSY } },
	{ VHOST_GET_VRING_BASE, STATE, OWNED | VRING, { EPERM, ENOBUFS } },
	{ VHOST_SET_VRING_KICK, EVENTFD, OWNED | VRING, { EPERM, ENOBUFS, EBADF, EINVAL } },
	{ VHOST_SET_VRING_CALL, EVENTFD, OWNED | VRING, { EPERM, ENOBUFS, EBADF, EINVAL } },
	{ VHOST_SET_VRING_ERR, EVENTFD, OWNED | VRING, { EPERM, ENOBUFS, EBADF, EINVAL } },
	{ VHOST_SET_VRING_BUSYLOOP_TIMEOUT, STATE, OWNED | VRING, { EPERM, ENOBUFS } },
	{ VHOST_GET_VRING_BUSYLOOP_TIMEOUT, STATE, OWNED | VRING, { EPERM, ENOBUFS } },
	{ VHOST_SET_BACKEND_FEATURES, BACKEND, 0, { EOPNOTSUPP, EINVAL, EBUSY } },
	{ VHOST_GET_BACKEND_FEATURES, NONE, FIXED, {} },
	{ VHOST_VDPA_GET_DEVICE_ID, NONE, FIXED, {} },
	{ VHOST_VDPA_GET_STATUS, NONE, 0, {} },
	{ VHOST_VDPA_SET_STATUS, STATUS, STARTS, {} },
	{ VHOST_VDPA_SET_VRING_ENABLE, STATE, OWNED | VRING | STARTS, { EPERM, ENOBUFS } },
	{ VHOST_VDPA_GET_VRING_NUM, NONE, FIXED, {} },
	{ VHOST_VDPA_SET_CONFIG_CALL, EVENT, 0, { EBADF, EINVAL } },
	{ VHOST_VDPA_GET_IOVA_RANGE, NONE, FIXED, {} },
	{ VHOST_VDPA_GET_CONFIG_SIZE, NONE, FIXED, {} },
	{ VHOST_VDPA_GET_AS_NUM, NONE, FIXED, {} },
	{ VHOST_VDPA_GET_VRING_GROUP, STATE, OWNED | VRING, { EPERM, ENOBUFS } },
	{ VHOST_VDPA_SET_GROUP_ASID, GROUP, OWNED | IDLE, { EPERM, EINVAL, EBUSY } },
	{ VHOST_VDPA_SUSPEND, NONE, 0, { EOPNOTSUPP } },
	{ VHOST_VDPA_RESUME, NONE, STARTS, {} },
	{ VHOST_VDPA_GET_VRING_DESC_GROUP, STATE, OWNED | VRING, { EPERM, ENOBUFS, EOPNOTSUPP } },
	{ VHOST_VDPA_GET_VQS_COUNT, NONE, FIXED, {} },
	{ VHOST_VDPA_GET_GROUP_NUM, NONE, FIXED, {} },
	{ VHOST_VDPA_GET_VRING_SIZE, STATE, OWNED | VRING, { EPERM, ENOBUFS } },
	{ VHOST_SET_FORK_FROM_OWNER, VALUE, 0, { EBUSY, EINVAL } },
	{ VHOST_GET_FORK_FROM_OWNER, NONE, 0, {} },
	{ VHOST_VDPA_GET_CONFIG, CONFIG_SPACE, 0, { EINVAL, E2BIG } },
	{ VHOST_VDPA_SET_CONFIG, CONFIG_SPACE, 0, { EINVAL, E2BIG, EOPNOTSUPP } },
	{ VHOST_GET_FEATURES_ARRAY, ARRAY, 0, {} },
	{ VHOST_SET_FEATURES_ARRAY, ARRAY, EARLY, { EINVAL, EBUSY, E2BIG, EOPNOTSUPP } },
	{ VHOST_SET_MEM_TABLE, TABLE, 0, { EPERM, E2BIG, EOPNOTSUPP } },
};

#define NR_REQUESTS	ARRAY_SIZE(requests)

/* What requests that are FIXED give. */
static union argument fixed[SLOTS][NR_REQUESTS];

unsigned int requests_count(void)
{
	return NR_REQUESTS;
}

static const struct request *find(unsigned long cmd)
{
	unsigned int i;

	for (i = 0; i < NR_REQUESTS; i++)
		if (requests[i].cmd == cmd)
			return &requests[i];
	return NULL;
}

uint64_t request_offered(const struct slot *slot, unsigned long cmd)
{
	return fixed[slot - slots][find(cmd) - requests].value;
}

void requests_learn(struct slot *slot)
{
	unsigned int i, number = slot - slots;
	int fd = slot->file[0].fd;

	for (i = 0; i < NR_REQUESTS; i++)
		if (requests[i].flags & FIXED && do_ioctl(fd, requests[i].cmd, &fixed[number][i]))
			fuzz_fail("ioctl %#lx of %s: %m", requests[i].cmd, slot->name);
}

static void check_fixed(struct slot *slot, const struct request *rq, const void *arg)
{
	const union argument *known = &fixed[slot - slots][rq - requests];

	if (memcmp(known, arg, _IOC_SIZE(rq->cmd)))
		fuzz_fail("ioctl %#lx of %s gives something else than before", rq->cmd,
			  slot->name);
}

void requests_check(struct slot *slot)
{
	union argument arg;
	unsigned int i;

	for (i = 0; i < NR_REQUESTS; i++) {
		if (!(requests[i].flags & FIXED))
			continue;
		if (do_ioctl(slot->file[0].fd, requests[i].cmd, &arg))
			fuzz_fail("ioctl %#lx of %s: %m", requests[i].cmd, slot->name);
		check_fixed(slot, &requests[i], &arg);
	}
}

/* Besides its own it tells what has broken the ring before. */
static bool errno_of_start(int error)
{
	switch (error) {
	case EBUSY:
	case EINVAL:
	case ENXIO:
	case EOPNOTSUPP:
	case EACCES:
	case EPROTO:
	case EOVERFLOW:
	case EMSGSIZE:
		return true;
	}
	return false;
}

/* Errors of any request, and those that steps are made to fail with. */
static bool errno_known(const struct request *rq, int error)
{
	const uint8_t *known;

	switch (error) {
	case 0:
	case EFAULT:
	case ENODEV:
	case ENOMEM:
	case EIO:
		return true;
	}
	if (rq->flags & STARTS && errno_of_start(error))
		return true;
	for (known = rq->errors; known < rq->errors + sizeof(rq->errors) && *known; known++)
		if (*known == error)
			return true;
	return false;
}

static bool config_good(const struct slot *slot, const struct vhost_vdpa_config *config)
{
	uint32_t size = request_offered(slot, VHOST_VDPA_GET_CONFIG_SIZE);

	return config->len && config->off <= size && config->len <= size - config->off;
}

static bool group_good(const struct slot *slot, const struct vhost_vring_state *state)
{
	return state->index < request_offered(slot, VHOST_VDPA_GET_GROUP_NUM) &&
	       state->num < request_offered(slot, VHOST_VDPA_GET_AS_NUM);
}

/* A packed ring may have any size. */
static bool any_size(const struct session *session)
{
	return session->packed || session->maybe_packed;
}

/* Can it succeed in any state? */
static bool argument_good(const struct slot *slot, const struct session *session,
			  const struct request *rq, const union argument *arg)
{
	if (rq->flags & VRING &&
	    arg->state.index >= request_offered(slot, VHOST_VDPA_GET_VQS_COUNT))
		return false;
	if (rq->kind == SIZE && arg->state.num > request_offered(slot, VHOST_VDPA_GET_VRING_NUM))
		return false;
	if (rq->kind == SIZE && any_size(session))
		return arg->state.num;
	if (rq->kind == CONFIG_SPACE)
		return config_good(slot, &arg->config);
	if (rq->kind == GROUP)
		return group_good(slot, &arg->state);
	return argument_valid(rq->kind, arg);
}

/* Can it succeed with the device in this state? Others can revoke it, and no more. */
static bool state_good(const struct request *rq, const struct session *session, uint8_t status)
{
	if (session->revoked)
		return false;
	if (rq->flags & OWNED && (session->owner == OWNER_NONE || session->owner == OWNER_OTHER))
		return false;
	if (rq->cmd == VHOST_SET_OWNER && session->owner != OWNER_NONE &&
	    session->owner != OWNER_UNKNOWN)
		return false;
	if (status == 0xff)
		return true;
	if (rq->flags & EARLY && status & S_FEATURES_OK)
		return false;
	return !(rq->flags & IDLE && status & S_DRIVER_OK && !session->suspended);
}

/* How many values there are that a virtqueue's can be. */
static uint64_t values_of(const struct slot *slot, const struct session *session,
			  const struct request *rq)
{
	switch (rq->cmd) {
	case VHOST_GET_VRING_BASE:
		return any_size(session) ? 1ULL << 32 : 0x10000;
	case VHOST_VDPA_GET_VRING_GROUP:
		return request_offered(slot, VHOST_VDPA_GET_GROUP_NUM);
	case VHOST_VDPA_GET_VRING_SIZE:
		return request_offered(slot, VHOST_VDPA_GET_VRING_NUM) + 1;
	default:
		return 1ULL << 32;
	}
}

static void check_vring(const struct slot *slot, const struct session *session,
			const struct request *rq, const union argument *in,
			const union argument *out)
{
	if (out->state.index != in->state.index ||
	    out->state.num >= values_of(slot, session, rq))
		fuzz_fail("ioctl %#lx of queue %u of %s gives %u of queue %u", rq->cmd,
			  in->state.index, slot->name, out->state.num, out->state.index);
}

/* What was asked for has happened. */
static void request_done(struct slot *slot, struct file *file, const struct request *rq,
			 const union argument *in, const union argument *out, uint8_t status)
{
	struct session *session = file->session;

	if (rq->flags & FIXED)
		check_fixed(slot, rq, out);
	if (rq->flags & VRING && rq->kind == STATE)
		check_vring(slot, session, rq, in, out);
	if (rq->cmd == VHOST_SET_OWNER)
		session->owner = OWNER_US;
	else if (rq->cmd == VHOST_SET_BACKEND_FEATURES)
		session->spaces = in->value & BIT(VHOST_BACKEND_F_IOTLB_ASID);
	else if (rq->cmd == VHOST_SET_FEATURES)
		session->packed = in->value & BIT(VIRTIO_F_RING_PACKED);
	else if (rq->cmd == VHOST_SET_FEATURES_ARRAY)
		session->packed = in->quad[0] && in->quad[1] & BIT(VIRTIO_F_RING_PACKED);
	else if (rq->cmd == VHOST_VDPA_SUSPEND)
		session->suspended = true;
	else if (rq->cmd == VHOST_VDPA_RESUME && status & S_DRIVER_OK)
		session->suspended = false;
	if (rq->cmd != VHOST_VDPA_SET_STATUS || in->status)
		return;
	session->suspended = false;
	session->packed = false;
	status = vhost_status(file->fd);
	if (status && status != 0xff)
		fuzz_fail("the status of %s is %#x after reset", slot->name, status);
}

static void check_result(struct slot *slot, const struct file *file, const struct request *rq,
			 const union argument *in, uint8_t status, int err)
{
	if (!err && !(argument_good(slot, file->session, rq, in) &&
		      state_good(rq, file->session, status)))
		fuzz_fail("ioctl %#lx of %s succeeds in status %#x, owner %u%s", rq->cmd,
			  slot->name, status, file->session->owner,
			  file->session->revoked ? ", revoked" : "");
	if (!errno_known(rq, -err))
		fuzz_fail("ioctl %#lx of %s gives %s (%d)", rq->cmd, slot->name,
			  errno_name(err), err);
	if (err == -EPERM && file->session->owner == OWNER_US)
		fuzz_fail("ioctl %#lx of %s is refused to the owner", rq->cmd, slot->name);
}

/* @missing: that many bytes at the end of the argument are not there. */
static int request_do(struct slot *slot, struct file *file, const struct request *rq,
		      const union argument *in, size_t missing)
{
	size_t size = argument_size(rq->kind, rq->cmd, in);
	uint8_t status = vhost_status(file->fd);
	union argument out = {};
	void *arg;
	int err;

	missing = missing > size ? size : missing;
	arg = memory_argument(in, size - missing);
	err = do_ioctl(file->fd, rq->cmd, arg);
	check_result(slot, file, rq, in, status, err);
	if (err == -EFAULT && !missing && argument_whole(rq->kind, in) && !(rq->flags & STARTS))
		fuzz_fail("ioctl %#lx of %s wants more memory than its argument has", rq->cmd,
			  slot->name);
	if (err)
		return err;
	if (missing && rq->kind != TABLE && rq->kind != ARRAY)
		fuzz_fail("ioctl %#lx of %s succeeds without its argument", rq->cmd, slot->name);
	memcpy(&out, arg, size - missing);
	request_done(slot, file, rq, in, &out, status);
	return 0;
}

int request(struct slot *slot, struct file *file, unsigned long cmd, const void *arg)
{
	const struct request *rq = find(cmd);
	union argument in = {};

	if (file->fd < 0)
		return -EBADF;
	if (arg)
		memcpy(&in, arg, _IOC_SIZE(cmd));
	return request_do(slot, file, rq, &in, 0);
}

/* A number that is none of ours, or one with another size or direction. */
static void request_unknown(struct slot *slot, struct file *file, const uint8_t *record)
{
	unsigned long cmd = _IOC(record[3] >> 6, VHOST_VIRTIO, record[4],
				 record[5] | (record[6] & 0x3f) << 8);
	int err;

	if (find(cmd))
		return;
	err = do_ioctl(file->fd, cmd, memory_argument(record, FUZZ_RECORD));
	if (err != -ENOTTY && err != -ENODEV)
		fuzz_fail("ioctl %#lx of %s, which is not there, gives %s (%d)", cmd,
			  slot->name, errno_name(err), err);
}

void request_record(struct slot *slot, struct file *file, const uint8_t *record)
{
	const struct request *rq;
	union argument arg = {};
	size_t missing = 0;

	if (file->fd < 0)
		return;
	if (record[2] >= 248) {
		request_unknown(slot, file, record);
		return;
	}
	rq = &requests[record[2] % NR_REQUESTS];
	argument_make(slot, rq->kind, &arg, record);
	if (record[3] >= 240)
		missing = 1 + record[3] % 16 * 2;
	request_do(slot, file, rq, &arg, missing);
}
