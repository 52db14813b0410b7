// SPDX-License-Identifier: GPL-2.0
/*
 * DMA through an IOMMU: by QEMU's edu device, which copies between memory and a buffer
 * of its own, a tenth of a second each way. One device does it for all slices.
 */
#include <linux/delay.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#include "wide.h"

#define EDU_VENDOR	0x1234
#define EDU_DEVICE	0x11e8

#define EDU_DMA_SOURCE	0x80
#define EDU_DMA_TARGET	0x88
#define EDU_DMA_COUNT	0x90
#define EDU_DMA_COMMAND	0x98
#define EDU_DMA_START	0x1
#define EDU_DMA_TO_RAM	0x2
#define EDU_BUFFER	0x40000

static DEFINE_MUTEX(edu_lock);	/* the registers */
static struct pci_dev *edu;
static void __iomem *edu_regs;

struct device *wide_edu_open(void)
{
	int err;

	edu = pci_get_device(EDU_VENDOR, EDU_DEVICE, NULL);
	if (!edu)
		return ERR_PTR(-ENODEV);
	err = pci_enable_device(edu);
	if (err)
		goto put;
	edu_regs = pci_iomap(edu, 0, 0);
	if (!edu_regs) {
		err = -ENOMEM;
		goto disable;
	}
	pci_set_master(edu);
	return &edu->dev;

disable:
	pci_disable_device(edu);
put:
	pci_dev_put(edu);
	edu = NULL;
	return ERR_PTR(err);
}

void wide_edu_close(void)
{
	if (!edu)
		return;
	pci_clear_master(edu);
	pci_iounmap(edu, edu_regs);
	pci_disable_device(edu);
	pci_dev_put(edu);
}

static bool edu_dma(u64 source, u64 target, u32 command)
{
	unsigned int i;

	writeq(source, edu_regs + EDU_DMA_SOURCE);
	writeq(target, edu_regs + EDU_DMA_TARGET);
	writeq(WIDE_COPY, edu_regs + EDU_DMA_COUNT);
	writeq(command | EDU_DMA_START, edu_regs + EDU_DMA_COMMAND);
	for (i = 0; i < 1000; i++) {
		if (!(readq(edu_regs + EDU_DMA_COMMAND) & EDU_DMA_START))
			return true;
		msleep(20);
	}
	return false;
}

/* Whether the IOMMU lets it through only the memory tells. */
bool wide_edu_copy(u64 from, u64 to)
{
	bool done;

	mutex_lock(&edu_lock);
	done = edu_dma(from, EDU_BUFFER, 0) &&
	       edu_dma(EDU_BUFFER, to, EDU_DMA_TO_RAM);
	mutex_unlock(&edu_lock);
	return done;
}
