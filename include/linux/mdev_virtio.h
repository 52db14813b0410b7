/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtio device model of a slice, and the virtio class bus.
 *
 * A parent writes struct mdev_virtio_ops once. It is driven by virtio_vdpa
 * (class virtio), by vhost_vdpa (class vhost) and by vfio_virtio (class vfio).
 */
#ifndef _LINUX_MDEV_VIRTIO_H
#define _LINUX_MDEV_VIRTIO_H

#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/mdev_class.h>

struct mdev_as;
struct mdev_parts;

/**
 * struct mdev_virtio_cb - an interrupt of the device
 * @callback: called when it is raised, in any context, must not sleep;
 *	NULL: the interrupt is not wanted
 * @private: argument of @callback
 */
struct mdev_virtio_cb {
	void (*callback)(void *private);
	void *private;
};

/**
 * struct mdev_vq_state_split - where a split virtqueue stands
 * @avail_index: next entry of the available ring that the device will take
 */
struct mdev_vq_state_split {
	u16 avail_index;
};

/**
 * struct mdev_vq_state_packed - where a packed virtqueue stands
 * @last_avail_counter: wrap counter of the driver's ring position
 * @last_avail_idx: next descriptor that the device will take
 * @last_used_counter: wrap counter of the device's ring position
 * @last_used_idx: next descriptor that the device will write back
 */
struct mdev_vq_state_packed {
	u16 last_avail_counter : 1;
	u16 last_avail_idx : 15;
	u16 last_used_counter : 1;
	u16 last_used_idx : 15;
};

/**
 * struct mdev_vq_state - where a virtqueue stands
 * @split: when VIRTIO_F_RING_PACKED was not negotiated
 * @packed: when it was
 */
struct mdev_vq_state {
	union {
		struct mdev_vq_state_split split;
		struct mdev_vq_state_packed packed;
	};
};

/*
 * A packed virtqueue's state as a number: positions in bits 0 to 14, wrap counters in
 * bit 15, those of the driver in the lower half.
 */
#define MDEV_VQ_IDX	0x7fff
#define MDEV_VQ_WRAP	0x8000

/**
 * mdev_vq_state_encode - where a virtqueue stands, as a number
 * @state: the state
 * @packed: VIRTIO_F_RING_PACKED was negotiated
 *
 * Return: the number that VHOST_GET_VRING_BASE tells, and streams of migration hold.
 */
static inline u32 mdev_vq_state_encode(const struct mdev_vq_state *state,
				       bool packed)
{
	const struct mdev_vq_state_packed *p = &state->packed;
	u16 avail = p->last_avail_idx;
	u16 used = p->last_used_idx;

	if (!packed)
		return state->split.avail_index;
	if (p->last_avail_counter)
		avail |= MDEV_VQ_WRAP;
	if (p->last_used_counter)
		used |= MDEV_VQ_WRAP;
	return avail | (u32)used << 16;
}

/**
 * mdev_vq_state_decode - undo mdev_vq_state_encode()
 * @state: to be filled in
 * @packed: VIRTIO_F_RING_PACKED was negotiated
 * @num: the number
 *
 * Return: 0, or -EINVAL when a split virtqueue has no such state.
 */
static inline int mdev_vq_state_decode(struct mdev_vq_state *state, bool packed,
				       u32 num)
{
	struct mdev_vq_state_packed *p = &state->packed;
	u16 avail = num;
	u16 used = num >> 16;

	*state = (struct mdev_vq_state){};
	if (packed) {
		p->last_avail_idx = avail & MDEV_VQ_IDX;
		p->last_avail_counter = !!(avail & MDEV_VQ_WRAP);
		p->last_used_idx = used & MDEV_VQ_IDX;
		p->last_used_counter = !!(used & MDEV_VQ_WRAP);
		return 0;
	}
	if (used)
		return -EINVAL;
	state->split.avail_index = avail;
	return 0;
}

/* Most counters that one virtqueue, or a slice, can report. */
#define MDEV_VQ_STATS_MAX	16

/**
 * struct mdev_vq_stats - counters of one virtqueue, or of a slice as a whole
 * @nr: entries in use
 * @stat: the counters
 * @stat.name: stable name, static storage
 * @stat.value: number since the slice was made
 */
struct mdev_vq_stats {
	unsigned int nr;
	struct {
		const char *name;
		u64 value;
	} stat[MDEV_VQ_STATS_MAX];
};

static inline void mdev_vq_stats_add(struct mdev_vq_stats *stats,
				     const char *name, u64 value)
{
	if (stats->nr == MDEV_VQ_STATS_MAX)
		return;
	stats->stat[stats->nr].name = name;
	stats->stat[stats->nr++].value = value;
}

/**
 * struct mdev_virtio_ops - a virtio device (virtio 1.2, section 2)
 *
 * Device:
 *
 * @get_vq_count: number of virtqueues of this slice, control queue included
 * @get_features: feature bits that the device offers
 * @set_features: feature bits that the driver accepts, before it sets
 *	FEATURES_OK. 0, or -EINVAL when they are not a subset of the offered
 *	ones or not consistent.
 * @get_driver_features: what @set_features was last given, 0 after a reset
 * @get_status: status byte (section 2.1). Any context, must not sleep.
 * @set_status: set status bits; never clears any (@reset does). The device may
 *	refuse FEATURES_OK by leaving it unset, and may refuse DRIVER_OK with an
 *	errno.
 * @reset: back to status 0: queues stop and forget what they were given,
 *	nothing is taken from or written to memory of the driver after it
 *	returned, no callback is running or will run. Provisioning and counters
 *	stay.
 * @get_config_size: bytes of device configuration space
 * @get_config: read from it; offset and length are within its size
 * @set_config: write to it, likewise; -EOPNOTSUPP or -EINVAL for a part that
 *	the driver may not write. What is written lasts until reset and never
 *	changes what was provisioned.
 * @get_generation: changes whenever the configuration changes (section 2.5.2)
 * @set_config_cb: configuration change interrupt. When it returns the former callback
 *	is not running and will not run.
 *
 * Virtqueues; vq is always below @get_vq_count:
 *
 * @get_vq_num_max: largest size, in entries
 * @get_vq_num_default: size that a driver without a wish of its own should take,
 *	in entries; optional, the largest
 * @get_vq_num_min: smallest size, in entries; optional, 1
 * @get_vq_align: alignment of the used ring within one allocation, in bytes
 * @set_vq_num: size, in entries; -EINVAL if the device cannot
 * @set_vq_address: descriptor area, driver area and device area, addresses in
 *	the address space of the queue. Must not be translated here: mappings
 *	may come later.
 * @set_vq_state: where to start; only while the queue is not ready
 * @get_vq_state: where it stands; exact while the queue is not ready, or the
 *	device is suspended
 * @set_vq_ready: enable or disable the queue. A ready queue works from
 *	DRIVER_OK on; it may become ready before or after that. Disabling waits
 *	for requests in progress. Errors are told.
 * @get_vq_ready: is it enabled, and has the device not stopped it for an error
 *	that needs a reset. Any context, must not sleep.
 * @kick_vq: new buffers are available. Any context, must not sleep.
 * @kick_vq_with_data: same, with VIRTIO_F_NOTIFICATION_DATA: @data is the
 *	32-bit value of section 2.9. Optional; without it the feature is not
 *	negotiated.
 * @set_vq_cb: used buffer interrupt. When it returns the former callback is not
 *	running and will not run. Kicks and used buffers that came before are not
 *	lost: a callback may come at once.
 * @get_vq_stats: counters. Optional.
 * @reset_vq: reset one virtqueue (section 2.6.1), in whatever state it is. It stops
 *	and forgets size, addresses, state, callback and what has broken it; what was
 *	taken from it and not completed is dropped. When it returns nothing is taken from
 *	or written to memory of the queue, and its callback is not running and will
 *	not run. Then it can be set up anew, with another size, and made ready while the
 *	device runs. Other queues go on. Counters and affinity stay, and so do
 *	NEEDS_RESET, which only @reset clears, and what control commands have set.
 *	On error nothing has changed. Optional; without it VIRTIO_F_RING_RESET is
 *	not negotiated.
 * @set_vq_affinity: CPUs that the used buffer interrupt should go to, and with it
 *	what handles it; NULL mask for any. The mask is the caller's. Lasts until
 *	@reset. An error is not told to anyone. Must not sleep for long: CPUs cannot
 *	come or go meanwhile. Optional.
 * @get_vq_affinity: what was set, NULL if nothing was; stays until something else is.
 *	Optional.
 *
 * Whole device:
 *
 * @synchronize_cbs: wait for callbacks that are running
 * @suspend: stop all queues at a descriptor and hold the state; the device
 *	changes nothing in memory until @resume. May sleep, bounded.
 * @resume: go on from where @suspend stopped
 * @get_parts: state that the driver has brought about and that no other operation tells
 *	(by the control virtqueue, for one), as parts of types from MDEV_PART_DEVICE on.
 *	Only while the device is suspended or before DRIVER_OK. Optional; without it and
 *	@set_part, @suspend and @resume a slice cannot be migrated in class vfio.
 * @set_part: take over one of them, which may be anything: -EINVAL if it is not of a
 *	type, length and content that this device can have with the features that were
 *	negotiated. After FEATURES_OK, or before features are set if they never were;
 *	before DRIVER_OK.
 * @set_as: address space of the queues of a group, for parents that touch
 *	memory by software; NULL takes it away. Only while no queue of the group
 *	is ready. The parent takes its own reference. Optional: a parent that
 *	does DMA has none, its dma device says what an address means.
 *
 * All may sleep except where said. Calls that change the device come from one
 * class device at a time and do not overlap each other, except kicks; those
 * that only read (get_*) come from anywhere at any time between create and
 * remove. The parent's own lock keeps them apart; it must not be rtnl, nor be
 * held while taking rtnl.
 */
struct mdev_virtio_ops {
	u16 (*get_vq_count)(struct mdev_slice *slice);
	u64 (*get_features)(struct mdev_slice *slice);
	int (*set_features)(struct mdev_slice *slice, u64 features);
	u64 (*get_driver_features)(struct mdev_slice *slice);
	u8 (*get_status)(struct mdev_slice *slice);
	int (*set_status)(struct mdev_slice *slice, u8 status);
	int (*reset)(struct mdev_slice *slice);
	size_t (*get_config_size)(struct mdev_slice *slice);
	void (*get_config)(struct mdev_slice *slice, unsigned int offset,
			   void *buf, unsigned int len);
	int (*set_config)(struct mdev_slice *slice, unsigned int offset,
			  const void *buf, unsigned int len);
	u32 (*get_generation)(struct mdev_slice *slice);
	void (*set_config_cb)(struct mdev_slice *slice,
			      const struct mdev_virtio_cb *cb);

	u16 (*get_vq_num_max)(struct mdev_slice *slice, u16 vq);
	u16 (*get_vq_num_default)(struct mdev_slice *slice, u16 vq);
	u16 (*get_vq_num_min)(struct mdev_slice *slice, u16 vq);
	u32 (*get_vq_align)(struct mdev_slice *slice);
	int (*set_vq_num)(struct mdev_slice *slice, u16 vq, u32 num);
	int (*set_vq_address)(struct mdev_slice *slice, u16 vq, u64 desc,
			      u64 driver, u64 device);
	int (*set_vq_state)(struct mdev_slice *slice, u16 vq,
			    const struct mdev_vq_state *state);
	int (*get_vq_state)(struct mdev_slice *slice, u16 vq,
			    struct mdev_vq_state *state);
	int (*set_vq_ready)(struct mdev_slice *slice, u16 vq, bool ready);
	bool (*get_vq_ready)(struct mdev_slice *slice, u16 vq);
	void (*kick_vq)(struct mdev_slice *slice, u16 vq);
	void (*kick_vq_with_data)(struct mdev_slice *slice, u32 data);
	void (*set_vq_cb)(struct mdev_slice *slice, u16 vq,
			  const struct mdev_virtio_cb *cb);
	int (*get_vq_stats)(struct mdev_slice *slice, u16 vq,
			    struct mdev_vq_stats *stats);
	int (*reset_vq)(struct mdev_slice *slice, u16 vq);
	int (*set_vq_affinity)(struct mdev_slice *slice, u16 vq,
			       const struct cpumask *mask);
	const struct cpumask *(*get_vq_affinity)(struct mdev_slice *slice,
						 u16 vq);

	void (*synchronize_cbs)(struct mdev_slice *slice);
	int (*suspend)(struct mdev_slice *slice);
	int (*resume)(struct mdev_slice *slice);
	void (*get_parts)(struct mdev_slice *slice, struct mdev_parts *parts);
	int (*set_part)(struct mdev_slice *slice, u16 type, const void *data,
			u32 len);
	int (*set_as)(struct mdev_slice *slice, unsigned int group,
		      struct mdev_as *as);
};

void mdev_virtio_read_space(struct mdev_slice *slice, void *buf, size_t len);

/**
 * struct mdev_virtio_device - class device on bus mdev_virtio
 * @dev: the device, child of the parent device, named like the slice
 * @slice: the slice; held
 */
struct mdev_virtio_device {
	struct device dev;
	struct mdev_slice *slice;
};

static inline struct mdev_virtio_device *to_mdev_virtio_device(struct device *dev)
{
	return container_of(dev, struct mdev_virtio_device, dev);
}

/**
 * struct mdev_virtio_driver - driver on bus mdev_virtio
 * @driver: name and owner are set by the driver
 * @probe: take the class device; synchronous, under its device_lock
 * @remove: let go of it; must not wait for user space
 */
struct mdev_virtio_driver {
	struct device_driver driver;
	int (*probe)(struct mdev_virtio_device *mvdev);
	void (*remove)(struct mdev_virtio_device *mvdev);
};

int mdev_virtio_driver_register(struct mdev_virtio_driver *drv);
void mdev_virtio_driver_unregister(struct mdev_virtio_driver *drv);

#endif /* _LINUX_MDEV_VIRTIO_H */
