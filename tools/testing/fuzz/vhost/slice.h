/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the administrator does with the slices of slots meanwhile: class, removal,
 * representor, steps that fail. Here or at the same time in another process.
 */
#ifndef _FUZZ_VHOST_SLICE_H
#define _FUZZ_VHOST_SLICE_H

#include "slot.h"

/* Starts the other process. */
void slices_init(void);

void slices_begin(void);

/* The other process has nothing left to do, and its edges are reported. */
void slices_end(void);

void slice_record(struct slot *slot, const uint8_t *record);

/* The part of a record that is its own. */
void slice_make(uint8_t *record);

/* Others than this process may have changed classes in this input. */
bool slice_unsure(void);
void slice_set_unsure(void);

/* The slice is there and in class vhost; ends the child if that cannot be had. */
void slice_restore(struct slot *slot);

/* The representor has the name of the slice. */
void slice_rep_set(const char *name, bool up);

#endif /* _FUZZ_VHOST_SLICE_H */
