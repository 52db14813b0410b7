// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of the ring engine: between any two calls of it the driver side writes
 * what it likes. After each call, what came of it is compared with what a simple
 * model of the ring says.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/mdev_ring.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "driver.h"
#include "fuzz.h"
#include "packed_run.h"
#include "reference.h"

#define expect(condition) do {						\
	if (!(condition))						\
		fuzz_fail("main.c:%d: not so: %s", __LINE__, #condition);	\
} while (0)

#define expect_eq(got, want) do {					\
	long long _got = (got), _want = (want);				\
	if (_got != _want)						\
		fuzz_fail("main.c:%d: %s is %lld and not %lld",		\
			  __LINE__, #got, _got, _want);			\
} while (0)

enum {
	CALL_POP = DRIVER_OPS,
	CALL_PUSH,
	CALL_UNPOP,
	CALL_FLUSH,
	CALL_ENABLE_KICK,
	CALL_DISABLE_KICK,
	CALL_IN_ITER,
	CALL_BREAK,
	CALL_STOP,
	CALL_START,
	CALL_SET_STATE,
	CALL_SET_NUM,
	CALL_SET_ADDRESS,
	CALL_SET_AS,
	CALL_RESET,
	CALL_CONFIGURE,
	OPS
};

/* A chain that was taken and not given back. */
struct held {
	struct mdev_ring_chain chain;
	unsigned int base;	/* of its pieces */
	unsigned int nr;
	u32 seq;		/* of the address space when it was taken */
	bool done;
};

struct done {
	u32 id;
	u32 len;
};

/* What the ring has to be like. */
static struct {
	bool running;
	bool placed;
	bool event_idx;
	bool kicks_off;
	bool signalled_valid;
	int error;
	u16 used;
	u16 next;
	u16 seen;
	u16 avail;		/* driver's index, last read */
	u16 signalled;
	struct held held[MDEV_RING_NUM_MAX + 1];
	unsigned int nr_held;
	unsigned int nr_taken;	/* of those, not done */
	struct done done[MDEV_RING_NUM_MAX + 1];
	unsigned int nr_done;
	struct piece piece[MDEV_RING_VECS_MAX];
	unsigned int nr_pieces;
} model;

static struct mdev_ring ring;
static struct memory mem;
static struct driver driver;
static struct reference ref = { .mem = &mem };
static unsigned int irqs;
static struct window window[2];
static unsigned int nr_windows;

static u16 u16_at(const u8 *at)
{
	return at[0] | at[1] << 8;
}

static void on_notify(struct mdev_ring *which)
{
	irqs++;
}

/* Before a call, and what it may write to. */

static void before(void)
{
	nr_windows = 0;
	memory_copy(&mem);
}

static void may_write(u64 addr, u32 len)
{
	window[nr_windows++] = (struct window) { addr, len };
}

static void check_pieces(const struct held *held)
{
	const struct piece *piece;
	const struct kvec *vec;
	unsigned int i;

	for (i = 0; i < held->nr; i++) {
		piece = &model.piece[held->base + i];
		vec = &ring.vecs[held->base + i];
		expect(vec->iov_base == piece->va);
		expect_eq(vec->iov_len, piece->len);
	}
}

/* After any call. */
static void after(void)
{
	const struct region *region = memory_changed(&mem, window, nr_windows);
	unsigned int i;

	if (region)
		fuzz_fail("memory that the call has no business with has changed, at 0x%llx",
			  (unsigned long long)region->addr);
	expect_eq(shim_warnings, 0);
	expect_eq(ring.running, model.running);
	expect_eq(ring.error, model.error);
	expect_eq(mdev_ring_running(&ring), model.running && !model.error);
	/* Where it stands is taken from its state when it starts. */
	if (model.running) {
		expect_eq(ring.used_idx, model.used);
		expect_eq(ring.next_avail, model.next);
		expect_eq(ring.seen, model.seen);
	}
	expect_eq(ring.nr_taken, model.nr_taken);
	expect_eq(ring.nr_pending, model.nr_done);
	expect_eq((u16)(ring.used_idx + ring.nr_pending + ring.nr_taken), ring.next_avail);
	expect(ring.nr_pending + ring.nr_taken <= ring.num);
	for (i = 0; model.running && i < model.nr_held; i++)
		if (!model.held[i].done)
			check_pieces(&model.held[i]);
}

/* Does the model say that the ring finds its areas? It breaks if it does not. */
static bool areas(void)
{
	int ret = reference_areas(&ref);

	if (ret)
		model.error = ret;
	return !ret;
}

static void model_rewind(void)
{
	model.next = model.used;
	model.seen = model.used;
	model.avail = model.used;
	model.nr_held = 0;
	model.nr_taken = 0;
	model.nr_done = 0;
	model.nr_pieces = 0;
}

/* The driver's index is read. Returns whether it makes sense. */
static bool read_idx(void)
{
	u16 idx = reference_get16(&ref, ref.avail + 2);

	if ((u16)(idx - model.used) > ref.num ||
	    (u16)(idx - model.used) < (u16)(model.seen - model.used)) {
		model.error = -EPROTO;
		return false;
	}
	model.avail = idx;
	return true;
}

/* Calls */

static void model_take(const struct mdev_ring_chain *chain, u16 head)
{
	struct held *held = &model.held[model.nr_held++];

	expect_eq(chain->head, head);
	expect_eq(chain->out_len, ref.out_len);
	expect_eq(chain->in_len, ref.in_len);
	expect_eq(chain->out_num + chain->in_num, ref.nr_pieces);
	expect_eq(chain->out_vec, model.nr_pieces);
	expect_eq(chain->in_vec, chain->out_vec + chain->out_num);
	*held = (struct held) { *chain, model.nr_pieces, ref.nr_pieces, mem.as.seq, false };
	memcpy(model.piece + held->base, ref.piece, held->nr * sizeof(*ref.piece));
	model.nr_pieces += held->nr;
	model.nr_taken++;
	if (model.seen == model.next)
		model.seen++;
	model.next++;
}

/* What the model says that the next mdev_ring_pop() returns. */
static int model_pop(u16 *head)
{
	int ret;

	if (!model.running || model.error)
		return model.error;
	if (!areas())
		return model.error;
	if (model.next == model.avail) {
		if (!read_idx())
			return model.error;
		if (model.next == model.avail)
			return 0;
	}
	if (!model.nr_taken) {
		model.nr_held = 0;
		model.nr_pieces = 0;
	}
	*head = reference_get16(&ref, ref.avail + 4 + model.next % ref.num * 2);
	ret = reference_chain(&ref, *head, model.nr_pieces);
	if (ret && ret != -ENOBUFS)
		model.error = ret;
	return ret ? ret : 1;
}

static void call_pop(void)
{
	struct mdev_ring_chain chain;
	u16 head = 0;
	int want, got;

	want = model_pop(&head);
	got = mdev_ring_pop(&ring, &chain);
	if (want == -ELOOP) {
		expect(got < 0);
		model.error = got == -ENOBUFS ? 0 : got;
		return;
	}
	expect_eq(got, want);
	if (got == 1)
		model_take(&chain, head);
}

/* The owner writes what it says it has written, where the memory is still there. */
static void answer(const struct held *held, u32 written)
{
	const struct kvec *vec = ring.vecs + held->chain.in_vec;
	u32 part;

	if (held->seq != mem.as.seq)
		return;
	for (; written; written -= part, vec++) {
		part = min_t(u64, written, vec->iov_len);
		memset(vec->iov_base, 0x5a, part);
	}
}

static void call_push(const u8 *record)
{
	struct held *held;
	unsigned int i = 0;
	u32 written;

	if (!model.nr_taken || model.error)
		return;
	/* Any of those that are held, the first one most of all. */
	if (record[1] & 1)
		i = record[2] % model.nr_held;
	while (model.held[i].done)
		i = (i + 1) % model.nr_held;
	held = &model.held[i];
	written = record[1] & 2 ? held->chain.in_len :
		  min((u32)u16_at(record + 4), held->chain.in_len);
	answer(held, written);
	memory_copy(&mem);
	mdev_ring_push(&ring, &held->chain, written);
	held->done = true;
	model.done[model.nr_done++] = (struct done) { held->chain.head, written };
	model.nr_taken--;
}

/* No more than what was taken last and is not done. */
static void call_unpop(const u8 *record)
{
	unsigned int nr, most = 0;

	while (most < model.nr_held && !model.held[model.nr_held - 1 - most].done)
		most++;
	if (most > model.nr_taken)
		most = model.nr_taken;
	nr = record[1] % (most + 1);
	mdev_ring_unpop(&ring, nr);
	if (!nr || !model.running || model.error)
		return;
	model.nr_held -= nr;
	model.nr_taken -= nr;
	model.next -= nr;
	model.nr_pieces = model.held[model.nr_held].base;
}

static bool model_wants(void)
{
	u16 old = model.signalled;

	if (!model.event_idx)
		return !(reference_get16(&ref, ref.avail) & VRING_AVAIL_F_NO_INTERRUPT);
	model.signalled = model.used;
	if (!model.signalled_valid) {
		model.signalled_valid = true;
		return true;
	}
	return vring_need_event(reference_get16(&ref, ref.avail + 4 + 2 * ref.num),
				model.used, old);
}

/* The windows are two because the used ring may be wrapped around. */
static void flush_windows(void)
{
	u16 slot = model.used % ref.num;
	u32 part = min(model.nr_done, (unsigned int)(ref.num - slot));

	may_write(ref.used + 4 + 8 * slot, 8 * part);
	/* The index lies just before the elements. */
	may_write(ref.used + 2, 2 + 8 * (model.nr_done - part));
}

static void check_used(void)
{
	unsigned int i;
	u64 addr;

	for (i = 0; i < model.nr_done; i++) {
		addr = ref.used + 4 + 8 * ((u16)(model.used + i) % ref.num);
		expect_eq(reference_get32(&ref, addr), model.done[i].id);
		expect_eq(reference_get32(&ref, addr + 4), model.done[i].len);
	}
	expect_eq(reference_get16(&ref, ref.used + 2), (u16)(model.used + model.nr_done));
}

static void call_flush(void (*flush)(struct mdev_ring *ring))
{
	bool works = model.running && !model.error && model.nr_done && areas();
	unsigned int old_irqs = irqs;

	if (works)
		flush_windows();
	flush(&ring);
	if (!works) {
		expect_eq(irqs, old_irqs);
		return;
	}
	check_used();
	model.used += model.nr_done;
	model.nr_done = 0;
	expect_eq(irqs, old_irqs + model_wants());
}

static void call_enable_kick(void)
{
	bool works = model.running && !model.error;
	bool mapped = works && areas();
	bool got, want = works;

	if (mapped && model.event_idx)
		may_write(ref.used + 4 + 8 * ref.num, 2);
	else if (mapped && model.kicks_off)
		may_write(ref.used, 2);
	got = mdev_ring_enable_kick(&ring);
	if (mapped) {
		if (model.event_idx)
			expect_eq(reference_get16(&ref, ref.used + 4 + 8 * ref.num), model.seen);
		else
			expect(!model.kicks_off || !reference_get16(&ref, ref.used));
		model.kicks_off = false;
		if (read_idx())
			want = model.avail != model.seen;
	}
	expect_eq(got, want);
}

static void call_disable_kick(void)
{
	bool works = model.running && !model.error && !model.kicks_off && areas();

	if (works && !model.event_idx)
		may_write(ref.used, 2);
	mdev_ring_disable_kick(&ring);
	if (!works)
		return;
	model.kicks_off = true;
	if (!model.event_idx)
		expect_eq(reference_get16(&ref, ref.used), VRING_USED_F_NO_NOTIFY);
}

static void call_in_iter(const u8 *record)
{
	struct mdev_ring_chain chain[8];
	struct iov_iter iter;
	unsigned int i, nr;
	size_t bytes = 0;
	u64 pieces = 0;

	if (!model.running || !model.nr_taken)
		return;
	i = record[1] % model.nr_held;
	for (nr = 0; nr < 8 && i + nr < model.nr_held && !model.held[i + nr].done; nr++)
		chain[nr] = model.held[i + nr].chain;
	if (!nr)
		return;
	mdev_ring_in_iter(&ring, chain, nr, &iter);
	for (i = 0; i < nr && (!i || !chain[i].out_num); i++)
		bytes += chain[i].in_len;
	expect_eq(iter.count, bytes);
	for (i = 0; i < iter.nr_segs; i++)
		pieces += iter.kvec[i].iov_len;
	expect_eq(pieces, bytes);
	mdev_ring_out_iter(&ring, chain, &iter);
	expect_eq(iter.count, chain[0].out_len);
	expect_eq(iter.nr_segs, chain[0].out_num);
}

static void call_break(const u8 *record)
{
	int error = -1 - record[1] % 100;

	mdev_ring_break(&ring, error);
	if (!model.error)
		model.error = error;
}

static void call_stop(void)
{
	call_flush(mdev_ring_stop);
	if (model.running)
		model_rewind();
	model.running = false;
}

static u64 features(u8 bits)
{
	return (bits & 1 ? BIT_ULL(VIRTIO_RING_F_EVENT_IDX) : 0) |
	       (bits & 2 ? BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC) : 0) |
	       ((bits & 0x1c) != 0x1c ? BIT_ULL(VIRTIO_F_VERSION_1) : 0);
}

static int model_start(u64 bits, bool no_memory)
{
	if (model.running)
		return -EBUSY;
	if (model.error)
		return model.error;
	if (!(bits & BIT_ULL(VIRTIO_F_VERSION_1)))
		return -EOPNOTSUPP;
	if (!ring.as)
		return -ENXIO;
	if (!model.placed || ref.num & (ref.num - 1))
		return -EINVAL;
	return no_memory ? -ENOMEM : 0;
}

static void call_start(const u8 *record)
{
	bool no_memory = record[2] % 8 == 7;
	u64 bits = features(record[1]);
	int want = model_start(bits, no_memory);

	if (no_memory)
		shim_alloc_fail = record[3] % 3;
	expect_eq(mdev_ring_start(&ring, bits), want);
	shim_alloc_fail = -1;
	if (want)
		return;
	model.running = true;
	model.event_idx = bits & BIT_ULL(VIRTIO_RING_F_EVENT_IDX);
	model.kicks_off = true;
	model.signalled_valid = false;
	ref.indirect = bits & BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC);
}

static void call_set_state(u16 idx)
{
	struct mdev_vq_state state = { .split.avail_index = idx };

	expect_eq(mdev_ring_set_state(&ring, &state), model.running ? -EBUSY : 0);
	if (!model.running) {
		model.used = idx;
		model_rewind();
	}
	mdev_ring_get_state(&ring, &state);
	expect_eq(state.split.avail_index, model.used);
}

static void call_set_num(u32 num)
{
	int want = !num || num > MDEV_RING_NUM_MAX ? -EINVAL : 0;

	if (model.running)
		want = -EBUSY;
	expect_eq(mdev_ring_set_num(&ring, num), want);
	if (!want)
		ref.num = num;
}

static void call_set_address(u64 desc, u64 avail, u64 used)
{
	int want = desc % 16 || avail % 2 || used % 4 ? -EINVAL : 0;

	if (model.running)
		want = -EBUSY;
	expect_eq(mdev_ring_set_address(&ring, desc, avail, used), want);
	if (want)
		return;
	model.placed = true;
	ref.desc = desc;
	ref.avail = avail;
	ref.used = used;
}

static void call_reset(void)
{
	mdev_ring_reset(&ring);
	model.running = false;
	model.placed = false;
	model.error = 0;
	model.used = 0;
	model_rewind();
	ref.num = MDEV_RING_NUM_MAX;
}

/* All that a driver does before a ring works. */
static void call_configure(const u8 *record)
{
	call_reset();
	call_set_num(driver.num);
	call_set_address(mem.region[MEM_DESC].addr, mem.region[MEM_AVAIL].addr,
			 mem.region[MEM_USED].addr);
	call_set_state(u16_at(record + 4));
	driver_set_idx(&driver, u16_at(record + 4));
	memory_copy(&mem);
	call_start(record);
}

static void call(const u8 *record)
{
	switch (record[0] % OPS) {
	case CALL_POP:
		call_pop();
		break;
	case CALL_PUSH:
		call_push(record);
		break;
	case CALL_UNPOP:
		call_unpop(record);
		break;
	case CALL_FLUSH:
		call_flush(mdev_ring_flush);
		break;
	case CALL_ENABLE_KICK:
		call_enable_kick();
		break;
	case CALL_DISABLE_KICK:
		call_disable_kick();
		break;
	case CALL_IN_ITER:
		call_in_iter(record);
		break;
	case CALL_BREAK:
		call_break(record);
		break;
	case CALL_STOP:
		call_stop();
		break;
	case CALL_START:
		call_start(record);
		break;
	case CALL_SET_STATE:
		call_set_state(u16_at(record + 4));
		break;
	case CALL_SET_NUM:
		call_set_num(record[2] & 1 ? u16_at(record + 4) : 1U << record[1] % 12);
		break;
	case CALL_SET_ADDRESS:
		call_set_address(driver_address(&mem, record[1], record[2]),
				 driver_address(&mem, record[3], record[4]),
				 driver_address(&mem, record[5], record[6]));
		break;
	case CALL_SET_AS:
		if (!model.running)
			mdev_ring_set_as(&ring, record[1] & 1 ? NULL : &mem.as);
		break;
	case CALL_RESET:
		call_reset();
		break;
	case CALL_CONFIGURE:
		call_configure(record);
		break;
	}
}

/* The first record says how large the ring is. */
static void begin(const u8 *record)
{
	static const u16 sizes[] = { 1, 2, 4, 8, 8, 16, 32, 64, 256, 1024 };

	memset(&model, 0, sizeof(model));
	driver = (struct driver) { &mem, sizes[record[6] % 10], 0 };
	irqs = 0;
	memory_init(&mem, driver.num);
	expect_eq(mdev_ring_init(&ring, MDEV_RING_NUM_MAX, on_notify), 0);
	mdev_ring_set_as(&ring, &mem.as);
	before();
	call_configure(record);
	after();
}

static void run(const u8 *data, size_t len)
{
	size_t at;

	if (packed_wanted(data)) {
		packed_run(data, len);
		return;
	}
	begin(data);
	for (at = FUZZ_RECORD; at < len; at += FUZZ_RECORD) {
		u8 record[FUZZ_RECORD];

		memcpy(record, data + at, sizeof(record));
		record[0] %= OPS;
		if (record[0] < DRIVER_OPS) {
			driver_run(&driver, record);
			continue;
		}
		before();
		call(record);
		after();
	}
	mdev_ring_destroy(&ring);
	memory_exit(&mem);
}

/* Near the begin of the table, short, and leading to a near one or to itself. */
static void record_make_desc(u8 *record)
{
	record[1] %= 16;
	record[5] = (record[1] + fuzz_random(3)) % 16;
	if (fuzz_random(2))
		record[7] = 0;
	if (!fuzz_random(4))
		record[6] = 0;
	/* To the indirect table, from within it as well. */
	if (!fuzz_random(4)) {
		record[2] = MEM_TABLE;
		record[3] = 0;
		record[4] = (record[4] & 0x80) | VRING_DESC_F_INDIRECT;
		record[6] &= ~15;
	}
}

/* Mostly what leads somewhere: chains that are offered, taken and completed. */
static void record_make(u8 *record)
{
	static const u8 often[] = {
		DRIVER_CHAIN, DRIVER_CHAIN, DRIVER_DESC, DRIVER_DESC, DRIVER_AVAIL,
		CALL_POP, CALL_POP, CALL_POP, CALL_PUSH, CALL_PUSH, CALL_FLUSH,
		CALL_UNPOP, CALL_ENABLE_KICK, CALL_CONFIGURE, DRIVER_MAP,
		DRIVER_IDX,
	};
	unsigned int i;

	for (i = 1; i < FUZZ_RECORD; i++)
		record[i] = fuzz_random(256);
	record[0] = fuzz_random(3) ? often[fuzz_random(sizeof(often))] : fuzz_random(OPS);
	if (record[0] == DRIVER_CHAIN)
		record[4] = (record[4] & ~15) | (MEM_DATA + fuzz_random(8));
	if (record[0] == DRIVER_DESC)
		record_make_desc(record);
	if (record[0] == DRIVER_IDX)
		record[1] = fuzz_random(7) - 3;
	if (record[0] == DRIVER_MAP && fuzz_random(4))
		record[1] = MEM_DATA + fuzz_random(8);
}

static const struct fuzz_target target = {
	.name = "ring",
	.hang_s = 10,
	.run = run,
	.record = record_make,
};

#ifdef FUZZ_LIBFUZZER
/* libFuzzer brings its own main(), and reports by abort(). */
int FUZZ_LIBFUZZER(const u8 *data, size_t len);

int FUZZ_LIBFUZZER(const u8 *data, size_t len)
{
	if (len >= FUZZ_RECORD)
		target.run(data, len - len % FUZZ_RECORD);
	return 0;
}
#else
int main(int argc, char **argv)
{
	return fuzz_main(&target, argc, argv);
}
#endif
