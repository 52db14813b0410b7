/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device side of virtqueues (virtio 1.2, sections 2.7 and 2.8), for software parents,
 * and the workers that run them.
 *
 * Everything that the driver side supplies (descriptors, indices, lengths,
 * event fields) is read once into a private copy and checked before use. A ring
 * in which something is wrong becomes broken: it takes and gives nothing more
 * until it is reset, and disturbs no other ring.
 *
 * Calls for one ring are serialised by its owner (a mutex per queue); none of
 * them sleeps or allocates except where said.
 *
 * Memory of a process may turn out to be missing when it is used. Then the
 * ring gives nothing more, mdev_ring_end() has the memory brought in, and the
 * work is kicked when it is there. So the owner takes all that it does with
 * chains between mdev_ring_begin() and mdev_ring_end(), in a worker, and does
 * nothing that cannot be done again before it has read or written a buffer.
 */
#ifndef _LINUX_MDEV_RING_H
#define _LINUX_MDEV_RING_H

#include <linux/compiler.h>
#include <linux/llist.h>
#include <linux/mdev_as.h>
#include <linux/mdev_virtio.h>
#include <linux/types.h>
#include <linux/uio.h>

/* Largest queue size, in entries. */
#define MDEV_RING_NUM_MAX	1024
/*
 * Most pieces of memory that one chain may have, and that chains taken at the
 * same time may have together; also the longest indirect table, in descriptors.
 */
#define MDEV_RING_VECS_MAX	1024

/* Most bytes that are copied at once where memory is remote: the longest frame. */
#define MDEV_RING_BOUNCE	(65536 + 4096)

/**
 * struct mdev_ring_chain - one descriptor chain taken from the ring
 * @head: what goes back into the used ring: the index of its first descriptor, or its
 *	buffer ID in a packed ring
 * @slots: entries of the ring that it takes: descriptors in a packed ring, else 1
 * @out_num: pieces of memory that the device reads
 * @in_num: pieces of memory that the device writes
 * @out_len: bytes in the former
 * @in_len: bytes in the latter
 * @out_vec: first of the former in &struct mdev_ring.vecs
 * @in_vec: first of the latter
 *
 * A buffer has more than one piece where it is not contiguous in the host's
 * memory. @out_len + @in_len is less than 2^32 and not 0.
 */
struct mdev_ring_chain {
	u16 head;
	u16 slots;
	u16 out_num;
	u16 in_num;
	u32 out_len;
	u32 in_len;
	u16 out_vec;
	u16 in_vec;
};

/**
 * struct mdev_ring_stats - since mdev_ring_init(), written by the owner's
 *	serialised calls, read by anyone
 * @kicks: notifications from the driver (counted by the owner)
 * @chains: descriptor chains completed
 * @notified: used buffer notifications sent
 * @suppressed: used buffer notifications that the driver did not want
 * @errors: times that the ring broke
 */
struct mdev_ring_stats {
	u64 kicks;
	u64 chains;
	u64 notified;
	u64 suppressed;
	u64 errors;
};

/**
 * struct mdev_ring_area - one of the three areas of a ring, translated lazily
 * @addr: address in the address space
 * @len: bytes
 * @va: where it is, valid while @seq is the address space's; NULL if it does not
 *	lie in one piece
 * @seq: &struct mdev_as.seq at translation
 */
struct mdev_ring_area {
	u64 addr;
	u32 len;
	void *va;
	u32 seq;
};

struct mdev_ring_done;
struct mdev_ring_taken;
struct mdev_ring_used;
struct mdev_ring_work;

/**
 * struct mdev_ring - the device side of one virtqueue
 * @notify: raise the used buffer interrupt, see mdev_ring_init()
 * @work: is kicked when memory that was missing is there, and by mdev_ring_kick(); set
 *	by an owner whose ring may get an address space of user memory
 * @slice: whose virtqueue it is, for tracepoints; set by the owner, or NULL
 * @index: which of its virtqueues; set by the owner
 * @node: NUMA node for what mdev_ring_prepare() allocates; NUMA_NO_NODE where the owner
 *	sets none
 * @stats: counters
 *
 * The rest is private.
 */
struct mdev_ring {
	void (*notify)(struct mdev_ring *ring);
	struct mdev_ring_work *work;
	const struct mdev_slice *slice;
	u16 index;
	int node;
	struct mdev_ring_stats stats;

	/* private: */
	struct mdev_as *as;
	struct mdev_ring_area desc;
	struct mdev_ring_area avail;
	struct mdev_ring_area used;
	struct mdev_as_range last;	/* memory of the last translation */
	struct mdev_as_range last_indirect;
	struct mdev_as_range last_area;
	struct mdev_as_waiter waiter;	/* for memory that is missing */
	struct iovec missing;		/* of the ring itself */
	u16 missing_vec;		/* or of buffers: the first, and */
	u16 nr_missing;			/* how many; 0 if nothing is missing */
	u16 nr_misses;			/* since a chain was completed */
	bool missing_write;
	bool fetching;			/* waiter waits; cleared by its done */
	int fetch_error;		/* what done was told */
	u32 fetch_seq;			/* of the address space, when it began */
	bool entered;			/* between begin and end */
	bool tired;			/* enough for one turn */
	unsigned int walked;		/* descriptors, in this turn */
	u64 features;
	u16 num;
	u16 num_max;
	bool running;
	bool placed;		/* addresses are set */
	bool mapped;		/* the areas are translated */
	bool event_idx;
	bool packed;
	bool indirect;
	bool in_order;
	bool stated;		/* state was set */
	bool kicks_off;
	int error;		/* why it is broken, 0 if it is not */
	struct mdev_vq_state state;	/* while it does not run */
	/* Indices of entries, or positions in a packed ring: see ring.h. */
	u16 avail_idx;		/* what the driver's index was, last read; split */
	u16 next_avail;		/* next entry that is taken */
	u16 seen;		/* how far next_avail ever came */
	u16 used_idx;		/* published */
	u16 done_idx;		/* and where what comes next goes; packed */
	u16 signalled;		/* used index when notifying was last decided */
	bool signalled_valid;
	u16 nr_taken;		/* chains that the owner holds */
	u16 nr_pending;		/* entries that wait for mdev_ring_flush() */
	union {
		struct mdev_ring_used *pending;	/* split */
		struct mdev_ring_done *done;	/* packed */
	};
	u32 pending_bytes;	/* there; 0 if nothing is allocated */
	struct kvec *vecs;	/* addresses of user or of remote memory */
	void *bounce;		/* for remote memory, see bounce.c */
	struct kvec bounce_out;
	struct kvec bounce_in;
	u16 bounce_first;	/* vec that bounce_in begins with */
	struct mdev_ring_taken *taken;	/* of each chain, a stack */
	u16 nr_vecs;
	u16 nr_popped;		/* depth of that stack */
};

int mdev_ring_init(struct mdev_ring *ring, u16 num_max,
		   void (*notify)(struct mdev_ring *ring));
void mdev_ring_destroy(struct mdev_ring *ring);
void mdev_ring_reset(struct mdev_ring *ring);
void mdev_ring_set_as(struct mdev_ring *ring, struct mdev_as *as);
int mdev_ring_set_num(struct mdev_ring *ring, u32 num);
int mdev_ring_set_address(struct mdev_ring *ring, u64 desc, u64 driver,
			  u64 device);
int mdev_ring_set_state(struct mdev_ring *ring,
			const struct mdev_vq_state *state);
bool mdev_ring_get_state(const struct mdev_ring *ring,
			 struct mdev_vq_state *state);
int mdev_ring_check(const struct mdev_ring *ring, u64 features);
int mdev_ring_prepare(struct mdev_ring *ring, u64 features);
int mdev_ring_start(struct mdev_ring *ring, u64 features);
void mdev_ring_stop(struct mdev_ring *ring);

/* Does it take and give chains: started and not broken. Any context. */
static inline bool mdev_ring_running(const struct mdev_ring *ring)
{
	return READ_ONCE(ring->running) && !READ_ONCE(ring->error);
}

/*
 * How far into what the driver has made available mdev_ring_pop() has ever come, as a number
 * that is another one when it has come further. For the owner.
 */
static inline u16 mdev_ring_seen(const struct mdev_ring *ring)
{
	return ring->seen;
}

bool mdev_ring_begin(struct mdev_ring *ring);
void mdev_ring_end(struct mdev_ring *ring);
int mdev_ring_pop(struct mdev_ring *ring, struct mdev_ring_chain *chain);
void mdev_ring_unpop(struct mdev_ring *ring, unsigned int nr);
void mdev_ring_push(struct mdev_ring *ring,
		    const struct mdev_ring_chain *chain, u32 written);
void mdev_ring_flush(struct mdev_ring *ring);
void mdev_ring_kick(struct mdev_ring *ring);
bool mdev_ring_enable_kick(struct mdev_ring *ring);
void mdev_ring_disable_kick(struct mdev_ring *ring);
void mdev_ring_break(struct mdev_ring *ring, int error);

void mdev_ring_out_iter(struct mdev_ring *ring,
			const struct mdev_ring_chain *chain,
			struct iov_iter *iter);
void mdev_ring_in_iter(struct mdev_ring *ring,
		       const struct mdev_ring_chain *first, unsigned int nr,
		       struct iov_iter *iter);
void mdev_ring_out_missing(struct mdev_ring *ring,
			   const struct mdev_ring_chain *chain, size_t len);
void mdev_ring_in_missing(struct mdev_ring *ring,
			  const struct mdev_ring_chain *first, unsigned int nr,
			  size_t len);

/**
 * struct mdev_ring_work - something that a worker runs when it is kicked
 * @fn: does at most @budget pieces of work and returns how many it did; when it
 *	returns @budget it is called again after others had their turn. Process
 *	context, may sleep, one call at a time. A kick that comes while it runs
 *	makes it run again.
 * @cpu: where it prefers to run; a CPU that is offline or isolated is
 *	replaced by one that is neither, and one that is not the owner's by
 *	one that is. In threads of an owner: which of them.
 *
 * The rest is private.
 */
struct mdev_ring_work {
	unsigned int (*fn)(struct mdev_ring_work *work, unsigned int budget);
	unsigned int cpu;

	/* private: */
	struct mdev_ring_worker *own;	/* NULL: the owner's, or of a CPU */
	struct mdev_ring_owner *owner;	/* or NULL */
	struct llist_node node;
	unsigned long state;
	unsigned int runs;
};

void mdev_ring_work_init(struct mdev_ring_work *work,
			 unsigned int (*fn)(struct mdev_ring_work *work,
					    unsigned int budget),
			 unsigned int cpu);
void mdev_ring_work_kick(struct mdev_ring_work *work);
void mdev_ring_work_enable(struct mdev_ring_work *work);
void mdev_ring_work_disable_sync(struct mdev_ring_work *work);
void mdev_ring_work_flush(struct mdev_ring_work *work);

/*
 * Let it run in a worker of its own, or (NULL) in others'. It may be running
 * where it ran before, and be called there once more.
 */
static inline void mdev_ring_work_give(struct mdev_ring_work *work,
				       struct mdev_ring_worker *own)
{
	WRITE_ONCE(work->own, own);
}

/**
 * mdev_ring_work_charge - say whose CPU time a work uses, and where
 * @work: the work
 * @owner: from mdev_ring_owner_get() or mdev_ring_owner_confine(), or NULL if nobody is
 *	charged and it may run anywhere. Held by the caller
 *	until it says another one, or nobody kicks the work any more and it is disabled.
 *
 * Where there is much to do it runs in threads in the owner's cgroup: if that has used up
 * the time it may have, the work waits, and who waits for the work does. So nothing
 * may be charged that a process waits for with a lock that others want. A work that was
 * given to a worker of its own runs there. It may be running where it ran before, and be
 * called there once more. Any context.
 */
static inline void mdev_ring_work_charge(struct mdev_ring_work *work,
					 struct mdev_ring_owner *owner)
{
	WRITE_ONCE(work->owner, owner);
}

/* Cgroups in whose name there is work, and CPUs that it runs on. */
struct mdev_ring_owner *mdev_ring_owner_get(const struct cpumask *cpus);
struct mdev_ring_owner *mdev_ring_owner_confine(struct mdev_ring_owner *owner,
						const struct cpumask *cpus);
const struct cpumask *mdev_ring_owner_cpus(const struct mdev_ring_owner *owner);
void mdev_ring_owner_put(struct mdev_ring_owner *owner);

/* Workers of their own, for address spaces that may make who uses them wait. */
struct mdev_ring_worker *mdev_ring_worker_create(const char *name);
void mdev_ring_worker_kill(struct mdev_ring_worker *own);
void mdev_ring_worker_end(struct mdev_ring_worker *own);
int mdev_ring_worker_use_mm(struct mdev_ring_worker *own, struct mm_struct *mm);

#endif /* _LINUX_MDEV_RING_H */
