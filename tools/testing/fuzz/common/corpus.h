/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inputs that have reached something new, in memory and as files, which are
 * named after what is in them.
 */
#ifndef _FUZZ_CORPUS_H
#define _FUZZ_CORPUS_H

#include "fuzz.h"

struct input {
	size_t len;	/* a multiple of FUZZ_RECORD, not 0 */
	uint8_t data[FUZZ_INPUT_MAX];
};

unsigned int corpus_count(void);
const struct input *corpus_at(unsigned int i);
const struct input *corpus_any(void);
void corpus_add(const uint8_t *data, size_t len);
void corpus_sort(void);

/* A file, or all files of a directory. Returns how many inputs that were. */
unsigned int corpus_load(const char *path);

/* Nothing is done for a directory that is NULL. Returns -1, and says why, if it fails. */
int input_save(const struct input *input, const char *directory);

/*
 * A file on the host that has the present input, for when the VM dies: a line with its name
 * and its length, and the input. What was there before may go on behind that.
 */
int input_note_open(const char *path);

/* Returns -1 if it fails. */
int input_note(const struct input *input, int fd);

#endif /* _FUZZ_CORPUS_H */
