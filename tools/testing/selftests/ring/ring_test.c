// SPDX-License-Identifier: GPL-2.0
/* The engine of mdev_ring: each operation does what its header says. */
/* libs: -Iring/shim -I../../../include -I../../../drivers/vdpa/ring */
#include "rig.h"

static struct rig rig;

#define WRITE		VRING_DESC_F_WRITE
#define NEXT		VRING_DESC_F_NEXT
#define INDIRECT	VRING_DESC_F_INDIRECT

static void test_init(void)
{
	struct mdev_ring *ring = &rig.ring;

	check_eq(mdev_ring_init(ring, 0, rig_notify), -EINVAL);
	check_eq(mdev_ring_init(ring, 48, rig_notify), -EINVAL);
	check_eq(mdev_ring_init(ring, 2 * MDEV_RING_NUM_MAX, rig_notify), -EINVAL);
	check_eq(mdev_ring_init(ring, 256, rig_notify), 0);
	check_eq(ring->num, 256);
	check_eq(mdev_ring_set_num(ring, 0), -EINVAL);
	check_eq(mdev_ring_set_num(ring, 512), -EINVAL);
	check_eq(mdev_ring_set_num(ring, 0x10000), -EINVAL);
	check_eq(mdev_ring_set_num(ring, 1), 0);
	check_eq(mdev_ring_set_num(ring, 3), 0);
	check_eq(mdev_ring_set_num(ring, 256), 0);
	check_eq(mdev_ring_set_address(ring, 8, 2, 4), -EINVAL);
	check_eq(mdev_ring_set_address(ring, 16, 1, 4), -EINVAL);
	check_eq(mdev_ring_set_address(ring, 16, 2, 2), -EINVAL);
	check_eq(mdev_ring_set_address(ring, ~15ULL, 2, 4), 0);
	mdev_ring_destroy(ring);
	test_end("sizes and alignments are checked");
}

static void test_start(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_vq_state state = {};
	int i;

	rig_init(&rig, 16, 0, 1, 0);
	check(mdev_ring_running(ring));
	check_eq(mdev_ring_start(ring, F_VERSION_1), -EBUSY);
	check_eq(mdev_ring_set_num(ring, 8), -EBUSY);
	check_eq(mdev_ring_set_address(ring, 16, 2, 4), -EBUSY);
	check_eq(mdev_ring_set_state(ring, &state), -EBUSY);
	mdev_ring_stop(ring);
	check(!mdev_ring_running(ring));
	check(!ring->vecs && !ring->pending && !ring->taken);
	mdev_ring_stop(ring);
	check_eq(mdev_ring_start(ring, 0), -EOPNOTSUPP);
	mdev_ring_set_num(ring, 12);
	check_eq(mdev_ring_start(ring, F_VERSION_1), -EINVAL);
	mdev_ring_set_num(ring, 16);
	for (i = 0; i < 3; i++) {
		shim_alloc_fail = i;
		check_eq(mdev_ring_start(ring, F_VERSION_1), -ENOMEM);
		check(!ring->vecs && !ring->pending && !ring->taken);
		check(!mdev_ring_running(ring));
	}
	shim_alloc_fail = -1;
	mdev_ring_reset(ring);
	check_eq(mdev_ring_start(ring, F_VERSION_1), -EINVAL);
	rig_address(&rig);
	mdev_ring_set_as(ring, NULL);
	check_eq(mdev_ring_start(ring, F_VERSION_1), -ENXIO);
	mdev_ring_set_as(ring, &rig.mem.as);
	check_eq(mdev_ring_start(ring, F_VERSION_1), 0);
	rig_exit(&rig);
	test_end("start, stop and what they refuse");
}

static void test_prepare(void)
{
	struct mdev_ring *ring = &rig.ring;

	rig_init(&rig, 16, 0, 1, 0);
	check_eq(mdev_ring_prepare(ring, F_VERSION_1), -EBUSY);
	mdev_ring_stop(ring);
	check_eq(mdev_ring_prepare(ring, 0), -EOPNOTSUPP);
	check(!ring->pending);
	check_eq(mdev_ring_prepare(ring, F_VERSION_1), 0);
	check(!mdev_ring_running(ring));
	shim_alloc_fail = 0;
	check_eq(mdev_ring_prepare(ring, F_VERSION_1), 0);
	check_eq(mdev_ring_start(ring, F_VERSION_1), 0);
	mdev_ring_stop(ring);
	check(!ring->vecs && !ring->pending && !ring->taken);
	shim_alloc_fail = -1;

	/* Neither of another size nor of another layout is it taken. */
	mdev_ring_set_num(ring, 8);
	check_eq(mdev_ring_prepare(ring, F_VERSION_1), 0);
	mdev_ring_set_num(ring, 16);
	shim_alloc_fail = 0;
	check_eq(mdev_ring_start(ring, F_VERSION_1), -ENOMEM);
	check_eq(mdev_ring_prepare(ring, F_VERSION_1), 0);
	shim_alloc_fail = 0;
	check_eq(mdev_ring_start(ring, F_VERSION_1 | BIT_ULL(VIRTIO_F_RING_PACKED)), -ENOMEM);
	check_eq(mdev_ring_prepare(ring, F_VERSION_1 | BIT_ULL(VIRTIO_F_RING_PACKED)), 0);
	mdev_ring_reset(ring);
	check(!ring->vecs && !ring->pending && !ring->taken);
	rig_exit(&rig);
	test_end("a start that was prepared allocates nothing");
}

static void test_idle(void)
{
	struct mdev_ring_chain chain;

	rig_init(&rig, 16, 0, 1, 0);
	mdev_ring_stop(&rig.ring);
	check_eq(mdev_ring_pop(&rig.ring, &chain), 0);
	mdev_ring_push(&rig.ring, &chain, 0);
	mdev_ring_unpop(&rig.ring, 1);
	mdev_ring_flush(&rig.ring);
	check(!mdev_ring_enable_kick(&rig.ring));
	mdev_ring_disable_kick(&rig.ring);
	check_eq(rig.mem.translations, 0);
	check_eq(shim_warnings, 0);
	rig_exit(&rig);
	test_end("a ring that does not run is empty and harmless");
}

static void test_chain(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;
	struct iov_iter iter;
	u32 id, len;

	rig_init(&rig, 16, 0, 4, 0);
	check_eq(mdev_ring_pop(ring, &chain), 0);
	drv_desc(&rig.drv, 5, RIG_DATA + 10, 20, NEXT, 7);
	drv_desc(&rig.drv, 7, RIG_DATA + 0x1000, 30, NEXT, 6);
	drv_desc(&rig.drv, 6, RIG_DATA + 0x2000, 40, NEXT | WRITE, 1);
	drv_desc(&rig.drv, 1, RIG_DATA + 0x3000, 50, WRITE, 0);
	drv_add(&rig.drv, 5);
	check_eq(mdev_ring_pop(ring, &chain), 0);
	check(drv_publish(&rig.drv));
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check_eq(chain.head, 5);
	check_eq(chain.out_num, 2);
	check_eq(chain.in_num, 2);
	check_eq(chain.out_len, 50);
	check_eq(chain.in_len, 90);
	check_eq(mdev_ring_pop(ring, &chain), 0);
	mdev_ring_out_iter(ring, &chain, &iter);
	check_eq(iter.direction, ITER_SOURCE);
	check_eq(iter.nr_segs, 2);
	check_eq(iter.count, 50);
	check(iter.kvec[0].iov_base == mem_at(&rig.mem, RIG_DATA + 10));
	check_eq(iter.kvec[1].iov_len, 30);
	mdev_ring_in_iter(ring, &chain, 1, &iter);
	check_eq(iter.direction, ITER_DEST);
	check_eq(iter.nr_segs, 2);
	check_eq(iter.count, 90);
	check(iter.kvec[1].iov_base == mem_at(&rig.mem, RIG_DATA + 0x3000));
	mdev_ring_push(ring, &chain, 77);
	check(!drv_get_used(&rig.drv, &id, &len));
	mdev_ring_flush(ring);
	check(drv_get_used(&rig.drv, &id, &len));
	check_eq(id, 5);
	check_eq(len, 77);
	check_eq(rig.irqs, 1);
	check_eq(ring->stats.chains, 1);
	check_eq(rig.drv.used[0], 0);
	rig_exit(&rig);
	test_end("a chain goes through with all of its buffers");
}

static void test_seams(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;

	rig_init(&rig, 16, 0, 4, 0);
	drv_desc(&rig.drv, 0, RIG_DATA + 0xff0, 0x1020, NEXT, 1);
	drv_desc(&rig.drv, 1, RIG_DATA + 0x2ff0, 0x1010, WRITE, 0);
	drv_add(&rig.drv, 0);
	drv_publish(&rig.drv);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check_eq(chain.out_num, 3);
	check_eq(ring->vecs[chain.out_vec].iov_len, 0x10);
	check_eq(ring->vecs[chain.out_vec + 1].iov_len, 0x1000);
	check_eq(ring->vecs[chain.out_vec + 2].iov_len, 0x10);
	check_eq(chain.out_len, 0x1020);
	check_eq(chain.in_num, 2);
	check_eq(ring->vecs[chain.in_vec].iov_len, 0x10);
	check_eq(ring->vecs[chain.in_vec + 1].iov_len, 0x1000);
	rig_exit(&rig);
	test_end("a buffer that is not contiguous has several pieces");
}

static void test_last_range(void)
{
	unsigned int before;

	rig_init(&rig, 16, 0, 1, 0);
	rig_offer(&rig, 1, 0);
	rig_serve(&rig, 1, 0);
	before = rig.mem.translations;
	rig_offer(&rig, 8, 0);
	rig_serve(&rig, 8, 0);
	mdev_ring_flush(&rig.ring);
	check_eq(rig.mem.translations, before);
	rig_exit(&rig);
	test_end("the last translation is remembered");
}

/* A table of @nr buffers of 16 bytes at @addr, the last @nr_in are written. */
static void make_table(u64 addr, unsigned int nr, unsigned int nr_in)
{
	struct vring_desc desc;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		desc.addr = RIG_DATA + 16 * i;
		desc.len = 16;
		desc.flags = (i + nr_in >= nr ? WRITE : 0) |
			     (i + 1 < nr ? NEXT : 0);
		desc.next = i + 1;
		mem_write(&rig.mem, addr + i * sizeof(desc), &desc, sizeof(desc));
	}
}

static void test_indirect(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;
	u64 table = RIG_DATA + 0x2000 - 24;	/* the second one is cut in two */

	rig_init(&rig, 4, F_INDIRECT, 4, 0);
	make_table(table, 8, 3);
	drv_desc(&rig.drv, 0, table, 8 * 16, INDIRECT | WRITE, 99);
	drv_add(&rig.drv, 0);
	drv_desc(&rig.drv, 1, RIG_DATA, 100, NEXT, 2);
	drv_desc(&rig.drv, 2, table, 8 * 16, INDIRECT, 0);
	drv_add(&rig.drv, 1);
	make_table(table + 0x1001, 2, 1);	/* not aligned */
	drv_desc(&rig.drv, 3, table + 0x1001, 2 * 16, INDIRECT, 0);
	drv_add(&rig.drv, 3);
	drv_publish(&rig.drv);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check_eq(chain.out_num, 5);
	check_eq(chain.in_num, 3);
	check_eq(chain.out_len, 80);
	check_eq(chain.in_len, 48);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check_eq(chain.head, 1);
	check_eq(chain.out_num, 6);
	check_eq(chain.out_len, 180);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check_eq(chain.out_num, 1);
	check_eq(chain.in_num, 1);
	rig_exit(&rig);
	test_end("indirect tables, also after other descriptors and across seams");
}

static void test_zero(void)
{
	struct mdev_ring_chain chain;

	rig_init(&rig, 4, 0, 1, 0);
	drv_desc(&rig.drv, 0, ~0ULL, 0, NEXT, 1);
	drv_desc(&rig.drv, 1, RIG_DATA, 5, NEXT, 2);
	drv_desc(&rig.drv, 2, 0, 0, NEXT | WRITE, 3);
	drv_desc(&rig.drv, 3, RIG_DATA, 6, WRITE, 0);
	drv_add(&rig.drv, 0);
	drv_publish(&rig.drv);
	check_eq(mdev_ring_pop(&rig.ring, &chain), 1);
	check_eq(chain.out_num, 1);
	check_eq(chain.in_num, 1);
	check_eq(chain.in_vec, chain.out_vec + 1);
	rig_exit(&rig);
	test_end("buffers of length 0 beside others are passed over");
}

static void test_areas(void)
{
	static const u64 none[3][3] = {
		{ 0, 1, 1 }, { 1, 0, 1 }, { 1, 1, 0 },
	};
	struct mdev_ring_chain chain;
	struct drv *drv = &rig.drv;
	int i;

	for (i = 0; i < 3; i++) {
		rig_init(&rig, 4, 0, 1, 0);
		mdev_ring_stop(&rig.ring);
		mdev_ring_set_address(&rig.ring, none[i][0] * drv->desc_addr,
				      none[i][1] * drv->avail_addr,
				      none[i][2] * drv->used_addr);
		check_eq(mdev_ring_start(&rig.ring, F_VERSION_1), 0);
		check_eq(mdev_ring_pop(&rig.ring, &chain), -EFAULT);
		rig_exit(&rig);
	}
	/* Each area exchanged for one without the permission, or too short. */
	rig_init(&rig, 4, 0, 1, 0);
	mdev_ring_stop(&rig.ring);
	mdev_ring_set_address(&rig.ring, drv->desc_addr, drv->avail_addr,
			      drv->desc_addr);
	check_eq(mdev_ring_start(&rig.ring, F_VERSION_1), 0);
	check_eq(mdev_ring_pop(&rig.ring, &chain), -EACCES);
	rig_exit(&rig);
	rig_init(&rig, 4, 0, 1, 0);
	mdev_ring_stop(&rig.ring);
	mdev_ring_set_num(&rig.ring, 8);
	check_eq(mdev_ring_start(&rig.ring, F_VERSION_1), 0);
	check(mdev_ring_enable_kick(&rig.ring));
	check_eq(mdev_ring_pop(&rig.ring, &chain), -EFAULT);
	rig_exit(&rig);
	rig_init(&rig, 4, 0, 1, 0);
	mdev_ring_stop(&rig.ring);
	mdev_ring_set_address(&rig.ring, ~15ULL, drv->avail_addr, drv->used_addr);
	check_eq(mdev_ring_start(&rig.ring, F_VERSION_1), 0);
	check_eq(mdev_ring_pop(&rig.ring, &chain), -EOVERFLOW);
	rig_exit(&rig);
	test_end("areas that are not there, not whole or not permitted");
}

/* The same ring, and each of its areas in pieces of a few bytes. */
static void test_area_seams(void)
{
	struct mem *mem = &rig.mem;
	struct drv *drv = &rig.drv;
	u64 base[3];
	u32 bytes[3] = { 16 * 8, 6 + 2 * 8, 6 + 8 * 8 };
	u32 id, len, at, part;
	int i;

	rig_init(&rig, 8, F_EVENT_IDX, 1, 0);
	base[0] = drv->desc_addr;
	base[1] = drv->avail_addr;
	base[2] = drv->used_addr;
	for (i = 0; i < 3; i++) {
		for (at = 0; at < bytes[i]; at += part) {
			part = min_t(u32, 3 + 4 * (at % 3), bytes[i] - at);
			mem_add(mem, base[i] + 0x10000 + at, part, MEM_RW);
		}
	}
	/* The driver works on its own copy, which is carried over. */
	mdev_ring_stop(&rig.ring);
	check_eq(mdev_ring_set_address(&rig.ring, base[0] + 0x10000,
				       base[1] + 0x10000, base[2] + 0x10000), 0);
	check_eq(mdev_ring_start(&rig.ring, F_VERSION_1 | F_EVENT_IDX), 0);
	for (i = 0; i < 50; i++) {
		rig_offer(&rig, 3, WRITE);
		mem_write(mem, base[0] + 0x10000, drv->desc, bytes[0]);
		mem_write(mem, base[1] + 0x10000, drv->avail, bytes[1]);
		rig_serve(&rig, 3, 7);
		mdev_ring_flush(&rig.ring);
		check(!mdev_ring_enable_kick(&rig.ring));
		mem_read(mem, base[2] + 0x10000, drv->used, bytes[2]);
		for (at = 0; at < 3; at++) {
			check(drv_get_used(drv, &id, &len));
			check_eq(id, (i * 3 + at) % 8);
			check_eq(len, 7);
		}
		check(!drv_get_used(drv, &id, &len));
	}
	rig_exit(&rig);
	test_end("areas in pieces of a few bytes");
}

static void test_remap(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;
	struct drv *drv = &rig.drv;
	u32 id, len;

	rig_init(&rig, 4, 0, 1, 0);
	rig_offer(&rig, 1, 0);
	rig_serve(&rig, 1, 0);
	mdev_ring_flush(ring);
	/* The used ring moves; so does the data. */
	mem_remove(&rig.mem, drv->used_addr);
	drv->used = (void *)mem_add(&rig.mem, drv->used_addr, 6 + 8 * 4,
				    MDEV_AS_WRITE);
	mem_remove(&rig.mem, RIG_DATA);
	mem_add(&rig.mem, RIG_DATA, RIG_PAGE, MEM_RW);
	drv->last_used = 1;
	rig_offer(&rig, 1, 0);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check(ring->vecs[chain.out_vec].iov_base == mem_at(&rig.mem, RIG_DATA));
	mdev_ring_push(ring, &chain, 0);
	mdev_ring_flush(ring);
	check(drv_get_used(drv, &id, &len));
	check_eq(id, 1);
	/* And then it is gone, between completion and publication. */
	rig_offer(&rig, 1, 0);
	rig_serve(&rig, 1, 0);
	mem_remove(&rig.mem, drv->used_addr);
	mdev_ring_flush(ring);
	check_eq(mdev_ring_pop(ring, &chain), -EFAULT);
	rig_exit(&rig);
	test_end("mappings that change are noticed");
}

static void test_vecs(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[3];
	u64 table = RIG_DATA + RIG_PAGE;
	unsigned int i;

	/* 600 buffers each; the table is contiguous in pages 1 to 3. */
	rig_init(&rig, 4, F_INDIRECT, 8, 0);
	make_table(table, 600, 300);
	for (i = 0; i < 3; i++) {
		drv_desc(&rig.drv, i, table, 600 * 16, INDIRECT, 0);
		drv_add(&rig.drv, i);
	}
	drv_publish(&rig.drv);
	check_eq(mdev_ring_pop(ring, &chain[0]), 1);
	check_eq(mdev_ring_pop(ring, &chain[1]), -ENOBUFS);
	check_eq(mdev_ring_pop(ring, &chain[1]), -ENOBUFS);
	check(mdev_ring_running(ring));
	check_eq(ring->stats.errors, 0);
	check_eq(ring->nr_vecs, 600);
	mdev_ring_push(ring, &chain[0], 0);
	check_eq(mdev_ring_pop(ring, &chain[1]), 1);
	check_eq(chain[1].head, 1);
	check_eq(chain[1].out_vec, 0);
	mdev_ring_unpop(ring, 1);
	check_eq(mdev_ring_pop(ring, &chain[1]), 1);
	check_eq(chain[1].head, 1);
	mdev_ring_push(ring, &chain[1], 0);
	mdev_ring_flush(ring);
	/* The largest table fits, and more pieces than that do not. */
	make_table(table, MDEV_RING_VECS_MAX, 1);
	drv_desc(&rig.drv, 2, table, MDEV_RING_VECS_MAX * 16, INDIRECT, 0);
	check_eq(mdev_ring_pop(ring, &chain[2]), 1);
	check_eq(chain[2].out_num + chain[2].in_num, MDEV_RING_VECS_MAX);
	mdev_ring_unpop(ring, 1);
	drv_desc(&rig.drv, 2, RIG_DATA, 1, NEXT, 3);
	drv_desc(&rig.drv, 3, table, MDEV_RING_VECS_MAX * 16, INDIRECT, 0);
	check_eq(mdev_ring_pop(ring, &chain[2]), -EMSGSIZE);
	rig_exit(&rig);
	test_end("too many pieces: later if others are held, never if alone");
}

static void test_unpop(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[4];
	int i;

	rig_init(&rig, 8, 0, 1, 65533);
	rig_offer(&rig, 4, 0);
	for (i = 0; i < 4; i++)
		check_eq(mdev_ring_pop(ring, &chain[i]), 1);
	check_eq(mdev_ring_pop(ring, &chain[0]), 0);
	check_eq(ring->nr_vecs, 4);
	mdev_ring_unpop(ring, 0);
	mdev_ring_unpop(ring, 2);
	check_eq(ring->nr_vecs, 2);
	check_eq(mdev_ring_pop(ring, &chain[2]), 1);
	check_eq(chain[2].head, 65535 % 8);
	check_eq(chain[2].out_vec, 2);
	/* The oldest is completed: the rest can still be given back. */
	mdev_ring_push(ring, &chain[0], 0);
	mdev_ring_unpop(ring, 2);
	check_eq(mdev_ring_pop(ring, &chain[1]), 1);
	check_eq(chain[1].head, 65534 % 8);
	check_eq(chain[1].out_vec, 0);
	check_eq(shim_warnings, 0);
	mdev_ring_unpop(ring, 2);
	check_eq(shim_warnings, 1);
	rig_exit(&rig);
	test_end("chains are given back, the last ones first");
}

static void test_push(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[2];
	u32 id, len;

	rig_init(&rig, 8, 0, 1, 0);
	rig_offer(&rig, 2, WRITE);
	mdev_ring_pop(ring, &chain[0]);
	mdev_ring_pop(ring, &chain[1]);
	mdev_ring_push(ring, &chain[1], 65);
	check_eq(shim_warnings, 1);
	mdev_ring_push(ring, &chain[0], 64);
	mdev_ring_push(ring, &chain[0], 64);
	check_eq(shim_warnings, 2);
	mdev_ring_flush(ring);
	mdev_ring_flush(ring);
	check(drv_get_used(&rig.drv, &id, &len));
	check_eq(id, 1);
	check_eq(len, 64);
	check(drv_get_used(&rig.drv, &id, &len));
	check_eq(id, 0);
	check(!drv_get_used(&rig.drv, &id, &len));
	check_eq(rig.irqs, 1);
	rig_exit(&rig);
	test_end("completion keeps the order, and owners are checked too");
}

static void test_in_iter(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[4];
	struct iov_iter iter;
	int i;

	rig_init(&rig, 8, 0, 2, 0);
	rig_offer(&rig, 2, WRITE);
	drv_desc(&rig.drv, 5, RIG_DATA + RIG_PAGE - 4, 8, WRITE, 0);
	drv_add(&rig.drv, 5);
	drv_desc(&rig.drv, 6, RIG_DATA, 1, NEXT, 7);
	drv_desc(&rig.drv, 7, RIG_DATA, 1, WRITE, 0);
	drv_add(&rig.drv, 6);
	drv_publish(&rig.drv);
	for (i = 0; i < 4; i++)
		check_eq(mdev_ring_pop(ring, &chain[i]), 1);
	mdev_ring_in_iter(ring, chain, 3, &iter);
	check_eq(iter.nr_segs, 4);
	check_eq(iter.count, 136);
	mdev_ring_in_iter(ring, chain, 4, &iter);
	check_eq(iter.nr_segs, 4);
	check_eq(iter.count, 136);
	rig_exit(&rig);
	test_end("one iterator over the buffers of several chains");
}

static void test_irq_flag(void)
{
	rig_init(&rig, 8, 0, 1, 0);
	rig_offer(&rig, 3, 0);
	rig_serve(&rig, 2, 0);
	mdev_ring_flush(&rig.ring);
	check_eq(rig.irqs, 1);
	drv_disable_irq(&rig.drv);
	rig_serve(&rig, 1, 0);
	mdev_ring_flush(&rig.ring);
	check_eq(rig.irqs, 1);
	check_eq(rig.ring.stats.notified, 1);
	check_eq(rig.ring.stats.suppressed, 1);
	check_eq(rig.ring.stats.chains, 3);
	check_eq(rig.drv.used[1], 3);
	rig_exit(&rig);
	test_end("NO_INTERRUPT is heeded, one interrupt for a batch");
}

/* Serve @batch chains, with used_event @ahead of the index before. */
static unsigned int irqs_for(u16 ahead, unsigned int batch)
{
	unsigned int before = rig.irqs;

	rig.drv.avail[2 + rig.drv.num] = rig.drv.used[1] + ahead;
	rig_offer(&rig, batch, 0);
	rig_serve(&rig, batch, 0);
	mdev_ring_flush(&rig.ring);
	return rig.irqs - before;
}

static void test_irq_event(void)
{
	int i;

	rig_init(&rig, 16, F_EVENT_IDX, 1, 65520);
	rig.drv.avail[0] = VRING_AVAIL_F_NO_INTERRUPT;	/* has no meaning now */
	check_eq(irqs_for(30000, 1), 1);	/* the first always */
	for (i = 0; i < 5; i++) {	/* across the wrap of the index */
		check_eq(irqs_for(0, 1), 1);
		check_eq(irqs_for(1, 1), 0);
		check_eq(irqs_for(0, 16), 1);
		check_eq(irqs_for(15, 16), 1);
		check_eq(irqs_for(16, 16), 0);
		check_eq(irqs_for(U16_MAX, 16), 0);
		check_eq(irqs_for(7, 8), 1);
		check_eq(irqs_for(8, 8), 0);
	}
	check_eq(rig.ring.stats.notified, rig.irqs);
	check_eq(rig.ring.stats.suppressed, 20);
	/* Who starts anew cannot know what the driver has seen. */
	mdev_ring_stop(&rig.ring);
	check_eq(mdev_ring_start(&rig.ring, F_VERSION_1 | F_EVENT_IDX), 0);
	check_eq(irqs_for(30000, 1), 1);
	check_eq(irqs_for(30000, 1), 0);
	rig_exit(&rig);
	test_end("interrupts by event index, across the wrap");
}

static void test_kick_flag(void)
{
	rig_init(&rig, 8, 0, 1, 0);
	check(!mdev_ring_enable_kick(&rig.ring));
	check_eq(rig.drv.used[0], 0);
	mdev_ring_disable_kick(&rig.ring);
	check_eq(rig.drv.used[0], VRING_USED_F_NO_NOTIFY);
	rig_offer(&rig, 1, 0);
	check(mdev_ring_enable_kick(&rig.ring));
	check_eq(rig.drv.used[0], 0);
	rig_serve(&rig, 1, 0);
	check(!mdev_ring_enable_kick(&rig.ring));
	/* What a former run has left does not survive. */
	mdev_ring_disable_kick(&rig.ring);
	mdev_ring_stop(&rig.ring);
	check_eq(mdev_ring_start(&rig.ring, F_VERSION_1), 0);
	check(!mdev_ring_enable_kick(&rig.ring));
	check_eq(rig.drv.used[0], 0);
	rig_exit(&rig);
	test_end("kicks by flag");
}

static void test_kick_event(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;
	struct drv *drv = &rig.drv;

	rig_init(&rig, 8, F_EVENT_IDX, 1, 65535);
	check(!mdev_ring_enable_kick(ring));
	check_eq(drv->used[2 + 4 * 8], 65535);
	mdev_ring_disable_kick(ring);
	check_eq(drv->used[0], 0);
	rig_offer(&rig, 3, 0);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check(mdev_ring_enable_kick(ring));	/* two more */
	check_eq(drv->used[2 + 4 * 8], 0);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	mdev_ring_unpop(ring, 2);
	check(!mdev_ring_enable_kick(ring));	/* seen them, wants others */
	check_eq(drv->used[2 + 4 * 8], 2);
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check(!mdev_ring_enable_kick(ring));
	mdev_ring_unpop(ring, 1);
	rig_offer(&rig, 1, 0);
	check(mdev_ring_enable_kick(ring));
	check_eq(mdev_ring_pop(ring, &chain), 1);
	check_eq(chain.head, 0);
	drv->avail[1] += 100;
	check(mdev_ring_enable_kick(ring));
	check_eq(mdev_ring_pop(ring, &chain), -EPROTO);
	rig_exit(&rig);
	test_end("kicks by event index, chains given back are not news");
}

static void test_state(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain[5];
	struct mdev_vq_state state;
	u32 id, len;
	int i;

	rig_init(&rig, 8, 0, 1, 65533);
	rig_offer(&rig, 6, 0);
	for (i = 0; i < 5; i++)
		check_eq(mdev_ring_pop(ring, &chain[i]), 1);
	mdev_ring_push(ring, &chain[0], 0);
	mdev_ring_push(ring, &chain[1], 0);
	mdev_ring_get_state(ring, &state);
	check_eq(state.split.avail_index, 65533);
	mdev_ring_stop(ring);	/* flushes two, gives three back */
	mdev_ring_get_state(ring, &state);
	check_eq(state.split.avail_index, 65535);
	check_eq(rig.drv.used[1], 65535);

	/* Elsewhere. */
	mdev_ring_reset(ring);
	check_eq(mdev_ring_set_num(ring, 8), 0);
	rig_address(&rig);
	check_eq(mdev_ring_set_state(ring, &state), 0);
	check_eq(mdev_ring_start(ring, F_VERSION_1), 0);
	rig_serve(&rig, 4, 0);
	check_eq(mdev_ring_pop(ring, &chain[0]), 0);
	mdev_ring_flush(ring);
	for (i = 0; i < 6; i++) {
		check(drv_get_used(&rig.drv, &id, &len));
		check_eq(id, (u16)(65533 + i) % 8);
	}
	check(!drv_get_used(&rig.drv, &id, &len));
	rig_exit(&rig);
	test_end("state: nothing is lost and nothing is done twice");
}

static void test_wrap(void)
{
	unsigned int i, batch;
	u16 num;

	for (num = 1; num <= 64; num *= 4) {
		rig_init(&rig, num, F_EVENT_IDX, 1, 1000);
		for (i = 0; i < 140000; i += batch) {
			batch = i % num + 1;
			rig_offer(&rig, batch, WRITE);
			rig_serve(&rig, batch, i % 65);
			mdev_ring_flush(&rig.ring);
			check_eq(rig.drv.used[1], rig.drv.avail_idx);
		}
		check_eq(rig.ring.stats.chains, i);
		rig_exit(&rig);
	}
	test_end("indices wrap around at 65536, whatever the size");
}

static void (* const tests[])(void) = {
	test_init, test_start, test_prepare, test_idle, test_chain, test_seams,
	test_last_range, test_indirect, test_zero, test_areas, test_area_seams,
	test_remap,
	test_vecs, test_unpop, test_push, test_in_iter, test_irq_flag,
	test_irq_event, test_kick_flag, test_kick_event, test_state, test_wrap,
};

int main(void)
{
	unsigned int i;

	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		tests[i]();
	return !!test_failures;
}
