// SPDX-License-Identifier: GPL-2.0
/*
 * A device and a driver that do random things with a packed ring: every buffer comes
 * back once, with what it has to hold, and nobody waits for the other for ever, though
 * the ring moves to another device now and then. At first in turns, then on two CPUs.
 */
/* libs: -Iring/shim -I../../../include -I../../../drivers/vdpa/ring -pthread */
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "packed_driver.h"
#include "random_device.h"

#define MAX_SEGS	4

struct request {
	bool busy;
	u8 seed;
	u32 out_len;
	u32 in_len;
};

static struct game {
	struct mem mem;
	struct pdrv drv;
	struct mdev_ring ring[2];	/* the second one takes over from the first */
	unsigned int now;
	u64 features;
	struct request request[DRV_NUM_MAX];
	u16 order[DRV_NUM_MAX];		/* IDs as they were made available */
	u32 head, tail;
	unsigned long left, open;
	unsigned int irqs;
	bool kicked;
	bool threads, kick, irq, stop;
} game;

static u64 request_addr(u16 id)
{
	return RIG_DATA + id * CHUNK;
}

/* Out buffers, then in buffers, cut where it falls; some may be empty. */
static u16 request_cut(struct request *request, u16 id, struct pdesc *desc, u16 most)
{
	u32 end = request->out_len, at = 0;
	u16 nr = 0;

	while (at < request->out_len + request->in_len) {
		u16 rest = at < request->out_len && request->in_len ? 2 : 1;

		desc[nr].addr = request_addr(id) + at;
		end = at < request->out_len ? request->out_len :
		      request->out_len + request->in_len;
		desc[nr].len = most - nr > rest ? random_below(end - at + 1) : end - at;
		desc[nr].flags = at < request->out_len ? 0 : VRING_DESC_F_WRITE;
		at += desc[nr++].len;
	}
	return nr;
}

static void driver_add(struct pdrv *drv)
{
	bool indirect = game.features & F_INDIRECT && random_below(2);
	u16 most = indirect ? MAX_SEGS : min_t(u16, drv->nr_free, MAX_SEGS);
	struct pdesc desc[MAX_SEGS + 1], table;
	struct request *request;
	u8 data[CHUNK];
	u16 id, i, nr;

	for (id = random_below(drv->num); game.request[id].busy;)
		id = (id + 1) % drv->num;
	request = &game.request[id];
	request->busy = true;
	request->seed = random_below(256);
	request->out_len = 1 + random_below(200);
	request->in_len = most > 1 && random_below(3) ? random_below(200) : 0;
	for (i = 0; i < request->out_len; i++)
		data[i] = request->seed + i;
	memset(data + request->out_len, 0xee, request->in_len);
	mem_write(&game.mem, request_addr(id), data,
		  request->out_len + request->in_len);
	nr = request_cut(request, id, desc, most);
	game.order[game.tail++ % DRV_NUM_MAX] = id;
	game.left--;
	game.open++;
	if (indirect) {
		/* What the device has to ignore there. */
		for (i = 0; i < nr; i++) {
			desc[i].id = random_below(0x10000);
			desc[i].flags |= random_below(2) ? VRING_DESC_F_NEXT : 0;
		}
		table.addr = request_addr(id) + CHUNK - sizeof(desc);
		table.len = nr * sizeof(*desc);
		table.flags = VRING_DESC_F_INDIRECT;
		mem_write(&game.mem, table.addr, desc, table.len);
		pdrv_add(drv, &table, 1, id);
		return;
	}
	for (i = 0; i + 1 < nr; i++)
		desc[i].flags |= VRING_DESC_F_NEXT;
	pdrv_add(drv, desc, nr, id);
}

/* The device has answered with each byte of the question plus one. */
static void driver_check(u16 id, u32 len)
{
	struct request *request = &game.request[id];
	u8 data[CHUNK];
	u32 i;

	check(request->busy);
	check_eq(id, game.order[game.head++ % DRV_NUM_MAX]);
	check_eq(len, min(request->out_len, request->in_len));
	mem_read(&game.mem, request_addr(id), data,
		 request->out_len + request->in_len);
	for (i = 0; i < request->out_len; i++)
		check_eq(data[i], (u8)(request->seed + i));
	for (i = 0; i < request->in_len; i++)
		check_eq(data[request->out_len + i],
			 i < len ? (u8)(request->seed + i + 1) : 0xee);
	request->busy = false;
	game.open--;
}

static bool driver_submit(struct pdrv *drv)
{
	struct place old = drv->avail;
	u32 batch = 1 + random_below(8);
	bool added = false;

	while (batch-- && game.left && drv->nr_free) {
		driver_add(drv);
		added = true;
	}
	return added && pdrv_wants_kick(drv, old);
}

static void driver_reap(struct pdrv *drv)
{
	u32 len;
	u16 id;

	do {
		pdrv_disable_irq(drv);
		while (pdrv_get_used(drv, &id, &len) && !test_failed)
			driver_check(id, len);
	} while (pdrv_enable_irq(drv) && !test_failed);
}

static void ring_begin(struct mdev_ring *ring, const struct mdev_vq_state *state)
{
	struct pdrv *drv = &game.drv;

	mdev_ring_reset(ring);
	check_eq(mdev_ring_set_num(ring, drv->num), 0);
	check_eq(mdev_ring_set_address(ring, drv->addr[0], drv->addr[1],
				       drv->addr[2]), 0);
	if (state)
		check_eq(mdev_ring_set_state(ring, state), 0);
	check_eq(mdev_ring_start(ring, F_VERSION_1 | F_PACKED | game.features), 0);
}

/* The other device knows nothing but the state; this one may be holding chains. */
static void device_migrate(void)
{
	struct mdev_ring *ring = &game.ring[game.now];
	struct mdev_vq_state state;

	device_abandon(ring);
	mdev_ring_stop(ring);
	mdev_ring_get_state(ring, &state);
	check_eq(state.packed.last_avail_idx, state.packed.last_used_idx);
	game.now ^= 1;
	ring_begin(&game.ring[game.now], &state);
	game.kicked = true;
}

static void game_notify(struct mdev_ring *ring)
{
	game.irqs++;
	if (game.threads)
		WRITE_ONCE(game.irq, true);
}

static void game_init(u16 num, u64 features, unsigned long requests)
{
	unsigned int i;

	memset(&game, 0, sizeof(game));
	mem_init(&game.mem);
	pdrv_init(&game.drv, &game.mem, num, RIG_BASE, features & F_EVENT_IDX);
	for (i = 0; i < (num * CHUNK + RIG_PAGE - 1) / RIG_PAGE; i++)
		mem_add(&game.mem, RIG_DATA + i * RIG_PAGE, RIG_PAGE, MEM_RW);
	game.features = features;
	game.left = requests;
	for (i = 0; i < 2; i++) {
		check_eq(mdev_ring_init(&game.ring[i], MDEV_RING_NUM_MAX, game_notify), 0);
		mdev_ring_set_as(&game.ring[i], &game.mem.as);
	}
	ring_begin(&game.ring[0], NULL);
	pdrv_enable_irq(&game.drv);
	mdev_ring_enable_kick(&game.ring[0]);
}

static void game_exit(void)
{
	unsigned int i;

	check_eq(game.drv.nr_free, game.drv.num);
	check_eq(shim_warnings, 0);
	for (i = 0; i < 2; i++) {
		check_eq(game.ring[i].stats.errors, 0);
		mdev_ring_destroy(&game.ring[i]);
	}
	mdev_as_put(&game.mem.as);
	mem_free(&game.mem);
}

/* In turns: each side acts only when it has been told to. */
static void play(u16 num, u64 features, unsigned long requests)
{
	struct pdrv *drv = &game.drv;
	unsigned int idle = 0;
	unsigned int irqs = 0;

	game_init(num, features, requests);
	while ((game.left || game.open) && !test_failed) {
		if (random_below(2) && driver_submit(drv))
			game.kicked = true;
		if (!random_below(20))
			device_migrate();
		if (game.kicked && random_below(2)) {
			game.kicked = false;
			device_run(&game.ring[game.now]);
			idle = 0;
		}
		if (game.irqs != irqs && random_below(2)) {
			irqs = game.irqs;
			driver_reap(drv);
			idle = 0;
		}
		check(idle++ < 1000);
	}
	game_exit();
}

/* See ring_random.c. */
static bool wait_for(bool *flag)
{
	time_t end = time(NULL) + 10;
	unsigned int spins = 0;

	while (!READ_ONCE(*flag)) {
		if (++spins % 4096)
			continue;
		if (READ_ONCE(game.stop) || time(NULL) > end)
			return false;
		sched_yield();
	}
	WRITE_ONCE(*flag, false);
	/* What the other side does from now on sets the flag again. */
	smp_mb();
	return true;
}

static void *device_thread(void *seed)
{
	random_state = *(u64 *)seed;
	while (!READ_ONCE(game.stop))
		if (wait_for(&game.kick))
			device_run(&game.ring[0]);
	return NULL;
}

static void play_threads(u16 num, u64 features, unsigned long requests)
{
	struct pdrv *drv = &game.drv;
	u64 seed = random_state;
	pthread_t device;

	game_init(num, features, requests);
	game.threads = true;
	pthread_create(&device, NULL, device_thread, &seed);
	while ((game.left || game.open) && !test_failed) {
		if (driver_submit(drv))
			WRITE_ONCE(game.kick, true);
		if (game.left && drv->nr_free && random_below(4))
			continue;
		if (!pdrv_enable_irq(drv) && game.open)
			check(wait_for(&game.irq));
		driver_reap(drv);
	}
	WRITE_ONCE(game.stop, true);
	pthread_join(device, NULL);
	game_exit();
}

static const struct {
	const char *text;
	u64 features;
} modes[] = {
	{ "flags", 0 },
	{ "flags, indirect", F_INDIRECT },
	{ "flags, in order", F_IN_ORDER },
	{ "flags, indirect, in order", F_INDIRECT | F_IN_ORDER },
	{ "event index", F_EVENT_IDX },
	{ "event index, indirect", F_EVENT_IDX | F_INDIRECT },
	{ "event index, in order", F_EVENT_IDX | F_IN_ORDER },
	{ "event index, indirect, in order", F_EVENT_IDX | F_INDIRECT | F_IN_ORDER },
};

static const u16 sizes[] = { 1, 2, 3, 7, 64, 1000, 1024 };

int main(int argc, char **argv)
{
	unsigned long requests = argc > 1 ? strtoul(argv[1], NULL, 0) : 30000;
	unsigned int m, s;
	char text[80];

	random_state = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);
	random_state |= 1;
	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(modes) * (ARRAY_SIZE(sizes) + 1));
	printf("# ring_packed_random %lu %llu\n", requests,
	       (unsigned long long)random_state);
	for (m = 0; m < ARRAY_SIZE(modes); m++) {
		for (s = 0; s < ARRAY_SIZE(sizes); s++) {
			play(sizes[s], modes[m].features, requests);
			snprintf(text, sizeof(text), "%u entries, %s", sizes[s],
				 modes[m].text);
			test_end(text);
		}
		play_threads(13, modes[m].features, requests);
		snprintf(text, sizeof(text), "two threads, %s", modes[m].text);
		test_end(text);
	}
	return !!test_failures;
}
