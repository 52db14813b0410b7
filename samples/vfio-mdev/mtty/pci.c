// SPDX-License-Identifier: GPL-2.0
/*
 * PCI configuration space (PCI 3.0, section 6) of a card that drivers of 16550s know: a
 * header of type 0, a register of I/O addresses for each port, INTx and MSI. One mask
 * says which bits can be written, so a base address register tells its size because the
 * bits below that stay as they are.
 */
#include <linux/string.h>
#include <linux/unaligned.h>

#include "mtty.h"

#define MTTY_VENDOR	0x4348	/* WCH */
#define MTTY_DEVICE	0x3253	/* CH352, two serial ports */
#define MTTY_CLASS	0x070002	/* serial controller, 16550 */
#define MTTY_REVISION	0x10

/* What the vendor has put where capabilities may be, and the one that is one. */
#define MTTY_VENDOR_BYTES	0x40
#define MTTY_VENDOR_NAME	0x60
#define MTTY_CAP_MSI		0x80

static void put16(struct mtty_pci *pci, u32 pos, u16 val, u16 writable)
{
	put_unaligned_le16(val, pci->config + pos);
	put_unaligned_le16(writable, pci->writable + pos);
}

static void put32(struct mtty_pci *pci, u32 pos, u32 val, u32 writable)
{
	put_unaligned_le32(val, pci->config + pos);
	put_unaligned_le32(writable, pci->writable + pos);
}

static void add_header(struct mtty_pci *pci)
{
	put16(pci, PCI_VENDOR_ID, MTTY_VENDOR, 0);
	put16(pci, PCI_DEVICE_ID, MTTY_DEVICE, 0);
	put16(pci, PCI_SUBSYSTEM_VENDOR_ID, MTTY_VENDOR, 0);
	put16(pci, PCI_SUBSYSTEM_ID, MTTY_DEVICE, 0);
	put32(pci, PCI_CLASS_REVISION, MTTY_CLASS << 8 | MTTY_REVISION, 0);
	put16(pci, PCI_COMMAND, 0, PCI_COMMAND_IO | PCI_COMMAND_MASTER |
	      PCI_COMMAND_INTX_DISABLE);
	put16(pci, PCI_STATUS, PCI_STATUS_DEVSEL_MEDIUM | PCI_STATUS_CAP_LIST,
	      0);
	pci->writable[PCI_CACHE_LINE_SIZE] = U8_MAX;
	pci->config[PCI_INTERRUPT_PIN] = 1;
	pci->writable[PCI_INTERRUPT_LINE] = U8_MAX;
}

static void add_bar(struct mtty_pci *pci, unsigned int bar)
{
	put32(pci, PCI_BASE_ADDRESS_0 + 4 * bar, PCI_BASE_ADDRESS_SPACE_IO,
	      ~(MTTY_BAR_SIZE - 1));
}

static void add_vendor_bytes(struct mtty_pci *pci)
{
	static const u8 bytes[] = { 0x23, 0, 0, 0x80, 0x23, 0, 0, 0,
				    0x23, 0, 0, 0, 0x23 };

	memcpy(pci->config + MTTY_VENDOR_BYTES, bytes, sizeof(bytes));
	strscpy(pci->config + MTTY_VENDOR_NAME, "PCI Serial/UART", 16);
}

/* One vector with an address of 64 bits. */
static void add_msi(struct mtty_pci *pci)
{
	u8 *cap = pci->config + MTTY_CAP_MSI;

	pci->config[PCI_CAPABILITY_LIST] = MTTY_CAP_MSI;
	cap[PCI_CAP_LIST_ID] = PCI_CAP_ID_MSI;
	put16(pci, MTTY_CAP_MSI + PCI_MSI_FLAGS, PCI_MSI_FLAGS_64BIT,
	      PCI_MSI_FLAGS_ENABLE);
	put32(pci, MTTY_CAP_MSI + PCI_MSI_ADDRESS_LO, 0, ~3U);
	put32(pci, MTTY_CAP_MSI + PCI_MSI_ADDRESS_HI, 0, U32_MAX);
	put16(pci, MTTY_CAP_MSI + PCI_MSI_DATA_64, 0, U16_MAX);
}

/* @pci is zeroed. */
void mtty_pci_init(struct mtty_pci *pci, unsigned int nr_ports)
{
	unsigned int i;

	add_header(pci);
	for (i = 0; i < nr_ports; i++)
		add_bar(pci, i);
	add_vendor_bytes(pci);
	add_msi(pci);
}

/* What a driver has written is forgotten. */
void mtty_pci_reset(struct mtty_pci *pci)
{
	unsigned int i;

	for (i = 0; i < sizeof(pci->config); i++)
		pci->config[i] &= ~pci->writable[i];
}

/* May the pin not be used? */
bool mtty_pci_intx_off(const struct mtty_pci *pci)
{
	return get_unaligned_le16(pci->config + PCI_COMMAND) &
	       PCI_COMMAND_INTX_DISABLE;
}

/* @asserted: INTx is, whether or not the pin may be used. */
void mtty_pci_read(struct mtty_pci *pci, u32 pos, u8 *buf, u32 len,
		   bool asserted)
{
	pci->config[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
	if (asserted)
		pci->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;
	memcpy(buf, pci->config + pos, len);
}

void mtty_pci_write(struct mtty_pci *pci, u32 pos, const u8 *buf, u32 len)
{
	unsigned int i;

	for (i = pos; i < pos + len; i++, buf++)
		pci->config[i] = (pci->config[i] & ~pci->writable[i]) |
				 (*buf & pci->writable[i]);
}
