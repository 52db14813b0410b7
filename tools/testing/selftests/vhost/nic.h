/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Both ends of a slice of the software NIC in class vhost: a driver of virtio-net
 * (virtio 1.2, section 5.1) with one queue pair, and its representor, which is a
 * network interface of this host and has the name of the slice.
 */
#ifndef _NIC_H
#define _NIC_H

#include <linux/virtio_net.h>

#include "../common/frame.h"
#include "ring.h"

#define BUF_LEN		2048

/* Rings and buffers in the memory of a driver, which fits a huge page. */
#define NIC_RX		0
#define NIC_TX		RING_BYTES
#define NIC_RX_BUFS	0x40000
#define NIC_TX_BUFS	(NIC_RX_BUFS + RING_NUM * BUF_LEN)
#define NIC_SCRATCH	(NIC_TX_BUFS + RING_NUM * BUF_LEN)
#define NIC_BYTES	0x200000
#define NIC_IOVA	0x100000000ULL

#define NIC_BASE	(BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM) | \
			 BIT(VIRTIO_NET_F_MAC))
#define NIC_EVENT_IDX	BIT(VIRTIO_RING_F_EVENT_IDX)
#define NIC_INDIRECT	BIT(VIRTIO_RING_F_INDIRECT_DESC)
#define NIC_PACKED	BIT(VIRTIO_F_RING_PACKED)
#define NIC_IN_ORDER	BIT(VIRTIO_F_IN_ORDER)

#define BACKEND_FEATURES (BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) | \
			  BIT(VHOST_BACKEND_F_IOTLB_BATCH) | \
			  BIT(VHOST_BACKEND_F_IOTLB_ASID) | \
			  BIT(VHOST_BACKEND_F_SUSPEND) | \
			  BIT(VHOST_BACKEND_F_RESUME))

struct nic {
	const char *name;
	int fd;
	char *mem;
	__u64 features;
	unsigned int segs;	/* pieces that a frame is cut into, at most */
	struct ring rx;
	struct ring tx;
	int config_call;
	int rep;
};

/* Memory for a driver from anywhere; NULL for pages of our own. */
static inline char *nic_memory(void)
{
	char *mem = mmap(NULL, NIC_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		die("memory for a driver: %s", errno_name(errno));
	return mem;
}

static inline void nic_init(struct nic *nic, const char *name, void *mem, __u64 features)
{
	memset(nic, 0, sizeof(*nic));
	nic->name = name;
	nic->fd = -1;
	nic->mem = mem ? mem : nic_memory();
	nic->features = NIC_BASE | features;
	nic->segs = 1;
	nic->config_call = event_new();
	nic->rep = rep_open(name);
	ring_init(&nic->rx, 0, RING_NUM, nic->mem + NIC_RX, NIC_IOVA + NIC_RX);
	ring_init(&nic->tx, 1, RING_NUM, nic->mem + NIC_TX, NIC_IOVA + NIC_TX);
}

/* After the node was closed. The memory is the caller's. */
static inline void nic_destroy(struct nic *nic)
{
	ring_destroy(&nic->rx);
	ring_destroy(&nic->tx);
	close(nic->config_call);
	close(nic->rep);
}

/* Closing a node tells whoever may still listen. */
static inline void nic_clear_events(struct nic *nic)
{
	event_wait(nic->config_call, 0);
	event_wait(nic->rx.err, 0);
	event_wait(nic->tx.err, 0);
}

static inline void nic_own(struct nic *nic)
{
	__u64 offered = 0;
	int err;

	err = vhost_get_features(nic->fd, &offered);
	/* The class may withhold them. */
	nic->features &= offered | ~NIC_INDIRECT;
	if (!err)
		err = vhost_set_owner(nic->fd);
	if (!err)
		err = vhost_set_backend_features(nic->fd, BACKEND_FEATURES);
	if (err)
		die("%s is owned: %s", nic->name, errno_name(err));
}

/* Open the node and own it; its memory is not mapped yet. */
static inline void nic_open(struct nic *nic)
{
	nic_clear_events(nic);
	nic->fd = node_open(nic->name);
	nic_own(nic);
}

static inline void nic_close(struct nic *nic)
{
	close(nic->fd);
	nic->fd = -1;
}

static inline int nic_map(struct nic *nic)
{
	return iotlb_update(nic->fd, 0, NIC_IOVA, NIC_BYTES, nic->mem, VHOST_ACCESS_RW);
}

/* From status 0 to FEATURES_OK. */
static inline int nic_negotiate(struct nic *nic)
{
	int err;

	err = vhost_set_status(nic->fd, S_ACKNOWLEDGE | S_DRIVER);
	if (!err)
		err = vhost_set_features(nic->fd, nic->features);
	if (!err)
		err = vhost_set_status(nic->fd, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK);
	if (!err && !(vhost_status(nic->fd) & S_FEATURES_OK))
		err = -EINVAL;
	return err;
}

/* From FEATURES_OK to DRIVER_OK, with queues that go on from where they stand. */
static inline int nic_go(struct nic *nic, __u32 rx_base, __u32 tx_base)
{
	int err;

	err = ring_setup(nic->fd, &nic->rx, rx_base);
	if (!err)
		err = ring_setup(nic->fd, &nic->tx, tx_base);
	if (!err)
		err = vhost_set_config_call(nic->fd, nic->config_call);
	if (!err)
		err = vhost_set_vring_enable(nic->fd, 0, true);
	if (!err)
		err = vhost_set_vring_enable(nic->fd, 1, true);
	if (!err)
		err = vhost_set_status(nic->fd, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK |
				       S_DRIVER_OK);
	if (!err && !(vhost_status(nic->fd) & S_DRIVER_OK))
		err = -EINVAL;
	return err;
}

/* Give the device buffers for frames; they are its to fill. */
static inline void nic_post(struct nic *nic)
{
	struct seg seg = { .len = BUF_LEN };
	int head;

	while ((head = ring_next_head(&nic->rx)) >= 0) {
		seg.iova = NIC_IOVA + NIC_RX_BUFS + head * BUF_LEN;
		ring_add(&nic->rx, &seg, 0, 1);
	}
	ring_kick(&nic->rx);
}

/* From status 0, with memory mapped, to where frames can be sent and received. */
static inline int nic_begin(struct nic *nic)
{
	int err;

	ring_clear(&nic->rx, nic->features);
	ring_clear(&nic->tx, nic->features);
	err = nic_negotiate(nic);
	if (!err)
		err = nic_go(nic, ring_base(&nic->rx), ring_base(&nic->tx));
	if (!err)
		nic_post(nic);
	return err;
}

static inline int nic_reset(struct nic *nic)
{
	return vhost_set_status(nic->fd, 0);
}

/* From a node that is owned. */
static inline void nic_start_owned(struct nic *nic)
{
	int err;

	err = nic_map(nic);
	if (!err)
		err = nic_begin(nic);
	if (err)
		die("%s starts: %s", nic->name, errno_name(err));
}

/* All of it, or the end. */
static inline void nic_start(struct nic *nic)
{
	nic_open(nic);
	nic_start_owned(nic);
}

/* Frames that were sent: make room for others. */
static inline unsigned int nic_reap(struct nic *nic)
{
	unsigned int nr = 0;

	while (ring_take(&nic->tx, NULL) >= 0)
		nr++;
	return nr;
}

/* A buffer in pieces of random length, the header in one of its own or not. */
static inline unsigned int nic_cut(const struct nic *nic, struct seg *segs, __u64 iova,
				   __u32 len)
{
	unsigned int nr = 0;
	__u32 part;

	while (len && nr + 1 < nic->segs) {
		part = 1 + random_below(len);
		segs[nr++] = (struct seg){ iova, part };
		iova += part;
		len -= part;
	}
	if (len)
		segs[nr++] = (struct seg){ iova, len };
	return nr;
}

/* Put a frame into the transmit queue; false while that is full. Not kicked. */
static inline bool nic_queue(struct nic *nic, const void *frame, size_t len)
{
	struct seg segs[RING_SEGS];
	int head = ring_next_head(&nic->tx);
	unsigned int nr;
	char *buf;

	if (head < 0)
		return false;
	buf = nic->mem + NIC_TX_BUFS + head * BUF_LEN;
	nr = nic_cut(nic, segs, NIC_IOVA + NIC_TX_BUFS + head * BUF_LEN, HDR_LEN + len);
	if (!nic->tx.indirect && nic->tx.nr_free < nr)
		return false;
	memset(buf, 0, HDR_LEN);
	memcpy(buf + HDR_LEN, frame, len);
	return ring_add(&nic->tx, segs, nr, 0) >= 0;
}

/* Send a frame; false if the device does not take one for long. */
static inline bool nic_send(struct nic *nic, const void *frame, size_t len)
{
	nic_reap(nic);
	while (!nic_queue(nic, frame, len)) {
		if (!ring_wait(&nic->tx, PATIENCE_MS))
			return false;
		nic_reap(nic);
	}
	ring_kick(&nic->tx);
	return true;
}

static inline int nic_take(struct nic *nic, void *frame)
{
	__u32 len;
	int head;

	head = ring_take(&nic->rx, &len);
	if (head < 0)
		return 0;
	if (len < HDR_LEN || len > HDR_LEN + FRAME_MAX)
		die("%s: a used length of %u", nic->name, len);
	memcpy(frame, nic->mem + NIC_RX_BUFS + head * BUF_LEN + HDR_LEN, len - HDR_LEN);
	nic_post(nic);
	return len - HDR_LEN;
}

/* The next frame of a test: returns its length, or -1 when the time is over. */
static inline int nic_recv(struct nic *nic, void *frame, int timeout_ms)
{
	double end = now() + timeout_ms / 1e3;
	int len;

	for (;;) {
		len = nic_take(nic, frame);
		if (frame_is_test(frame, len))
			return len;
		if (!len && (now() >= end || !ring_wait(&nic->rx, (end - now()) * 1e3 + 1)))
			return -1;
	}
}

/* All buffers that the device was given, and has not filled, are this one. */
static inline void nic_aim(struct nic *nic, __u64 iova, __u32 len)
{
	unsigned int i;

	for (i = 0; i < RING_NUM; i++) {
		nic->rx.desc[i].addr = iova;
		nic->rx.desc[i].len = len;
	}
}

/* The next frame of a test has come, and is in that buffer. */
static inline bool nic_landed(struct nic *nic, const char *buf, int len, __u32 number)
{
	__u32 used;

	do {
		if (!ring_wait(&nic->rx, PATIENCE_MS) || ring_take(&nic->rx, &used) < 0)
			return false;
	} while (used < HDR_LEN || !frame_is_test(buf + HDR_LEN, used - HDR_LEN));
	return used == HDR_LEN + (__u32)len && frame_good(buf + HDR_LEN, len, number);
}

/* One frame to the representor: 0, or a reason. */
static inline const char *nic_try_out(struct nic *nic, size_t len, __u32 number, int timeout_ms)
{
	char frame[FRAME_MAX + 8];
	int got;

	frame_make(frame, len, number);
	if (!nic_send(nic, frame, len))
		return "the transmit queue does not move";
	got = rep_recv(nic->rep, frame, timeout_ms);
	if (got < 0)
		return "no frame reaches the representor";
	if (got != (int)len || !frame_good(frame, got, number))
		return "another frame reaches the representor";
	return NULL;
}

/* One frame from the representor. */
static inline const char *nic_try_in(struct nic *nic, size_t len, __u32 number, int timeout_ms)
{
	char frame[FRAME_MAX + 8];
	int got;

	frame_make(frame, len, number);
	if (!rep_send(nic->rep, frame, len))
		return "the representor does not send";
	got = nic_recv(nic, frame, timeout_ms);
	if (got < 0)
		return "no frame reaches the driver";
	if (got != (int)len || !frame_good(frame, got, number))
		return "another frame reaches the driver";
	return NULL;
}

/* Frames of many sizes there and back: NULL if all arrived. */
static inline const char *nic_try(struct nic *nic, unsigned int nr)
{
	const char *problem = NULL;
	unsigned int i, len;

	for (i = 0; !problem && i < nr; i++) {
		len = FRAME_MIN + i * 97 % (FRAME_MAX - FRAME_MIN + 1);
		problem = nic_try_out(nic, len, 2 * i, PATIENCE_MS);
		if (!problem)
			problem = nic_try_in(nic, len, 2 * i + 1, PATIENCE_MS);
	}
	return problem;
}

/* As a check. */
static inline bool check_nic(struct nic *nic, unsigned int nr, const char *text)
{
	const char *problem = nic_try(nic, nr);

	check(!problem, "%s", text);
	if (problem)
		comment("%s: %s, status %#x", nic->name, problem, vhost_status(nic->fd));
	return !problem;
}

/*
 * A queue met memory that is not there, or not for it: all the ways in which that is
 * told, and what does not work any more.
 */
static inline bool nic_broken(struct nic *nic, const struct ring *ring, const char **problem)
{
	if (!event_wait(ring->err, PATIENCE_MS))
		*problem = "its VRING_ERR eventfd is not signalled";
	else if (!event_wait(nic->config_call, PATIENCE_MS))
		*problem = "the configuration eventfd is not signalled";
	else if (!(vhost_status(nic->fd) & S_NEEDS_RESET))
		*problem = "the status has no NEEDS_RESET";
	else if (!(node_events(nic->fd, 0, 0) & POLLERR))
		*problem = "poll() has no POLLERR";
	else
		return true;
	return false;
}

static inline bool check_broken(struct nic *nic, const struct ring *ring, const char *text)
{
	const char *problem = NULL;

	check(nic_broken(nic, ring, &problem), "%s", text);
	if (problem)
		comment("%s, status %#x, poll %#x", problem, vhost_status(nic->fd),
			node_events(nic->fd, 0, 0));
	return !problem;
}

#endif /* _NIC_H */
