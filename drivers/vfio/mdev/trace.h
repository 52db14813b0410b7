/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of slices: see Documentation/admin-guide/mdev-tracing.rst, which promises
 * their names and fields.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mdev

#if !defined(_MDEV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _MDEV_TRACE_H

#include <linux/mdev_class.h>
#include <linux/tracepoint.h>

#define mdev_trace_class(class)						\
	__print_symbolic(class,						\
			 { MDEV_CLASS_NONE,	"none" },		\
			 { MDEV_CLASS_VIRTIO,	"virtio" },		\
			 { MDEV_CLASS_VHOST,	"vhost" },		\
			 { MDEV_CLASS_VFIO,	"vfio" },		\
			 { MDEV_CLASS_VENDOR,	"vendor" })

DECLARE_EVENT_CLASS(mdev_slice,
		    TP_PROTO(const struct mdev_slice *slice,
			     enum mdev_class_id class),
		    TP_ARGS(slice, class),
		    TP_STRUCT__entry(__field(u32, id)
				     __field(u32, class)
				     __string(name, mdev_slice_name(slice))
				     __string(parent, slice->parent->name)),
		    TP_fast_assign(__entry->id = slice->id;
				   __entry->class = class;
				   __assign_str(name);
				   __assign_str(parent);),
		    TP_printk("id=%u name=%s parent=%s class=%s", __entry->id,
			      __get_str(name), __get_str(parent),
			      mdev_trace_class(__entry->class)));

/* There is a new slice. */
DEFINE_EVENT(mdev_slice, mdev_slice_add,
	     TP_PROTO(const struct mdev_slice *slice, enum mdev_class_id class),
	     TP_ARGS(slice, class));

/* A slice has gone, and which class it was in when it was removed. */
DEFINE_EVENT(mdev_slice, mdev_slice_del,
	     TP_PROTO(const struct mdev_slice *slice, enum mdev_class_id class),
	     TP_ARGS(slice, class));

/* A slice has got another name. */
TRACE_EVENT(mdev_slice_rename,
	    TP_PROTO(const struct mdev_slice *slice, const char *former),
	    TP_ARGS(slice, former),
	    TP_STRUCT__entry(__field(u32, id)
			     __string(name, mdev_slice_name(slice))
			     __string(from, former)),
	    TP_fast_assign(__entry->id = slice->id;
			   __assign_str(name);
			   __assign_str(from);),
	    TP_printk("id=%u name=%s from=%s", __entry->id, __get_str(name),
		      __get_str(from)));

/* A slice is about to leave its class. */
TRACE_EVENT(mdev_class_begin,
	    TP_PROTO(const struct mdev_slice *slice, enum mdev_class_id to),
	    TP_ARGS(slice, to),
	    TP_STRUCT__entry(__field(u32, id)
			     __field(u32, from)
			     __field(u32, to)
			     __string(name, mdev_slice_name(slice))),
	    TP_fast_assign(__entry->id = slice->id;
			   __entry->from = slice->class_id;
			   __entry->to = to;
			   __assign_str(name);),
	    TP_printk("id=%u name=%s from=%s to=%s", __entry->id,
		      __get_str(name), mdev_trace_class(__entry->from),
		      mdev_trace_class(__entry->to)));

/* The change has ended, and where the slice is then. */
TRACE_EVENT(mdev_class_end,
	    TP_PROTO(const struct mdev_slice *slice, enum mdev_class_id from,
		     enum mdev_class_id to, int err),
	    TP_ARGS(slice, from, to, err),
	    TP_STRUCT__entry(__field(u32, id)
			     __field(u32, from)
			     __field(u32, to)
			     __field(u32, class)
			     __field(int, err)
			     __string(name, mdev_slice_name(slice))),
	    TP_fast_assign(__entry->id = slice->id;
			   __entry->from = from;
			   __entry->to = to;
			   __entry->class = slice->class_id;
			   __entry->err = err;
			   __assign_str(name);),
	    TP_printk("id=%u name=%s from=%s to=%s class=%s err=%d",
		      __entry->id, __get_str(name),
		      mdev_trace_class(__entry->from),
		      mdev_trace_class(__entry->to),
		      mdev_trace_class(__entry->class), __entry->err));

#endif /* _MDEV_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
