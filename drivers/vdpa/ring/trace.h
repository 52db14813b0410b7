/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of virtqueues: see Documentation/admin-guide/mdev-tracing.rst, which
 * promises their names and fields.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mdev_ring

#if !defined(_MDEV_RING_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _MDEV_RING_TRACE_H

#include <linux/mdev_class.h>
#include <linux/mdev_ring.h>
#include <linux/tracepoint.h>

/* A ring runs while its slice is in a class, and for as long the slice keeps its name. */

/* The driver says that it has made something available. */
TRACE_EVENT(mdev_ring_kick,
	    TP_PROTO(const struct mdev_ring *ring),
	    TP_ARGS(ring),
	    TP_STRUCT__entry(__field(u32, id)
			     __field(u16, queue)
			     __string(name, ring->slice ?
				      mdev_slice_name(ring->slice) : "")),
	    TP_fast_assign(__entry->id = ring->slice ? ring->slice->id : 0;
			   __entry->queue = ring->index;
			   __assign_str(name);),
	    TP_printk("id=%u name=%s queue=%u", __entry->id, __get_str(name),
		      __entry->queue));

/* Chains are completed, all at once, and the driver is told or does not want that. */
TRACE_EVENT(mdev_ring_complete,
	    TP_PROTO(const struct mdev_ring *ring, unsigned int chains, bool notify),
	    TP_ARGS(ring, chains, notify),
	    TP_STRUCT__entry(__field(u32, id)
			     __field(u16, queue)
			     __field(u32, chains)
			     __field(bool, notify)
			     __string(name, ring->slice ?
				      mdev_slice_name(ring->slice) : "")),
	    TP_fast_assign(__entry->id = ring->slice ? ring->slice->id : 0;
			   __entry->queue = ring->index;
			   __entry->chains = chains;
			   __entry->notify = notify;
			   __assign_str(name);),
	    TP_printk("id=%u name=%s queue=%u chains=%u notify=%d", __entry->id,
		      __get_str(name), __entry->queue, __entry->chains,
		      __entry->notify));

/* The driver has done something that it must not: the ring is broken. */
TRACE_EVENT(mdev_ring_error,
	    TP_PROTO(const struct mdev_ring *ring, int err),
	    TP_ARGS(ring, err),
	    TP_STRUCT__entry(__field(u32, id)
			     __field(u16, queue)
			     __field(int, err)
			     __string(name, ring->slice ?
				      mdev_slice_name(ring->slice) : "")),
	    TP_fast_assign(__entry->id = ring->slice ? ring->slice->id : 0;
			   __entry->queue = ring->index;
			   __entry->err = err;
			   __assign_str(name);),
	    TP_printk("id=%u name=%s queue=%u err=%d", __entry->id,
		      __get_str(name), __entry->queue, __entry->err));

#endif /* _MDEV_RING_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
