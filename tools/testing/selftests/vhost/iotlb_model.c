// SPDX-License-Identifier: GPL-2.0
/*
 * iotlb_model SLICE SEED STEPS
 *
 * Random IOTLB messages to both address spaces against a model of what is mapped
 * where: by what is refused, and by what the device then reads and writes.
 *
 * Addresses are in units. The first unit of the model is at MODEL_IOVA; the rings,
 * the headers and what else has to be there are always mapped, at NIC_IOVA.
 */
#include "nic.h"

#define UNIT		256
#define UNITS		1024	/* of addresses, in each space */
#define VA_UNITS	2048	/* of memory */
#define SPACES		2
#define MODEL_IOVA	0x40000000ULL
/* Units of a page: addresses of memory and of the device differ by whole pages. */
#define PAGE_UNITS	16

struct unit {
	bool mapped;
	__u8 perm;
	__u32 va;	/* unit of memory */
};

static struct unit model[SPACES][UNITS];
static struct unit draft[SPACES][UNITS];	/* with what the batch has brought */
static struct nic nic;
static unsigned char *memory;
static unsigned int asid;	/* of the queues */
static bool batch;
static unsigned int nr_good, nr_refused, nr_frames, nr_broken;

static noreturn void differ(const char *what, unsigned int space, unsigned int start,
			    unsigned int nr, int got)
{
	die("%s of units %u..%u of space %u: %s", what, start, start + nr - 1, space,
	    errno_name(got));
}

static bool overlaps(unsigned int space, unsigned int start, unsigned int nr)
{
	unsigned int i;

	for (i = start; i < start + nr; i++) {
		if (draft[space][i].mapped)
			return true;
	}
	return false;
}

static void commit(void)
{
	memcpy(model, draft, sizeof(model));
}

static void update(unsigned int space, unsigned int start, unsigned int nr)
{
	__u32 va = random_below((VA_UNITS - UNITS) / PAGE_UNITS) * PAGE_UNITS +
		   start % PAGE_UNITS;
	__u8 perm = 1 + random_below(3);
	bool taken = overlaps(space, start, nr);
	unsigned int i;
	int err;

	err = iotlb_update(nic.fd, space, MODEL_IOVA + start * UNIT, nr * UNIT,
			   memory + va * UNIT, perm);
	if (err != (taken ? -EEXIST : 0))
		differ("UPDATE", space, start, nr, err);
	nr_good += !err;
	nr_refused += !!err;
	for (i = 0; !err && i < nr; i++)
		draft[space][start + i] = (struct unit){ true, perm, va + i };
}

static void invalidate(unsigned int space, unsigned int start, unsigned int nr)
{
	unsigned int i;
	int err;

	err = iotlb_invalidate(nic.fd, space, MODEL_IOVA + start * UNIT, nr * UNIT);
	if (err)
		differ("INVALIDATE", space, start, nr, err);
	nr_good++;
	for (i = start; i < start + nr; i++)
		draft[space][i].mapped = false;
}

/* What has to be refused changes nothing. */
static void refuse(unsigned int space, unsigned int start, unsigned int nr)
{
	__u64 iova = MODEL_IOVA + start * UNIT;
	int err = 0;

	switch (random_below(8)) {
	case 0:
		err = iotlb_update(nic.fd, space, iova, 0, memory, VHOST_ACCESS_RW);
		break;
	case 1:
		err = iotlb_update(nic.fd, space, -4096ULL, 8192, memory, VHOST_ACCESS_RW);
		break;
	case 2:
		err = iotlb_update(nic.fd, space, MODEL_IOVA / 2, 4096, memory, 0);
		break;
	case 3:
		err = iotlb_update(nic.fd, space, MODEL_IOVA / 2, 4096, memory, 4);
		break;
	case 4:
		err = iotlb_update(nic.fd, space, MODEL_IOVA / 2, 4096, memory + UNIT,
				   VHOST_ACCESS_RW);
		break;
	case 5:
		err = iotlb_send(nic.fd, space, 77, iova, 4096, memory, VHOST_ACCESS_RW);
		break;
	case 6:
		err = iotlb_invalidate(nic.fd, space, iova, 0);
		break;
	case 7:
		err = iotlb_update(nic.fd, SPACES, MODEL_IOVA / 2, 4096, memory,
				   VHOST_ACCESS_RW);
		break;
	}
	if (err != -EINVAL)
		differ("a wrong message", space, start, nr, err);
	nr_refused++;
}

/* Any range, short ones more often. */
static void random_range(unsigned int *start, unsigned int *nr)
{
	*start = random_below(UNITS);
	*nr = 1 + random_below(random_below(4) ? 24 : UNITS);
	if (*nr > UNITS - *start)
		*nr = UNITS - *start;
}

static void message(unsigned int space)
{
	unsigned int start, nr, kind = random_below(16);

	random_range(&start, &nr);
	if (kind == 0)
		refuse(space, start, nr);
	else if (kind < 6)
		invalidate(space, start, nr);
	else
		update(space, start, nr);
}

static void messages(unsigned int nr)
{
	unsigned int space = random_below(SPACES);
	int err;

	batch = random_below(2);
	if (batch && iotlb_begin(nic.fd, space))
		die("a batch begins");
	while (nr--) {
		if (!batch)
			space = random_below(SPACES);
		message(space);
	}
	if (batch) {
		err = iotlb_update(nic.fd, !space, MODEL_IOVA / 2, 4096, memory,
				   VHOST_ACCESS_RW);
		if (err != -EINVAL)
			differ("another space in a batch", !space, 0, 1, err);
		if (iotlb_end(nic.fd, space))
			die("a batch ends");
	}
	commit();
}

static bool usable(unsigned int offset, unsigned int len, __u8 perm)
{
	unsigned int i;

	for (i = offset / UNIT; i <= (offset + len - 1) / UNIT; i++) {
		if (!model[asid][i].mapped || (model[asid][i].perm & perm) != perm)
			return false;
	}
	return true;
}

static unsigned char *byte_at(unsigned int offset)
{
	return memory + model[asid][offset / UNIT].va * UNIT + offset % UNIT;
}

/* A range of bytes; most of the time one that is mapped, if there is any. */
static unsigned int random_place(unsigned int len, __u8 perm)
{
	unsigned int tries = random_below(8) ? 200 : 1;
	unsigned int offset;

	do
		offset = random_below(UNITS * UNIT - len);
	while (--tries && !usable(offset, len, perm));
	return offset;
}

/* The queues go on in some address space, which reset has made 0. */
static void start(void)
{
	int err;

	asid = random_below(SPACES);
	ring_clear(&nic.rx, nic.features);
	ring_clear(&nic.tx, nic.features);
	err = nic_negotiate(&nic);
	if (!err && asid)
		err = vhost_set_group_asid(nic.fd, 0, asid);
	if (!err)
		err = nic_go(&nic, 0, 0);
	if (err)
		die("the device starts: %s", errno_name(err));
}

static void broken(const struct ring *ring, unsigned int offset, unsigned int len)
{
	const char *problem = NULL;

	if (!nic_broken(&nic, ring, &problem))
		die("bytes %u+%u of space %u are not mapped, but %s", offset, len, asid,
		    problem);
	nr_broken++;
	nic_reset(&nic);
	event_wait(nic.config_call, 0);
	start();
}

static void fill(unsigned int offset, unsigned int len, const unsigned char *from)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		*byte_at(offset + i) = from[i];
}

static bool filled(unsigned int offset, unsigned int len, const unsigned char *from)
{
	unsigned int i;

	for (i = 0; i < len; i++) {
		if (*byte_at(offset + i) != from[i])
			return false;
	}
	return true;
}

/* Does memory that is mapped twice have the frame in it whole? */
static bool aliased(unsigned int offset, unsigned int len)
{
	unsigned int i, j, last = (offset + len - 1) / UNIT;

	for (i = offset / UNIT; i <= last; i++) {
		for (j = i + 1; j <= last; j++) {
			if (model[asid][i].va == model[asid][j].va)
				return true;
		}
	}
	return false;
}

/* A frame lies in random addresses; the device reads it. */
static void frame_out(void)
{
	unsigned int len = FRAME_MIN + random_below(FRAME_MAX - FRAME_MIN + 1);
	unsigned int offset = random_place(len, VHOST_ACCESS_RO);
	struct seg segs[2] = { { NIC_IOVA + NIC_TX_BUFS, HDR_LEN },
			       { MODEL_IOVA + offset, len } };
	char want[FRAME_MAX], frame[FRAME_MAX + 8];
	int got;

	if (usable(offset, len, VHOST_ACCESS_RO)) {
		if (aliased(offset, len))
			return;
		frame_make(want, len, nr_frames++);
		fill(offset, len, (unsigned char *)want);
	}
	memset(nic.mem + NIC_TX_BUFS, 0, HDR_LEN);
	if (ring_add(&nic.tx, segs, 2, 0) < 0)
		die("the queue is full");
	ring_kick(&nic.tx);
	if (!usable(offset, len, VHOST_ACCESS_RO)) {
		broken(&nic.tx, offset, len);
		return;
	}
	got = rep_recv(nic.rep, frame, PATIENCE_MS);
	if (got != (int)len || memcmp(frame, want, len))
		die("bytes %u+%u of space %u were sent, and %d others came", offset, len,
		    asid, got);
	if (!ring_wait(&nic.tx, PATIENCE_MS))
		die("the frame's descriptors come back");
	nic_reap(&nic);
}

/* A buffer lies in random addresses; the device writes a frame to it. */
static void frame_in(void)
{
	unsigned int len = FRAME_MIN + random_below(FRAME_MAX - FRAME_MIN + 1);
	unsigned int offset = random_place(len, VHOST_ACCESS_WO);
	bool good = usable(offset, len, VHOST_ACCESS_WO);
	struct seg segs[2] = { { NIC_IOVA + NIC_RX_BUFS, HDR_LEN },
			       { MODEL_IOVA + offset, len } };
	char frame[FRAME_MAX];
	__u32 used;

	if (good && aliased(offset, len))
		return;
	if (ring_add(&nic.rx, segs, 0, 2) < 0)
		die("the queue is full");
	ring_kick(&nic.rx);
	frame_make(frame, len, nr_frames++);
	if (!rep_send(nic.rep, frame, len))
		die("the representor sends");
	if (!good) {
		broken(&nic.rx, offset, len);
		return;
	}
	if (!ring_wait(&nic.rx, PATIENCE_MS) || ring_take(&nic.rx, &used) < 0)
		die("bytes %u+%u of space %u are not filled", offset, len, asid);
	if (used != HDR_LEN + len || !filled(offset, len, (unsigned char *)frame))
		die("bytes %u+%u of space %u are filled with something else", offset, len,
		    asid);
}

static void frames(unsigned int nr)
{
	while (nr--) {
		if (random_below(2))
			frame_out();
		else
			frame_in();
	}
}

/* A batch that was begun does not outlive a reset, the maps do. */
static void reset(void)
{
	unsigned int space = random_below(SPACES);

	if (iotlb_begin(nic.fd, space) || nic_reset(&nic))
		die("status 0 in a batch");
	start();
	if (iotlb_invalidate(nic.fd, !space, MODEL_IOVA / 2, 4096))
		die("the batch is over");
	nr_good++;
}

/* Messages that are no messages. */
static void test_wrong_writes(void)
{
	struct vhost_msg_v2 msg = { .type = VHOST_IOTLB_MSG_V2 };

	check_err(iotlb_write(nic.fd, &msg, 3), -EINVAL, "a short write is refused");
	check_err(iotlb_write(nic.fd, &msg, 0), -EINVAL, "an empty one, too");
	msg.type = 99;
	check_err(iotlb_write(nic.fd, &msg, sizeof(msg)), -EINVAL, "and an unknown version");
	check(iotlb_write(nic.fd, (void *)8, sizeof(msg)) < 0, "and what cannot be read");
	msg.type = VHOST_IOTLB_MSG_V2;
	msg.iotlb.type = VHOST_IOTLB_MISS;
	check_err(iotlb_write(nic.fd, &msg, sizeof(msg)), -EINVAL, "a miss is not ours");
	check_err(iotlb_send_v1(nic.fd, VHOST_IOTLB_UPDATE, 0x1000, 0x1000, memory,
				VHOST_ACCESS_RW), 0, "the first version works");
	check_err(iotlb_update(nic.fd, 0, 0x1000, 0x1000, memory, VHOST_ACCESS_RW), -EEXIST,
		  "in space 0");
	check_err(iotlb_update(nic.fd, 1, 0x1000, 0x1000, memory, VHOST_ACCESS_RW), 0,
		  "space 1 is another");
	check_err(iotlb_invalidate(nic.fd, 0, 0, 0x10000), 0, "both are emptied");
	check_err(iotlb_invalidate(nic.fd, 1, 0, 0x10000), 0, "again");
}

/* Without the backend feature the number of a space is not looked at. */
static void test_no_asid(void)
{
	int fd = node_open(nic.name);

	check_err(vhost_set_owner(fd), 0, "without IOTLB_ASID");
	check_err(iotlb_update(fd, 99, 0x1000, 0x1000, memory, VHOST_ACCESS_RW), 0,
		  "the number of an address space is not looked at");
	check_err(iotlb_update(fd, 1, 0x1000, 0x1000, memory, VHOST_ACCESS_RW), -EEXIST,
		  "there is one only");
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned int i, steps;

	if (argc != 4)
		return 2;
	random_seed(atoi(argv[2]));
	steps = atoi(argv[3]);
	nic_init(&nic, argv[1], NULL, 0);
	memory = mmap(NULL, VA_UNITS * UNIT, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("memory");
	test_no_asid();
	nic_open(&nic);
	test_wrong_writes();
	for (i = 0; i < SPACES; i++) {
		if (iotlb_update(nic.fd, i, NIC_IOVA, NIC_BYTES, nic.mem, VHOST_ACCESS_RW))
			die("the rings are mapped");
	}
	start();
	for (i = 0; i < steps; i++) {
		messages(1 + random_below(20));
		frames(1 + random_below(6));
		if (!random_below(20)) {
			nic_reset(&nic);
			start();
		}
		if (!random_below(20))
			reset();
	}
	comment("%u messages, %u refused, %u frames, %u errors", nr_good, nr_refused,
		nr_frames, nr_broken);
	check(nr_good && nr_refused && nr_frames && nr_broken, "all is as in the model");
	nic_close(&nic);
	nic_destroy(&nic);
	return 0;
}
