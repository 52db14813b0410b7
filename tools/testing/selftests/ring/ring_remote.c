// SPDX-License-Identifier: GPL-2.0
/* The engine of mdev_ring on memory that is reached by asking somebody for it. */
/* libs: -Iring/shim -I../../../include -I../../../drivers/vdpa/ring */
#include "packed_driver.h"

static struct rig rig;

/*
 * Remote memory: buffers are copied, areas mapped; the n-th request of either kind is
 * refused.
 */

static struct {
	struct mdev_as_waiter *waiter;
	unsigned int accesses;
	unsigned int refused;	/* the access that is, 0 for none */
	unsigned int maps;
	unsigned int later;	/* the mapping that cannot be made yet */
	int map_error;		/* of all mappings */
	bool entered;
} remote;

static int remote_begin(struct mdev_as *as)
{
	check(!remote.entered);
	remote.entered = true;
	return 0;
}

static void remote_end(struct mdev_as *as)
{
	check(remote.entered);
	remote.entered = false;
}

static int remote_map_area(struct mdev_as *as, u64 addr, u32 len, u32 perm,
			   void **va)
{
	struct mem *mem = container_of(as, struct mem, as);

	check(remote.entered);
	if (++remote.maps == remote.later)
		return -EAGAIN;
	if (remote.map_error)
		return remote.map_error;
	if (!mem_find(mem, addr) || mem_left(mem, addr) < len)
		return -EFAULT;
	*va = mem_at(mem, addr);
	return 0;
}

static int remote_access(struct mdev_as *as, u64 addr, void *copy, u32 len,
			 bool write)
{
	struct mem *mem = container_of(as, struct mem, as);

	check(remote.entered && len);
	if (++remote.accesses == remote.refused || !mem_find(mem, addr))
		return -EFAULT;
	if (write)
		mem_write(mem, addr, copy, len);
	else
		mem_read(mem, addr, copy, len);
	return 0;
}

static void remote_fetch(struct mdev_as *as, struct mdev_as_waiter *waiter,
			 const struct iovec *pieces, unsigned int nr, bool write)
{
	check(!remote.waiter && !remote.entered);
	check_eq(nr, 1);
	remote.waiter = waiter;
}

static void remote_forget(struct mdev_as *as, struct mdev_as_waiter *waiter)
{
	remote.waiter = NULL;
}

static const struct mdev_as_ops remote_ops = {
	.begin = remote_begin,
	.end = remote_end,
	.map_area = remote_map_area,
	.access = remote_access,
	.fetch = remote_fetch,
	.forget = remote_forget,
	.release = mem_release,
};

static void remote_init(void)
{
	memset(&remote, 0, sizeof(remote));
	rig_init(&rig, 8, F_INDIRECT, 0, 65530);
	/* What was allocated for ordinary memory is not what this kind needs. */
	mdev_ring_stop(&rig.ring);
	rig.mem.as.ops = &remote_ops;
	rig.mem.as.remote = true;
	check_eq(mdev_ring_start(&rig.ring, F_VERSION_1 | F_INDIRECT), 0);
	mem_add(&rig.mem, RIG_DATA, 4 * RIG_PAGE, MEM_RW);
}

static void remote_exit(void)
{
	rig_exit(&rig);
	check(!remote.waiter && !remote.entered);
}

/* 3 and 5 bytes to read, 2 and 6 bytes to write, by an indirect table. */
static void offer_echo(void)
{
	struct vring_desc table[4] = {
		{ RIG_DATA, 3, VRING_DESC_F_NEXT, 1 },
		{ RIG_DATA + 100, 5, VRING_DESC_F_NEXT, 2 },
		{ RIG_DATA + 200, 2, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE, 3 },
		{ RIG_DATA + 300, 6, VRING_DESC_F_WRITE, 0 },
	};
	u16 slot = rig.drv.avail_idx % 8;

	mem_write(&rig.mem, RIG_DATA, "abc", 3);
	mem_write(&rig.mem, RIG_DATA + 100, "defgh", 5);
	mem_write(&rig.mem, RIG_DATA + 1024, table, sizeof(table));
	drv_desc(&rig.drv, slot, RIG_DATA + 1024, sizeof(table),
		 VRING_DESC_F_INDIRECT, 0);
	drv_add(&rig.drv, slot);
	drv_publish(&rig.drv);
}

/* What the function of a work does: it gives back what it has read. */
static void turn(void)
{
	struct mdev_ring *ring = &rig.ring;
	struct mdev_ring_chain chain;
	struct iov_iter from, to;

	if (!mdev_ring_begin(ring))
		return;
	while (mdev_ring_pop(ring, &chain) > 0) {
		mdev_ring_out_iter(ring, &chain, &from);
		if (from.count < chain.out_len) {
			mdev_ring_out_missing(ring, &chain, chain.out_len);
			break;
		}
		mdev_ring_in_iter(ring, &chain, 1, &to);
		check_eq(to.count, chain.in_len);
		memcpy(to.kvec->iov_base, from.kvec->iov_base, from.count);
		mdev_ring_push(ring, &chain, from.count);
	}
	mdev_ring_flush(ring);
	mdev_ring_end(ring);
}

static void check_echo(void)
{
	char got[8];
	u32 id, len;

	mem_read(&rig.mem, RIG_DATA + 200, got, 2);
	mem_read(&rig.mem, RIG_DATA + 300, got + 2, 6);
	check(!memcmp(got, "abcdefgh", 8));
	check(drv_get_used(&rig.drv, &id, &len));
	check_eq(id, (u16)(rig.drv.last_used - 1) % 8);
	check_eq(len, 8);
}

static void test_echo(void)
{
	int i;

	remote_init();
	for (i = 0; i < 20; i++) {
		offer_echo();
		turn();
		check_echo();
		mem_write(&rig.mem, RIG_DATA + 200, "\0\0", 2);
	}
	/* The areas were asked for once. */
	check_eq(remote.maps, 3);
	check_eq(rig.ring.error, 0);
	remote_exit();
	test_end("what is read and written arrives, in pieces and by a table");
}

/* One access after the other is refused: the ring breaks and nothing is said to be done. */
static void test_refused(void)
{
	unsigned int refused = 0;
	u32 id, len;

	do {
		remote_init();
		remote.refused = ++refused;
		offer_echo();
		turn();
		if (remote.accesses >= refused) {
			check_eq(rig.ring.error, -EFAULT);
			check(!drv_get_used(&rig.drv, &id, &len));
		} else {
			check_echo();
		}
		remote_exit();
	} while (remote.accesses >= refused);
	/* Four descriptors, and two pieces in each direction. */
	check_eq(refused, 9);
	test_end("each access refused in turn: a broken ring, and no buffer used");
}

static void test_later(void)
{
	unsigned int kicks;
	u32 id, len;

	remote_init();
	remote.later = 2;
	offer_echo();
	turn();
	check(remote.waiter);
	check(!drv_get_used(&rig.drv, &id, &len));
	/* It gives nothing while it waits, and is kicked when it need not. */
	check(!mdev_ring_begin(&rig.ring));
	kicks = work_kicks;
	remote.waiter->done(remote.waiter, 0);
	remote.waiter = NULL;
	check_eq(work_kicks, kicks + 1);
	turn();
	check_echo();
	check_eq(rig.ring.error, 0);
	remote_exit();
	test_end("an area that cannot be mapped yet is waited for");
}

/* With another sequence number the areas are asked for again. */
static void test_moved(void)
{
	remote_init();
	offer_echo();
	turn();
	check_echo();
	rig.mem.as.seq++;
	offer_echo();
	turn();
	check_echo();
	check_eq(remote.maps, 6);
	rig.mem.as.seq++;
	remote.map_error = -EFAULT;
	offer_echo();
	turn();
	check_eq(rig.ring.error, -EFAULT);
	remote_exit();
	test_end("areas that were taken away are asked for again");
}

/* A buffer longer than what is copied at once. */
static void test_long(void)
{
	struct mdev_ring_chain chain;
	struct iov_iter iter;

	remote_init();
	mem_add(&rig.mem, 2 * RIG_DATA, 2 * MDEV_RING_BOUNCE, MEM_RW);
	drv_desc(&rig.drv, 5, 2 * RIG_DATA, 2 * MDEV_RING_BOUNCE, 0, 0);
	drv_add(&rig.drv, 5);
	drv_desc(&rig.drv, 6, 2 * RIG_DATA, 2 * MDEV_RING_BOUNCE,
		 VRING_DESC_F_WRITE, 0);
	drv_add(&rig.drv, 6);
	drv_publish(&rig.drv);
	check(mdev_ring_begin(&rig.ring));
	check_eq(mdev_ring_pop(&rig.ring, &chain), 1);
	mdev_ring_out_iter(&rig.ring, &chain, &iter);
	check_eq(iter.count, MDEV_RING_BOUNCE);
	mdev_ring_push(&rig.ring, &chain, 0);
	check_eq(mdev_ring_pop(&rig.ring, &chain), 1);
	mdev_ring_in_iter(&rig.ring, &chain, 1, &iter);
	check_eq(iter.count, MDEV_RING_BOUNCE);
	/* Who says to have written more than there was room for is not believed. */
	mdev_ring_push(&rig.ring, &chain, MDEV_RING_BOUNCE + 1);
	check_eq(shim_warnings, 1);
	check_eq(rig.ring.error, -EFAULT);
	mdev_ring_end(&rig.ring);
	shim_warnings = 0;
	remote_exit();
	test_end("long buffers are copied in part");
}

static void test_alloc(void)
{
	struct rig *r = &rig;

	remote_init();
	mdev_ring_stop(&r->ring);
	/* The fourth one is for copies. */
	shim_alloc_fail = 3;
	check_eq(mdev_ring_start(&r->ring, F_VERSION_1), -ENOMEM);
	shim_alloc_fail = -1;
	check_eq(mdev_ring_prepare(&r->ring, F_VERSION_1), 0);
	shim_alloc_fail = 0;
	check_eq(mdev_ring_start(&r->ring, F_VERSION_1), 0);
	shim_alloc_fail = -1;
	remote_exit();
	test_end("want of memory when it is started");
}

/* The same ring as a packed one, somewhere else. */
static struct pdrv pdrv;

static void packed_init(void)
{
	struct mdev_ring *ring = &rig.ring;

	remote_init();
	mdev_ring_reset(ring);
	pdrv_init(&pdrv, &rig.mem, 5, 3 * RIG_DATA, false);
	check_eq(mdev_ring_set_num(ring, 5), 0);
	check_eq(mdev_ring_set_address(ring, pdrv.addr[0], pdrv.addr[1],
				       pdrv.addr[2]), 0);
	check_eq(mdev_ring_start(ring, F_VERSION_1 | F_PACKED | F_INDIRECT), 0);
}

/* As offer_echo(): by a table, or as a chain. */
static void packed_offer(bool indirect)
{
	const struct pdesc desc[4] = {
		{ RIG_DATA, 3, 0, VRING_DESC_F_NEXT },
		{ RIG_DATA + 100, 5, 0, VRING_DESC_F_NEXT },
		{ RIG_DATA + 200, 2, 0, VRING_DESC_F_NEXT | VRING_DESC_F_WRITE },
		{ RIG_DATA + 300, 6, 0, VRING_DESC_F_WRITE },
	};
	const struct pdesc head = { RIG_DATA + 1024, sizeof(desc), 0,
				    VRING_DESC_F_INDIRECT };

	mem_write(&rig.mem, RIG_DATA, "abc", 3);
	mem_write(&rig.mem, RIG_DATA + 100, "defgh", 5);
	mem_write(&rig.mem, RIG_DATA + 200, "\0\0", 2);
	mem_write(&rig.mem, RIG_DATA + 1024, desc, sizeof(desc));
	if (indirect)
		pdrv_add(&pdrv, &head, 1, 4);
	else
		pdrv_add(&pdrv, desc, 4, 3);
}

static void packed_check(u16 want)
{
	char got[8];
	u16 id = 0;
	u32 len = 0;

	mem_read(&rig.mem, RIG_DATA + 200, got, 2);
	mem_read(&rig.mem, RIG_DATA + 300, got + 2, 6);
	check(!memcmp(got, "abcdefgh", 8));
	check(pdrv_get_used(&pdrv, &id, &len));
	check_eq(id, want);
	check_eq(len, 8);
}

static void test_packed(void)
{
	int i;

	packed_init();
	for (i = 0; i < 20; i++) {
		packed_offer(i % 3);
		turn();
		packed_check(i % 3 ? 4 : 3);
		/* In the middle the areas are asked for again. */
		if (i == 10)
			rig.mem.as.seq++;
	}
	check_eq(remote.maps, 6);
	check_eq(rig.ring.error, 0);
	remote_exit();
	test_end("packed: what is read and written arrives");
}

static void test_packed_refused(void)
{
	unsigned int refused = 0;

	do {
		packed_init();
		remote.refused = ++refused;
		packed_offer(true);
		turn();
		if (remote.accesses >= refused) {
			check_eq(rig.ring.error, -EFAULT);
			check(!pdrv_is_used(&pdrv));
		} else {
			packed_check(4);
		}
		remote_exit();
	} while (remote.accesses >= refused);
	check_eq(refused, 9);
	test_end("packed: each access refused in turn");
}

static void test_packed_later(void)
{
	unsigned int later;

	for (later = 1; later <= 3; later++) {
		packed_init();
		remote.later = later;
		packed_offer(false);
		turn();
		check(remote.waiter && !pdrv_is_used(&pdrv));
		check(!mdev_ring_begin(&rig.ring));
		remote.waiter->done(remote.waiter, 0);
		remote.waiter = NULL;
		turn();
		packed_check(3);
		check_eq(rig.ring.error, 0);
		remote_exit();
	}
	test_end("packed: each area in turn is waited for");
}

static void (*const tests[])(void) = {
	test_echo,
	test_refused,
	test_later,
	test_moved,
	test_long,
	test_alloc,
	test_packed,
	test_packed_refused,
	test_packed_later,
};

int main(void)
{
	unsigned int i;

	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		tests[i]();
	return !!test_failures;
}
