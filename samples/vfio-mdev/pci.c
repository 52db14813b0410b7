// SPDX-License-Identifier: GPL-2.0
/*
 * PCI configuration space of the samples. One mask says which bits can be written, and
 * all the rest follows: a base address register tells its size because the bits below
 * the size stay 0, and a reset clears what can be written.
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "pci.h"

/**
 * sample_pci_get - read a number
 * @pci: configuration space
 * @pos: where
 * @len: how many bytes: 1, 2 or 4
 *
 * Return: the number.
 */
u32 sample_pci_get(const struct sample_pci *pci, u8 pos, u8 len)
{
	u32 val = 0;

	while (len--)
		val = val << 8 | pci->config[pos + len];
	return val;
}
EXPORT_SYMBOL_GPL(sample_pci_get);

static void put(u8 *bytes, u8 len, u32 val)
{
	for (; len--; val >>= 8)
		*bytes++ = val;
}

/**
 * sample_pci_put - write a number, whatever a driver may write there
 * @pci: configuration space
 * @pos: where
 * @len: how many bytes: 1, 2 or 4
 * @val: the number
 */
void sample_pci_put(struct sample_pci *pci, u8 pos, u8 len, u32 val)
{
	put(pci->config + pos, len, val);
}
EXPORT_SYMBOL_GPL(sample_pci_put);

/**
 * sample_pci_allow - say what a driver may write
 * @pci: configuration space
 * @pos: where
 * @len: how many bytes: 1, 2 or 4
 * @mask: bits that it may write
 */
void sample_pci_allow(struct sample_pci *pci, u8 pos, u8 len, u32 mask)
{
	put(pci->writable + pos, len, mask);
}
EXPORT_SYMBOL_GPL(sample_pci_allow);

/**
 * sample_pci_init - a function without registers, capabilities and interrupts
 * @pci: configuration space, whatever it was
 * @id: what the function is
 */
void sample_pci_init(struct sample_pci *pci, const struct sample_pci_id *id)
{
	memset(pci, 0, sizeof(*pci));
	pci->cap_end = PCI_STD_HEADER_SIZEOF;
	pci->cap_link = PCI_CAPABILITY_LIST;
	sample_pci_put(pci, PCI_VENDOR_ID, 2, id->vendor);
	sample_pci_put(pci, PCI_DEVICE_ID, 2, id->device);
	sample_pci_put(pci, PCI_CLASS_REVISION, 4,
		       id->class << 8 | id->revision);
	sample_pci_put(pci, PCI_SUBSYSTEM_VENDOR_ID, 2, id->subsystem_vendor);
	sample_pci_put(pci, PCI_SUBSYSTEM_ID, 2, id->subsystem);
	sample_pci_allow(pci, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	sample_pci_allow(pci, PCI_CACHE_LINE_SIZE, 1, U8_MAX);
}
EXPORT_SYMBOL_GPL(sample_pci_init);

/**
 * sample_pci_add_bar - add a base address register
 * @pci: configuration space
 * @bar: which one
 * @size: of the region behind it, a power of two; at least 16 bytes of memory or 4 ports
 * @flags: PCI_BASE_ADDRESS_* that it reads back; of 32 bits if it is memory
 */
void sample_pci_add_bar(struct sample_pci *pci, unsigned int bar, u32 size,
			u32 flags)
{
	bool io = flags & PCI_BASE_ADDRESS_SPACE_IO;
	u8 pos = PCI_BASE_ADDRESS_0 + 4 * bar;

	if (WARN_ON(bar >= PCI_STD_NUM_BARS || !is_power_of_2(size) ||
		    size < (io ? 4 : 16) ||
		    flags & PCI_BASE_ADDRESS_MEM_TYPE_64))
		return;
	pci->bar_size[bar] = size;
	sample_pci_put(pci, pos, 4, flags);
	sample_pci_allow(pci, pos, 4, ~(size - 1));
	pci->writable[PCI_COMMAND] |= io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
}
EXPORT_SYMBOL_GPL(sample_pci_add_bar);

/**
 * sample_pci_add_intx - the function uses INTA
 * @pci: configuration space
 */
void sample_pci_add_intx(struct sample_pci *pci)
{
	sample_pci_put(pci, PCI_INTERRUPT_PIN, 1, 1);
	sample_pci_allow(pci, PCI_INTERRUPT_LINE, 1, U8_MAX);
	pci->writable[PCI_COMMAND + 1] |= PCI_COMMAND_INTX_DISABLE >> 8;
}
EXPORT_SYMBOL_GPL(sample_pci_add_intx);

/**
 * sample_pci_add_cap - add a capability behind those that there are
 * @pci: configuration space
 * @id: PCI_CAP_ID_*
 * @len: its length in bytes, with the two of the header
 *
 * The rest of it is zero and cannot be written: sample_pci_put() and sample_pci_allow().
 *
 * Return: where it is; 0 if there is no room for it.
 */
u8 sample_pci_add_cap(struct sample_pci *pci, u8 id, u8 len)
{
	u8 pos = pci->cap_end;

	if (WARN_ON(!pos || len < PCI_CAP_SIZEOF ||
		    len > sizeof(pci->config) - pos))
		return 0;
	sample_pci_put(pci, pci->cap_link, 1, pos);
	sample_pci_put(pci, pos + PCI_CAP_LIST_ID, 1, id);
	pci->cap_link = pos + PCI_CAP_LIST_NEXT;
	/* It is 0 when all of it is taken. */
	pci->cap_end = ALIGN(pos + len, 4);
	pci->config[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	return pos;
}
EXPORT_SYMBOL_GPL(sample_pci_add_cap);

/**
 * sample_pci_intx_enabled - may the function use its interrupt pin?
 * @pci: configuration space
 *
 * Return: false if it has none, or a driver has said no.
 */
bool sample_pci_intx_enabled(const struct sample_pci *pci)
{
	return pci->config[PCI_INTERRUPT_PIN] &&
	       !(sample_pci_get(pci, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE);
}
EXPORT_SYMBOL_GPL(sample_pci_intx_enabled);

/**
 * sample_pci_set_intx - show in the status whether the function wants an interrupt
 * @pci: configuration space
 * @asserted: it does, whether or not it may use the pin
 */
void sample_pci_set_intx(struct sample_pci *pci, bool asserted)
{
	pci->config[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
	if (asserted)
		pci->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
}
EXPORT_SYMBOL_GPL(sample_pci_set_intx);

/**
 * sample_pci_reset - forget what a driver has written
 * @pci: configuration space
 */
void sample_pci_reset(struct sample_pci *pci)
{
	unsigned int i;

	for (i = 0; i < sizeof(pci->config); i++)
		pci->config[i] &= ~pci->writable[i];
	sample_pci_set_intx(pci, false);
}
EXPORT_SYMBOL_GPL(sample_pci_reset);

/**
 * sample_pci_read - a driver reads
 * @pci: configuration space
 * @pos: where, in bytes
 * @buf: where to
 * @len: how much, within configuration space
 */
void sample_pci_read(const struct sample_pci *pci, u32 pos, void *buf, u32 len)
{
	memcpy(buf, pci->config + pos, len);
}
EXPORT_SYMBOL_GPL(sample_pci_read);

/**
 * sample_pci_write - a driver writes
 * @pci: configuration space
 * @pos: where, in bytes
 * @buf: what, which nobody changes meanwhile
 * @len: how much, within configuration space
 */
void sample_pci_write(struct sample_pci *pci, u32 pos, const void *buf, u32 len)
{
	const u8 *bytes = buf;
	unsigned int i;

	for (i = pos; i < pos + len; i++, bytes++)
		pci->config[i] = (pci->config[i] & ~pci->writable[i]) |
				 (*bytes & pci->writable[i]);
}
EXPORT_SYMBOL_GPL(sample_pci_write);
