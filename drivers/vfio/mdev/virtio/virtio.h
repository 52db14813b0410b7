/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vfio_virtio: any slice with virtio operations as a modern virtio function on PCI
 * (virtio 1.2, section 4.1).
 */
#ifndef _MDEV_VFIO_VIRTIO_H
#define _MDEV_VFIO_VIRTIO_H

#include <linux/bits.h>
#include <linux/mdev_as.h>
#include <linux/mdev_parts.h>
#include <linux/mdev_vfio.h>
#include <linux/mdev_virtio.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <uapi/linux/virtio_pci.h>

#define VV_CONFIG_SIZE	256

/* Where a region begins in the file. */
#define VV_REGION_SHIFT	40
#define VV_REGION_MASK	((1ULL << VV_REGION_SHIFT) - 1)

static inline u64 vv_region_offset(unsigned int index)
{
	return (u64)index << VV_REGION_SHIFT;
}

/* Base address registers. */
#define VV_BAR_MSIX	0
#define VV_BAR_VIRTIO	2

/* What is where in the second one; all are pages of their own. */
#define VV_COMMON	0x0000
#define VV_ISR		0x1000
#define VV_DEVICE	0x2000
#define VV_NOTIFY	0x3000
#define VV_STRUCT_MAX	0x1000
#define VV_NOTIFY_STEP	4

/* ISR status; bit 0 has no name in the headers. */
#define VV_ISR_QUEUE	0x1
#define VV_ISR_MASK	(VV_ISR_QUEUE | VIRTIO_PCI_ISR_CONFIG)

/* Reasons for a slice not to work. */
#define VV_HOLD_MASTER		BIT(0)	/* it is no bus master */
#define VV_HOLD_MIGRATION	BIT(1)	/* of the state of migration */

/**
 * struct vv_trigger - an eventfd of the user
 * @lock: for the rest. Who has replaced the eventfd finds all signals in the former
 *	one: none is on its way any more.
 * @ctx: the eventfd, or NULL
 */
struct vv_trigger {
	spinlock_t lock;	/* any context */
	struct eventfd_ctx *ctx;
};

/**
 * struct vv_queue - what the driver has said about a virtqueue
 * @vv: the device
 * @index: which one
 * @vector: MSI-X vector, or VIRTIO_MSI_NO_VECTOR
 * @size: in entries
 * @enabled: it has been given to the slice
 * @desc: descriptor area
 * @driver: driver area
 * @device: device area
 */
struct vv_queue {
	struct vfio_virtio *vv;
	u16 index;
	u16 vector;
	u16 size;
	bool enabled;
	u64 desc;
	u64 driver;
	u64 device;
};

/**
 * struct vfio_virtio - a slice as a virtio function
 * @vdev: the vfio device
 * @mvdev: the class device
 * @slice: the slice
 * @ops: its operations
 * @lock: for all that follows, except where said; a driver has it to itself
 * @as_lock: for whoever changes @as or does not keep the device open
 * @as: address space of the open device, or NULL
 * @number: its own, see unmap.c
 * @opened: when it was, likewise; both are read anywhere while it is open
 * @config: PCI configuration space
 * @writable: its bits that a driver may write
 * @msix: offset of the capability of MSI-X
 * @pci_cfg: offset of the capability that accesses the others
 * @bar_size: sizes of the regions, 0 where there is none
 * @nr_vectors: MSI-X vectors that there are
 * @nr_msix: those that are in use; 0: it is INTx. Written under @lock, read anywhere
 * @vectors: their triggers
 * @intx: trigger of INTx; its lock is also that of the five that follow
 * @isr: ISR status (section 4.1.4.5): INTx is asserted while it is not 0, without MSI-X
 * @irq_held: interrupts of the configuration wait
 * @irq_missed: one waits, for that or until it can be told; see config_waits()
 * @intx_masked: by the user, or because it was signalled
 * @unmask: eventfd that takes the mask away
 * @req: trigger of the request to let go of the device
 * @ioeventfds: eventfds in the place of doorbells
 * @nr_ioeventfds: how many
 * @config_vector: MSI-X vector of configuration changes
 * @broken: the device has refused what a driver cannot be told
 * @held: why the slice does not work on its queues, nor begins to; bits
 * @pending: status bits that it gets when it goes on; read anywhere
 * @mig_state: state of migration
 * @mig_loaded: it came from a stream, and has not gone on yet
 * @mig_stream: the stream that is saved or loaded, or NULL
 * @device_feature_select: see section 4.1.4.3, as the others
 * @driver_feature_select: likewise
 * @driver_features: likewise, both halves
 * @queue_select: likewise
 * @nr_queues: number of virtqueues
 * @queues: virtqueues
 */
struct vfio_virtio {
	struct vfio_device vdev;
	struct mdev_vfio_device *mvdev;
	struct mdev_slice *slice;
	const struct mdev_virtio_ops *ops;
	struct mutex lock;	/* see above */
	spinlock_t as_lock;	/* see above */
	struct mdev_as *as;
	u64 number;
	u64 opened;

	u8 config[VV_CONFIG_SIZE];
	u8 writable[VV_CONFIG_SIZE];
	u8 msix;
	u8 pci_cfg;
	u32 bar_size[VFIO_PCI_ROM_REGION_INDEX];

	u16 nr_vectors;
	u16 nr_msix;
	struct vv_trigger *vectors;
	struct vv_trigger intx;
	u8 isr;
	bool irq_held;
	bool irq_missed;
	bool intx_masked;
	struct virqfd *unmask;
	struct vv_trigger req;

	struct list_head ioeventfds;
	unsigned int nr_ioeventfds;

	u16 config_vector;
	bool broken;
	u8 held;
	u8 pending;
	enum vfio_device_mig_state mig_state;
	bool mig_loaded;
	struct vv_stream_file *mig_stream;
	u32 device_feature_select;
	u32 driver_feature_select;
	u64 driver_features;
	u16 queue_select;
	u16 nr_queues;
	struct vv_queue *queues;
};

static inline struct vfio_virtio *to_vv(struct vfio_device *vdev)
{
	return container_of(vdev, struct vfio_virtio, vdev);
}

/* driver.c */
extern struct mdev_vfio_driver vfio_virtio_driver;

/* pci.c */
void vv_pci_init(struct vfio_virtio *vv);
void vv_pci_reset(struct vfio_virtio *vv);
void vv_pci_reset_msix(struct vfio_virtio *vv);
void vv_pci_load(struct vfio_virtio *vv, const u8 *bits);
void vv_pci_read(struct vfio_virtio *vv, u32 pos, u8 *buf, u32 len);
void vv_pci_write(struct vfio_virtio *vv, u32 pos, const u8 *buf, u32 len);

/* transport.c */
int vv_transport_init(struct vfio_virtio *vv);
int vv_transport_reset(struct vfio_virtio *vv);
void vv_transport_detach(struct vfio_virtio *vv);
int vv_transport_hold(struct vfio_virtio *vv, u8 reason);
int vv_transport_release(struct vfio_virtio *vv, u8 reason);
void vv_transport_set_master(struct vfio_virtio *vv, bool master);
int vv_transport_load(struct vfio_virtio *vv, u8 status);
u8 vv_transport_status(struct vfio_virtio *vv);
u64 vv_transport_features(struct vfio_virtio *vv);
bool vv_transport_packed(const struct vfio_virtio *vv);
u16 vv_transport_vector(const struct vfio_virtio *vv, u16 vector);
int vv_queue_start(struct vv_queue *q, const struct mdev_vq_state *state,
		   bool ready);
void vv_transport_read(struct vfio_virtio *vv, u32 pos, u8 *buf, u32 len);
void vv_transport_write(struct vfio_virtio *vv, u32 pos, const u8 *buf,
			u32 len);

/* irq.c */
int vv_irq_init(struct vfio_virtio *vv);
void vv_irq_end(struct vfio_virtio *vv);
unsigned int vv_irq_count(const struct vfio_virtio *vv, unsigned int index);
u32 vv_irq_flags(unsigned int index);
int vv_irq_set(struct vfio_virtio *vv, const struct vfio_irq_set *set,
	       void *data);
void vv_irq_queue(struct vfio_virtio *vv, u16 vector);
void vv_irq_config(struct vfio_virtio *vv);
void vv_irq_hold(struct vfio_virtio *vv, bool hold);
void vv_irq_recheck(struct vfio_virtio *vv);
u8 vv_irq_take_isr(struct vfio_virtio *vv);
void vv_irq_reset(struct vfio_virtio *vv);
void vv_irq_load(struct vfio_virtio *vv, u8 isr);
void vv_irq_request(struct vfio_virtio *vv, unsigned int count);
bool vv_irq_asserted(struct vfio_virtio *vv);
void vv_irq_release(struct vfio_virtio *vv);

/* ioeventfd.c */
int vv_ioeventfd_set(struct vfio_virtio *vv,
		     const struct vfio_device_ioeventfd *arg);
void vv_ioeventfd_release(struct vfio_virtio *vv);

/* migration.c */
void vv_mig_init(struct vfio_virtio *vv);
void vv_mig_reset(struct vfio_virtio *vv);
bool vv_mig_stopped(const struct vfio_virtio *vv);

/* stream.c */
size_t vv_stream_head_size(void);
size_t vv_stream_max(const struct vfio_virtio *vv);
void vv_stream_put_head(const struct vfio_virtio *vv, void *buf);
bool vv_stream_ends(void *buf, size_t len);
int vv_stream_put(struct vfio_virtio *vv, struct mdev_parts *parts);
int vv_stream_load(struct vfio_virtio *vv, void *buf, size_t len);

/* memory.c */
struct mdev_as *vv_as_create(struct vfio_device *vdev);
void vv_as_forget_areas(struct mdev_as *as);
void vv_as_unmap(struct mdev_as *as, u64 iova, u64 len);
void vv_as_used(struct mdev_as *as);
void vv_as_pause(struct mdev_as *as, bool pause);
void vv_as_kill(struct mdev_as *as);

/* unmap.c */
void vv_unmap_init(struct vfio_virtio *vv);
void vv_unmap_open(struct vfio_virtio *vv);
void vv_unmap_call(struct vfio_virtio *vv);
bool vv_unmap_active(const struct vfio_virtio *vv);

#endif /* _MDEV_VFIO_VIRTIO_H */
