/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_MINMAX_H
#define _SHIM_LINUX_MINMAX_H

#define min(x, y) ({				\
	__auto_type _min_x = (x);		\
	__auto_type _min_y = (y);		\
	_min_x < _min_y ? _min_x : _min_y; })

#define min_t(type, x, y) ({			\
	type _min_t_x = (x);			\
	type _min_t_y = (y);			\
	_min_t_x < _min_t_y ? _min_t_x : _min_t_y; })

#endif /* _SHIM_LINUX_MINMAX_H */
