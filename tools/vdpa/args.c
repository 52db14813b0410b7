// SPDX-License-Identifier: GPL-2.0
/*
 * The words of a command line, with options between them.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "print.h"
#include "tribus.h"

static int set_flag(bool *flag)
{
	*flag = true;
	return 0;
}

/* Long names come with one dash or two and may be cut, as ip takes them. */
static const char *const option_names[] = {
	"batch", "color", "details", "dry-run", "force", "graph", "help", "json", "oneline",
	"pretty", "statistics", "timestamp", "Version", NULL,
};

/* The letters that mean something although several names begin with them. */
static const char *option_letter(const char *name)
{
	static const struct {
		const char *letter;
		const char *name;
	} letters[] = {
		{ "d", "details" }, { "stats", "statistics" }, { "n", "dry-run" },
		{ "ts", "timestamp" }, { "colour", "color" }, { "version", "Version" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		if (!strcmp(name, letters[i].letter))
			return letters[i].name;
	return name;
}

static int option_batch(struct args *args, const char *value)
{
	if (!value && args->count) {
		value = *args->words++;
		args->count--;
	}
	if (!value)
		return usage_error("Option \"-batch\" needs a file.");
	if (options.batch)
		return usage_error("\"-batch\" is there already.");
	options.batch = value;
	return 0;
}

static int option_version(void)
{
	printf("tribus utility, " TRIBUS_VERSION "\n");
	exit(EXIT_OK);
}

static int option_set(struct args *args, const char *name, const char *value)
{
	switch (*name) {
	case 'b':
		return option_batch(args, value);
	case 'c':
		return color_set(value);
	case 'd':
		return set_flag(name[1] == 'e' ? &options.details : &options.dry_run);
	case 'f':
		return set_flag(&options.force);
	case 'g':
		return set_flag(&options.graph);
	case 'h':
		/* Whatever else is there, nothing of it is done. */
		args->help = true;
		return EXIT_USAGE;
	case 'j':
		return set_flag(&options.json);
	case 'o':
		return set_flag(&options.oneline);
	case 'p':
		return set_flag(&options.pretty);
	case 's':
		return set_flag(&options.statistics);
	case 't':
		return set_flag(&options.timestamp);
	default:
		return option_version();
	}
}

static int option_take(struct args *args, const char *text)
{
	char name[32];
	const char *value;
	int length, which;

	text += text[1] == '-' ? 2 : 1;
	value = strchr(text, '=');
	length = value ? value - text : (long)strlen(text);
	snprintf(name, sizeof(name), "%.*s", length, text);
	which = args_choose(option_letter(name), option_names, "Option");
	if (which < 0)
		return EXIT_USAGE;
	name[0] = *option_names[which];
	if (value && name[0] != 'b' && name[0] != 'c')
		return usage_error("Option \"-%s\" has no value.", option_names[which]);
	return option_set(args, option_names[which], value ? value + 1 : NULL);
}

static bool is_option(const struct args *args)
{
	return args->count && !args->literal && args->words[0][0] == '-' && args->words[0][1];
}

const char *args_peek(struct args *args)
{
	while (is_option(args) && !args->failed) {
		const char *word = *args->words++;

		args->count--;
		if (!strcmp(word, "--"))
			args->literal = true;
		else if (option_take(args, word))
			args->failed = true;
	}
	return args->count && !args->failed ? args->words[0] : NULL;
}

const char *args_next(struct args *args)
{
	const char *word = args_peek(args);

	if (word) {
		args->words++;
		args->count--;
	}
	return word;
}

const char *args_value(struct args *args, const char *key)
{
	if (!args->count) {
		usage_error("\"%s\" needs a value.", key);
		return NULL;
	}
	args->count--;
	return *args->words++;
}

int args_end(struct args *args)
{
	const char *word = args_peek(args);

	if (word)
		return usage_error("\"%s\" is one word too many.", word);
	return args->failed ? EXIT_USAGE : EXIT_OK;
}

static void complain_many(const char *word, const char *const *words, const char *what)
{
	fprintf(stderr, "Error: %s \"%s\" may mean", what, word);
	for (int i = 0; words[i]; i++)
		if (!strncmp(words[i], word, strlen(word)))
			fprintf(stderr, " \"%s\"", words[i]);
	fprintf(stderr, ".\n");
}

int args_choose(const char *word, const char *const *words, const char *what)
{
	size_t length = strlen(word);
	int found = -1;
	int many = 0;

	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], word))
			return i;
		if (length && !strncmp(words[i], word, length)) {
			found = i;
			many++;
		}
	}
	if (many == 1)
		return found;
	if (what && many)
		complain_many(word, words, what);
	else if (what)
		usage_error("%s \"%s\" is unknown.", what, word);
	return -1;
}

int args_once(uint32_t *seen, int which, const char *const *words)
{
	uint32_t bit = 1u << which;

	if (!(*seen & bit)) {
		*seen |= bit;
		return 0;
	}
	usage_error("\"%s\" is there twice.", words[which]);
	return -1;
}

int args_number(const char *key, const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	if (isdigit((unsigned char)*text) && !*end && !errno && *number <= max)
		return 0;
	usage_error("\"%s\" is no number from 0 to %llu for \"%s\".", text,
		    (unsigned long long)max, key);
	return -1;
}
