// SPDX-License-Identifier: GPL-2.0
/*
 * traffic SLICE FRAMES SECONDS TIMES: a driver in user space. Frames both ways, memory
 * that is not there, memory that comes and goes, and users that do.
 */
/* libs: -lpthread */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "nic.h"

#define PAGE		0x1000
#define PATTERN		0xa5

/* Features that the class has to offer. */
#define NOT_WITHHELD	(NIC_PACKED | NIC_IN_ORDER | NIC_EVENT_IDX)

static const char *slice;
static char *mem;
static unsigned int frames;
static double seconds;
static unsigned int times;
static __u64 layout;

/* Frames. */

static void test_features(const char *name, __u64 features, unsigned int segs, __u64 piece)
{
	struct nic nic;

	nic_init(&nic, slice, mem, features);
	check(!(features & ~nic.features & NOT_WITHHELD), "%s: it is offered", name);
	if (features & NIC_PACKED) {
		nic.rx.num = 253;
		nic.tx.num = 99;
	}
	nic.segs = segs;
	nic_start(&nic, piece);
	check_nic(&nic, frames, name);
	check(!(virtio_status(&nic.vfio) & S_NEEDS_RESET), "%s: the device works", name);
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
}

/* Memory that is not there. */

static void recover(struct nic *nic, const char *what)
{
	check(nic_broken(nic), "%s: the device needs a reset", what);
	virtio_set_status(&nic->vfio, 0);
	if (check(nic_begin(nic), "%s: it begins again", what))
		check_nic(nic, 3, "and works");
}

static void bad_out(struct nic *nic, const char *what, __u64 iova, __u32 len)
{
	const struct seg seg = { iova, len };

	nic_reap(nic);
	ring_add(&nic->tx, &seg, 1, 0);
	nic_kick(nic, &nic->tx);
	recover(nic, what);
}

static void bad_in(struct nic *nic, const char *what, __u64 iova)
{
	char frame[FRAME_MAX];
	unsigned int i;

	for (i = 0; i < RING_NUM; i++)
		nic->rx.desc[i].addr = iova;
	frame_make(frame, FRAME_MAX, 0);
	rep_send(nic->rep, frame, FRAME_MAX);
	recover(nic, what);
}

static void bad_ring(struct nic *nic, const char *what, __u64 desc, __u64 avail, __u64 used)
{
	virtio_set_status(&nic->vfio, 0);
	nic_negotiate(nic);
	nic_place_right(nic, &nic->rx);
	nic_place(nic, &nic->tx, desc, avail, used);
	virtio_set_status(&nic->vfio, S_DRIVER_OK);
	nic_post(nic);
	nic_notify(nic, &nic->tx);
	recover(nic, what);
}

/* Each byte is the one before it. */
static bool filled(const char *from, size_t len)
{
	return (unsigned char)*from == PATTERN && !memcmp(from, from + 1, len - 1);
}

static void test_read_only(struct nic *nic)
{
	__u64 iova = NIC_IOVA + NIC_BYTES;
	char *ro;

	ro = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ro == MAP_FAILED)
		die("memory");
	memset(ro, PATTERN, 4 * PAGE);
	if (vfio_map_as(&nic->vfio, iova, 4 * PAGE, ro, VFIO_DMA_MAP_FLAG_READ))
		die("memory is mapped for reading");
	bad_in(nic, "a buffer to be written in memory for reading", iova);
	bad_in(nic, "a buffer partly in memory for reading", iova - PAGE / 4);
	bad_ring(nic, "a used ring in memory for reading", nic->tx.iova + RING_DESC,
		 nic->tx.iova + RING_AVAIL, iova);
	check(filled(ro, 4 * PAGE), "that memory is as it was");
	vfio_unmap(&nic->vfio, iova, 4 * PAGE);
	munmap(ro, 4 * PAGE);
}

static void test_holes(void)
{
	__u64 desc, avail, used;
	struct nic nic;

	nic_init(&nic, slice, mem, layout);
	nic_start(&nic, NIC_BYTES);
	desc = nic.tx.iova + RING_DESC;
	avail = nic.tx.iova + RING_AVAIL;
	used = nic.tx.iova + RING_USED;
	bad_out(&nic, "a buffer to be read", NIC_NOWHERE, 100);
	bad_out(&nic, "one that ends behind the memory", NIC_IOVA + NIC_BYTES - 50, 100);
	bad_out(&nic, "one at the end of all addresses", -(__u64)PAGE, 100);
	bad_out(&nic, "one beyond it", -50ULL, 100);
	bad_in(&nic, "a buffer to be written", NIC_NOWHERE);
	bad_in(&nic, "one that ends behind the memory", NIC_IOVA + NIC_BYTES - 50);
	bad_ring(&nic, "a descriptor table", NIC_NOWHERE, avail, used);
	bad_ring(&nic, "an available ring", desc, NIC_NOWHERE, used);
	bad_ring(&nic, "a used ring", desc, avail, NIC_NOWHERE);
	bad_ring(&nic, "a ring that ends behind the memory", NIC_IOVA + NIC_BYTES - PAGE / 2,
		 avail, used);
	bad_ring(&nic, "a ring at the end of all addresses", -(__u64)PAGE, avail, used);
	test_read_only(&nic);
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
}

/* Rings whose memory goes: if it comes back soon, nothing has happened. */
static void test_rings_go(void)
{
	struct nic nic;

	nic_init(&nic, slice, mem, layout);
	nic_map(&nic, 0, NIC_BUFS, NIC_BUFS);
	nic_map(&nic, NIC_BUFS, NIC_BYTES, NIC_BYTES);
	if (!nic_begin(&nic))
		die("%s starts", slice);
	check_nic(&nic, 3, "rings are in a mapping of their own");
	vfio_unmap(&nic.vfio, NIC_IOVA, NIC_BUFS);
	nic_map(&nic, 0, NIC_BUFS, PAGE);
	check_nic(&nic, 3, "they go and come back, in pieces");
	vfio_unmap(&nic.vfio, NIC_IOVA, NIC_BUFS);
	nic_notify(&nic, &nic.tx);
	check(nic_broken(&nic), "they go for a longer time: the device needs a reset");
	nic_map(&nic, 0, NIC_BUFS, NIC_BUFS);
	check(virtio_status(&nic.vfio) & S_NEEDS_RESET, "though they are there again");
	virtio_set_status(&nic.vfio, 0);
	if (check(nic_begin(&nic), "it begins again"))
		check_nic(&nic, 3, "and works");
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
}

/* Frames to the slice, for ever, and what comes from it is taken away. */

struct flood {
	pthread_t thread;
	int rep;
	bool stop;
};

static void *flood_run(void *arg)
{
	struct flood *flood = arg;
	char frame[FRAME_MAX + 8];
	__u32 number = 0;

	while (!load(flood->stop)) {
		frame_make(frame, FRAME_MAX, number++);
		send(flood->rep, frame, FRAME_MAX, MSG_DONTWAIT);
		if (number % 8 == 0) {
			rep_drain(flood->rep);
			usleep(100);
		}
	}
	return NULL;
}

static void flood_begin(struct flood *flood)
{
	flood->stop = false;
	flood->rep = rep_open(slice);
	if (pthread_create(&flood->thread, NULL, flood_run, flood))
		die("a thread");
}

static void flood_end(struct flood *flood)
{
	store(flood->stop, true);
	pthread_join(flood->thread, NULL);
	close(flood->rep);
}

/* What a driver does; returns how many frames it has got. */
static unsigned int drive(struct nic *nic)
{
	char frame[FRAME_MAX + 8];
	unsigned int nr = 0;

	frame_make(frame, FRAME_MAX, 1);
	nic_reap(nic);
	nic_try_send(nic, frame, FRAME_MAX);
	while (nr < RING_NUM && nic_take(nic, frame))
		nr++;
	return nr;
}

/* Memory that comes and goes. */

struct churn {
	pthread_t thread;
	pthread_mutex_t lock;	/* of who uses the memory */
	struct nic *nic;
	__u64 from;
	__u64 to;
	unsigned int pause_ms;	/* now and then, about as long */
	unsigned int rounds;
	bool stop;
	bool written;
	int err;
};

/* Not mapped: nobody else writes to it, and it is as before when it is mapped again. */
static void churn_look(struct churn *churn)
{
	static char copy[NIC_BYTES];
	char *at = churn->nic->mem + churn->from;
	size_t len = churn->to - churn->from;

	memcpy(copy, at, len);
	memset(at, PATTERN, len);
	usleep(random_below(3000));
	if (!filled(at, len))
		churn->written = true;
	memcpy(at, copy, len);
}

static void *churn_run(void *arg)
{
	struct churn *churn = arg;
	struct nic *nic = churn->nic;

	while (!load(churn->stop) && !churn->err) {
		usleep(random_below(5000));
		/* What was unmapped is not used for a second: just before or after that. */
		if (churn->rounds++ % 16 == 0)
			usleep(churn->pause_ms * 750 + random_below(churn->pause_ms * 500));
		churn->err = vfio_unmap(&nic->vfio, NIC_IOVA + churn->from,
					churn->to - churn->from);
		pthread_mutex_lock(&churn->lock);
		churn_look(churn);
		if (!churn->err)
			churn->err = nic_map(nic, churn->from, churn->to, NIC_BYTES);
		pthread_mutex_unlock(&churn->lock);
	}
	return NULL;
}

/* Returns false when the device does not come back. */
static bool churn_drive(struct churn *churn, double end, unsigned int *got, unsigned int *resets)
{
	struct nic *nic = churn->nic;
	bool good = true;

	while (now() < end && good) {
		pthread_mutex_lock(&churn->lock);
		if (virtio_status(&nic->vfio) & S_NEEDS_RESET) {
			virtio_set_status(&nic->vfio, 0);
			good = nic_begin(nic);
			++*resets;
		}
		*got += drive(nic);
		pthread_mutex_unlock(&churn->lock);
		usleep(random_below(300));
	}
	return good;
}

static void test_churn(const char *what, __u64 from, __u64 to, unsigned int pause_ms)
{
	struct churn churn = { .from = from, .to = to, .pause_ms = pause_ms };
	unsigned int got = 0, resets = 0;
	struct flood flood;
	struct nic nic;
	bool good;

	nic_init(&nic, slice, mem, layout | NIC_EVENT_IDX);
	nic_map(&nic, 0, from, NIC_BYTES);
	nic_map(&nic, to, NIC_BYTES, NIC_BYTES);
	if (nic_map(&nic, from, to, NIC_BYTES) || !nic_begin(&nic))
		die("%s starts", slice);
	churn.nic = &nic;
	pthread_mutex_init(&churn.lock, NULL);
	flood_begin(&flood);
	if (pthread_create(&churn.thread, NULL, churn_run, &churn))
		die("a thread");
	good = churn_drive(&churn, now() + seconds + 3 * pause_ms / 1e3, &got, &resets);
	store(churn.stop, true);
	pthread_join(churn.thread, NULL);
	flood_end(&flood);
	comment("%s: unmapped %u times, %u frames, %u resets", what, churn.rounds, got, resets);
	check_err(churn.err, 0, "%s come and go", what);
	check(!churn.written, "%s: nothing is written that is not mapped", what);
	check(good, "%s: the device can always be reset", what);
	check(got, "%s: frames arrive", what);
	virtio_set_status(&nic.vfio, 0);
	if (check(nic_begin(&nic), "%s: it begins once more", what))
		check_nic(&nic, 10, "and works");
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
}

/* Users that come and go. */

static void drive_for(struct nic *nic, unsigned int usecs)
{
	double end = now() + usecs / 1e6;

	while (now() < end)
		drive(nic);
}

/* The device is closed first or last. */
static bool close_round(bool last)
{
	struct nic nic;
	bool good;

	nic_init(&nic, slice, mem, layout | NIC_EVENT_IDX);
	nic_start(&nic, NIC_BYTES);
	drive_for(&nic, random_below(20000));
	if (last) {
		close(nic.vfio.container);
		close(nic.vfio.group);
	}
	close(nic.vfio.fd);
	memset(mem, PATTERN, NIC_BYTES);
	usleep(2000);
	good = filled(mem, NIC_BYTES);
	if (!last) {
		close(nic.vfio.group);
		close(nic.vfio.container);
	}
	nic_destroy(&nic);
	return good;
}

static void check_works(const char *text)
{
	struct nic nic;

	nic_init(&nic, slice, mem, layout);
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 5, text);
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
}

static void test_close(void)
{
	struct flood flood;
	bool good = true;
	unsigned int i;

	flood_begin(&flood);
	for (i = 0; i < times && good; i++)
		good = close_round(i & 1);
	flood_end(&flood);
	check(good, "a device that is closed under traffic writes nothing any more");
	check_works("and works for who opens it next");
}

/* In a process that does not end by itself. */
static void use(void)
{
	struct nic nic;
	unsigned int i;

	nic_init(&nic, slice, mem, layout | NIC_EVENT_IDX);
	nic_start(&nic, PAGE * 16);
	for (i = 1;; i++) {
		drive(&nic);
		if (i % 128)
			continue;
		vfio_unmap(&nic.vfio, NIC_IOVA, NIC_BYTES);
		nic_map(&nic, 0, NIC_BYTES, PAGE * 64);
		virtio_set_status(&nic.vfio, 0);
		nic_begin(&nic);
	}
}

static void test_kill(void)
{
	struct flood flood;
	unsigned int i;
	int status = 0;
	pid_t pid;

	for (i = 0; i < times; i++) {
		fflush(stdout);
		pid = fork();
		if (!pid)
			use();
		flood_begin(&flood);
		usleep(random_below(i % 3 ? 20000 : 200000));
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
			break;
		flood_end(&flood);
	}
	check(i == times, "the user of the device is killed under traffic, %u times", times);
	check_works("which the next one does not notice");
}

/* All that happens to the memory of a ring, whatever its layout. */
static void test_memory(void)
{
	test_holes();
	test_rings_go();
	test_churn("buffers", NIC_BUFS, NIC_BYTES, 0);
	test_churn("rings", 0, NIC_BUFS, 1200);
	test_churn("rings and buffers", 0, NIC_BYTES, 1200);
	test_close();
	test_kill();
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	slice = argv[1];
	frames = atoi(argv[2]);
	seconds = atof(argv[3]);
	times = atoi(argv[4]);
	mem = nic_memory();
	random_seed(getpid());
	test_features("plain", 0, 1, NIC_BYTES);
	test_features("in pieces", 0, RING_SEGS - 1, NIC_BYTES);
	test_features("event index", NIC_EVENT_IDX, 1, NIC_BYTES);
	test_features("indirect where offered", NIC_INDIRECT, RING_SEGS, NIC_BYTES);
	test_features("a mapping for each page", NIC_EVENT_IDX, 3, PAGE);
	test_features("packed", NIC_PACKED, RING_SEGS - 1, NIC_BYTES);
	test_features("packed, event index", NIC_PACKED | NIC_EVENT_IDX, 1, NIC_BYTES);
	test_features("packed, in order, a mapping for each page",
		      NIC_PACKED | NIC_IN_ORDER | NIC_EVENT_IDX, 3, PAGE);
	test_features("packed, indirect", NIC_PACKED | NIC_INDIRECT, RING_SEGS, PAGE);
	test_memory();
	comment("packed");
	layout = NIC_PACKED;
	test_memory();
	return 0;
}
