/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_EXPORT_H
#define _SHIM_LINUX_EXPORT_H

#define EXPORT_SYMBOL_GPL	shim_export
/* A declaration, for the semicolon after it. */
#define shim_export(symbol)	struct symbol

#endif /* _SHIM_LINUX_EXPORT_H */
