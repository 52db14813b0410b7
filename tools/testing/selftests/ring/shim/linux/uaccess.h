/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of a process is this process's own; tests can say which of it is missing
 * for the moment.
 */
#ifndef _SHIM_LINUX_UACCESS_H
#define _SHIM_LINUX_UACCESS_H

#include <linux/compiler.h>
#include <string.h>

/* Is the memory missing? NULL: none is. */
extern bool (*shim_user_missing)(const void *va, unsigned long len, bool write);

static inline unsigned long copy_from_user(void *to, const void *from,
					   unsigned long len)
{
	if (shim_user_missing && shim_user_missing(from, len, false))
		return len;
	memcpy(to, from, len);
	return 0;
}

static inline unsigned long copy_to_user(void *to, const void *from,
					 unsigned long len)
{
	if (shim_user_missing && shim_user_missing(to, len, true))
		return len;
	memcpy(to, from, len);
	return 0;
}

#define get_user(val, ptr) ({							\
	typeof(ptr) _at = (ptr);						\
	int _missing = shim_user_missing &&					\
		       shim_user_missing(_at, sizeof(*_at), false);		\
	(val) = _missing ? 0 : READ_ONCE(*_at);					\
	_missing ? -1 : 0; })

#define put_user(val, ptr) ({							\
	typeof(ptr) _at = (ptr);						\
	int _missing = shim_user_missing &&					\
		       shim_user_missing(_at, sizeof(*_at), true);		\
	if (!_missing)								\
		WRITE_ONCE(*_at, (val));					\
	_missing ? -1 : 0; })

#endif /* _SHIM_LINUX_UACCESS_H */
