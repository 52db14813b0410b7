// SPDX-License-Identifier: GPL-2.0
/*
 * A writer of JSON. Whatever bytes a string has, what comes out is valid: control
 * characters are escaped, and what is no UTF-8 becomes U+FFFD.
 */
#include <stdio.h>
#include <string.h>

#include "print.h"
#include "tribus.h"

static int depth;
static bool first = true;

static void separate(void)
{
	if (!first)
		putchar(',');
	first = false;
	if (options.pretty && depth) {
		putchar('\n');
		for (int i = 0; i < depth; i++)
			putchar('\t');
	}
}

/* The length of the character at @s, 0 if it is no UTF-8. */
static int utf8_length(const unsigned char *s)
{
	int length;

	if (*s < 0x80)
		return 1;
	if (*s >= 0xc2 && *s <= 0xdf)
		length = 2;
	else if (*s >= 0xe0 && *s <= 0xef)
		length = 3;
	else if (*s >= 0xf0 && *s <= 0xf4)
		length = 4;
	else
		return 0;
	for (int i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Not the shortest form, a surrogate, or beyond the last one. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

static void put_quoted(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	putchar('"');
	while (*s) {
		int length = utf8_length(s);

		if (!length)
			fputs("\\ufffd", stdout);
		else if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			printf("\\u%04x", *s);
		else
			fwrite(s, 1, length, stdout);
		s += length ? length : 1;
	}
	putchar('"');
}

static void put_key(const char *key)
{
	separate();
	if (!key)
		return;
	put_quoted(key);
	fputs(options.pretty ? ": " : ":", stdout);
}

static void open_with(const char *key, char bracket)
{
	put_key(key);
	putchar(bracket);
	first = true;
	depth++;
}

static void close_with(char bracket)
{
	bool empty = first;

	depth--;
	if (!empty) {
		first = true;
		separate();
	}
	if (!empty && options.pretty && !depth)
		putchar('\n');
	putchar(bracket);
	first = false;
}

void json_string(const char *key, const char *value)
{
	if (!options.json || !value)
		return;
	put_key(key);
	put_quoted(value);
}

void json_number(const char *key, uint64_t value)
{
	if (!options.json)
		return;
	put_key(key);
	printf("%llu", (unsigned long long)value);
}

void json_true(const char *key)
{
	if (!options.json)
		return;
	put_key(key);
	fputs("true", stdout);
}

void json_object(const char *key)
{
	if (options.json)
		open_with(key, '{');
}

void json_object_end(void)
{
	if (options.json)
		close_with('}');
}

void json_array(const char *key)
{
	if (options.json)
		open_with(key, '[');
}

void json_array_end(void)
{
	if (options.json)
		close_with(']');
}

void json_line_begin(void)
{
	if (!options.json)
		return;
	first = true;
	json_object(NULL);
}

void json_line_end(void)
{
	if (!options.json)
		return;
	json_object_end();
	putchar('\n');
	first = true;
}

void json_reset(void)
{
	first = true;
}
