// SPDX-License-Identifier: GPL-2.0
/*
 * map_pieces SLICE PIECES: that many mappings of one page each
 */
#include "nic.h"

#define PIECE		4096ULL
#define PIECES_IOVA	0x1000000000ULL
/* The first mapped pieces are looked at by the device. */
#define PROBES		16

static struct nic nic;
static char *area;
static __u32 pieces;
static __u32 *order;

/* Each piece somewhere else in memory. */
static void shuffle(void)
{
	__u32 i, j, tmp;

	for (i = 0; i < pieces; i++)
		order[i] = i;
	for (i = pieces - 1; i > 0; i--) {
		j = random_below(i + 1);
		tmp = order[i];
		order[i] = order[j];
		order[j] = tmp;
	}
}

static char *place(__u32 piece, bool scattered)
{
	return area + (scattered ? order[piece] : piece) * PIECE;
}

/* A frame in one of the pieces goes out: it is the right memory. */
static bool probe(__u32 piece, bool scattered)
{
	struct seg segs[2] = { { NIC_IOVA + NIC_SCRATCH, HDR_LEN },
			       { PIECES_IOVA + piece * PIECE, 1000 } };
	char frame[FRAME_MAX + 8];

	memset(nic.mem + NIC_SCRATCH, 0, HDR_LEN);
	frame_make(place(piece, scattered), 1000, piece);
	nic_reap(&nic);
	ring_add(&nic.tx, segs, 2, 0);
	ring_kick(&nic.tx);
	return rep_recv(nic.rep, frame, PATIENCE_MS) == 1000 && frame_good(frame, 1000, piece);
}

static bool map_all(bool batch, bool scattered)
{
	int err = batch ? iotlb_begin(nic.fd, 0) : 0;
	__u32 i;

	for (i = 0; !err && i < pieces; i++)
		err = iotlb_update(nic.fd, 0, PIECES_IOVA + i * PIECE, PIECE,
				   place(i, scattered), VHOST_ACCESS_RW);
	if (!err && batch)
		err = iotlb_end(nic.fd, 0);
	if (err)
		comment("piece %u: %s", i, errno_name(err));
	return !err;
}

static bool unmap_all(bool batch)
{
	int err = batch ? iotlb_begin(nic.fd, 0) : 0;
	__u32 i;

	for (i = 0; !err && i < pieces; i++)
		err = iotlb_invalidate(nic.fd, 0, PIECES_IOVA + i * PIECE, PIECE);
	if (!err && batch)
		err = iotlb_end(nic.fd, 0);
	return !err;
}

static void test(bool batch, bool scattered)
{
	const char *how = batch ? "in a batch" : "one by one";
	const char *where = scattered ? "scattered" : "contiguous";
	double begin = now(), mapped;
	bool good = true;
	__u32 i;

	check(map_all(batch, scattered), "%u %s pieces, %s", pieces, where, how);
	mapped = now();
	for (i = 0; i < PROBES && good; i++)
		good = probe(i < PROBES / 2 ? i : random_below(pieces), scattered);
	good = good && probe(pieces - 1, scattered);
	check(good, "each leads to its own memory");
	comment("mapped in %.2f s", mapped - begin);
	begin = now();
	check(unmap_all(batch), "and unmapped");
	comment("unmapped in %.2f s", now() - begin);
	check(iotlb_update(nic.fd, 0, PIECES_IOVA, pieces * PIECE, area,
			   VHOST_ACCESS_RW) == 0 &&
	      iotlb_invalidate(nic.fd, 0, PIECES_IOVA, pieces * PIECE) == 0,
	      "nothing of them is left");
}

int main(int argc, char **argv)
{
	double begin;

	if (argc != 3)
		return 2;
	pieces = atoi(argv[2]);
	order = calloc(pieces, sizeof(*order));
	area = mmap(NULL, pieces * PIECE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area == MAP_FAILED || !order)
		die("memory");
	shuffle();
	nic_init(&nic, argv[1], NULL, 0);
	nic_start(&nic);
	test(true, false);
	test(false, false);
	test(true, true);
	test(false, true);
	check(map_all(true, true), "all of them once more");
	begin = now();
	check_err(iotlb_invalidate(nic.fd, 0, PIECES_IOVA, pieces * PIECE), 0,
		  "unmapped with one message");
	comment("in %.2f s", now() - begin);
	check(map_all(true, true), "and once more");
	begin = now();
	nic_close(&nic);
	check(now() - begin < PATIENCE_MS / 1e3, "closing the node forgets them");
	comment("closed in %.2f s", now() - begin);
	nic_destroy(&nic);
	return 0;
}
