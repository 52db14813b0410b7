/* SPDX-License-Identifier: GPL-2.0 */
/* There is nothing to define: see linux/tracepoint.h. */
