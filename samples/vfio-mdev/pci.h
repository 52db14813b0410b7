/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PCI function as a sample shows it: configuration space with a header of type 0, base
 * address registers of 32 bits, capabilities and INTx (PCI 3.0, section 6).
 *
 * A driver of the function may write the bits that are said to be writable, and no others;
 * which they are and what they do is up to the sample, which looks at them after a write.
 * There is no lock in here: the sample has one.
 */
#ifndef _SAMPLE_PCI_H
#define _SAMPLE_PCI_H

#include <linux/pci_regs.h>
#include <linux/types.h>

/**
 * struct sample_pci_id - what a function says it is
 * @vendor: vendor id
 * @device: device id
 * @subsystem_vendor: vendor id of the subsystem
 * @subsystem: id of the subsystem
 * @class: class, subclass and programming interface, 24 bits
 * @revision: revision id
 */
struct sample_pci_id {
	u16 vendor;
	u16 device;
	u16 subsystem_vendor;
	u16 subsystem;
	u32 class;
	u8 revision;
};

/**
 * struct sample_pci - configuration space
 * @config: what a driver reads
 * @writable: its bits that a driver may write, and that a reset takes away
 * @cap_end: where the next capability goes
 * @cap_link: the byte that leads to it
 * @bar_size: sizes of the base address registers, 0 where there is none
 */
struct sample_pci {
	u8 config[PCI_CFG_SPACE_SIZE];
	u8 writable[PCI_CFG_SPACE_SIZE];
	u8 cap_end;
	u8 cap_link;
	u32 bar_size[PCI_STD_NUM_BARS];
};

/* Making it. */
void sample_pci_init(struct sample_pci *pci, const struct sample_pci_id *id);
void sample_pci_add_bar(struct sample_pci *pci, unsigned int bar, u32 size,
			u32 flags);
void sample_pci_add_intx(struct sample_pci *pci);
u8 sample_pci_add_cap(struct sample_pci *pci, u8 id, u8 len);
void sample_pci_allow(struct sample_pci *pci, u8 pos, u8 len, u32 mask);

/* Using it. A number has 1, 2 or 4 bytes, anywhere. */
u32 sample_pci_get(const struct sample_pci *pci, u8 pos, u8 len);
void sample_pci_put(struct sample_pci *pci, u8 pos, u8 len, u32 val);
bool sample_pci_intx_enabled(const struct sample_pci *pci);
void sample_pci_set_intx(struct sample_pci *pci, bool asserted);
void sample_pci_reset(struct sample_pci *pci);

/* What a driver does. The range was checked to be in configuration space. */
void sample_pci_read(const struct sample_pci *pci, u32 pos, void *buf, u32 len);
void sample_pci_write(struct sample_pci *pci, u32 pos, const void *buf,
		      u32 len);

#endif /* _SAMPLE_PCI_H */
