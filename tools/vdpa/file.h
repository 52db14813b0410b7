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
#define FILES_DEFAULT	"/etc/tribus.d/*.conf"

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
 * @name: of the file
 * @owner: the owner; NULL for slices that have none
 * @stanzas: in the order of their names
 */
struct file {
	const char *name;
	char *owner;
	struct stanza *stanzas;
	size_t count;
	size_t room;
	/* private: */
	char **strings;
	size_t strings_count;
	size_t strings_room;
};

/**
 * struct files - files that are restored together
 */
struct files {
	struct file *files;
	size_t count;
};

/*
 * The arguments of save and restore: those of @keys, and the name of the file, NULL where
 * there is none. False after help or a complaint.
 */
bool file_args(struct filter *filter, struct args *args, const char *const *keys,
	       const char *usage, const char **name);

/*
 * Reads a file, "-" from standard input, or those that are there for the boot if the name
 * is NULL. An exit code; complains. What is wrong is not among them. files_free() is
 * needed in any case.
 */
int files_read(struct files *files, const char *name);
void files_free(struct files *files);

/* Writes the beginning, and a stanza. */
void file_write_head(FILE *to, const char *owner);
void file_write_slice(FILE *to, const struct slice *slice);

/* Is it there? file_read() has sorted them by name. */
bool file_has(const struct file *file, const char *name);

#endif /* TRIBUS_FILE_H */
