// SPDX-License-Identifier: GPL-2.0
/*
 * Lines of a file as words.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "tribus.h"
#include "words.h"

/* A line without its end; further ones where it ends with a backslash. */
static int read_text(struct words *words, FILE *file)
{
	size_t length = 0, room = 0;
	char *line = NULL;
	ssize_t got;

	while ((got = getline(&line, &room, file)) >= 0) {
		words->line++;
		if ((size_t)got != strlen(line)) {
			words->error = "There is a NUL in the line.";
			free(line);
			return -1;
		}
		if (got && line[got - 1] == '\n')
			line[--got] = 0;
		if (length + got + 1 > words->text_room) {
			words->text_room = 2 * (length + got + 1);
			words->text = need_memory(realloc(words->text, words->text_room));
		}
		memcpy(words->text + length, line, got + 1);
		length += got;
		if (!length || words->text[length - 1] != '\\')
			break;
		words->text[--length] = 0;
	}
	free(line);
	return got >= 0 || length;
}

static void add_word(struct words *words, char *word)
{
	if (words->count + 1 >= words->room) {
		words->room = words->room ? 2 * words->room : 32;
		words->words = need_memory(realloc(words->words,
						   words->room * sizeof(*words->words)));
	}
	words->words[words->count++] = word;
	words->words[words->count] = NULL;
}

/* Takes the quotes from the word at @at; the first character behind it, or NULL. */
static char *cut_word(char *at)
{
	char *to = at;
	char quote = 0;

	for (; *at && (quote || !strchr(" \t\r", *at)); at++) {
		if (quote && *at == quote)
			quote = 0;
		else if (!quote && (*at == '"' || *at == '\''))
			quote = *at;
		else if (quote == '"' && *at == '\\' && at[1])
			*to++ = *++at;
		else
			*to++ = *at;
	}
	if (quote)
		return NULL;
	if (*at)
		at++;
	*to = 0;
	return at;
}

int words_read(struct words *words, FILE *file)
{
	int got = read_text(words, file);
	char *at = words->text;

	words->count = 0;
	if (got <= 0)
		return got;
	for (;;) {
		char *word;

		at += strspn(at, " \t\r");
		if (!*at || *at == '#')
			return 1;
		word = at;
		at = cut_word(at);
		if (!at) {
			words->error = "A quote is not closed.";
			return -1;
		}
		add_word(words, word);
	}
}

void words_free(struct words *words)
{
	free(words->words);
	free(words->text);
	memset(words, 0, sizeof(*words));
}

void words_write(FILE *file, const char *word)
{
	if (*word && !strpbrk(word, " \t\r\"'\\#")) {
		fputs(word, file);
		return;
	}
	putc('"', file);
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			putc('\\', file);
		putc(*word, file);
	}
	putc('"', file);
}
