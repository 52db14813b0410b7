/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mtty: a serial card that is not there. What it is made of; see main.c for what it shows.
 */
#ifndef _SAMPLE_MTTY_H
#define _SAMPLE_MTTY_H

#include <linux/mdev_vfio.h>
#include <linux/mutex.h>
#include <linux/serial_reg.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>

#include "../vfio.h"

struct eventfd_ctx;
struct virqfd;

/* Ports of a card, and in all of them. */
#define MTTY_PORTS_MAX		2
#define MTTY_PORTS_ALL		24

/* Each port has a base address register with the registers of its UART behind it. */
#define MTTY_BAR_SIZE		8
#define MTTY_FIFO_SIZE		16

/* Bits that two of those have, where not all are used. */
#define MTTY_IER_BITS		(UART_IER_RDI | UART_IER_THRI | UART_IER_RLSI | \
				 UART_IER_MSI)
#define MTTY_MCR_BITS		(UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT1 | \
				 UART_MCR_OUT2 | UART_MCR_LOOP | UART_MCR_AFE)

/**
 * struct mtty_uart - a 16550 with a plug on its line that leads what it sends back to it
 * @ier: interrupt enable register
 * @lcr: line control register
 * @mcr: modem control register
 * @msr: modem status register
 * @scr: scratch register
 * @divisor: divisor latches
 * @fifo_on: the FIFO is enabled; without it there is room for one byte
 * @trigger: bytes from which on it wants to be read
 * @overrun: a byte was lost since the line status was read
 * @thri: the transmitter has become empty since it was last told or filled
 * @head: where the oldest byte in @fifo is
 * @count: bytes in @fifo
 * @fifo: what was sent and not received yet
 */
struct mtty_uart {
	u8 ier;
	u8 lcr;
	u8 mcr;
	u8 msr;
	u8 scr;
	u16 divisor;
	bool fifo_on;
	u8 trigger;
	bool overrun;
	bool thri;
	u8 head;
	u8 count;
	u8 fifo[MTTY_FIFO_SIZE];
};

/**
 * struct mtty_irq - the interrupt, INTx or MSI, and the request to let go of the device
 * @lock: for the rest. Who has replaced an eventfd finds all signals in the former one
 * @level: the UARTs want an interrupt
 * @told: MSI: it was sent since @level rose
 * @masked: INTx: by the user, or because it was signalled
 * @pin_off: INTx: by the driver, in the command register
 * @frozen: the device is stopped and tells nobody
 * @intx: eventfd of INTx, or NULL
 * @msi: eventfd of MSI, or NULL: it is INTx
 * @req: eventfd of the request, or NULL
 * @unmask: eventfd that takes the mask away
 */
struct mtty_irq {
	spinlock_t lock;	/* see above */
	bool level;
	bool told;
	bool masked;
	bool pin_off;
	bool frozen;
	struct eventfd_ctx *intx;
	struct eventfd_ctx *msi;
	struct eventfd_ctx *req;
	struct virqfd *unmask;
};

/**
 * struct mtty - a card
 * @sv: the vfio device; its lock is for @uarts, too, and for who sets up @irq
 * @nr_ports: how many there are
 * @state_lock: for @state and @stream; outside the lock of @sv, and that outside a stream's
 * @state: of migration
 * @stream: file by which the state goes or comes, or NULL; held
 * @uarts: its ports
 * @irq: its interrupts, with the request
 */
struct mtty {
	struct sample_vfio sv;
	unsigned int nr_ports;
	struct mutex state_lock;	/* see above */
	enum vfio_device_mig_state state;
	struct file *stream;
	struct mtty_uart uarts[MTTY_PORTS_MAX];
	struct mtty_irq irq;
};

static inline struct mtty *to_mtty(struct vfio_device *vdev)
{
	return container_of(to_sample_vfio(vdev), struct mtty, sv);
}

/* main.c */
extern const struct mdev_vfio_ops mtty_vfio_ops;
unsigned int mtty_ports_of(const struct mdev_type *type);

/* driver.c */
extern struct mdev_vfio_driver mtty_driver;
void mtty_update_irq(struct mtty *mtty);

/* uart.c */
void mtty_uart_reset(struct mtty_uart *uart);
u8 mtty_uart_read(struct mtty_uart *uart, unsigned int reg);
void mtty_uart_write(struct mtty_uart *uart, unsigned int reg, u8 val);
u8 mtty_uart_lines(const struct mtty_uart *uart);
bool mtty_uart_pending(const struct mtty_uart *uart);

/* irq.c */
void mtty_irq_init(struct mtty_irq *irq);
void mtty_irq_update(struct mtty_irq *irq, bool level, bool pin_off);
bool mtty_irq_asserted(struct mtty_irq *irq);
void mtty_irq_freeze(struct mtty_irq *irq, bool frozen);
void mtty_irq_request(struct mtty_irq *irq);
void mtty_irq_forget_user(struct mtty_irq *irq);
unsigned int mtty_irq_count(u32 index);
u32 mtty_irq_flags(u32 index);
int mtty_irq_set(struct mtty_irq *irq, const struct vfio_irq_set *set,
		 const void *data);

/* migration.c */
extern const struct vfio_migration_ops mtty_migration_ops;
void mtty_migration_reset(struct mtty *mtty);

/* stream.c */
size_t mtty_stream_size(unsigned int nr_ports);
struct file *mtty_stream_save(unsigned int nr_ports);
void mtty_stream_fill(struct file *file, const struct mtty_uart *uarts);
struct file *mtty_stream_resume(unsigned int nr_ports);
int mtty_stream_load(struct file *file, struct mtty_uart *uarts);
void mtty_stream_end(struct file *file);

#endif /* _SAMPLE_MTTY_H */
