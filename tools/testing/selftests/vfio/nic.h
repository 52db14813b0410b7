/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Both ends of a slice of the software NIC in class vfio: a driver of virtio-net with one
 * queue pair and MSI-X, and the representor.
 */
#ifndef _NIC_H
#define _NIC_H

#include "../common/frame.h"
#include "../common/virtqueue.h"
#include "vfio.h"

/* The memory of a driver: rings, then buffers, which begin within a page. */
#define NIC_RX		0
#define NIC_TX		RING_BYTES
#define NIC_BUFS	(2 * RING_BYTES)
#define NIC_BUF_LEN	2048
#define NIC_SHIFT	1024
#define NIC_BYTES	(NIC_BUFS + 2 * RING_NUM * NIC_BUF_LEN + 0x1000)
#define NIC_IOVA	0x100000000ULL

/* Nothing is ever mapped there. */
#define NIC_NOWHERE	0x700000000ULL

#define NIC_BASE	(BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM))
#define NIC_EVENT_IDX	BIT(VIRTIO_RING_F_EVENT_IDX)
#define NIC_INDIRECT	BIT(VIRTIO_RING_F_INDIRECT_DESC)
#define NIC_PACKED	BIT(VIRTIO_F_RING_PACKED)
#define NIC_IN_ORDER	BIT(VIRTIO_F_IN_ORDER)

struct nic {
	struct vfio vfio;
	char *mem;
	__u64 features;
	unsigned int segs;	/* pieces that a frame is cut into, at most */
	struct ring rx;
	struct ring tx;
	int config_call;
	int rep;
};

static inline char *nic_memory(void)
{
	char *mem = mmap(NULL, NIC_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	if (mem == MAP_FAILED)
		die("memory for a driver: %s", errno_name(errno));
	return mem;
}

/* One mapping for each piece of so many bytes. */
static inline int nic_map(struct nic *nic, __u64 from, __u64 to, __u64 piece)
{
	__u64 len;
	int err = 0;

	for (; from < to && !err; from += len) {
		len = piece < to - from ? piece : to - from;
		err = vfio_map(&nic->vfio, NIC_IOVA + from, len, nic->mem + from);
	}
	return err;
}

/* The device is open: its eventfds, and it may work; nothing is mapped. */
static inline void nic_set_up(struct nic *nic)
{
	const int fds[] = { nic->config_call, nic->rx.call, nic->tx.call };
	int err;

	err = vfio_set_eventfds(&nic->vfio, VFIO_PCI_MSIX_IRQ_INDEX, 0, 3, fds);
	if (err)
		die("eventfds for %s: %s", nic->vfio.slice, errno_name(err));
	config_put(&nic->vfio, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static inline void nic_open(struct nic *nic)
{
	vfio_open(&nic->vfio, nic->vfio.slice);
	nic_set_up(nic);
}

/* All but the device. */
static inline void nic_prepare(struct nic *nic, const char *slice, char *mem)
{
	memset(nic, 0, sizeof(*nic));
	nic->vfio.slice = slice;
	nic->mem = mem;
	nic->segs = 1;
	nic->config_call = event_new();
	nic->rep = rep_open(slice);
	ring_init(&nic->rx, 0, RING_NUM, mem + NIC_RX, NIC_IOVA + NIC_RX);
	ring_init(&nic->tx, 1, RING_NUM, mem + NIC_TX, NIC_IOVA + NIC_TX);
}

/* Of those that are wanted, what is offered. */
static inline void nic_choose(struct nic *nic, __u64 features)
{
	nic->features = NIC_BASE | (features & virtio_offered(&nic->vfio));
}

static inline void nic_init(struct nic *nic, const char *slice, char *mem, __u64 features)
{
	nic_prepare(nic, slice, mem);
	nic_open(nic);
	nic_choose(nic, features);
}

/* After the device was closed. The memory is the caller's. */
static inline void nic_destroy(struct nic *nic)
{
	ring_destroy(&nic->rx);
	ring_destroy(&nic->tx);
	close(nic->config_call);
	close(nic->rep);
}

static inline void nic_put64(const struct nic *nic, __u32 pos, __u64 value)
{
	common_put(&nic->vfio, pos, 4, value);
	common_put(&nic->vfio, pos + 4, 4, value >> 32);
}

/* Where the parts of a ring are may be wrong. */
static inline void nic_place(const struct nic *nic, const struct ring *ring, __u64 desc,
			     __u64 avail, __u64 used)
{
	queue_put(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_SIZE, ring->num);
	queue_put(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_MSIX, 1 + ring->index);
	nic_put64(nic, VIRTIO_PCI_COMMON_Q_DESCLO, desc);
	nic_put64(nic, VIRTIO_PCI_COMMON_Q_AVAILLO, avail);
	nic_put64(nic, VIRTIO_PCI_COMMON_Q_USEDLO, used);
	queue_put(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
}

static inline void nic_place_right(const struct nic *nic, const struct ring *ring)
{
	nic_place(nic, ring, ring->iova + RING_DESC, ring->iova + RING_AVAIL,
		  ring->iova + RING_USED);
}

static inline void nic_notify(const struct nic *nic, const struct ring *ring)
{
	structure_put(&nic->vfio, VIRTIO_PCI_CAP_NOTIFY_CFG, ring->index * nic->vfio.notify_step,
		      2, ring->index);
}

static inline void nic_kick(const struct nic *nic, struct ring *ring)
{
	ring_publish(ring);
	if (ring_needs_kick(ring))
		nic_notify(nic, ring);
}

static inline __u64 nic_buf(const struct ring *ring, unsigned int head)
{
	return NIC_BUFS + NIC_SHIFT + (ring->index * RING_NUM + head) * NIC_BUF_LEN;
}

/* Give the device buffers for frames. */
static inline void nic_post(struct nic *nic)
{
	struct seg seg = { .len = NIC_BUF_LEN };
	int head;

	while ((head = ring_next_head(&nic->rx)) >= 0) {
		seg.iova = NIC_IOVA + nic_buf(&nic->rx, head);
		ring_add(&nic->rx, &seg, 0, 1);
	}
	nic_kick(nic, &nic->rx);
}

/* From status 0 to FEATURES_OK, with empty rings. */
static inline bool nic_negotiate(struct nic *nic)
{
	event_wait(nic->config_call, 0);
	ring_clear(&nic->rx, nic->features);
	ring_clear(&nic->tx, nic->features);
	if (!virtio_negotiate(&nic->vfio, nic->features))
		return false;
	common_put(&nic->vfio, VIRTIO_PCI_COMMON_MSIX, 2, 0);
	return true;
}

/* From status 0 to where frames can be sent and received. */
static inline bool nic_begin(struct nic *nic)
{
	if (!nic_negotiate(nic))
		return false;
	nic_place_right(nic, &nic->rx);
	nic_place_right(nic, &nic->tx);
	virtio_set_status(&nic->vfio, S_DRIVER_OK);
	nic_post(nic);
	return virtio_status(&nic->vfio) & S_DRIVER_OK;
}

/* All of it, or the end. */
static inline void nic_start(struct nic *nic, __u64 piece)
{
	int err = nic_map(nic, 0, NIC_BYTES, piece);

	if (err || !nic_begin(nic))
		die("%s starts: %s, status %#x", nic->vfio.slice, errno_name(err),
		    virtio_status(&nic->vfio));
}

/* A buffer in pieces of random length. */
static inline unsigned int nic_cut(const struct nic *nic, struct seg *segs, __u64 iova, __u32 len)
{
	unsigned int nr = 0;
	__u32 part;

	for (; len; iova += part, len -= part) {
		part = nr + 1 < nic->segs ? 1 + random_below(len) : len;
		segs[nr++] = (struct seg){ iova, part };
	}
	return nr;
}

static inline void nic_reap(struct nic *nic)
{
	while (ring_take(&nic->tx, NULL) >= 0)
		;
}

/* Send a frame; false if the transmit queue is full. */
static inline bool nic_try_send(struct nic *nic, const void *frame, size_t len)
{
	int head = ring_next_head(&nic->tx);
	struct seg segs[RING_SEGS];
	unsigned int nr;
	char *buf;

	/* Enough for any chain. */
	if (nic->tx.nr_free < RING_SEGS)
		return false;
	buf = nic->mem + nic_buf(&nic->tx, head);
	nr = nic_cut(nic, segs, NIC_IOVA + nic_buf(&nic->tx, head), HDR_LEN + len);
	memset(buf, 0, HDR_LEN);
	memcpy(buf + HDR_LEN, frame, len);
	ring_add(&nic->tx, segs, nr, 0);
	nic_kick(nic, &nic->tx);
	return true;
}

/* Takes a frame: returns its length, 0 if there is none. */
static inline int nic_take(struct nic *nic, void *frame)
{
	__u32 len;
	int head = ring_take(&nic->rx, &len);

	if (head < 0)
		return 0;
	if (len < HDR_LEN || len > HDR_LEN + FRAME_MAX)
		die("%s: a used length of %u", nic->vfio.slice, len);
	memcpy(frame, nic->mem + nic_buf(&nic->rx, head) + HDR_LEN, len - HDR_LEN);
	nic_post(nic);
	return len - HDR_LEN;
}

/* The next frame of a test: returns its length, or -1 when the time is over. */
static inline int nic_recv(struct nic *nic, void *frame)
{
	double end = now() + PATIENCE_MS / 1e3;
	int len;

	for (;;) {
		len = nic_take(nic, frame);
		if (frame_is_test(frame, len))
			return len;
		if (!len && (now() >= end || !ring_wait(&nic->rx, (end - now()) * 1e3 + 1)))
			return -1;
	}
}

/* One frame there and one back: NULL, or what went wrong. */
static inline const char *nic_try_one(struct nic *nic, size_t len, __u32 number)
{
	char frame[FRAME_MAX + 8];

	frame_make(frame, len, number);
	nic_reap(nic);
	while (!nic_try_send(nic, frame, len)) {
		if (!ring_wait(&nic->tx, PATIENCE_MS))
			return "the transmit queue does not move";
		nic_reap(nic);
	}
	if (rep_recv(nic->rep, frame, PATIENCE_MS) != (int)len || !frame_good(frame, len, number))
		return "the frame does not reach the representor";
	frame_make(frame, len, ~number);
	if (!rep_send(nic->rep, frame, len))
		return "the representor does not send";
	if (nic_recv(nic, frame) != (int)len || !frame_good(frame, len, ~number))
		return "the frame does not reach the driver";
	return NULL;
}

/* So many frames of all sizes. */
static inline bool check_nic(struct nic *nic, unsigned int nr, const char *text)
{
	const char *problem = NULL;
	unsigned int i;

	rep_drain(nic->rep);
	for (i = 0; i < nr && !problem; i++)
		problem = nic_try_one(nic, FRAME_MIN + i * 97 % (FRAME_MAX - FRAME_MIN + 1), i);
	check(!problem, "%s", text);
	if (problem)
		comment("frame %u: %s, status %#x", i - 1, problem, virtio_status(&nic->vfio));
	return !problem;
}

/* The device tells that it met memory which is not there. */
static inline bool nic_broken(struct nic *nic)
{
	return event_wait(nic->config_call, PATIENCE_MS) &&
	       virtio_status(&nic->vfio) & S_NEEDS_RESET;
}

#endif /* _NIC_H */
