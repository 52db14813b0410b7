/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all of the command shares: exit codes, options, and its objects.
 */
#ifndef TRIBUS_H
#define TRIBUS_H

#include <stdbool.h>

#define TRIBUS_VERSION "1.0"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Exit codes, see tribus(8). */
enum {
	EXIT_OK = 0,
	EXIT_USAGE = 1,		/* the command line, or a file, is wrong */
	EXIT_KERNEL = 2,	/* the kernel said no */
	EXIT_DIFFERS = 3,	/* restore --dry-run would change something */
};

struct options {
	bool details;
	bool dry_run;
	bool force;
	bool graph;
	bool json;
	bool oneline;
	bool pretty;
	bool statistics;
	bool timestamp;
	const char *batch;
};

extern struct options options;

struct args;
struct nl;

/**
 * struct command - a word of the command line and what it does
 * @name: the word
 * @run: does it, and returns an exit code
 */
struct command {
	const char *name;
	int (*run)(struct nl *nl, struct args *args);
};

int command_run(const struct command *commands, const char *what, const char *usage,
		struct nl *nl, struct args *args);

int object_parent(struct nl *nl, struct args *args);
int object_type(struct nl *nl, struct args *args);
int object_slice(struct nl *nl, struct args *args);
int object_monitor(struct nl *nl, struct args *args);
int object_save(struct nl *nl, struct args *args);
int object_restore(struct nl *nl, struct args *args);

/* Does what the words say; options among them are for them alone. */
int tribus_run(struct nl *nl, struct args *args);

int batch_run(struct nl *nl, const char *file);

/* Complains on stderr, and returns EXIT_USAGE. */
int usage_error(const char *format, ...);

/* Ends the process: there is nothing that could go on without memory. */
void *need_memory(void *memory);

#endif /* TRIBUS_H */
