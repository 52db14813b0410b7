/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_BUG_H
#define _SHIM_LINUX_BUG_H

/* How often a test has made the code complain. */
extern unsigned int shim_warnings;

#define WARN_ON_ONCE(condition) ({		\
	int _warn = !!(condition);		\
	shim_warnings += _warn;			\
	_warn; })

#endif /* _SHIM_LINUX_BUG_H */
