/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Endpoint driver of class virtio.
 */
#ifndef _MDEV_VDPA_VIRTIO_H
#define _MDEV_VDPA_VIRTIO_H

#include <linux/mdev_virtio.h>
#include <linux/spinlock.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

struct irq_affinity;

/**
 * struct virtio_vdpa_vq - a virtqueue that its driver has
 * @vq: the virtqueue, or NULL
 * @broken: it was broken because the slice has stopped it
 */
struct virtio_vdpa_vq {
	struct virtqueue *vq;
	bool broken;
};

/**
 * struct virtio_vdpa - one virtio device
 * @vdev: the device; its parent is the class device
 * @mvdev: the class device; held until @vdev is released
 * @slice: its slice, which the class device holds
 * @ops: operations of the slice; the class device is gone before they are
 * @as: address space that the queues use, or NULL if the parent does DMA
 * @vqs_lock: for what is in @vqs. Not the list of the virtio core, whose lock is not for
 *	interrupts.
 * @nr_vqs: how many there can be
 * @vqs: virtqueues, by index; there while configuration interrupts come
 * @err: first error that the slice reported where the virtio core has no way
 *	to hear of it
 */
struct virtio_vdpa {
	struct virtio_device vdev;
	struct mdev_virtio_device *mvdev;
	struct mdev_slice *slice;
	const struct mdev_virtio_ops *ops;
	struct mdev_as *as;
	spinlock_t vqs_lock;	/* any context */
	unsigned int nr_vqs;
	struct virtio_vdpa_vq *vqs;
	int err;
};

static inline struct virtio_vdpa *to_virtio_vdpa(struct virtio_device *vdev)
{
	return container_of(vdev, struct virtio_vdpa, vdev);
}

/* virtio_vdpa.c */
int mdev_virtio_vdpa_init(void);
void mdev_virtio_vdpa_exit(void);
void virtio_vdpa_fail(struct virtio_vdpa *vd, const char *what, int err);
void virtio_vdpa_config_changed(void *private);

/* virtio_queue.c */
void virtio_vdpa_break_vqs(struct virtio_vdpa *vd);
void virtio_vdpa_unbreak_vqs(struct virtio_vdpa *vd);
int virtio_vdpa_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
			 struct virtqueue *vqs[],
			 struct virtqueue_info vqs_info[],
			 struct irq_affinity *desc);
void virtio_vdpa_del_vqs(struct virtio_device *vdev);
int virtio_vdpa_disable_vq_and_reset(struct virtqueue *vq);
int virtio_vdpa_enable_vq_after_reset(struct virtqueue *vq);
void virtio_vdpa_synchronize_cbs(struct virtio_device *vdev);
int virtio_vdpa_set_vq_affinity(struct virtqueue *vq,
				const struct cpumask *mask);
const struct cpumask *virtio_vdpa_get_vq_affinity(struct virtio_device *vdev,
						  int index);

#endif /* _MDEV_VDPA_VIRTIO_H */
