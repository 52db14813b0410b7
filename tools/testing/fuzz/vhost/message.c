// SPDX-License-Identifier: GPL-2.0
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "message.h"
#include "request.h"

/* The members of a message, without the padding behind them. */
#define BYTES_MIN	(offsetof(struct vhost_msg_v2, iotlb) + sizeof(struct vhost_iotlb_msg))
#define BYTES_MAX	256U

/* How the bytes are written. */
enum { WHOLE, PIECES, AT, SENDFILE, READ, WAYS };

static bool message_good(const struct slot *slot, const struct session *session,
			 const struct vhost_msg_v2 *msg, size_t len)
{
	const struct vhost_iotlb_msg *iotlb = &msg->iotlb;

	if (session->revoked || session->owner == OWNER_NONE || session->owner == OWNER_OTHER)
		return false;
	if (len < BYTES_MIN || (msg->type != VHOST_IOTLB_MSG && msg->type != VHOST_IOTLB_MSG_V2))
		return false;
	if (msg->type == VHOST_IOTLB_MSG_V2 && session->spaces &&
	    msg->asid >= request_offered(slot, VHOST_VDPA_GET_AS_NUM))
		return false;
	switch (iotlb->type) {
	case VHOST_IOTLB_BATCH_BEGIN:
	case VHOST_IOTLB_BATCH_END:
		return true;
	case VHOST_IOTLB_INVALIDATE:
		return iotlb->size && iotlb->iova + (iotlb->size - 1) >= iotlb->iova;
	case VHOST_IOTLB_UPDATE:
		return iotlb->size && iotlb->iova + (iotlb->size - 1) >= iotlb->iova &&
		       iotlb->perm && iotlb->perm <= VHOST_ACCESS_RW &&
		       !((iotlb->iova ^ iotlb->uaddr) % PAGE) && iotlb->uaddr >> 47 == 0;
	default:
		return false;
	}
}

static void check_result(const struct slot *slot, const struct session *session,
			 const struct vhost_msg_v2 *msg, size_t len, ssize_t ret)
{
	if (ret >= 0 && (ret != sizeof(*msg) || !message_good(slot, session, msg, len)))
		fuzz_fail("an IOTLB message of type %u/%u, %zu bytes, to %s gives %zd",
			  msg->type, msg->iotlb.type, len, slot->name, ret);
	switch (ret < 0 ? -ret : 0) {
	case 0:
	case EINVAL:
	case EFAULT:
	case ENODEV:
	case EEXIST:
	case ENOMEM:
		return;
	case EPERM:
		if (session->owner != OWNER_US)
			return;
	}
	fuzz_fail("an IOTLB message of type %u/%u to %s gives %s (%zd)", msg->type,
		  msg->iotlb.type, slot->name, errno_name(ret), ret);
}

int message(struct slot *slot, struct file *file, const struct vhost_msg_v2 *msg)
{
	ssize_t ret;

	if (file->fd < 0)
		return -EBADF;
	ret = write(file->fd, msg, sizeof(*msg));
	if (ret < 0)
		ret = -errno;
	check_result(slot, file->session, msg, sizeof(*msg), ret);
	return ret < 0 ? ret : 0;
}

/* A page of the slot's, or a place where an error is likely. */
static uint64_t place_of(uint8_t raw, uint64_t base)
{
	static const uint64_t odd[] = {
		0, 1, PAGE, -1ULL, -(uint64_t)PAGE, 1ULL << 63, 1ULL << 47, (1ULL << 47) - PAGE,
		1ULL << 40, (1ULL << 40) - PAGE, 0xffff888000000000ULL, SLOT_IOVA + 8,
		SLOT_MEMORY - PAGE, 1ULL << 32, 0x7fffffff000ULL, SLOT_MEMORY + 8,
	};

	return raw < 192 ? base + raw % 64 * PAGE : odd[raw % ARRAY_SIZE(odd)];
}

static uint64_t size_of(uint8_t raw)
{
	static const uint64_t odd[] = { 0, 1, PAGE - 1, PAGE + 1, -1ULL, 1ULL << 63, 1ULL << 32,
					1ULL << 47 };

	if (raw < 96)
		return SLOT_BYTES;
	return raw < 208 ? (1 + raw % 64) * PAGE : odd[raw % ARRAY_SIZE(odd)];
}

static uint8_t type_of(uint8_t raw)
{
	static const uint8_t usual[] = { VHOST_IOTLB_UPDATE, VHOST_IOTLB_INVALIDATE,
					 VHOST_IOTLB_UPDATE, VHOST_IOTLB_BATCH_BEGIN,
					 VHOST_IOTLB_BATCH_END, VHOST_IOTLB_MISS,
					 VHOST_IOTLB_ACCESS_FAIL };

	return raw < 224 ? usual[raw % ARRAY_SIZE(usual)] : raw;
}

static void make(struct slot *slot, struct vhost_msg_v2 *msg, const uint8_t *record)
{
	uint8_t how = record[3];

	msg->type = how & 1 ? VHOST_IOTLB_MSG : VHOST_IOTLB_MSG_V2;
	if ((how & 7) == 7)
		msg->type = record[7];
	msg->asid = how >> 6;
	if (how >= 248)
		msg->asid = 1U << record[7] % 32;
	msg->iotlb.type = type_of(record[2]);
	msg->iotlb.perm = (how >> 3) % 4 ? VHOST_ACCESS_RW : how >> 5;
	msg->iotlb.iova = place_of(record[4], SLOT_IOVA);
	msg->iotlb.size = size_of(record[5]);
	msg->iotlb.uaddr = place_of(record[6], (uintptr_t)slot->memory.at);
}

/* What follows a message, or is missing. */
static size_t length_of(uint8_t raw)
{
	size_t len = sizeof(struct vhost_msg_v2);

	if (raw < 192)
		return len;
	return raw < 224 ? len - (raw & 31) * 2 : len + (raw & 31) * 4;
}

static ssize_t write_pieces(int fd, char *bytes, size_t len, uint8_t cut)
{
	struct iovec iov[4] = {
		{ bytes, cut % 8 },
		{ bytes + cut % 8, 0 },
		{ bytes + cut % 8, 8 + cut % 32 },
	};

	if (len < cut % 8 + iov[2].iov_len)
		return write(fd, bytes, len);
	iov[3].iov_base = bytes + cut % 8 + iov[2].iov_len;
	iov[3].iov_len = len - cut % 8 - iov[2].iov_len;
	return writev(fd, iov, 4);
}

/* By a page cache that may be cut off while it is read. */
static ssize_t write_from_file(struct slot *slot, int fd, const void *bytes, size_t len)
{
	off_t offset = 0;

	if (pwrite(slot->memory.fd, bytes, len, 0) < 0)
		return -1;
	return sendfile(fd, slot->memory.fd, &offset, len);
}

static ssize_t transfer(struct slot *slot, int fd, void *bytes, size_t len, const uint8_t *record)
{
	unsigned int way = record[7] < 128 ? WHOLE : record[7] % WAYS;

	switch (way) {
	case PIECES:
		return write_pieces(fd, bytes, len, record[7]);
	case AT:
		return pwrite(fd, bytes, len, record[4]);
	case SENDFILE:
		return write_from_file(slot, fd, bytes, len);
	case READ:
		return read(fd, bytes, len);
	default:
		return write(fd, memory_argument(bytes, len), len);
	}
}

void message_record(struct slot *slot, struct file *file, const uint8_t *record)
{
	size_t len = length_of(record[7]);
	char bytes[BYTES_MAX] = {};
	struct vhost_msg_v2 msg = {};
	ssize_t ret;

	if (file->fd < 0)
		return;
	make(slot, &msg, record);
	memcpy(bytes, &msg, sizeof(msg));
	ret = transfer(slot, file->fd, bytes, len, record);
	if (ret < 0)
		ret = -errno;
	check_result(slot, file->session, &msg, len, ret);
}
