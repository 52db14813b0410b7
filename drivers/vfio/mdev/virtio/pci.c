// SPDX-License-Identifier: GPL-2.0
/*
 * PCI configuration space (PCI 3.0, section 6; virtio 1.2, section 4.1): what a driver
 * finds there, which bits it may write, and the capability by which it reaches the
 * other structures without mapping them.
 */
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/pci_ids.h>
#include <linux/pci_regs.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <uapi/linux/virtio_ids.h>
#include <uapi/linux/virtio_pci.h>

#include "virtio.h"

#define VV_VENDOR		PCI_VENDOR_ID_REDHAT_QUMRANET
#define VV_DEVICE_BASE		0x1040	/* and the virtio device id */
#define VV_SUBSYSTEM		0x1100	/* not transitional: at least 0x40 */
#define VV_REVISION		1	/* likewise: at least 1 */

/* Where the capabilities begin, and how long they are. */
#define CAP_FIRST		0x40
#define CAP_VIRTIO_LEN		sizeof(struct virtio_pci_cap)
#define CAP_NOTIFY_LEN		sizeof(struct virtio_pci_notify_cap)
#define CAP_CFG_LEN		sizeof(struct virtio_pci_cfg_cap)

static void put8(struct vfio_virtio *vv, u32 pos, u8 val)
{
	vv->config[pos] = val;
}

static void put16(struct vfio_virtio *vv, u32 pos, u16 val)
{
	put_unaligned_le16(val, vv->config + pos);
}

static void put32(struct vfio_virtio *vv, u32 pos, u32 val)
{
	put_unaligned_le32(val, vv->config + pos);
}

static void allow16(struct vfio_virtio *vv, u32 pos, u16 mask)
{
	put_unaligned_le16(mask, vv->writable + pos);
}

static void allow32(struct vfio_virtio *vv, u32 pos, u32 mask)
{
	put_unaligned_le32(mask, vv->writable + pos);
}

/* As drivers and firmware that go by the class expect them. */
static u32 class_code(u32 device_id)
{
	switch (device_id) {
	case VIRTIO_ID_NET:
		return PCI_CLASS_NETWORK_ETHERNET << 8;
	case VIRTIO_ID_BLOCK:
	case VIRTIO_ID_SCSI:
		return PCI_CLASS_STORAGE_SCSI << 8;
	case VIRTIO_ID_CONSOLE:
		return PCI_CLASS_COMMUNICATION_OTHER << 8;
	case VIRTIO_ID_GPU:
		return PCI_CLASS_DISPLAY_OTHER << 8;
	case VIRTIO_ID_INPUT:
		return PCI_CLASS_INPUT_OTHER << 8;
	default:
		return PCI_CLASS_OTHERS << 16;
	}
}

/* A capability of @len bytes behind the ones before, which leads to it. */
static u8 cap_add(struct vfio_virtio *vv, u8 *end, u8 *last, u8 id, u8 len)
{
	u8 pos = *end;

	put8(vv, *last, pos);
	put8(vv, pos + PCI_CAP_LIST_ID, id);
	*last = pos + PCI_CAP_LIST_NEXT;
	*end = ALIGN(pos + len, 4);
	return pos;
}

static u8 cap_add_virtio(struct vfio_virtio *vv, u8 *end, u8 *last, u8 type,
			 u8 len, u32 offset, u32 length)
{
	u8 pos = cap_add(vv, end, last, PCI_CAP_ID_VNDR, len);

	put8(vv, pos + VIRTIO_PCI_CAP_LEN, len);
	put8(vv, pos + VIRTIO_PCI_CAP_CFG_TYPE, type);
	put8(vv, pos + VIRTIO_PCI_CAP_BAR, VV_BAR_VIRTIO);
	put32(vv, pos + VIRTIO_PCI_CAP_OFFSET, offset);
	put32(vv, pos + VIRTIO_PCI_CAP_LENGTH, length);
	return pos;
}

static void cap_add_msix(struct vfio_virtio *vv, u8 *end, u8 *last)
{
	u8 pos = cap_add(vv, end, last, PCI_CAP_ID_MSIX, PCI_CAP_MSIX_SIZEOF);
	u32 table = ALIGN(vv->nr_vectors * PCI_MSIX_ENTRY_SIZE, PAGE_SIZE);

	vv->msix = pos;
	put16(vv, pos + PCI_MSIX_FLAGS, vv->nr_vectors - 1);
	allow16(vv, pos + PCI_MSIX_FLAGS,
		PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	put32(vv, pos + PCI_MSIX_TABLE, VV_BAR_MSIX);
	put32(vv, pos + PCI_MSIX_PBA, table | VV_BAR_MSIX);
}

static void caps_init(struct vfio_virtio *vv)
{
	u32 config_size = vv->ops->get_config_size(vv->slice);
	u8 last = PCI_CAPABILITY_LIST;
	u8 end = CAP_FIRST;
	u8 pos;

	cap_add_msix(vv, &end, &last);
	cap_add_virtio(vv, &end, &last, VIRTIO_PCI_CAP_COMMON_CFG,
		       CAP_VIRTIO_LEN, VV_COMMON,
		       sizeof(struct virtio_pci_modern_common_cfg));
	pos = cap_add_virtio(vv, &end, &last, VIRTIO_PCI_CAP_NOTIFY_CFG,
			     CAP_NOTIFY_LEN, VV_NOTIFY,
			     vv->nr_queues * VV_NOTIFY_STEP);
	put32(vv, pos + VIRTIO_PCI_NOTIFY_CAP_MULT, VV_NOTIFY_STEP);
	cap_add_virtio(vv, &end, &last, VIRTIO_PCI_CAP_ISR_CFG,
		       CAP_VIRTIO_LEN, VV_ISR, 1);
	if (config_size)
		cap_add_virtio(vv, &end, &last, VIRTIO_PCI_CAP_DEVICE_CFG,
			       CAP_VIRTIO_LEN, VV_DEVICE,
			       min_t(u32, config_size, VV_STRUCT_MAX));
	pos = cap_add_virtio(vv, &end, &last, VIRTIO_PCI_CAP_PCI_CFG,
			     CAP_CFG_LEN, 0, 0);
	vv->writable[pos + VIRTIO_PCI_CAP_BAR] = U8_MAX;
	allow32(vv, pos + VIRTIO_PCI_CAP_OFFSET, U32_MAX);
	allow32(vv, pos + VIRTIO_PCI_CAP_LENGTH, U32_MAX);
	vv->pci_cfg = pos;
}

static void bar_init(struct vfio_virtio *vv, unsigned int bar, u32 size)
{
	u32 pos = PCI_BASE_ADDRESS_0 + 4 * bar;

	vv->bar_size[bar] = roundup_pow_of_two(size);
	put32(vv, pos, PCI_BASE_ADDRESS_SPACE_MEMORY);
	allow32(vv, pos, ~(vv->bar_size[bar] - 1));
}

void vv_pci_init(struct vfio_virtio *vv)
{
	const struct mdev_type *type = vv->slice->type;
	u32 class = class_code(type->device_id);

	put16(vv, PCI_VENDOR_ID, VV_VENDOR);
	put16(vv, PCI_DEVICE_ID, VV_DEVICE_BASE + type->device_id);
	put16(vv, PCI_STATUS, PCI_STATUS_CAP_LIST);
	put32(vv, PCI_CLASS_REVISION, class << 8 | VV_REVISION);
	put16(vv, PCI_SUBSYSTEM_VENDOR_ID, type->vendor_id);
	put16(vv, PCI_SUBSYSTEM_ID, VV_SUBSYSTEM);
	put8(vv, PCI_INTERRUPT_PIN, 1);
	allow16(vv, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
				 PCI_COMMAND_INTX_DISABLE);
	vv->writable[PCI_CACHE_LINE_SIZE] = U8_MAX;
	vv->writable[PCI_INTERRUPT_LINE] = U8_MAX;
	bar_init(vv, VV_BAR_MSIX,
		 ALIGN(vv->nr_vectors * PCI_MSIX_ENTRY_SIZE, PAGE_SIZE) +
		 ALIGN(DIV_ROUND_UP(vv->nr_vectors, 8), PAGE_SIZE));
	bar_init(vv, VV_BAR_VIRTIO, VV_NOTIFY + vv->nr_queues * VV_NOTIFY_STEP);
	caps_init(vv);
}

/* Under the lock. */
static void command_update(struct vfio_virtio *vv)
{
	vv_transport_set_master(vv, vv->config[PCI_COMMAND] & PCI_COMMAND_MASTER);
}

/* The bits that a driver has written in the device that it comes from. Under the lock. */
void vv_pci_load(struct vfio_virtio *vv, const u8 *bits)
{
	unsigned int i;

	for (i = 0; i < VV_CONFIG_SIZE; i++) {
		u8 rest = vv->config[i] & ~vv->writable[i];

		WRITE_ONCE(vv->config[i], rest | bits[i]);
	}
	command_update(vv);
}

/* What a driver has written, or read through the window, is forgotten. Under the lock. */
void vv_pci_reset(struct vfio_virtio *vv)
{
	unsigned int i;

	for (i = 0; i < VV_CONFIG_SIZE; i++)
		vv->config[i] &= ~vv->writable[i];
	put32(vv, vv->pci_cfg + CAP_VIRTIO_LEN, 0);
	command_update(vv);
}

/* Its user expects MSI-X to be off after a reset, and the next guest INTx. Under the lock. */
void vv_pci_reset_msix(struct vfio_virtio *vv)
{
	u32 pos = vv->msix + PCI_MSIX_FLAGS + 1;

	WRITE_ONCE(vv->config[pos], vv->config[pos] & ~vv->writable[pos]);
}

/*
 * Where the capability for access leads: 1, 2 or 4 bytes in a structure, at an offset
 * that they divide (section 4.1.4.9). Returns their number, or 0.
 */
static u32 window(const struct vfio_virtio *vv, u32 *pos)
{
	const u8 *cap = vv->config + vv->pci_cfg;
	u32 len = get_unaligned_le32(cap + VIRTIO_PCI_CAP_LENGTH);
	u32 size = vv->bar_size[VV_BAR_VIRTIO];

	*pos = get_unaligned_le32(cap + VIRTIO_PCI_CAP_OFFSET);
	if (cap[VIRTIO_PCI_CAP_BAR] != VV_BAR_VIRTIO)
		return 0;
	if ((len != 1 && len != 2 && len != 4) || *pos % len ||
	    *pos >= size || len > size - *pos)
		return 0;
	return len;
}

static bool window_hit(const struct vfio_virtio *vv, u32 pos, u32 len)
{
	u32 data = vv->pci_cfg + CAP_VIRTIO_LEN;

	return pos < data + sizeof(u32) && pos + len > data;
}

static void status_update(struct vfio_virtio *vv)
{
	vv->config[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
	if (vv_irq_asserted(vv))
		vv->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
}

/* At most 4 bytes, aligned. The transport has a lock of its own, so it comes first. */
void vv_pci_read(struct vfio_virtio *vv, u32 pos, u8 *buf, u32 len)
{
	u8 data[sizeof(u32)];
	u32 at, part = 0;

	mutex_lock(&vv->lock);
	if (window_hit(vv, pos, len))
		part = window(vv, &at);
	mutex_unlock(&vv->lock);
	if (part)
		vv_transport_read(vv, at, data, part);
	mutex_lock(&vv->lock);
	if (part)
		memcpy(vv->config + vv->pci_cfg + CAP_VIRTIO_LEN, data, part);
	status_update(vv);
	memcpy(buf, vv->config + pos, len);
	mutex_unlock(&vv->lock);
}

void vv_pci_write(struct vfio_virtio *vv, u32 pos, const u8 *buf, u32 len)
{
	u8 data[sizeof(u32)];
	u32 at, part = 0;
	unsigned int i;

	mutex_lock(&vv->lock);
	for (i = 0; i < len; i++) {
		u8 mask = vv->writable[pos + i];
		u8 val = (vv->config[pos + i] & ~mask) | (buf[i] & mask);

		WRITE_ONCE(vv->config[pos + i], val);
	}
	if (pos <= PCI_COMMAND)
		command_update(vv);
	if (window_hit(vv, pos, len)) {
		memcpy(vv->config + pos, buf, len);
		part = window(vv, &at);
		memcpy(data, vv->config + vv->pci_cfg + CAP_VIRTIO_LEN,
		       sizeof(data));
	}
	mutex_unlock(&vv->lock);
	/* It may be bus master, or INTx or MSI-X be on or off. */
	vv_irq_recheck(vv);
	if (part)
		vv_transport_write(vv, at, data, part);
}
