// SPDX-License-Identifier: GPL-2.0
#include <poll.h>

#include "migration.h"
#include "record.h"

#define STREAM_MAX	0x10000U
#define PAYLOAD_MAX	64U

struct feature {
	struct vfio_device_feature head;
	uint64_t payload[PAYLOAD_MAX / 8];
};

static uint8_t stream[STREAM_MAX];
static size_t stream_len;
static int save_fd = -1;
static int resume_fd = -1;

static void replace(int *fd, int other)
{
	if (*fd >= 0)
		close(*fd);
	*fd = other;
}

/* A stream that is told of belongs to the state that was asked for. */
static void take_fd(uint32_t state, int fd)
{
	if (state >= VFIO_DEVICE_STATE_NR)
		fuzz_fail("the device goes into state %u", state);
	device.migrating = true;
	if (fd >= 0)
		replace(state == VFIO_DEVICE_STATE_RESUMING ? &resume_fd : &save_fd, fd);
}

static int set_state(uint32_t state)
{
	struct feature arg = {
		.head = {
			.argsz = sizeof(arg.head) + sizeof(struct vfio_device_feature_mig_state),
			.flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
		},
	};
	struct vfio_device_feature_mig_state *mig = (void *)arg.payload;
	int err;

	mig->device_state = state;
	mig->data_fd = -1;
	err = device_ioctl(VFIO_DEVICE_FEATURE, &arg, arg.head.argsz, &arg);
	device_check_errno("a state", err);
	if (!err)
		take_fd(state, mig->data_fd);
	return err;
}

/* Ranges that are logged, or a report of them. */
static void logging_payload(uint64_t *payload, const uint8_t *record)
{
	static struct vfio_device_feature_dma_logging_range ranges[8];
	static uint64_t bits[DEVICE_BYTES / PAGE];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		ranges[i].iova = DEVICE_IOVA + i * CHAIN_BYTES / 2;
		ranges[i].length = record[6] < 224 ? CHAIN_BYTES / 2 : record_odd(record[6] + i);
	}
	if (record[1] == VFIO_DEVICE_FEATURE_DMA_LOGGING_START) {
		payload[0] = record[5] < 192 ? PAGE : record_odd(record[5]);
		payload[1] = record[4] < 224 ? record[4] % 9 : (uint32_t)record_odd(record[4]);
		payload[2] = (uintptr_t)ranges;
		return;
	}
	payload[0] = DEVICE_IOVA + record[4] % 64 * PAGE;
	payload[1] = record[6] < 224 ? DEVICE_BYTES : record_odd(record[6]);
	payload[2] = record[5] < 192 ? PAGE : record_odd(record[5]);
	payload[3] = (uintptr_t)bits;
}

static void payload_make(uint64_t *payload, const uint8_t *record)
{
	switch (record[1]) {
	case VFIO_DEVICE_FEATURE_DMA_LOGGING_START:
	case VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT:
		logging_payload(payload, record);
		break;
	default:
		payload[0] = record[4] < 240 ? record[4] % 16 : record_odd(record[4]);
		payload[0] |= (uint64_t)record[5] << 32;
	}
}

/* Another file than before comes only from the device. */
static void feature_done(const struct feature *arg, const uint8_t *record)
{
	const struct vfio_device_feature_mig_state *mig = (const void *)arg->payload;

	if (record[1] != VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE ||
	    arg->head.flags & VFIO_DEVICE_FEATURE_PROBE)
		return;
	if (arg->head.flags & VFIO_DEVICE_FEATURE_SET)
		take_fd(mig->device_state, mig->data_fd);
	else if (mig->device_state >= VFIO_DEVICE_STATE_NR)
		fuzz_fail("the device is in state %u", mig->device_state);
}

void migration_feature_record(const uint8_t *record)
{
	struct feature arg = {
		.head = {
			.argsz = sizeof(arg),
			.flags = (uint32_t)(record[2] & 7) << 16 | record[1],
		},
	};
	size_t len = sizeof(arg);
	int err;

	if (!device_open())
		return;
	payload_make(arg.payload, record);
	if (record[3] >= 240)
		arg.head.flags |= 1U << record[7] % 32;
	else if (record[3] >= 192)
		arg.head.argsz = record_odd(record[7]);
	else if (record[3] >= 128)
		arg.head.argsz = record[7] % (sizeof(arg) + 8);
	else if (record[3] >= 64)
		len = record[7] % sizeof(arg);
	err = device_ioctl(VFIO_DEVICE_FEATURE, &arg, len, &arg);
	device_check_errno("VFIO_DEVICE_FEATURE", err);
	if (!err && len == sizeof(arg))
		feature_done(&arg, record);
}

/* Up to the end of the stream, or the part that a record wants. */
static void save(size_t most)
{
	ssize_t done = 1;

	while (save_fd >= 0 && most && done > 0 && stream_len < STREAM_MAX) {
		if (most > STREAM_MAX - stream_len)
			most = STREAM_MAX - stream_len;
		done = read(save_fd, stream + stream_len, most);
		if (done > (ssize_t)most)
			fuzz_fail("%zd bytes of a stream are read, and %zu wanted", done, most);
		if (done < 0)
			device_check_errno("a stream is read", -errno);
		if (done > 0) {
			stream_len += done;
			most -= done;
		}
	}
}

static void resume(const void *bytes, size_t len, size_t piece)
{
	const uint8_t *at = bytes;
	ssize_t done;

	while (resume_fd >= 0 && len) {
		if (piece > len)
			piece = len;
		done = write(resume_fd, at, piece);
		if (done > (ssize_t)piece)
			fuzz_fail("%zd bytes of a stream are taken of %zu", done, piece);
		if (done < 0)
			device_check_errno("a stream is written", -errno);
		if (done <= 0)
			return;
		at += done;
		len -= done;
	}
}

static void resume_captured(const uint8_t *record, bool mutated)
{
	static uint8_t copy[STREAM_MAX];
	size_t len = stream_len, at = record_u16(record + 4);

	memcpy(copy, stream, len);
	if (mutated && len) {
		copy[at % len] ^= record[6] ? record[6] : 1;
		if (record[7] & 1)
			len = record[7] & 2 ? at % len : len - 1;
		if (record[7] & 4 && len + 8 <= STREAM_MAX) {
			memcpy(copy + len, record, 8);
			len += 8;
		}
	}
	resume(copy, len, record[3] < 128 ? STREAM_MAX : 1U + record[3] % 64);
}

/* From a device that runs to one that has been resumed, and back. */
static void walk(const uint8_t *record, bool mutated)
{
	unsigned int step, steps = record[2] % WALK_STEPS;

	for (step = 0; step <= steps; step++) {
		switch (step) {
		case 0:
			if (record[3] & 1)
				set_state(VFIO_DEVICE_STATE_PRE_COPY);
			break;
		case 1:
			save(record[3] & 2 ? 64 : 0);
			break;
		case 2:
			set_state(VFIO_DEVICE_STATE_STOP_COPY);
			break;
		case 3:
			save(STREAM_MAX);
			break;
		case 4:
			set_state(VFIO_DEVICE_STATE_STOP);
			break;
		case 5:
			if (record[3] & 4)
				device_check_errno("VFIO_DEVICE_RESET", vfio_reset(&device.vfio));
			break;
		case 6:
			if (set_state(VFIO_DEVICE_STATE_RESUMING))
				return;
			break;
		case 7:
			resume_captured(record, mutated);
			break;
		case 8:
			set_state(VFIO_DEVICE_STATE_RUNNING);
			break;
		}
	}
}

static void precopy_info(const uint8_t *record)
{
	struct vfio_precopy_info info = {
		.argsz = record[4] < 192 ? sizeof(info) : record[4] % 32,
		.flags = record[5] < 224 ? 0 : record[5],
	};

	if (save_fd < 0)
		return;
	device_check_errno("VFIO_MIG_GET_PRECOPY_INFO",
			   do_ioctl(save_fd, VFIO_MIG_GET_PRECOPY_INFO, &info));
}

/* What a stream cannot do. */
static void data_odd(const uint8_t *record)
{
	struct pollfd polls[] = { { .fd = save_fd, .events = POLLIN },
				  { .fd = resume_fd, .events = POLLOUT } };

	poll(polls, 2, 0);
	if (save_fd >= 0) {
		device_check_errno("a stream of the device is written",
				   write(save_fd, record, 8) < 0 ? -errno : 0);
		lseek(save_fd, record[4], SEEK_SET);
	}
	if (resume_fd >= 0)
		device_check_errno("a stream for the device is read",
				   read(resume_fd, stream, 8) < 0 ? -errno : 0);
}

void migration_record(const uint8_t *record)
{
	switch (record[1] % MIGRATE_ACTIONS) {
	case WALK:
	case WALK_MUTATED:
		if (device_open())
			walk(record, record[1] % MIGRATE_ACTIONS == WALK_MUTATED);
		break;
	case SAVE:
		save(record_u16(record + 4));
		break;
	case RESUME:
		resume_captured(record, record[2] & 1);
		break;
	case RESUME_ARBITRARY:
		resume(record, 8, 8);
		break;
	case PRECOPY_INFO:
		precopy_info(record);
		break;
	case DATA_CLOSE:
		replace(record[2] & 1 ? &save_fd : &resume_fd, -1);
		break;
	default:
		data_odd(record);
	}
}

void migration_begin(void)
{
	stream_len = 0;
}

void migration_end(void)
{
	replace(&save_fd, -1);
	replace(&resume_fd, -1);
}
