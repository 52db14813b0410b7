/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of a file as words: blanks between them, "..." or '...' around what has blanks,
 * # before a comment, and a backslash at the end of a line that goes on.
 */
#ifndef TRIBUS_WORDS_H
#define TRIBUS_WORDS_H

#include <stdio.h>

/**
 * struct words - a line
 * @count: number of words
 * @words: the words, with a NULL behind them; they are valid until the next line
 * @line: number of the line, or the last one of several that belong together
 * @error: what is wrong with it
 */
struct words {
	int count;
	char **words;
	unsigned int line;
	const char *error;
	/* private: */
	int room;
	char *text;
	size_t text_room;
};

/* 1, 0 at the end of the file, or -1 when @words->error says what is wrong with a line. */
int words_read(struct words *words, FILE *file);
void words_free(struct words *words);

/* Writes a word so that it is read as it was. */
void words_write(FILE *file, const char *word);

#endif /* TRIBUS_WORDS_H */
