/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of a command line, with options between them.
 */
#ifndef TRIBUS_ARGS_H
#define TRIBUS_ARGS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct args - what is left of a command line
 * @count: number of words
 * @words: the words
 * @literal: "--" was there, so what begins with "-" is no option any more
 * @failed: an option was wrong, and somebody has said so
 * @help: help was asked for, which ends the words as a wrong option does
 */
struct args {
	int count;
	char **words;
	bool literal;
	bool failed;
	bool help;
};

/* The next word, or NULL; options before it are taken first. */
const char *args_peek(struct args *args);
const char *args_next(struct args *args);

/* The value of a keyword: whatever comes next. NULL, and a complaint, if nothing does. */
const char *args_value(struct args *args, const char *key);

/* Fails with a complaint when there is more. */
int args_end(struct args *args);

/*
 * Which of the words is meant: it, or the only one that begins so. -1, and a complaint
 * unless @what is NULL, if there is none or more than one.
 */
int args_choose(const char *word, const char *const *words, const char *what);

/*
 * Was the keyword with this number there before? @seen has a bit for each. -1 and a
 * complaint: of two values it is not clear which is meant.
 */
int args_once(uint32_t *seen, int which, const char *const *words);

/* A whole number, at most @max. -1 and a complaint if it is none. */
int args_number(const char *key, const char *text, uint64_t max, uint64_t *number);

#endif /* TRIBUS_ARGS_H */
