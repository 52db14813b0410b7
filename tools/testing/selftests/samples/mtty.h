/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mtty: its registers, and the states of its migration. The names of registers are
 * those of the kernel's header.
 */
#ifndef _MTTY_H
#define _MTTY_H

#include <linux/serial_reg.h>

#include "../vfio/vfio.h"

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))

#define BAR_SIZE	8
#define FIFO_SIZE	16

static inline __u8 get(const struct vfio *card, unsigned int port, unsigned int reg)
{
	return vfio_get(card, port, reg, 1);
}

static inline void put(const struct vfio *card, unsigned int port, unsigned int reg, __u8 val)
{
	vfio_put(card, port, reg, 1, val);
}

static inline void put_bytes(const struct vfio *card, unsigned int port, unsigned int nr,
			     __u8 first)
{
	while (nr--)
		put(card, port, UART_TX, first++);
}

/* Are these just the bytes that come? */
static inline bool get_bytes(const struct vfio *card, unsigned int port, unsigned int nr,
			     __u8 first)
{
	bool good = true;

	while (nr--) {
		good = get(card, port, UART_LSR) & UART_LSR_DR && good;
		good = get(card, port, UART_RX) == first++ && good;
	}
	return good;
}

/* Eight bits, and a FIFO that wants to be read from some bytes on. */
static inline void set_up(const struct vfio *card, unsigned int port, __u8 trigger)
{
	put(card, port, UART_LCR, UART_LCR_WLEN8);
	put(card, port, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR |
				  UART_FCR_CLEAR_XMIT | trigger);
}

/* Migration. */

struct feature {
	struct vfio_device_feature head;
	union {
		struct vfio_device_feature_migration flags;
		struct vfio_device_feature_mig_state state;
		__u64 stop_copy_length;
	};
};

static inline int feature(const struct vfio *card, struct feature *arg, __u32 which)
{
	arg->head.argsz = sizeof(*arg);
	arg->head.flags = which;
	return do_ioctl(card->fd, VFIO_DEVICE_FEATURE, arg);
}

/* Returns 0 or a negative errno; *stream is -1 if there is no new one. */
static inline int set_state(const struct vfio *card, __u32 state, int *stream)
{
	struct feature arg = { .state.device_state = state, .state.data_fd = -1 };
	int err;

	err = feature(card, &arg, VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE);
	*stream = err ? -1 : arg.state.data_fd;
	return err;
}

static inline int get_state(const struct vfio *card)
{
	struct feature arg = {};
	int err;

	err = feature(card, &arg, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE);
	return err ? err : (int)arg.state.device_state;
}

/* To a state without a stream of its own. */
static inline int go(const struct vfio *card, __u32 state)
{
	int stream, err = set_state(card, state, &stream);

	if (stream < 0)
		return err;
	close(stream);
	return -EPROTO;
}

#endif /* _MTTY_H */
