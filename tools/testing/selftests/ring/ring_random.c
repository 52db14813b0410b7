// SPDX-License-Identifier: GPL-2.0
/*
 * A device and a driver that do random things with a ring: every buffer comes
 * back once, with what it has to hold, and nobody waits for the other for ever.
 * At first in turns, then on two CPUs at a time.
 */
/* libs: -Iring/shim -I../../../include -I../../../drivers/vdpa/ring -pthread */
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include "rig.h"
#include "random_device.h"

#define MAX_SEGS	4

/* What the driver knows of a request, by head. */
struct request {
	bool busy;
	u8 seed;
	u16 segs;
	u16 desc[MAX_SEGS];
	u32 out_len;
	u32 in_len;
};

struct game {
	struct rig rig;
	struct request request[DRV_NUM_MAX];
	bool use_indirect;
	unsigned long left;	/* requests that the driver has yet to make */
	unsigned long open;	/* made, and not come back */
	u16 oldest;		/* head of the first of them, where they are in order */
	bool kicked;
	/* Two CPUs. */
	bool threads;
	bool kick;
	bool irq;
	bool stop;
};

static struct game game;

/* Data of a head: out buffers from the start, in buffers after them. */
static u64 request_addr(u16 head)
{
	return RIG_DATA + head * CHUNK;
}

static u64 table_addr(u16 head)
{
	return request_addr(head) + CHUNK - MAX_SEGS * sizeof(struct vring_desc);
}

static void request_fill(struct request *request, u16 head)
{
	u8 data[CHUNK];
	u32 i;

	for (i = 0; i < request->out_len; i++)
		data[i] = request->seed + i;
	memset(data + request->out_len, 0xee, request->in_len);
	mem_write(&game.rig.mem, request_addr(head), data,
		  request->out_len + request->in_len);
}

/* Cut the data into buffers; some of them may be empty. */
static void request_cut(struct request *request, u16 head, struct vring_desc *desc)
{
	u32 bytes = request->out_len + request->in_len;
	u32 nr_in = request->in_len ? 1 + random_below(2) : 0;
	u32 nr_out = request->segs - nr_in;
	u32 at = 0;
	u32 i, end;

	for (i = 0; i < request->segs; i++) {
		end = i < nr_out ? request->out_len : bytes;
		desc[i].addr = request_addr(head) + at;
		desc[i].len = end - at;
		if (i + 1 != nr_out && i + 1 != request->segs)
			desc[i].len = random_below(end - at + 1);
		at += desc[i].len;
		desc[i].flags = i < nr_out ? 0 : VRING_DESC_F_WRITE;
		if (i + 1 < request->segs)
			desc[i].flags |= VRING_DESC_F_NEXT;
	}
}

static void request_place(struct drv *drv, struct request *request, u16 head,
			  struct vring_desc *desc)
{
	bool indirect = game.use_indirect && random_below(2);
	u32 len = request->segs * sizeof(*desc);
	u32 i;

	for (i = 0; i + 1 < request->segs; i++)
		desc[i].next = indirect ? i + 1 : request->desc[i + 1];
	desc[i].next = 0xffff;
	if (indirect) {
		mem_write(drv->mem, table_addr(head), desc, len);
		drv_desc(drv, head, table_addr(head), len,
			 VRING_DESC_F_INDIRECT, 0);
		return;
	}
	for (i = 0; i < request->segs; i++)
		drv->desc[request->desc[i]] = desc[i];
}

static void driver_add(struct drv *drv)
{
	struct vring_desc desc[MAX_SEGS];
	struct request *request;
	u16 head = drv->first_free;
	u32 i;

	request = &game.request[head];
	check(!request->busy);
	request->busy = true;
	request->seed = random_below(256);
	request->out_len = 1 + random_below(200);
	request->in_len = random_below(3) ? random_below(200) : 0;
	request->segs = request->in_len ? 3 + random_below(2) : 1 + random_below(4);
	for (i = 0; i < request->segs; i++)
		request->desc[i] = drv_alloc(drv);
	request_fill(request, head);
	request_cut(request, head, desc);
	request_place(drv, request, head, desc);
	drv_add(drv, head);
	game.left--;
	game.open++;
}

/* The device has answered with each byte of the question plus one. */
static void driver_check(struct drv *drv, u32 id, u32 len)
{
	struct request *request = &game.request[id];
	u8 data[CHUNK];
	u32 i;

	check(id < drv->num && request->busy);
	if (test_failed)
		return;
	if (drv->in_order) {
		check_eq(id, game.oldest);
		game.oldest = (id + request->segs) % drv->num;
	}
	check_eq(len, min(request->out_len, request->in_len));
	mem_read(&game.rig.mem, request_addr(id), data,
		 request->out_len + request->in_len);
	for (i = 0; i < request->out_len; i++)
		check_eq(data[i], (u8)(request->seed + i));
	for (i = 0; i < request->in_len; i++)
		check_eq(data[request->out_len + i],
			 i < len ? (u8)(request->seed + i + 1) : 0xee);
	request->busy = false;
	for (i = 0; i < request->segs; i++)
		drv_free(drv, request->desc[i]);
	game.open--;
}

/* One turn of the driver: some new requests, one kick at most. */
static bool driver_submit(struct drv *drv)
{
	u32 batch = 1 + random_below(8);
	bool added = false;

	while (batch-- && game.left && drv->nr_free >= MAX_SEGS) {
		driver_add(drv);
		added = true;
	}
	return added && drv_publish(drv);
}

static void driver_reap(struct drv *drv)
{
	u32 id, len;

	do {
		drv_disable_irq(drv);
		while (drv_get_used(drv, &id, &len) && !test_failed)
			driver_check(drv, id, len);
	} while (drv_enable_irq(drv) && !test_failed);
}

/* The ring moves to another device that knows nothing but the state. */
static void device_migrate(struct rig *rig, u64 features)
{
	struct mdev_ring *ring = &rig->ring;
	struct mdev_vq_state state;

	device_abandon(ring);
	mdev_ring_stop(ring);
	mdev_ring_get_state(ring, &state);
	mdev_ring_reset(ring);
	check_eq(mdev_ring_set_num(ring, rig->drv.num), 0);
	rig_address(rig);
	check_eq(mdev_ring_set_state(ring, &state), 0);
	check_eq(mdev_ring_start(ring, F_VERSION_1 | features), 0);
	game.kicked = true;
}

static void game_notify(struct mdev_ring *ring)
{
	rig_notify(ring);
	if (game.threads)
		WRITE_ONCE(game.irq, true);
}

static void game_init(u16 num, u64 features, unsigned long requests)
{
	memset(&game, 0, sizeof(game));
	rig_init(&game.rig, num, features, (num * CHUNK + RIG_PAGE - 1) / RIG_PAGE,
		 random_below(0x10000));
	game.rig.ring.notify = game_notify;
	game.use_indirect = features & F_INDIRECT;
	game.left = requests;
	drv_enable_irq(&game.rig.drv);
	mdev_ring_enable_kick(&game.rig.ring);
}

/* In turns: each side acts only when it has been told to. */
static void play(u16 num, u64 features, unsigned long requests)
{
	unsigned int idle = 0;
	unsigned int irqs = 0;
	struct rig *rig = &game.rig;

	game_init(num, features, requests);
	while ((game.left || game.open) && !test_failed) {
		if (random_below(2) && driver_submit(&rig->drv))
			game.kicked = true;
		if (!random_below(20))
			device_migrate(rig, features);
		if (game.kicked && random_below(2)) {
			game.kicked = false;
			device_run(&rig->ring);
			idle = 0;
		}
		if (rig->irqs != irqs && random_below(2)) {
			irqs = rig->irqs;
			driver_reap(&rig->drv);
			idle = 0;
		}
		check(idle++ < 1000);
	}
	check_eq(rig->drv.nr_free, num);
	check_eq(shim_warnings, 0);
	check_eq(rig->ring.stats.errors, 0);
	rig_exit(rig);
}

/*
 * Wait for a flag that the other side sets. This is done without anything that
 * orders memory, lest it helps the ring. A wake-up that is lost shows as a
 * wait of ten seconds.
 */
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
			device_run(&game.rig.ring);
	return NULL;
}

static void play_threads(u16 num, u64 features, unsigned long requests)
{
	struct drv *drv = &game.rig.drv;
	u64 seed = random_state;
	pthread_t device;

	game_init(num, features, requests);
	game.threads = true;
	pthread_create(&device, NULL, device_thread, &seed);
	while ((game.left || game.open) && !test_failed) {
		if (driver_submit(drv))
			WRITE_ONCE(game.kick, true);
		if (game.left && drv->nr_free >= MAX_SEGS && random_below(4))
			continue;
		if (!drv_enable_irq(drv) && game.open)
			check(wait_for(&game.irq));
		driver_reap(drv);
	}
	WRITE_ONCE(game.stop, true);
	pthread_join(device, NULL);
	check_eq(game.rig.ring.stats.errors, 0);
	rig_exit(&game.rig);
}

static const struct {
	const char *text;
	u64 features;
} modes[] = {
	{ "flags", 0 },
	{ "flags, indirect", F_INDIRECT },
	{ "event index", F_EVENT_IDX },
	{ "event index, indirect", F_EVENT_IDX | F_INDIRECT },
	{ "flags, in order", F_IN_ORDER },
	{ "flags, indirect, in order", F_INDIRECT | F_IN_ORDER },
	{ "event index, in order", F_EVENT_IDX | F_IN_ORDER },
	{ "event index, indirect, in order", F_EVENT_IDX | F_INDIRECT | F_IN_ORDER },
};

static const u16 sizes[] = { 4, 8, 64, 1024 };

int main(int argc, char **argv)
{
	unsigned long requests = argc > 1 ? strtoul(argv[1], NULL, 0) : 50000;
	unsigned int m, s;
	char text[80];

	random_state = argc > 2 ? strtoull(argv[2], NULL, 0) : (u64)time(NULL);
	random_state |= 1;
	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(modes) * (ARRAY_SIZE(sizes) + 1));
	printf("# ring_random %lu %llu\n", requests,
	       (unsigned long long)random_state);
	for (m = 0; m < ARRAY_SIZE(modes); m++) {
		for (s = 0; s < ARRAY_SIZE(sizes); s++) {
			play(sizes[s], modes[m].features, requests);
			snprintf(text, sizeof(text), "%u entries, %s", sizes[s],
				 modes[m].text);
			test_end(text);
		}
		play_threads(16, modes[m].features, requests);
		snprintf(text, sizeof(text), "two threads, %s", modes[m].text);
		test_end(text);
	}
	return !!test_failures;
}
