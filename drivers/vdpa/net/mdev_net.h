/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software NIC parent: every slice is a virtio-net device (virtio 1.2, section
 * 5.1) whose wire ends at a representor netdev of this host.
 *
 * Locks, outermost first: devl_lock of the NIC, mdev_net.lock,
 * mdev_net_queue.lock (the control queue's before that of a data queue), then
 * the spinlocks, which do not nest except that a config callback may take
 * state_lock. rtnl may be held when any of them but devl_lock is taken and is
 * never taken under one: a driver spins under rtnl until its control command is
 * answered.
 *
 * devl_lock is taken with slice state held, to add and to remove ports. Whoever
 * has devl_lock does not wait for slice state nor take rtnl; slice state may be
 * tried.
 */
#ifndef _MDEV_NET_H
#define _MDEV_NET_H

#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/if_vlan.h>
#include <linux/mdev_class.h>
#include <linux/mdev_config.h>
#include <linux/mdev_ring.h>
#include <linux/mdev_vhost.h>
#include <linux/mdev_virtio.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/ptr_ring.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uio.h>
#include <linux/xarray.h>
#include <net/devlink.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_net.h>
#include <uapi/linux/virtio_ring.h>

#define MDEV_NET_SLICES_MAX	65536
#define MDEV_NET_PAIRS_MAX	16
#define MDEV_NET_VQS_MAX	(2 * MDEV_NET_PAIRS_MAX + 1)
#define MDEV_NET_MTU_DEFAULT	ETH_DATA_LEN
#define MDEV_NET_MTU_MAX	ETH_MAX_MTU
/* Link layer header of a frame: Ethernet and two VLAN tags. */
#define MDEV_NET_HLEN		(ETH_HLEN + 2 * VLAN_HLEN)
#define MDEV_NET_FRAME_MAX	(MDEV_NET_MTU_MAX + MDEV_NET_HLEN)
/*
 * Size of a virtqueue, in entries. QEMU has versions that insist on 1024 for each;
 * the driver of this host would fill that with memory for nothing. In fewer than the
 * least one a frame of many pieces could find no place.
 */
#define MDEV_NET_VQ_NUM_MAX	1024
#define MDEV_NET_VQ_NUM_LEAST	64
#define MDEV_NET_VQ_NUM_DEFAULT	256
/* Frames that wait for one receive queue, at most. */
#define MDEV_NET_BACKLOG	512
/* Frames on their way up, for each transmit queue, before the queue has to wait. */
#define MDEV_NET_UPLINK		256
/* Frames that are completed with one flush. */
#define MDEV_NET_BATCH		64
/* Addresses in each half of the MAC filter; with more it accepts all. */
#define MDEV_NET_FILTER_MAX	64
/* Entries in the indirection table of RSS, at most; a power of two. */
#define MDEV_NET_RSS_TABLE	128

/* What the driver may leave to the device. */
#define MDEV_NET_HOST_OFFLOADS						\
	(BIT_ULL(VIRTIO_NET_F_CSUM) | BIT_ULL(VIRTIO_NET_F_HOST_TSO4) |	\
	 BIT_ULL(VIRTIO_NET_F_HOST_TSO6) | BIT_ULL(VIRTIO_NET_F_HOST_ECN) | \
	 BIT_ULL(VIRTIO_NET_F_HOST_USO))

/* What the device may leave to the driver; also what CTRL_GUEST_OFFLOADS can set. */
#define MDEV_NET_GUEST_OFFLOADS						\
	(BIT_ULL(VIRTIO_NET_F_GUEST_CSUM) |				\
	 BIT_ULL(VIRTIO_NET_F_GUEST_TSO4) |				\
	 BIT_ULL(VIRTIO_NET_F_GUEST_TSO6) |				\
	 BIT_ULL(VIRTIO_NET_F_GUEST_ECN) |				\
	 BIT_ULL(VIRTIO_NET_F_GUEST_USO4) |				\
	 BIT_ULL(VIRTIO_NET_F_GUEST_USO6))

/* Everything that a slice can offer. */
#define MDEV_NET_FEATURES						\
	(MDEV_NET_HOST_OFFLOADS | MDEV_NET_GUEST_OFFLOADS |		\
	 BIT_ULL(VIRTIO_NET_F_CTRL_GUEST_OFFLOADS) |			\
	 BIT_ULL(VIRTIO_NET_F_MTU) | BIT_ULL(VIRTIO_NET_F_MAC) |	\
	 BIT_ULL(VIRTIO_NET_F_MRG_RXBUF) | BIT_ULL(VIRTIO_NET_F_STATUS) | \
	 BIT_ULL(VIRTIO_NET_F_CTRL_VQ) | BIT_ULL(VIRTIO_NET_F_CTRL_RX) | \
	 BIT_ULL(VIRTIO_NET_F_CTRL_RX_EXTRA) |				\
	 BIT_ULL(VIRTIO_NET_F_CTRL_MAC_ADDR) | BIT_ULL(VIRTIO_NET_F_MQ) | \
	 BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) |				\
	 BIT_ULL(VIRTIO_F_RING_PACKED) | BIT_ULL(VIRTIO_F_IN_ORDER) |	\
	 BIT_ULL(VIRTIO_F_NOTIFICATION_DATA) |				\
	 BIT_ULL(VIRTIO_RING_F_EVENT_IDX) | BIT_ULL(VIRTIO_F_VERSION_1) | \
	 BIT_ULL(VIRTIO_F_ACCESS_PLATFORM) | BIT_ULL(VIRTIO_F_RING_RESET) | \
	 BIT_ULL(VIRTIO_NET_F_SPEED_DUPLEX) | \
	 BIT_ULL(VIRTIO_NET_F_CTRL_VLAN) | \
	 BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE) | \
	 BIT_ULL(VIRTIO_NET_F_NOTF_COAL) | \
	 BIT_ULL(VIRTIO_NET_F_RSS) | BIT_ULL(VIRTIO_NET_F_HASH_REPORT))

/*
 * Groups of virtqueues, each with an address space of its own: a consumer in user
 * space can look at control commands itself, and leave the data path alone.
 */
enum mdev_net_group {
	MDEV_NET_GROUP_DATA,
	MDEV_NET_GROUP_CTRL,
	MDEV_NET_GROUPS,
};

/* Index of the control queue while there is none. */
#define MDEV_NET_NO_CTRL	U16_MAX

enum mdev_net_fault {
	MDEV_NET_FAULT_CREATE,
	MDEV_NET_FAULT_CONFIGURE,
	MDEV_NET_FAULT_PROBE,
	MDEV_NET_FAULT_SET_FEATURES,
	MDEV_NET_FAULT_SET_STATUS,
	MDEV_NET_FAULT_DRIVER_OK,
	MDEV_NET_FAULT_SET_CONFIG,
	MDEV_NET_FAULT_SET_AS,
	MDEV_NET_FAULT_SET_VQ_NUM,
	MDEV_NET_FAULT_SET_VQ_ADDRESS,
	MDEV_NET_FAULT_SET_VQ_STATE,
	MDEV_NET_FAULT_SET_VQ_READY,
	MDEV_NET_FAULT_RESET_VQ,
	MDEV_NET_FAULT_GET_VQ_STATE,
	MDEV_NET_FAULT_GET_VQ_STATS,
	MDEV_NET_FAULT_SUSPEND,
	MDEV_NET_FAULT_RESUME,
	MDEV_NET_FAULT_RESET,
	MDEV_NET_FAULT_RECOVER,
	MDEV_NET_FAULT_NR,
};

/**
 * struct mdev_net_parent - one NIC
 * @parent: what is registered for it
 * @switch_id: tells its representors from those of other NICs
 * @devlink: its devlink instance, or NULL in kernels without
 * @ports: slices by the numbers of the ports that they sit on. An entry comes and goes
 *	under devl_lock.
 * @max_slices: most slices there may be; written under devl_lock while there are none
 * @max_pairs: most queue pairs of all of them; likewise
 * @nr_slices: slices there are
 * @nr_pairs: queue pairs there are
 * @fault: errno that a step fails with, negative, or 0
 * @delay_ms: how long a step that has a fault knob takes longer
 * @delayed: where it waits
 * @nr_delayed: how many wait
 * @wakes: moves on to end the delays in progress
 * @debugfs: directory of the knobs
 */
struct mdev_net_parent {
	struct mdev_parent *parent;
	struct netdev_phys_item_id switch_id;
	struct devlink *devlink;
	struct xarray ports;
	unsigned int max_slices;
	unsigned int max_pairs;
	atomic_t nr_slices;
	atomic_t nr_pairs;
	int fault[MDEV_NET_FAULT_NR];
	u32 delay_ms;
	wait_queue_head_t delayed;
	atomic_t nr_delayed;
	u32 wakes;
	struct dentry *debugfs;
};

/* What stands before a frame in a queue; &struct mdev_net.hdr_len bytes of it. */
union mdev_net_hdr {
	struct virtio_net_hdr base;
	struct virtio_net_hdr_mrg_rxbuf mrg;
	struct virtio_net_hdr_v1_hash hash;
};

struct mdev_net;
struct mdev_net_place;
struct mdev_net_rss;
struct mdev_net_vlan;

/* Counters of a queue, under its lock. They live as long as the slice. */
struct mdev_net_stats {
	u64 packets;
	u64 bytes;
	u64 drops;
	u64 filtered;
	u64 commands;
	u64 failed;
};

/**
 * struct mdev_net_uplink - from a transmit queue into the network stack
 * @napi: takes frames from @frames and passes them up; runs while the
 *	representor is up
 * @frames: on their way; its lock guards this struct
 * @bytes: in @frames
 * @open: the representor is up
 * @blocked: the queue waits until there are fewer @frames
 */
struct mdev_net_uplink {
	struct napi_struct napi;
	struct sk_buff_head frames;
	u32 bytes;
	bool open;
	bool blocked;
};

/* When the driver wants to be interrupted: 0 packets or usecs, at once. */
struct mdev_net_coal_param {
	u32 usecs;
	u32 packets;
};

/**
 * struct mdev_net_coal - notification coalescing of a queue, under its lock
 * @timer: kicks the queue when it is time; runs only while something is @pending
 * @deadline: when that is
 * @pending: a notification is held back
 * @since: buffers used up to where counting began
 * @merged: notifications that the ring has asked for and that were sent with others
 */
struct mdev_net_coal {
	struct hrtimer timer;
	ktime_t deadline;
	bool pending;
	u64 since;
	u64 merged;
};

/**
 * struct mdev_net_bucket - so much and no more, see rate.c
 * @rate: bytes per second, 0 if there is no limit
 * @paid: when what was sent will have been paid for, in ns of the monotonic clock
 */
struct mdev_net_bucket {
	u64 rate;
	u64 paid;
};

/**
 * struct mdev_net_rate_group - slices that share a limit
 * @lock: @max
 * @max: what all of them may transmit; its rate is written under devl_lock, too
 * @shares: sum of the shares in it, in bytes per second; under devl_lock
 */
struct mdev_net_rate_group {
	spinlock_t lock;		/* see above */
	struct mdev_net_bucket max;
	u64 shares;
};

/**
 * struct mdev_net_rate - how fast a slice may transmit
 * @lock: the members from @max to @group, which are changed under devl_lock, too; before
 *	the lock of the group
 * @limited: is there any limit; written under @lock
 * @max: its own limit
 * @share: what it may transmit whatever others in its group do
 * @group: its group, or NULL
 * @timer: kicks transmit queues that wait
 */
struct mdev_net_rate {
	spinlock_t lock;		/* see above */
	bool limited;
	struct mdev_net_bucket max;
	struct mdev_net_bucket share;
	struct mdev_net_rate_group *group;
	struct hrtimer timer;
};

/**
 * struct mdev_net_health - what devlink is told of broken queues
 * @reporter: of the slice's port
 * @work: tells
 * @reported: what was told last; under devl_lock
 */
struct mdev_net_health {
	struct devlink_health_reporter *reporter;
	struct work_struct work;
	bool reported;
};

/**
 * struct mdev_net_owners - whom work for a slice is charged to, and where it is done
 * @maker: the cgroup of who made it, for what no memory with another owner is used for; or
 *	NULL
 * @nobody: nobody is charged; NULL if it is done anywhere
 */
struct mdev_net_owners {
	struct mdev_ring_owner *maker;
	struct mdev_ring_owner *nobody;
};

/**
 * struct mdev_net_queue - a virtqueue
 * @net: the slice it belongs to
 * @index: its number
 * @lock: @ring, @cb, @missed, @pausing, @coal, @stats
 * @ring: device side of it
 * @work: runs it when either side has something
 * @num: size that the driver chose, in entries
 * @ready: the driver enabled it; under mdev_net.lock, read anywhere
 * @broken: the driver broke @ring; until reset
 * @waits: who works on @ring may wait for user space, with @lock held
 * @missed: used buffers came while there was no callback
 * @pausing: the driver has reset it alone, and not set it up again
 * @turns: of @work that have ended, with all that they did in @stats; written under @lock,
 *	read anywhere
 * @cb: used buffer interrupt
 * @coal: when it comes
 * @kicks: notifications from the driver
 * @stats: counters
 * @stuck: even index: how far into the driver's buffers a long frame came that they
 *	were not enough for; under @lock
 * @stuck_since: jiffies of that, 0 if there is none
 * @stuck_timer: looks whether it still is
 * @starved: even index: the driver takes no frames for now. Written under
 *	@lock, read by the representor.
 * @late: even index: the representor has waited in vain for a turn to end since @late_turns.
 *	Under the lock of its transmit queue.
 * @late_turns: even index: @turns when that transmit queue was stopped; under its lock
 * @late_timer: looks whether it still is
 * @backlog: even index: frames from the representor. Produced under the lock
 *	of the representor's transmit queue, consumed under @lock.
 * @segments: even index: the rest of a frame from @backlog that had to be cut here;
 *	under @lock
 * @limited: odd index: waits until the slice may transmit
 * @up: odd index: way to the representor
 */
struct mdev_net_queue {
	struct mdev_net *net;
	u16 index;
	struct mutex lock;		/* see above */
	struct mdev_ring ring;
	struct mdev_ring_work work;
	u32 num;
	bool ready;
	bool broken;
	bool waits;
	bool missed;
	bool pausing;
	u16 stuck;
	u32 turns;
	unsigned long stuck_since;
	struct timer_list stuck_timer;
	bool starved;
	bool late;
	bool limited;
	u32 late_turns;
	struct timer_list late_timer;
	struct mdev_virtio_cb cb;
	struct mdev_net_coal coal;
	atomic64_t kicks;
	struct mdev_net_stats stats;
	union {
		struct {
			struct ptr_ring backlog;
			struct sk_buff *segments;
		};
		struct mdev_net_uplink up;
	};
};

/**
 * struct mdev_net_filter - which frames the driver wants
 * @rcu: for its end
 * @mode: bit n is set while command n of VIRTIO_NET_CTRL_RX is on
 * @nr_unicast: entries in @unicast
 * @nr_multicast: entries in @multicast
 * @all_unicast: there are more unicast addresses than fit
 * @all_multicast: there are more multicast addresses than fit
 * @unicast: accepted besides the MAC address of the device
 * @multicast: accepted
 */
struct mdev_net_filter {
	struct rcu_head rcu;
	u8 mode;
	u8 nr_unicast;
	u8 nr_multicast;
	bool all_unicast;
	bool all_multicast;
	u8 unicast[MDEV_NET_FILTER_MAX][ETH_ALEN] __aligned(2);
	u8 multicast[MDEV_NET_FILTER_MAX][ETH_ALEN] __aligned(2);
};

/* Parts of migration (see linux/mdev_parts.h); all little-endian. */
#define MDEV_NET_PART_ADDR	(MDEV_PART_DEVICE + 0)
#define MDEV_NET_PART_RX	(MDEV_PART_DEVICE + 1)
#define MDEV_NET_PART_MQ	(MDEV_PART_DEVICE + 2)	/* __le16: pairs in use */
#define MDEV_NET_PART_VLAN	(MDEV_PART_DEVICE + 3)	/* a bit for each VLAN wanted */

#define MDEV_NET_PART_COAL	(MDEV_PART_DEVICE + 4)
#define MDEV_NET_PART_RSS	(MDEV_PART_DEVICE + 6)

/* Two of them: receive, transmit. */
struct mdev_net_part_coal {
	__le32 usecs;
	__le32 packets;
};

#define MDEV_NET_PART_OFFLOADS	(MDEV_PART_DEVICE + 5)	/* __le64: guest_offloads */
/* See struct mdev_net_rss. */
struct mdev_net_part_rss {
	__le32 types;
	__le16 mask;
	__le16 unclassified;
	__le16 max_tx;
	u8 steer;
	u8 key_len;
	u8 key[40];
	__le16 table[MDEV_NET_RSS_TABLE];
} __packed;

/**
 * struct mdev_net_part_addr - what a driver has read in the configuration space
 * @config_mac: MAC address that stands there; zeros without VIRTIO_NET_F_MAC
 * @driver_mac: MAC address that the driver knows
 * @mtu: as in struct virtio_net_config
 * @max_pairs: likewise, max_virtqueue_pairs
 */
struct mdev_net_part_addr {
	u8 config_mac[ETH_ALEN];
	u8 driver_mac[ETH_ALEN];
	__le16 mtu;
	__le16 max_pairs;
} __packed __aligned(2);

#define MDEV_NET_PART_ALL_UNICAST	BIT(0)
#define MDEV_NET_PART_ALL_MULTICAST	BIT(1)

/**
 * struct mdev_net_part_rx - which frames the driver wants, see struct mdev_net_filter
 * @mode: bits by commands of VIRTIO_NET_CTRL_RX
 * @flags: MDEV_NET_PART_ALL_UNICAST, MDEV_NET_PART_ALL_MULTICAST
 * @nr_unicast: addresses that follow
 * @nr_multicast: addresses that follow those
 * @table: the addresses
 */
struct mdev_net_part_rx {
	u8 mode;
	u8 flags;
	u8 nr_unicast;
	u8 nr_multicast;
	u8 table[][ETH_ALEN];
} __packed;

/**
 * struct mdev_net - a slice
 * @slice: its life cycle
 * @parent: the NIC it was cut from
 * @owners: whom its CPU time is charged to, and where it is used. Changes in no class only.
 * @node: NUMA node that its memory is on, or NUMA_NO_NODE
 * @rep: its representor
 * @port: number of its port on @parent
 * @devlink_port: that port, for devlink
 * @offered: feature bits it offers; changes in no class only
 * @pairs: queue pairs it has
 * @nr_queues: entries in @queues
 * @lock: what the driver is told and set up: features, readiness of queues
 * @features: feature bits that the driver accepted
 * @suspended: queues are held; written under @lock
 * @as: address space of each group, or NULL
 * @ctrl_index: which queue is the control queue. Changes only while no ring is
 *	running, so whoever runs one may read it.
 * @state_lock: the members from @status to @generation, and changes of @offered
 * @status: status byte; all but NEEDS_RESET is changed under @lock, too
 * @mac: provisioned MAC address
 * @config: configuration space
 * @generation: of @config
 * @cb_lock: @config_cb, and held while it runs
 * @config_cb: configuration change interrupt
 * @live: DRIVER_OK: frames may be queued. Written under @lock.
 * @active_pairs: queue pairs that frames are spread over
 * @guest_offloads: offloads that the driver wants now, of those that it accepted.
 *	Written with the features, by the control queue, and by migration.
 * @frame_max: longest frame that the driver takes, once it is cut
 * @resets: how often the driver side has reset the device; under @lock
 * @breaks: how often a ring was broken by the driver; under @state_lock
 * @announce: asks the driver to make itself known
 * @hdr_len: length of what stands before each frame in the queues. Set with the
 *	features, so it does not change while a ring runs.
 * @config_mac: MAC address in @config as a number, 0 if there is none
 * @driver_mac: the one that the driver goes by
 * @filter: NULL accepts every frame. Written by the control queue, and by the
 *	device while no ring is running.
 * @vlan: NULL accepts every VLAN. Written likewise.
 * @rss: NULL: frames are not hashed for the driver. Written likewise.
 * @coal: notification coalescing of receive and of transmit queues. Written likewise.
 * @rate: how fast it may transmit
 * @health: what devlink is told of broken queues
 * @queues: receive, transmit, receive, ..., control
 */
struct mdev_net {
	struct mdev_slice *slice;
	struct mdev_net_parent *parent;
	struct mdev_net_owners owners;
	int node;
	struct net_device *rep;
	u32 port;
	struct devlink_port devlink_port;
	u64 offered;
	u16 pairs;
	u16 queue_size;			/* changes in no class only */
	u16 nr_queues;

	struct mutex lock;		/* see above */
	u64 features;
	bool suspended;
	struct mdev_as *as[MDEV_NET_GROUPS];
	u16 ctrl_index;

	spinlock_t state_lock;		/* see above */
	u8 status;
	u8 mac[ETH_ALEN] __aligned(2);
	struct virtio_net_config config __aligned(2);
	u32 generation;

	spinlock_t cb_lock;		/* see above */
	struct mdev_virtio_cb config_cb;

	u64 resets;
	u64 breaks;

	struct delayed_work announce;

	bool live;
	u16 active_pairs;
	u64 guest_offloads;
	u32 frame_max;
	u8 hdr_len;
	atomic64_t config_mac;
	atomic64_t driver_mac;
	struct mdev_net_filter __rcu *filter;
	struct mdev_net_vlan __rcu *vlan;
	struct mdev_net_rss __rcu *rss;
	struct mdev_net_coal_param coal[2];
	struct mdev_net_rate rate;
	struct mdev_net_health health;

	struct mdev_net_queue queues[] __counted_by(nr_queues);
};

static inline struct mdev_net *mdev_net_of(const struct mdev_slice *slice)
{
	return mdev_slice_drvdata(slice);
}

static inline bool mdev_net_negotiated(const struct mdev_net *net,
				       unsigned int bit)
{
	return net->features & BIT_ULL(bit);
}

/* May the driver want these: nothing that it has not negotiated. */
static inline bool mdev_net_offloads_valid(const struct mdev_net *net,
					   u64 offloads)
{
	return !(offloads & ~(net->features & MDEV_NET_GUEST_OFFLOADS));
}

/*
 * Pairs that there are for the driver: behind those of one that knows of no more than one
 * comes the control queue.
 */
static inline unsigned int mdev_net_pairs(const struct mdev_net *net)
{
	return mdev_net_negotiated(net, VIRTIO_NET_F_MQ) ||
	       mdev_net_negotiated(net, VIRTIO_NET_F_RSS) ? net->pairs : 1;
}

/*
 * CPUs that its workers run on, or NULL: anywhere. They stay while the class does, or under
 * RCU.
 */
static inline const struct cpumask *mdev_net_cpus(const struct mdev_net *net)
{
	return mdev_ring_owner_cpus(READ_ONCE(net->owners.nobody));
}

/* Receive and transmit queue of a pair. */
static inline struct mdev_net_queue *mdev_net_rxq(struct mdev_net *net,
						  unsigned int pair)
{
	return &net->queues[2 * pair];
}

static inline struct mdev_net_queue *mdev_net_txq(struct mdev_net *net,
						  unsigned int pair)
{
	return &net->queues[2 * pair + 1];
}

/* Transmit queue of the representor whose frames come to a receive queue. */
static inline struct netdev_queue *mdev_net_rep_txq(struct mdev_net_queue *q)
{
	return netdev_get_tx_queue(q->net->rep, q->index / 2);
}

static inline bool mdev_net_queue_has_backlog(const struct mdev_net_queue *q)
{
	return q->index < 2 * q->net->pairs && !(q->index & 1);
}

static inline bool mdev_net_queue_has_uplink(const struct mdev_net_queue *q)
{
	return q->index & 1;
}

/* Used buffer notifications that were sent. Without a lock it may be off by what is going on. */
static inline u64 mdev_net_queue_notified(const struct mdev_net_queue *q)
{
	return READ_ONCE(q->ring.stats.notified) - READ_ONCE(q->coal.merged) -
	       READ_ONCE(q->coal.pending);
}

/* Those that were not, or with others. */
static inline u64 mdev_net_queue_suppressed(const struct mdev_net_queue *q)
{
	return READ_ONCE(q->ring.stats.suppressed) + READ_ONCE(q->coal.merged);
}

/* main.c */
extern unsigned int mdev_net_max_slices;

/* slice.c */
extern const struct mdev_parent_ops mdev_net_parent_ops;
bool mdev_net_features_consistent(u64 bits);

/* device.c */
extern const struct mdev_virtio_ops mdev_net_virtio_ops;
extern const struct mdev_vhost_ops mdev_net_vhost_ops;
void mdev_net_device_stop(struct mdev_net *net);
void mdev_net_device_move(struct mdev_net *net, struct mdev_net_owners *owners);
void mdev_net_needs_reset(struct mdev_net *net);
int mdev_net_device_recover(struct mdev_net *net,
			    struct netlink_ext_ack *extack);

/* config.c */
void mdev_net_config_init(struct mdev_net *net, u16 mtu);
void mdev_net_config_reset(struct mdev_net *net);
void mdev_net_config_provision_mtu(struct mdev_net *net, u16 mtu);
void mdev_net_config_provision_mac(struct mdev_net *net, const u8 *mac);
void mdev_net_config_provision_features(struct mdev_net *net, u64 features);
void mdev_net_config_provisioned(struct mdev_net *net,
				 struct mdev_config *config);
void mdev_net_config_set_mac(struct mdev_net *net, const u8 *mac);
void mdev_net_config_load_mac(struct mdev_net *net, const u8 *config_mac,
			      const u8 *driver_mac);
void mdev_net_config_set_link(struct mdev_net *net, bool up);
void mdev_net_config_set_announce(struct mdev_net *net, bool on);
bool mdev_net_config_announces(struct mdev_net *net);
void mdev_net_config_get_speed(struct mdev_net *net, u32 *speed, u8 *duplex);
void mdev_net_config_set_speed(struct mdev_net *net, u32 speed, u8 duplex);
void mdev_net_config_changed(struct mdev_net *net);
void mdev_net_config_set_cb(struct mdev_net *net,
			    const struct mdev_virtio_cb *cb);
size_t mdev_net_get_config_size(struct mdev_slice *slice);
void mdev_net_get_config(struct mdev_slice *slice, unsigned int offset,
			 void *buf, unsigned int len);
int mdev_net_set_config(struct mdev_slice *slice, unsigned int offset,
			const void *buf, unsigned int len);
u32 mdev_net_get_generation(struct mdev_slice *slice);

/* queue.c */
int mdev_net_queue_init(struct mdev_net *net, u16 index);
void mdev_net_queue_destroy(struct mdev_net_queue *q);
int mdev_net_queue_start(struct mdev_net_queue *q);
void mdev_net_queue_stop(struct mdev_net_queue *q);
void mdev_net_queue_send_pending(struct mdev_net_queue *q);
void mdev_net_queue_reset(struct mdev_net_queue *q);
int mdev_net_queue_recover(struct mdev_net_queue *q);
void mdev_net_queue_set_as(struct mdev_net_queue *q, struct mdev_as *as);
u16 mdev_net_get_vq_num_max(struct mdev_slice *slice, u16 vq);
u16 mdev_net_get_vq_num_default(struct mdev_slice *slice, u16 vq);
u32 mdev_net_get_vq_align(struct mdev_slice *slice);
int mdev_net_set_vq_num(struct mdev_slice *slice, u16 vq, u32 num);
int mdev_net_set_vq_address(struct mdev_slice *slice, u16 vq, u64 desc,
			    u64 driver, u64 device);
int mdev_net_set_vq_state(struct mdev_slice *slice, u16 vq,
			  const struct mdev_vq_state *state);
int mdev_net_get_vq_state(struct mdev_slice *slice, u16 vq,
			  struct mdev_vq_state *state);
int mdev_net_set_vq_ready(struct mdev_slice *slice, u16 vq, bool ready);
int mdev_net_reset_vq(struct mdev_slice *slice, u16 vq);
bool mdev_net_get_vq_ready(struct mdev_slice *slice, u16 vq);
int mdev_net_set_vq_affinity(struct mdev_slice *slice, u16 vq,
			     const struct cpumask *mask);
void mdev_net_kick_vq(struct mdev_slice *slice, u16 vq);
void mdev_net_kick_vq_with_data(struct mdev_slice *slice, u32 data);
void mdev_net_set_vq_cb(struct mdev_slice *slice, u16 vq,
			const struct mdev_virtio_cb *cb);

/* rx.c: host to driver */
void mdev_net_rx_init(struct mdev_net_queue *q);
unsigned int mdev_net_rx_run(struct mdev_net_queue *q, unsigned int budget);
void mdev_net_rx_purge(struct mdev_net_queue *q);
void mdev_net_rx_starve(struct mdev_net_queue *q);

/* tx.c: driver to host */
unsigned int mdev_net_tx_run(struct mdev_net_queue *q, unsigned int budget);
int mdev_net_tx_poll(struct napi_struct *napi, int budget);
void mdev_net_tx_open(struct mdev_net_queue *q);
void mdev_net_tx_close(struct mdev_net_queue *q);

/* rate.c */
void mdev_net_rate_init(struct mdev_net_rate *rate);
void mdev_net_rate_end(struct mdev_net_rate *rate);
u32 mdev_net_rate_room(struct mdev_net_queue *q, u32 want);
void mdev_net_rate_charge(struct mdev_net *net, u32 bytes);
void mdev_net_rate_set_max(struct mdev_net *net, u64 max);
void mdev_net_rate_set_share(struct mdev_net *net, u64 share);
void mdev_net_rate_set_group(struct mdev_net *net,
			     struct mdev_net_rate_group *group);
void mdev_net_rate_group_set_max(struct mdev_net_rate_group *group, u64 max);
void mdev_net_rate_wake(struct mdev_net *net);

/* offload.c: the header before a frame */
int mdev_net_offload_from_driver(const struct mdev_net *net,
				 struct sk_buff *skb,
				 const union mdev_net_hdr *hdr);
bool mdev_net_offload_takes(u64 offloads, const struct sk_buff *skb);
void mdev_net_offload_to_driver(u64 offloads, const struct sk_buff *skb,
				union mdev_net_hdr *hdr);

/* filter.c */
bool mdev_net_filter_promiscuous(struct mdev_net *net);
bool mdev_net_filter_match(struct mdev_net *net, const u8 *dest);
int mdev_net_filter_enable(struct mdev_net *net);
void mdev_net_filter_disable(struct mdev_net *net);
int mdev_net_filter_set_mode(struct mdev_net *net, u8 cmd, bool on);
int mdev_net_filter_set_table(struct mdev_net *net, struct iov_iter *from);
void mdev_net_filter_put_part(struct mdev_net *net, struct mdev_parts *parts);
int mdev_net_filter_set_part(struct mdev_net *net, const void *data, u32 len);

/* vlan.c */
bool mdev_net_vlan_match(struct mdev_net *net, const struct sk_buff *skb);
int mdev_net_vlan_enable(struct mdev_net *net);
void mdev_net_vlan_disable(struct mdev_net *net);
int mdev_net_vlan_set(struct mdev_net *net, u16 vid, bool wanted);
void mdev_net_vlan_put_part(struct mdev_net *net, struct mdev_parts *parts);
int mdev_net_vlan_set_part(struct mdev_net *net, const void *data, u32 len);

/* rss.c */
int mdev_net_rss_select(struct mdev_net *net, const struct sk_buff *skb);
void mdev_net_rss_report(struct mdev_net *net, const struct sk_buff *skb,
			 struct virtio_net_hdr_v1_hash *hdr);
void mdev_net_rss_disable(struct mdev_net *net);
int mdev_net_rss_config(struct mdev_net *net, struct iov_iter *from);
int mdev_net_rss_hash_config(struct mdev_net *net, struct iov_iter *from);
int mdev_net_rss_unsteer(struct mdev_net *net);
void mdev_net_rss_put_part(struct mdev_net *net, struct mdev_parts *parts);
int mdev_net_rss_set_part(struct mdev_net *net, const void *data, u32 len);

/* coal.c */
void mdev_net_coal_init(struct mdev_net_queue *q);
bool mdev_net_coal_hold(struct mdev_net_queue *q);
bool mdev_net_coal_due(struct mdev_net_queue *q);
bool mdev_net_coal_end(struct mdev_net_queue *q);
void mdev_net_coal_set(struct mdev_net *net, bool tx, u32 usecs, u32 packets);
void mdev_net_coal_reset(struct mdev_net *net);
void mdev_net_coal_put_part(struct mdev_net *net, struct mdev_parts *parts);
int mdev_net_coal_set_part(struct mdev_net *net, const void *data, u32 len);

/* announce.c */
void mdev_net_announce_enable(struct mdev_net *net);
void mdev_net_announce_disable(struct mdev_net *net);
void mdev_net_announce(struct mdev_net *net);
void mdev_net_announce_ack(struct mdev_net *net);
void mdev_net_announce_migrated(struct mdev_net *net);
void mdev_net_announce_begin(struct mdev_net *net);
int mdev_net_announce_init(void);
void mdev_net_announce_exit(void);

/* parts.c */
void mdev_net_get_parts(struct mdev_slice *slice, struct mdev_parts *parts);
int mdev_net_set_part(struct mdev_slice *slice, u16 type, const void *data,
		      u32 len);

/* ctrl.c */

/*
 * 0, -EINVAL if the command is too short, -EFAULT if a part of it is missing: then
 * the iterator stands behind that part, which tells how much is wanted.
 */
static inline int mdev_net_ctrl_read(struct iov_iter *from, void *data,
				     size_t len)
{
	if (iov_iter_count(from) < len)
		return -EINVAL;
	if (copy_from_iter_full(data, len, from))
		return 0;
	iov_iter_advance(from, len);
	return -EFAULT;
}

/* What is left of the command, which is neither shorter nor longer. */
static inline int mdev_net_ctrl_read_last(struct iov_iter *from, void *data,
					  size_t len)
{
	if (iov_iter_count(from) != len)
		return -EINVAL;
	return mdev_net_ctrl_read(from, data, len);
}

unsigned int mdev_net_ctrl_run(struct mdev_net_queue *q, unsigned int budget);

/* owners.c */
int mdev_net_owners_get(struct mdev_net_owners *owners,
			const struct mdev_net_owners *old,
			const struct mdev_net_place *place);
void mdev_net_owners_put(const struct mdev_net_owners *owners);

/* port.c */
int mdev_net_port_get(struct mdev_net *net, struct netlink_ext_ack *extack);
void mdev_net_port_put(struct mdev_net *net);
int mdev_net_port_register(struct mdev_net *net);
void mdev_net_port_unregister(struct mdev_net *net);
void mdev_net_ports_remove(struct mdev_slice **slices, unsigned int nr);

/* devlink.c, and devlink_port.c under devl_lock */
#if IS_ENABLED(CONFIG_NET_DEVLINK)
int mdev_net_devlink_add(struct mdev_net_parent *np);
void mdev_net_devlink_remove(struct mdev_net_parent *np);
int mdev_net_devlink_port_add(struct mdev_net *net);
void mdev_net_devlink_port_remove(struct mdev_net *net);

static inline void mdev_net_devlink_lock(struct mdev_net_parent *np)
{
	devl_lock(np->devlink);
}

static inline void mdev_net_devlink_unlock(struct mdev_net_parent *np)
{
	devl_unlock(np->devlink);
}
#else
static inline int mdev_net_devlink_add(struct mdev_net_parent *np)
{
	return 0;
}

static inline void mdev_net_devlink_remove(struct mdev_net_parent *np) {}
static inline void mdev_net_devlink_lock(struct mdev_net_parent *np) {}
static inline void mdev_net_devlink_unlock(struct mdev_net_parent *np) {}

static inline int mdev_net_devlink_port_add(struct mdev_net *net)
{
	return 0;
}

static inline void mdev_net_devlink_port_remove(struct mdev_net *net) {}
#endif

/* devlink_health.c */
#if IS_ENABLED(CONFIG_NET_DEVLINK)
void mdev_net_health_init(struct mdev_net *net);
void mdev_net_health_changed(struct mdev_net *net);
void mdev_net_health_stop(struct mdev_net *net);
#else
static inline void mdev_net_health_init(struct mdev_net *net) {}
static inline void mdev_net_health_changed(struct mdev_net *net) {}
static inline void mdev_net_health_stop(struct mdev_net *net) {}
#endif

/* rep.c */
bool mdev_net_is_rep(const struct net_device *dev);
struct mdev_net *mdev_net_rep_net(const struct net_device *dev);
int mdev_net_rep_create(struct mdev_net *net, u16 mtu);
void mdev_net_reps_destroy(struct mdev_slice **slices, unsigned int nr);
void mdev_net_rep_set_live(struct mdev_net *net, bool live);

/* rep_ethtool.c */
extern const struct ethtool_ops mdev_net_rep_ethtool_ops;
extern const struct netdev_stat_ops mdev_net_rep_stat_ops;

/* stats.c */
void mdev_net_get_stats(struct mdev_slice *slice, struct mdev_vq_stats *stats);
int mdev_net_get_vq_stats(struct mdev_slice *slice, u16 vq,
			  struct mdev_vq_stats *stats);

/* fault.c */
void mdev_net_fault_init(void);
void mdev_net_fault_exit(void);
void mdev_net_fault_add(struct mdev_net_parent *np);
void mdev_net_fault_remove(struct mdev_net_parent *np);
int mdev_net_fault(struct mdev_net_parent *np, enum mdev_net_fault step);

#endif /* _MDEV_NET_H */
