// SPDX-License-Identifier: GPL-2.0
/*
 * Files of slices, see tribus.conf(5).
 */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "file.h"
#include "print.h"
#include "tribus.h"
#include "words.h"

#define FILE_VERSION	"1"

static int read_arg(struct filter *filter, struct args *args, const char *key,
		    const char **name)
{
	const char *value = args_value(args, key);

	if (!value)
		return -1;
	if (*key == 'p')
		return *value == '/' ? filter_set_device(filter, value) :
				       filter_set_parent(filter, value);
	if (*key == 'f' && *name)
		return usage_error("\"%s\" is one word too many.", *name);
	if (*key == 'f')
		*name = value;
	else
		filter->owner = value;
	return 0;
}

/* A word that is no key is the file. */
static int read_args(struct filter *filter, struct args *args, const char *const *keys,
		     const char **name)
{
	uint32_t seen = 0;
	const char *word;

	while ((word = args_next(args))) {
		int which = 0;

		while (keys[which] && strcmp(keys[which], word))
			which++;
		if (keys[which]) {
			if (args_once(&seen, which, keys) ||
			    read_arg(filter, args, keys[which], name))
				return -1;
			continue;
		}
		if (*name)
			return usage_error("\"%s\" is one word too many.", word);
		*name = word;
	}
	return args->failed ? -1 : 0;
}

bool file_args(struct filter *filter, struct args *args, const char *const *keys,
	       const char *usage, const char **name)
{
	const char *word = args_peek(args);
	bool good;

	*name = NULL;
	memset(filter, 0, sizeof(*filter));
	if (word && !args->literal && !strcmp(word, "help"))
		args->help = true;
	good = !args->help && !read_args(filter, args, keys, name);
	if (args->help)
		fputs(usage, stdout);
	return good;
}

static char *keep_string(struct file *file, const char *text)
{
	char *copy = need_memory(strdup(text));

	if (file->strings_count == file->strings_room) {
		file->strings_room = file->strings_room ? 2 * file->strings_room : 64;
		file->strings = need_memory(realloc(file->strings,
						    file->strings_room * sizeof(copy)));
	}
	file->strings[file->strings_count++] = copy;
	return copy;
}

static struct stanza *add_stanza(struct file *file, const char *name, unsigned int line)
{
	struct stanza *stanza;

	if (file->count == file->room) {
		file->room = file->room ? 2 * file->room : 64;
		file->stanzas = need_memory(realloc(file->stanzas,
						    file->room * sizeof(*stanza)));
	}
	stanza = &file->stanzas[file->count++];
	memset(stanza, 0, sizeof(*stanza));
	stanza->slice.name = name;
	stanza->line = line;
	return stanza;
}

static int read_head(struct file *file, const char *key, const char *value)
{
	if (!strcmp(key, "version")) {
		if (strcmp(value, FILE_VERSION))
			return usage_error("This is version %s, and not " FILE_VERSION ".", value);
		return 0;
	}
	if (strcmp(key, "owner"))
		return usage_error("\"%s\" is no key before the first slice.", key);
	if (file->owner)
		return usage_error("\"owner\" is there twice.");
	file->owner = *value ? keep_string(file, value) : NULL;
	return 0;
}

static int read_class(struct stanza *stanza, const char *value)
{
	for (int i = 0; class_names[i]; i++) {
		if (strcmp(class_names[i], value))
			continue;
		stanza->slice.class = i + 1;
		return 0;
	}
	return usage_error("\"%s\" is no class.", value);
}

static int read_key(struct stanza *stanza, const char *key, const char *value)
{
	struct filter *slice = &stanza->slice;
	const char **text = NULL;
	bool twice;

	if (config_part(key))
		return config_read(&stanza->config, key, value);
	if (!strcmp(key, "type"))
		text = &slice->type;
	else if (!strcmp(key, "uuid"))
		text = &slice->uuid;
	else if (strcmp(key, "parent") && strcmp(key, "class"))
		return usage_error("\"%s\" is no key of a slice.", key);
	twice = text ? !!*text : *key == 'p' ? !!slice->parent : !!slice->class;
	if (twice)
		return usage_error("\"%s\" is there twice.", key);
	if (text)
		*text = value;
	else
		return *key == 'p' ? filter_set_parent(slice, value) : read_class(stanza, value);
	return 0;
}

static int read_line(struct file *file, const struct words *words)
{
	const char *value;

	if (!words->count)
		return 0;
	if (words->count != 2)
		return usage_error("A line is a key and a value.");
	value = keep_string(file, words->words[1]);
	if (!strcmp(words->words[0], "slice")) {
		add_stanza(file, value, words->line);
		return 0;
	}
	if (!file->count)
		return read_head(file, words->words[0], value);
	return read_key(&file->stanzas[file->count - 1], words->words[0], value);
}

static int read_lines(struct file *file, FILE *from, const char *name)
{
	struct words words = { 0 };
	int got, error = 0;

	while (!error && (got = words_read(&words, from))) {
		error = got < 0 ? usage_error("%s", words.error) : read_line(file, &words);
		if (error)
			fprintf(stderr, "%s:%u: nothing of this file is done.\n", name, words.line);
	}
	words_free(&words);
	return error ? EXIT_USAGE : EXIT_OK;
}

static int compare(const void *a, const void *b)
{
	const struct stanza *first = a, *second = b;
	int order = strcmp(first->slice.name, second->slice.name);

	if (order)
		return order;
	return first->line < second->line ? -1 : first->line > second->line;
}

static int complain(const struct stanza *stanza, const char *name, const char *what)
{
	usage_error("Slice \"%s\" %s.", stanza->slice.name, what);
	fprintf(stderr, "%s:%u: nothing of this file is done.\n", name, stanza->line);
	return EXIT_USAGE;
}

/* What is there once is found by name, too. */
static int check(struct file *file, const char *name)
{
	if (file->count)
		qsort(file->stanzas, file->count, sizeof(*file->stanzas), compare);
	for (size_t i = 0; i < file->count; i++) {
		struct stanza *stanza = &file->stanzas[i];

		/* It points into itself, and has been moved. */
		if (stanza->slice.bus)
			stanza->slice.bus = stanza->slice.bus_text;
		if (i && !strcmp(stanza->slice.name, file->stanzas[i - 1].slice.name))
			return complain(stanza, name, "is there twice");
		if (!stanza->slice.parent)
			return complain(stanza, name, "has no parent");
	}
	return EXIT_OK;
}

static int read_file(struct file *file, const char *name)
{
	FILE *from = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int code;

	if (!from)
		return usage_error("\"%s\": %s.", name, strerror(errno));
	code = read_lines(file, from, name);
	if (!code && ferror(from))
		code = usage_error("\"%s\" cannot be read.", name);
	if (from != stdin)
		fclose(from);
	return code ? code : check(file, name);
}

static void free_file(struct file *file)
{
	for (size_t i = 0; i < file->strings_count; i++)
		free(file->strings[i]);
	free(file->strings);
	free(file->stanzas);
}

static int add_file(struct files *files, const char *name)
{
	struct file *file;
	int code;

	files->files = need_memory(realloc(files->files, (files->count + 1) * sizeof(*file)));
	file = &files->files[files->count];
	memset(file, 0, sizeof(*file));
	file->name = keep_string(file, name);
	code = read_file(file, name);
	if (code)
		free_file(file);
	else
		files->count++;
	return code;
}

/* Packages and people put files there; one that is wrong is not the others' fault. */
static int add_directory(struct files *files)
{
	int code = EXIT_OK;
	glob_t found;

	if (glob(FILES_DEFAULT, 0, NULL, &found))
		return EXIT_OK;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		int error = add_file(files, found.gl_pathv[i]);

		code = code ? code : error;
	}
	globfree(&found);
	return code;
}

int files_read(struct files *files, const char *name)
{
	int code = EXIT_OK;
	int more;

	if (name)
		return add_file(files, name);
	if (!access(FILE_DEFAULT, F_OK))
		code = add_file(files, FILE_DEFAULT);
	more = add_directory(files);
	code = code ? code : more;
	if (!files->count && !code)
		return usage_error("There is no " FILE_DEFAULT ", and no " FILES_DEFAULT ".");
	return code;
}

void files_free(struct files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free_file(&files->files[i]);
	free(files->files);
}

bool file_has(const struct file *file, const char *name)
{
	struct stanza key = { .slice.name = name };
	size_t low = 0, high = file->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(file->stanzas[middle].slice.name, key.slice.name);

		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void write_key(FILE *to, const char *key, const char *value)
{
	if (!value)
		return;
	fprintf(to, "\t%s ", key);
	words_write(to, value);
	putc('\n', to);
}

void file_write_head(FILE *to, const char *owner)
{
	fputs("# Written by \"tribus save\", read by \"tribus restore\"; see tribus.conf(5).\n"
	      "version " FILE_VERSION "\n", to);
	if (!owner)
		return;
	fputs("owner ", to);
	words_write(to, owner);
	putc('\n', to);
}

/* What the parent chose it may choose anew, but for the address that others know. */
void file_write_slice(FILE *to, const struct slice *slice)
{
	uint32_t parts = slice->config.parts & (slice->given | MDEV_CONFIG_PART_NET_MAC);
	char parent[2 * MDEV_PARENT_NAME_MAX + 2];
	char text[CONFIG_TEXT];

	fputs("\nslice ", to);
	words_write(to, slice->name);
	putc('\n', to);
	snprintf(parent, sizeof(parent), "%s%s%s", slice->bus ? slice->bus : "",
		 slice->bus ? "/" : "", slice->parent ? slice->parent : "");
	write_key(to, "parent", parent);
	write_key(to, "type", slice->type);
	write_key(to, "class", class_name(slice->class));
	write_key(to, "uuid", slice->uuid);
	for (unsigned int i = 0; config_keys[i]; i++)
		if (parts & config_part_at(i))
			write_key(to, config_keys[i],
				  config_text(&slice->config, config_part_at(i), text));
}
