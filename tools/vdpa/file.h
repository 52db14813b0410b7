/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of slices, see tribus.conf(5).
 */
#ifndef TRIBUS_FILE_H
#define TRIBUS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config.h"
#include "slice.h"

#define FILE_DEFAULT	"/etc/tribus.conf"

/**
 * struct stanza - a slice that shall be there
 * @slice: its name, UUID, parent, type and class, what is given of them
 * @config: its provisioning
 * @line: where it begins
 */
struct stanza {
	struct filter slice;
	struct config config;
	unsigned int line;
};

/**
 * struct file - slices of one owner
 * @owner: the owner; NULL for slices that have none
 * @stanzas: in the order of their names
 */
struct file {
	char *owner;
	struct stanza *stanzas;
	size_t count;
	size_t room;
	/* private: */
	char **strings;
	size_t strings_count;
	size_t strings_room;
};

/*
 * The arguments of save and restore: those of @keys, and the name of the file, which is
 * returned. NULL after help or a complaint.
 */
const char *file_args(struct filter *filter, struct args *args, const char *const *keys,
		      const char *usage);

/* Reads all of it, "-" from standard input. An exit code; complains. */
int file_read(struct file *file, const char *name);
void file_free(struct file *file);

/* Writes the beginning, and a stanza. */
void file_write_head(FILE *to, const char *owner);
void file_write_slice(FILE *to, const struct slice *slice);

/* Is it there? file_read() has sorted them by name. */
bool file_has(const struct file *file, const char *name);

#endif /* TRIBUS_FILE_H */
