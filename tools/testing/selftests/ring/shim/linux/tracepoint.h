/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_TRACEPOINT_H
#define _SHIM_LINUX_TRACEPOINT_H

#define TP_PROTO(...)	__VA_ARGS__
#define TP_ARGS(...)	__VA_ARGS__
/* Nobody listens. The declaration is for the semicolon after it. */
#define TRACE_EVENT(name, proto, ...)				\
	static inline void trace_##name(proto) {}		\
	struct trace_##name

#endif /* _SHIM_LINUX_TRACEPOINT_H */
