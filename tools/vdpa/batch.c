// SPDX-License-Identifier: GPL-2.0
/*
 * tribus -batch: commands from a file, with one socket
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "tribus.h"
#include "words.h"

/* A command that takes words from a file that is read already cannot be in one. */
static int run_line(struct nl *nl, struct words *words)
{
	struct args args = { .count = words->count, .words = words->words };

	if (!words->count)
		return EXIT_OK;
	return tribus_run(nl, &args);
}

static int run_file(struct nl *nl, FILE *file, const char *name)
{
	struct words words = { 0 };
	int first = EXIT_OK;
	int got;

	while ((got = words_read(&words, file))) {
		int code = got < 0 ? usage_error("%s", words.error) : run_line(nl, &words);

		fflush(stdout);
		if (!code)
			continue;
		fprintf(stderr, "Command failed %s:%u\n", name, words.line);
		if (!first)
			first = code;
		if (!options.force)
			break;
	}
	words_free(&words);
	return first;
}

int batch_run(struct nl *nl, const char *name)
{
	FILE *file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int code;

	if (!file)
		return usage_error("\"%s\": %s.", name, strerror(errno));
	code = run_file(nl, file, name);
	if (ferror(file) && !code)
		code = usage_error("\"%s\" cannot be read.", name);
	if (file != stdin)
		fclose(file);
	return code;
}
