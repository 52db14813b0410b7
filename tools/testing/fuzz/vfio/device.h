/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slice that inputs are about, and what the fuzzer holds of it: the vfio device with
 * its container, memory for rings at fixed addresses, eventfds, a representor.
 */
#ifndef _FUZZ_VFIO_DEVICE_H
#define _FUZZ_VFIO_DEVICE_H

#include "chain.h"
#include "fuzz.h"
#include "memory.h"
#include "vfio.h"

#define DEVICE_NAME	"fv"
#define DEVICE_BYTES	0x40000U
#define DEVICE_MEMORY	0x100000000000ULL
#define DEVICE_IOVA	0x100000000ULL
#define DEVICE_QUEUES	CHAIN_QUEUES	/* that a driver sets up */

/* Vectors that are set up by the fuzzer; a few more than the device has. */
#define VECTORS		(DEVICE_QUEUES + 4)

/* Eventfds: for vectors, INTx, its mask, the request, doorbells by eventfd. */
enum { VECTOR, INTX = VECTOR + VECTORS, UNMASK, REQUEST_EVENT, BELL_EVENT, EVENTS };

struct device {
	struct vfio vfio;		/* fd is -1 while it is closed */
	struct memory memory;
	int event[EVENTS];
	uint32_t ring_num[DEVICE_QUEUES];
	bool packed;			/* rings, as the last driver has set them up */
	void *mapped;			/* a mapping of a region, or NULL */
	size_t mapped_len;
	bool faulty;			/* steps may fail in this input */
	bool leaving;			/* the slice is being removed */
	bool migrating;			/* it has been in another state than RUNNING */
};

extern struct device device;

/* What records do to the slice; making it anew is dear from SLICE_REMOVE on. */
enum slice_action { SLICE_NONE, SLICE_FORCE, SLICE_REP_UP, SLICE_REP_DOWN, SLICE_FRAMES,
		    SLICE_FRAMES_MORE, SLICE_FAULT, SLICE_NO_FAULT, SLICE_REMOVE, SLICE_ACTIONS };

void device_init(void);

/* Around each input: the device is open and as new, or closed and everything is gone. */
void device_begin(void);
void device_end(void);

/* All slices are gone, and with them what they held. Comes back by device_begin(). */
void device_gone(void);

/* A device that is closed cannot be asked: false. */
bool device_open(void);

/* An ioctl with an argument that ends where memory does. 0 or a negative errno that may be. */
int device_ioctl(unsigned long cmd, const void *arg, size_t len, void *result);

/* An errno that user space is not meant to see ends the child. */
void device_check_errno(const char *what, int err);

/* An eventfd, something that is none, or a number that is no file. */
int device_event(uint8_t choice);

/* Records. */
void device_event_record(const uint8_t *record);
void device_files_record(const uint8_t *record);
void device_slice_record(const uint8_t *record);

#endif /* _FUZZ_VFIO_DEVICE_H */
