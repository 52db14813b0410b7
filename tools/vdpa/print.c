// SPDX-License-Identifier: GPL-2.0
/*
 * What goes to standard output: text for people, or JSON, from the same calls.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "print.h"
#include "tribus.h"

static bool colored;
static bool dark;
static bool line_empty = true;

/*
 * Terminals say "FOREGROUND;BACKGROUND", some with a word between. Of the eight dark colors
 * white is no dark background, and dark grey is one.
 */
static bool background_dark(void)
{
	const char *colors = getenv("COLORFGBG");
	const char *last = colors ? strrchr(colors, ';') : NULL;

	return last && strlen(last) == 2 && strchr("01234568", last[1]);
}

int color_set(const char *when)
{
	dark = background_dark();
	if (!when || !strcmp(when, "always"))
		colored = true;
	else if (!strcmp(when, "never"))
		colored = false;
	else if (!strcmp(when, "auto"))
		colored = isatty(STDOUT_FILENO);
	else
		return usage_error("\"-color\" is always, auto, or never.");
	return 0;
}

/*
 * Names and owners are what others made of them. A backslash is doubled, so that no
 * text can look like another one.
 */
const char *printable(const char *text)
{
	static char copy[4 * 1024 + 1];
	size_t at = 0;

	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		if (at + 4 >= sizeof(copy))
			break;
		if (*s < 0x20 || *s == 0x7f || *s == '\\')
			at += sprintf(copy + at, *s == '\\' ? "\\\\" : "\\x%02x", *s);
		else
			copy[at++] = *s;
	}
	copy[at] = 0;
	return copy;
}

static int color_code(enum color color)
{
	static const int codes[] = {
		[COLOR_NAME] = 36,
		[COLOR_ADDRESS] = 33,
		[COLOR_CLASS] = 35,
		[COLOR_GOOD] = 32,
		[COLOR_BAD] = 31,
	};

	return codes[color];
}

static void put_colored(enum color color, const char *text)
{
	if (colored && color != COLOR_NONE)
		printf("\033[%s%dm%s\033[0m", dark ? "1;" : "", color_code(color),
		       printable(text));
	else
		fputs(printable(text), stdout);
}

void text_word(enum color color, const char *word)
{
	if (options.json)
		return;
	if (!line_empty)
		putchar(' ');
	line_empty = false;
	put_colored(color, word);
}

void text_line(void)
{
	if (options.json)
		return;
	fputs(options.oneline ? "\\" : "\n", stdout);
	fputs("    ", stdout);
	line_empty = true;
}

void text_begin(void)
{
	line_empty = true;
}

void print_begin(void)
{
	json_array(NULL);
}

void print_end(void)
{
	json_array_end();
	if (options.json) {
		putchar('\n');
		json_reset();
	}
	fflush(stdout);
}

void print_item(const char *key, const char *name)
{
	json_object(NULL);
	json_string(key, name);
	if (options.json)
		return;
	put_colored(COLOR_NAME, name);
	putchar(':');
	line_empty = false;
}

void print_item_end(void)
{
	json_object_end();
	if (options.json)
		return;
	putchar('\n');
	line_empty = true;
}

void print_string(const char *key, const char *label, enum color color, const char *value)
{
	if (!value)
		return;
	json_string(key, value);
	if (label)
		text_word(COLOR_NONE, label);
	text_word(color, value);
}

void print_number(const char *key, const char *label, uint64_t value)
{
	char text[24];

	json_number(key, value);
	if (label)
		text_word(COLOR_NONE, label);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	text_word(COLOR_NONE, text);
}

void print_flag(const char *key, const char *label)
{
	json_true(key);
	text_word(COLOR_BAD, label);
}
