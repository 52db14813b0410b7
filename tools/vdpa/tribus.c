// SPDX-License-Identifier: GPL-2.0
/*
 * tribus: parents, types and slices of family mdev, with the grammar of ip
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "nl.h"
#include "print.h"
#include "tribus.h"

struct options options;

static const char usage[] =
	"Usage: tribus [ OPTIONS ] OBJECT { COMMAND | help }\n"
	"       tribus [ OPTIONS ] -batch FILE\n"
	"       tribus save [ [ owner OWNER ] [ parent PARENT ] FILE ]\n"
	"       tribus restore [ --dry-run ] [ parent PARENT ] [ FILE ]\n"
	"\n"
	"OBJECT  := { parent | type | slice | monitor }\n"
	"OPTIONS := { -s[tatistics] | -d[etails] | -j[son] | -p[retty] | -o[neline] |\n"
	"             -c[olor][=always|auto|never] | -t[imestamp] | -f[orce] |\n"
	"             -b[atch] FILE | -V[ersion] | -h[elp] }\n";

int usage_error(const char *format, ...)
{
	char text[512];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	fprintf(stderr, "Error: %s\n", printable(text));
	return EXIT_USAGE;
}

void *need_memory(void *memory)
{
	if (memory)
		return memory;
	fputs("Error: There is no memory.\n", stderr);
	exit(EXIT_KERNEL);
}

static int help(const char *text)
{
	fputs(text, stdout);
	return EXIT_OK;
}

/* The number of the command that a word means. "help" is one everywhere. */
static int find_command(const struct command *commands, const char *what, const char *word)
{
	const char *names[16];
	int count = 0;

	for (; commands[count].name; count++)
		names[count] = commands[count].name;
	names[count] = "help";
	names[count + 1] = NULL;
	return args_choose(word, names, what);
}

/* "help" may also stand behind the command. */
static bool wants_help(struct args *args)
{
	const char *word = args_peek(args);

	return args->help || (word && !args->literal && !strcmp(word, "help"));
}

/* Without a word the first command is meant: to show. -1 after a complaint */
static int choose_command(const struct command *commands, const char *what, const char *word)
{
	char title[32];

	if (!word)
		return 0;
	snprintf(title, sizeof(title), "Command of \"%s\"", what);
	return find_command(commands, title, word);
}

int command_run(const struct command *commands, const char *what, const char *text,
		struct nl *nl, struct args *args)
{
	const char *word = args_next(args);
	int code, which;

	if (args->help)
		return help(text);
	if (args->failed)
		return EXIT_USAGE;
	which = choose_command(commands, what, word);
	if (which < 0)
		return EXIT_USAGE;
	if (!commands[which].name || wants_help(args))
		return help(text);
	code = commands[which].run(nl, args);
	return args->help ? help(text) : code;
}

static int run_object(struct nl *nl, struct args *args)
{
	static const struct command objects[] = {
		{ "parent", object_parent },
		{ "type", object_type },
		{ "slice", object_slice },
		{ "monitor", object_monitor },
		{ "save", object_save },
		{ "restore", object_restore },
		{ NULL, NULL },
	};
	const char *word = args_next(args);
	int which;

	if (args->help)
		return help(usage);
	if (args->failed)
		return EXIT_USAGE;
	if (!word) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	which = find_command(objects, "Object", word);
	if (which < 0)
		return EXIT_USAGE;
	return objects[which].name ? objects[which].run(nl, args) : help(usage);
}

int tribus_run(struct nl *nl, struct args *args)
{
	const struct options before = options;
	int code = run_object(nl, args);

	options = before;
	return code;
}

int main(int argc, char **argv)
{
	struct args args = { .count = argc - 1, .words = argv + 1 };
	struct nl *nl = need_memory(calloc(1, sizeof(*nl)));
	int code;

	nl_init(nl);
	args_peek(&args);
	if (options.batch && !args.failed && !args.help)
		code = args_end(&args) ? EXIT_USAGE : batch_run(nl, options.batch);
	else
		code = tribus_run(nl, &args);
	nl_exit(nl);
	free(nl);
	/* A full disk is not silent. */
	if (fflush(stdout) || ferror(stdout)) {
		perror("Error: standard output");
		code = code ? code : EXIT_KERNEL;
	}
	return code;
}
