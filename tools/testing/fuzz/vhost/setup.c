// SPDX-License-Identifier: GPL-2.0
#include "message.h"
#include "request.h"
#include "ring.h"
#include "setup.h"

/*
 * A record: steps, features, queues and their size with more features and the address space
 * of the last one, base (16 bits), which step is left out.
 */
struct setup {
	struct slot *slot;
	struct file *file;
	const uint8_t *record;
	unsigned int queues;
	uint32_t num;
	uint16_t base;
};

static void set(const struct setup *setup, unsigned long cmd, uint64_t value)
{
	request(setup->slot, setup->file, cmd, &value);
}

static void set_vring(const struct setup *setup, unsigned long cmd, uint32_t index, uint32_t num)
{
	struct vhost_vring_state state = { .index = index, .num = num };

	request(setup->slot, setup->file, cmd, &state);
}

static void set_event(const struct setup *setup, unsigned long cmd, uint32_t index, int event)
{
	struct vhost_vring_file file = { .index = index, .fd = setup->slot->event[event] };

	request(setup->slot, setup->file, cmd, &file);
}

static void step_open(const struct setup *setup)
{
	if (setup->file->fd < 0)
		slot_open(setup->slot, setup->file - setup->slot->file);
}

static void step_backend(const struct setup *setup)
{
	__u64 bits = 0;

	request(setup->slot, setup->file, VHOST_GET_BACKEND_FEATURES, NULL);
	if (setup->file->fd >= 0)
		vhost_get_backend_features(setup->file->fd, &bits);
	set(setup, VHOST_SET_BACKEND_FEATURES, bits);
}

static void step_owner(const struct setup *setup)
{
	request(setup->slot, setup->file, VHOST_SET_OWNER, NULL);
}

static void step_driver(const struct setup *setup)
{
	set(setup, VHOST_VDPA_SET_STATUS, 0);
	set(setup, VHOST_VDPA_SET_STATUS, S_ACKNOWLEDGE);
	set(setup, VHOST_VDPA_SET_STATUS, S_ACKNOWLEDGE | S_DRIVER);
}

static void step_features(const struct setup *setup)
{
	__u64 bits = chain_features(setup->record[3], setup->record[4] >> 4 & 7), all = 0;

	if (setup->file->fd >= 0)
		vhost_get_features(setup->file->fd, &all);
	set(setup, VHOST_SET_FEATURES, bits & all);
}

static void step_features_ok(const struct setup *setup)
{
	set(setup, VHOST_VDPA_SET_STATUS, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK);
}

static void map(const struct setup *setup, uint32_t asid, uint8_t type)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.asid = asid,
		.iotlb = {
			.iova = SLOT_IOVA,
			.size = SLOT_BYTES,
			.uaddr = (uintptr_t)setup->slot->memory.at,
			.perm = VHOST_ACCESS_RW,
			.type = type,
		},
	};

	message(setup->slot, setup->file, &msg);
}

static void step_memory(const struct setup *setup)
{
	uint32_t asid = setup->record[4] >> 7;

	if (asid)
		set_vring(setup, VHOST_VDPA_SET_GROUP_ASID, 1, asid);
	map(setup, 0, VHOST_IOTLB_BATCH_BEGIN);
	map(setup, 0, VHOST_IOTLB_UPDATE);
	map(setup, 0, VHOST_IOTLB_BATCH_END);
	if (asid)
		map(setup, asid, VHOST_IOTLB_UPDATE);
}

static void step_config_call(const struct setup *setup)
{
	int event = setup->slot->event[CONFIG];

	request(setup->slot, setup->file, VHOST_VDPA_SET_CONFIG_CALL, &event);
}

static void step_vrings(const struct setup *setup)
{
	bool packed = setup->file->fd >= 0 && setup->file->session->packed;
	uint32_t base = chain_base(setup->num, setup->base, packed);
	struct vhost_vring_addr addr = {};
	uint32_t i;

	for (i = 0; i < setup->queues; i++) {
		uint64_t at = SLOT_IOVA + i * CHAIN_BYTES;

		addr.index = i;
		addr.desc_user_addr = at + CHAIN_AT_DESC;
		addr.avail_user_addr = at + CHAIN_AT_AVAIL;
		addr.used_user_addr = at + CHAIN_AT_USED;
		set_vring(setup, VHOST_SET_VRING_NUM, i, setup->num);
		set_vring(setup, VHOST_SET_VRING_BASE, i, base);
		request(setup->slot, setup->file, VHOST_SET_VRING_ADDR, &addr);
		set_event(setup, VHOST_SET_VRING_KICK, i, KICK + i);
		set_event(setup, VHOST_SET_VRING_CALL, i, CALL + i);
		set_event(setup, VHOST_SET_VRING_ERR, i, ERR + i);
		ring_place(setup->slot, i, setup->num, base, packed);
	}
}

static void step_driver_ok(const struct setup *setup)
{
	set(setup, VHOST_VDPA_SET_STATUS,
	    S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK | S_DRIVER_OK);
}

static void step_enable(const struct setup *setup)
{
	uint32_t i;

	for (i = 0; i < setup->queues; i++)
		set_vring(setup, VHOST_VDPA_SET_VRING_ENABLE, i, 1);
}

static void step_buffers(const struct setup *setup)
{
	uint8_t chain[FUZZ_RECORD] = {};
	uint8_t i;

	for (i = 0; i < setup->queues; i++) {
		chain[2] = i;
		chain[4] = i ? 1 : 3;
		ring_chain(setup->slot, chain);
		ring_chain(setup->slot, chain);
	}
}

void setup_record(struct slot *slot, struct file *file, const uint8_t *record)
{
	static void (*const steps[SETUP_STEPS])(const struct setup *setup) = {
		step_open, step_backend, step_owner, step_driver, step_features,
		step_features_ok, step_memory, step_config_call, step_vrings, step_driver_ok,
		step_enable, step_buffers,
	};
	static const uint16_t nums[] = { 256, 64, 16, 8, 4, 2, 1, 128 };
	const struct setup setup = {
		.slot = slot,
		.file = file,
		.record = record,
		.queues = record[4] & 8 ? QUEUES : 2,
		.num = nums[record[4] % ARRAY_SIZE(nums)],
		.base = record[5] | record[6] << 8,
	};
	unsigned int i;

	for (i = 0; i <= record[2] % SETUP_STEPS; i++)
		if (record[7] < 128 || record[7] % SETUP_STEPS != i)
			steps[i](&setup);
}
