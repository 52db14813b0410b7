/* SPDX-License-Identifier: GPL-2.0 */
/* What has to be as it was when all slices are removed. */
#ifndef _FUZZ_LEFTOVER_H
#define _FUZZ_LEFTOVER_H

/* The first call learns what there is; the others end the child if there is more. */
void leftovers_check(void);

#endif /* _FUZZ_LEFTOVER_H */
