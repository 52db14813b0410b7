/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What goes to standard output: text for people, or JSON, from the same calls.
 *
 * Text is made of lines of words, "label value". In JSON each value has a key. A
 * function named print_* does both, text_* and json_* one of them.
 */
#ifndef TRIBUS_PRINT_H
#define TRIBUS_PRINT_H

#include <stdbool.h>
#include <stdint.h>

enum color {
	COLOR_NONE,
	COLOR_NAME,
	COLOR_ADDRESS,
	COLOR_CLASS,
	COLOR_GOOD,
	COLOR_BAD,
};

/* @when: "always", "auto", "never", or NULL for always */
int color_set(const char *when);

/* The list that a command prints. */
void print_begin(void);
void print_end(void);

/* An element of it: in text, a paragraph that begins with @name. */
void print_item(const char *key, const char *name);
void print_item_end(void);

/* A further line of the paragraph; words of it follow. */
void text_line(void);

/* A line that is no paragraph's. */
void text_begin(void);
void text_word(enum color color, const char *word);

/* Nothing is shown of a NULL. Without a label the value stands alone. */
void print_string(const char *key, const char *label, enum color color, const char *value);
void print_number(const char *key, const char *label, uint64_t value);

/* What is so; where it is not, nothing is printed. */
void print_flag(const char *key, const char *label);

void json_string(const char *key, const char *value);
void json_number(const char *key, uint64_t value);
void json_true(const char *key);
void json_object(const char *key);
void json_object_end(void);
void json_array(const char *key);
void json_array_end(void);

/* JSON text as a line of its own, for who reads while it comes. */
void json_line_begin(void);
void json_line_end(void);

/* The next value begins a text of its own. */
void json_reset(void);

/* @text without what a terminal would obey; valid until it is called again */
const char *printable(const char *text);

#endif /* TRIBUS_PRINT_H */
