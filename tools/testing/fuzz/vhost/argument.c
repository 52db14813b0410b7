// SPDX-License-Identifier: GPL-2.0
#include "argument.h"
#include "request.h"

/* Without them there is no device. */
#define FEATURES_BASE	(BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM))

size_t argument_size(enum argument_kind kind, unsigned long cmd, const union argument *arg)
{
	switch (kind) {
	case CONFIG_SPACE:
		if (arg->config.len > CONFIG_MAX)
			return sizeof(arg->config) + CONFIG_MAX;
		return sizeof(arg->config) + arg->config.len;
	case ARRAY:
		return 8 + (arg->quad[0] > ARRAY_MAX ? ARRAY_MAX : arg->quad[0]) * 8;
	case TABLE:
		return offsetof(struct vhost_memory, regions);
	default:
		return _IOC_SIZE(cmd);
	}
}

bool argument_whole(enum argument_kind kind, const union argument *arg)
{
	if (kind == CONFIG_SPACE)
		return arg->config.len <= CONFIG_MAX;
	return kind != ARRAY || arg->quad[0] <= ARRAY_MAX;
}

static bool size_good(const struct vhost_vring_state *state)
{
	uint32_t num = state->num;

	return num && num <= 32768 && !(num & (num - 1));
}

static bool event_good(int fd)
{
	unsigned int i, j;

	if (fd == VHOST_FILE_UNBIND)
		return true;
	for (i = 0; i < SLOTS; i++)
		for (j = 0; j < EVENTS; j++)
			if (slots[i].event[j] == fd)
				return true;
	return false;
}

static bool address_good(const struct vhost_vring_addr *addr)
{
	return !(addr->desc_user_addr % 16 || addr->avail_user_addr % 2 ||
		 addr->used_user_addr % 4 || addr->flags & ~1U);
}

bool argument_valid(enum argument_kind kind, const union argument *arg)
{
	switch (kind) {
	case SIZE:
		return size_good(&arg->state);
	case ADDR:
		return address_good(&arg->addr);
	case EVENTFD:
		return event_good(arg->file.fd);
	case EVENT:
		return event_good(arg->event);
	default:
		return true;
	}
}

static uint32_t u32_at(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Mostly one of those that there are or the first that is not. */
static uint32_t index_of(uint8_t raw, uint32_t count)
{
	static const uint32_t odd[] = { 63, 255, 256, 65535, 65536, 0x7fffffff, 0x80000000,
					0xffffffff };

	raw &= 31;
	return raw < 24 ? raw % (count + 1) : odd[raw - 24];
}

static uint32_t size_of(const uint8_t *raw)
{
	return raw[0] < 128 ? 1U << (raw[0] % 18) : u32_at(raw);
}

/* A place in the memory of the slot, or anywhere. */
static uint64_t address_of(const struct slot *slot, uint8_t raw, uint8_t low)
{
	if (raw < 240)
		return SLOT_IOVA + raw % 64 * PAGE + low % 8 * 2;
	return (uint64_t)low << (raw - 240) * 4;
}

static uint64_t features_of(struct slot *slot, const uint8_t *raw)
{
	uint64_t all = request_offered(slot, VHOST_GET_FEATURES);

	if (raw[0] < 64)
		return FEATURES_BASE & all;
	if (raw[0] < 192)
		return (FEATURES_BASE | u32_at(raw)) & all;
	if (raw[0] < 224)
		return all;
	return 1ULL << raw[1] % 64 | u32_at(raw);
}

static void config_of(struct slot *slot, union argument *arg, const uint8_t *raw)
{
	arg->config.off = raw[0] < 240 ? raw[0] % 24 : (uint32_t)raw[1] << (raw[0] - 240) * 2;
	arg->config.len = raw[2] < 240 ? raw[2] % 24 : (uint32_t)raw[3] << (raw[2] - 240) * 2;
	memset(arg->config.buf, raw[3] & ~1, CONFIG_MAX);
}

static void array_of(struct slot *slot, union argument *arg, const uint8_t *raw)
{
	static const uint64_t counts[] = { 0, 1, 2, 3, 64, 65, 1ULL << 32, 1ULL << 61, -1ULL };

	arg->quad[0] = counts[raw[0] % ARRAY_SIZE(counts)];
	arg->quad[1] = features_of(slot, raw + 1);
	arg->quad[2] = raw[0] & 0x80;
}

static uint64_t backend_of(struct slot *slot, const uint8_t *raw)
{
	if (raw[0] < 224)
		return raw[1] << 1 & request_offered(slot, VHOST_GET_BACKEND_FEATURES);
	return u32_at(raw) | 1ULL << raw[1] % 64;
}

static void address_make(struct slot *slot, struct vhost_vring_addr *addr, const uint8_t *raw)
{
	addr->flags = raw[0] < 224 ? 0 : raw[0] & 7;
	addr->desc_user_addr = address_of(slot, raw[1], raw[0]) & ~14ULL;
	addr->avail_user_addr = address_of(slot, raw[2], raw[0]);
	addr->used_user_addr = address_of(slot, raw[3], raw[0]) & ~2ULL;
	addr->log_guest_addr = raw[0] >= 240 ? raw[0] : 0;
}

/* Rarely one that belongs to another slot. */
static int event_of(struct slot *slot, const uint8_t *raw)
{
	return slot_event(raw[1] < 224 ? slot : &slots[raw[1] % SLOTS], raw[0]);
}

/* What follows the number of the virtqueue, or of the group. */
static void vring_make(struct slot *slot, enum argument_kind kind, union argument *arg,
		       const uint8_t *raw)
{
	switch (kind) {
	case SIZE:
		arg->state.num = size_of(raw);
		break;
	case ADDR:
		address_make(slot, &arg->addr, raw);
		break;
	case EVENTFD:
		arg->file.fd = event_of(slot, raw);
		break;
	default:
		arg->state.num = raw[0] < 192 ? raw[0] % 4 : u32_at(raw);
	}
}

void argument_make(struct slot *slot, enum argument_kind kind, union argument *arg,
		   const uint8_t *record)
{
	const uint8_t *raw = record + 4;

	switch (kind) {
	case STATE:
	case SIZE:
	case ADDR:
	case EVENTFD:
		arg->state.index = index_of(record[3],
					    request_offered(slot, VHOST_VDPA_GET_VQS_COUNT));
		vring_make(slot, kind, arg, raw);
		break;
	case GROUP:
		arg->state.index = index_of(record[3],
					    request_offered(slot, VHOST_VDPA_GET_GROUP_NUM));
		arg->state.num = index_of(raw[0], request_offered(slot, VHOST_VDPA_GET_AS_NUM));
		break;
	case FEATURES:
		arg->value = features_of(slot, raw);
		break;
	case BACKEND:
		arg->value = backend_of(slot, raw);
		break;
	case EVENT:
		arg->event = event_of(slot, raw);
		break;
	case CONFIG_SPACE:
		config_of(slot, arg, raw);
		break;
	case ARRAY:
		array_of(slot, arg, raw);
		break;
	default:
		arg->value = u32_at(raw);
	}
}
