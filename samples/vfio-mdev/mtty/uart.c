// SPDX-License-Identifier: GPL-2.0
/*
 * The UARTs: registers of a 16550, and a line that leads back to where it comes from.
 *
 * The line is as fast as you like and holds nothing: what is sent is in the receive FIFO at
 * once, and the transmitter is empty when that is. So who waits for an empty transmitter
 * before it sends loses no byte, and who does not can overrun the FIFO. Four characters'
 * time, after which a FIFO that is not full enough wants to be read all the same, is no
 * time at all.
 */
#include <linux/bits.h>
#include <linux/string.h>

#include "mtty.h"

#define IIR_FIFO_ON	0xc0

static unsigned int room(const struct mtty_uart *uart)
{
	return (uart->fifo_on ? MTTY_FIFO_SIZE : 1) - uart->count;
}

/*
 * The modem lines as they are now. Without the loop inside the UART there is a modem that
 * is always there, and does not take more than there is room for if it is to say so.
 */
u8 mtty_uart_lines(const struct mtty_uart *uart)
{
	u8 lines = UART_MSR_DSR | UART_MSR_DCD;

	if (!(uart->mcr & UART_MCR_LOOP)) {
		if (!(uart->mcr & UART_MCR_AFE) || room(uart))
			lines |= UART_MSR_CTS;
		return lines;
	}
	lines = 0;
	if (uart->mcr & UART_MCR_RTS)
		lines |= UART_MSR_CTS;
	if (uart->mcr & UART_MCR_DTR)
		lines |= UART_MSR_DSR;
	if (uart->mcr & UART_MCR_OUT1)
		lines |= UART_MSR_RI;
	if (uart->mcr & UART_MCR_OUT2)
		lines |= UART_MSR_DCD;
	return lines;
}

/* Each line has a bit that says that it has changed, four below; RI only when it ends. */
static void update_lines(struct mtty_uart *uart)
{
	u8 lines = mtty_uart_lines(uart);
	u8 changed = (uart->msr ^ lines) & ~UART_MSR_ANY_DELTA;

	changed &= ~(lines & UART_MSR_RI);
	uart->msr = lines | (uart->msr & UART_MSR_ANY_DELTA) | changed >> 4;
}

/* The one of highest priority, as IIR tells it. */
static u8 pending(const struct mtty_uart *uart)
{
	if (uart->ier & UART_IER_RLSI && uart->overrun)
		return UART_IIR_RLSI;
	if (uart->ier & UART_IER_RDI && uart->count)
		return uart->count >= uart->trigger ? UART_IIR_RDI :
						      UART_IIR_RX_TIMEOUT;
	if (uart->ier & UART_IER_THRI && uart->thri)
		return UART_IIR_THRI;
	if (uart->ier & UART_IER_MSI && uart->msr & UART_MSR_ANY_DELTA)
		return UART_IIR_MSI;
	return UART_IIR_NO_INT;
}

bool mtty_uart_pending(const struct mtty_uart *uart)
{
	return pending(uart) != UART_IIR_NO_INT;
}

static void send(struct mtty_uart *uart, u8 val)
{
	u8 mask = GENMASK(4 + (uart->lcr & UART_LCR_WLEN8), 0);

	uart->thri = false;
	if (!room(uart)) {
		uart->overrun = true;
		/* The FIFO keeps what it has, the register does not. */
		if (uart->fifo_on)
			return;
		uart->count = 0;
	}
	uart->fifo[(uart->head + uart->count++) % MTTY_FIFO_SIZE] = val & mask;
}

static u8 receive(struct mtty_uart *uart)
{
	u8 val;

	if (!uart->count)
		return 0;
	val = uart->fifo[uart->head];
	uart->head = (uart->head + 1) % MTTY_FIFO_SIZE;
	if (!--uart->count)
		uart->thri = true;
	return val;
}

static void clear_fifo(struct mtty_uart *uart)
{
	if (uart->count)
		uart->thri = true;
	uart->head = 0;
	uart->count = 0;
}

static void write_fcr(struct mtty_uart *uart, u8 val)
{
	static const u8 triggers[] = { 1, 4, 8, 14 };
	bool fifo_on = val & UART_FCR_ENABLE_FIFO;

	/* It is the receiver's and the transmitter's. */
	if (fifo_on != uart->fifo_on ||
	    val & (UART_FCR_CLEAR_RCVR | UART_FCR_CLEAR_XMIT))
		clear_fifo(uart);
	uart->fifo_on = fifo_on;
	uart->trigger = fifo_on ? triggers[val >> UART_FCR_R_TRIG_SHIFT] : 1;
}

static void write_ier(struct mtty_uart *uart, u8 val)
{
	/* Who enables it is told at once that the transmitter is empty. */
	if (val & ~uart->ier & UART_IER_THRI && !uart->count)
		uart->thri = true;
	uart->ier = val & MTTY_IER_BITS;
}

static u8 read_iir(struct mtty_uart *uart)
{
	u8 iir = pending(uart);

	if (iir == UART_IIR_THRI)
		uart->thri = false;
	return iir | (uart->fifo_on ? IIR_FIFO_ON : 0);
}

static u8 read_lsr(struct mtty_uart *uart)
{
	u8 lsr = uart->count ? UART_LSR_DR : UART_LSR_THRE | UART_LSR_TEMT;

	if (uart->overrun)
		lsr |= UART_LSR_OE;
	uart->overrun = false;
	return lsr;
}

static u8 read_msr(struct mtty_uart *uart)
{
	u8 msr = uart->msr;

	uart->msr &= ~UART_MSR_ANY_DELTA;
	return msr;
}

static u8 read_reg(struct mtty_uart *uart, unsigned int reg)
{
	bool dlab = uart->lcr & UART_LCR_DLAB;

	switch (reg) {
	case UART_RX:
		return dlab ? uart->divisor : receive(uart);
	case UART_IER:
		return dlab ? uart->divisor >> 8 : uart->ier;
	case UART_IIR:
		return read_iir(uart);
	case UART_LCR:
		return uart->lcr;
	case UART_MCR:
		return uart->mcr;
	case UART_LSR:
		return read_lsr(uart);
	case UART_MSR:
		return read_msr(uart);
	default:
		return uart->scr;
	}
}

u8 mtty_uart_read(struct mtty_uart *uart, unsigned int reg)
{
	u8 val = read_reg(uart, reg);

	update_lines(uart);
	return val;
}

void mtty_uart_write(struct mtty_uart *uart, unsigned int reg, u8 val)
{
	bool dlab = uart->lcr & UART_LCR_DLAB;

	switch (reg) {
	case UART_TX:
		if (dlab)
			uart->divisor = (uart->divisor & 0xff00) | val;
		else
			send(uart, val);
		break;
	case UART_IER:
		if (dlab)
			uart->divisor = (uart->divisor & 0x00ff) | val << 8;
		else
			write_ier(uart, val);
		break;
	case UART_FCR:
		write_fcr(uart, val);
		break;
	case UART_LCR:
		uart->lcr = val;
		break;
	case UART_MCR:
		uart->mcr = val & MTTY_MCR_BITS;
		break;
	case UART_SCR:
		uart->scr = val;
		break;
	}
	update_lines(uart);
}

void mtty_uart_reset(struct mtty_uart *uart)
{
	*uart = (struct mtty_uart){
		.divisor = 1,
		.trigger = 1,
	};
	uart->msr = mtty_uart_lines(uart);
}
