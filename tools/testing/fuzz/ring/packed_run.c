// SPDX-License-Identifier: GPL-2.0
/*
 * A packed ring: between any two calls the driver side writes what it likes. There is
 * no model of it here: the ring must keep within its size and to its memory, say what
 * it says in one way, and be able to go on from its state.
 */
#include <errno.h>
#include <string.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/mdev_ring.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "driver.h"
#include "fuzz.h"
#include "packed_run.h"

#define expect(condition) do {						\
	if (!(condition))						\
		fuzz_fail("packed_run.c:%d: not so: %s", __LINE__, #condition);	\
} while (0)

#define HELD_MAX	64

enum { ADD, DESC, POKE, MAP, POP, PUSH, UNPOP, FLUSH, ENABLE, DISABLE, MOVE, OPS };

static struct mdev_ring ring;
static struct memory mem;
static u16 num;
static u64 features;
static u16 place;		/* of the driver: index, and wrap counter in bit 15 */
static struct mdev_ring_chain held[HELD_MAX];
static u32 held_seq[HELD_MAX];
static unsigned int nr_held, nr_done;

static void on_notify(struct mdev_ring *unused)
{
}

static void put(u32 offset, const void *buf, u32 len)
{
	struct region *region = &mem.region[MEM_DESC];

	if (region->va && offset + len <= region->len)
		memcpy(region->va + offset, buf, len);
}

static void put_desc(u16 at, u64 addr, u32 len, u16 id, u16 flags)
{
	struct { u64 addr; u32 len; u16 id, flags; } desc = { addr, len, id, flags };

	put(at * 16, &desc, sizeof(desc));
}

/* A chain that is in order, if it does not run into what is in use. */
static void add(const u8 *record)
{
	u16 nr = 1 + record[1] % min_t(u16, num, 8);
	u16 i, flags;

	for (i = 0; i < nr; i++) {
		flags = record[2] % (nr + 1) <= i ? VRING_DESC_F_WRITE : 0;
		flags |= i + 1 < nr ? VRING_DESC_F_NEXT : 0;
		if (nr == 1 && record[3] & 1)
			flags |= VRING_DESC_F_INDIRECT;
		flags |= place & 0x8000 ? 1 << 7 : 1 << 15;
		put_desc(place & 0x7fff, driver_address(&mem, record[4], record[5]),
			 record[3] & 1 ? record[6] & ~15 : record[6], record[7], flags);
		place = (place & 0x7fff) + 1 == num ? ~place & 0x8000 : place + 1;
	}
}

static void desc(const u8 *record)
{
	u16 flags = (record[2] & 7) | (record[2] & 0x40 ? 1 << 7 : 0) |
		    (record[2] & 0x80 ? 1 << 15 : 0);

	put_desc(record[1] % num, driver_address(&mem, record[3], record[4]),
		 (u32)record[5] << (record[6] & 31), record[7], flags);
}

static void poke(const u8 *record)
{
	struct region *region = &mem.region[record[1] % MEM_REGIONS];
	u32 at = (record[2] | record[3] << 8) % region->len;

	if (region->va)
		memcpy(region->va + at, record + 4, min(region->len - at, 4U));
}

static void map(const u8 *record)
{
	struct region *region = &mem.region[record[1] % MEM_REGIONS];

	if (record[2] % 4)
		memory_map(&mem, region, record[2] % 4);
	else
		memory_unmap(&mem, region);
}

static void forget(void)
{
	nr_held = 0;
	nr_done = 0;
}

static void pop(void)
{
	int error = ring.error;
	int ret;

	if (nr_done == nr_held)
		forget();
	if (nr_held == HELD_MAX)
		return;
	ret = mdev_ring_pop(&ring, &held[nr_held]);
	expect(ret <= 1 && ret != -EAGAIN);
	expect(!error || ret == error);
	if (ret != 1)
		return;
	expect(held[nr_held].slots && held[nr_held].slots <= num);
	expect(held[nr_held].out_num + held[nr_held].in_num);
	held_seq[nr_held++] = mem.as.seq;
}

/* The owner writes what it says it has written, where the memory is still there. */
static void push(const u8 *record)
{
	struct mdev_ring_chain *chain = &held[nr_done];
	u32 written, part, i;

	if (nr_done == nr_held)
		return;
	written = min_t(u32, chain->in_len, record[1] * 16);
	for (i = 0, part = written; part && held_seq[nr_done] == mem.as.seq && !ring.error; i++) {
		struct kvec *vec = &ring.vecs[chain->in_vec + i];
		u32 len = min_t(u64, part, vec->iov_len);

		memset(vec->iov_base, 0x5a, len);
		part -= len;
	}
	memory_copy(&mem);
	mdev_ring_push(&ring, chain, written);
	nr_done++;
}

static void unpop(const u8 *record)
{
	unsigned int nr = record[1] % (nr_held - nr_done + 1);

	mdev_ring_unpop(&ring, nr);
	if (!ring.error)
		nr_held -= nr;
}

/* To another device, which knows the state; a broken one begins anew. */
static void move(void)
{
	struct mdev_vq_state state;
	bool broken = ring.error;

	mdev_ring_stop(&ring);
	mdev_ring_get_state(&ring, &state);
	mdev_ring_reset(&ring);
	forget();
	expect(!mdev_ring_set_num(&ring, num));
	expect(!mdev_ring_set_address(&ring, mem.region[MEM_DESC].addr,
				      mem.region[MEM_AVAIL].addr,
				      mem.region[MEM_USED].addr));
	if (broken)
		place = 0x8000;
	else
		expect(!mdev_ring_set_state(&ring, &state));
	expect(!mdev_ring_start(&ring, features));
}

static void call(const u8 *record)
{
	switch (record[0] % OPS) {
	case POP:
		pop();
		break;
	case PUSH:
		push(record);
		break;
	case UNPOP:
		unpop(record);
		break;
	case FLUSH:
		mdev_ring_flush(&ring);
		break;
	case ENABLE:
		mdev_ring_enable_kick(&ring);
		break;
	case DISABLE:
		mdev_ring_disable_kick(&ring);
		break;
	case MOVE:
		move();
		break;
	}
}

static unsigned int distance(u16 from, u16 to)
{
	int nr = (to & 0x7fff) - (from & 0x7fff);

	return (from ^ to) & 0x8000 ? nr + num : nr;
}

static void check(void)
{
	struct window window[2] = {
		{ mem.region[MEM_DESC].addr, 16 * num },
		{ mem.region[MEM_USED].addr, 4 },
	};

	expect(!memory_changed(&mem, window, 2));
	expect(!shim_warnings);
	if (!ring.running)
		return;
	expect((ring.used_idx & 0x7fff) < num && (ring.next_avail & 0x7fff) < num);
	expect(distance(ring.used_idx, ring.next_avail) <= num);
	expect(distance(ring.used_idx, ring.seen) <= num);
	expect(distance(ring.used_idx, ring.next_avail) <=
	       distance(ring.used_idx, ring.seen));
	expect(ring.error || ring.nr_taken == nr_held - nr_done);
}

static void step(const u8 *record)
{
	switch (record[0] % OPS) {
	case ADD:
		add(record);
		break;
	case DESC:
		desc(record);
		break;
	case POKE:
		poke(record);
		break;
	case MAP:
		map(record);
		break;
	default:
		memory_copy(&mem);
		call(record);
		check();
		break;
	}
}

void packed_run(const u8 *data, size_t len)
{
	static const u16 sizes[] = { 1, 2, 3, 5, 8, 13, 64, 100, 1000, 1024 };
	size_t at;

	num = sizes[data[6] % 10];
	features = BIT_ULL(VIRTIO_F_VERSION_1) | BIT_ULL(VIRTIO_F_RING_PACKED) |
		   (data[1] & 1 ? BIT_ULL(VIRTIO_RING_F_EVENT_IDX) : 0) |
		   (data[1] & 2 ? BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) : 0) |
		   (data[1] & 4 ? BIT_ULL(VIRTIO_F_IN_ORDER) : 0);
	place = 0x8000;
	forget();
	memory_init(&mem, num);
	memory_map(&mem, &mem.region[MEM_DESC], MDEV_AS_READ | MDEV_AS_WRITE);
	memset(mem.region[MEM_DESC].va, 0, 16 * num);
	expect(!mdev_ring_init(&ring, MDEV_RING_NUM_MAX, on_notify));
	mdev_ring_set_as(&ring, &mem.as);
	ring.error = -EIO;
	move();
	for (at = FUZZ_RECORD; at < len; at += FUZZ_RECORD)
		step(data + at);
	mdev_ring_destroy(&ring);
	memory_exit(&mem);
}
