/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family "vdpa", and what there is of slices. */
#ifndef _FUZZ_VDPA_H
#define _FUZZ_VDPA_H

#include <linux/netlink.h>

#include "fuzz.h"

#define VDPA_PARENT	"mdev_net0"

/* The family's number; the program ends if there is none. */
int vdpa_family(void);
int mdev_family(void);

/* In a new process that makes requests at the same time as the other one. */
void vdpa_forked(void);

/* A socket for requests. */
int vdpa_socket(void);

/* Plain requests. 0 or a negative errno. */
int vdpa_add(const char *name);
int vdpa_add_to(const char *parent, const char *name);

/* With all features of one pair, also those that are offered only to whoever asks for them. */
int vdpa_add_asked(const char *parent, const char *name);
int vdpa_remove(const char *name);

/* Any slice, by whichever way removes it. 0 or a negative errno. */
int slice_remove_any(const char *name);

/* How many management devices a list has. */
int vdpa_count_parents(void);

/* Removes all slices; ends the child if that fails. */
void vdpa_remove_all(void);

/* Is there as much as there was at the first call? Ends the child if not. */
void vdpa_check_leftovers(void);

/* Next attribute in *@at .. @end, or NULL; ends the child if it is malformed. */
const struct nlattr *vdpa_next_attr(const char **at, const char *end);

#endif /* _FUZZ_VDPA_H */
