// SPDX-License-Identifier: GPL-2.0
/*
 * tribus save: what there is, into a file. Who reads the file meanwhile, or after the
 * power has failed, finds the old one or the new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "file.h"
#include "nl.h"
#include "present.h"
#include "tribus.h"

static const char usage[] =
	"Usage: tribus save [ FILE ]\n"
	"       tribus save [ owner OWNER ] [ parent PARENT ] FILE\n"
	"\n"
	"PARENT := { [ BUS/ ]NAME | /sys/PATH }\n";

/* Those of the owner, or those that have none. */
static bool wanted(const struct slice *slice, const struct filter *filter)
{
	const char *owner = filter->owner ? filter->owner : "";

	if (!slice->parent || strcmp(slice->owner ? slice->owner : "", owner))
		return false;
	if (filter->parent && strcmp(slice->parent, filter->parent))
		return false;
	return !filter->bus || (slice->bus && !strcmp(slice->bus, filter->bus));
}

static void write_all(FILE *to, const struct present *present, const struct filter *filter)
{
	file_write_head(to, filter->owner && *filter->owner ? filter->owner : NULL);
	for (size_t i = 0; i < present->count; i++)
		if (wanted(&present->slices[i].slice, filter))
			file_write_slice(to, &present->slices[i].slice);
}

/* The name of the directory in which @path is; free it */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return need_memory(strdup("."));
	return need_memory(strndup(path, slash == path ? 1 : slash - path));
}

static int sync_directory(const char *path)
{
	char *directory = directory_of(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 || fsync(fd) ? errno : 0;

	if (fd >= 0)
		close(fd);
	free(directory);
	return error;
}

/* The rights of a file that is there stay. */
static int finish(FILE *to, const char *temporary, const char *path)
{
	struct stat old;
	mode_t mode = stat(path, &old) ? 0644 : old.st_mode & 0777;
	int error = 0;

	if (fflush(to) || ferror(to) || fchmod(fileno(to), mode) || fsync(fileno(to)))
		error = errno ? errno : EIO;
	if (fclose(to) && !error)
		error = errno;
	if (!error && rename(temporary, path))
		error = errno;
	return error ? error : sync_directory(path);
}

static int write_beside(const char *path, const struct present *present,
			const struct filter *filter)
{
	char temporary[PATH_MAX];
	FILE *to;
	int error, fd;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	to = need_memory(fdopen(fd, "w"));
	write_all(to, present, filter);
	error = finish(to, temporary, path);
	if (error)
		unlink(temporary);
	return -error;
}

/* A link stays one: what it leads to is written. */
static int write_file(const char *name, const struct present *present,
		      const struct filter *filter)
{
	char *real;
	int error;

	if (!strcmp(name, "-")) {
		write_all(stdout, present, filter);
		return EXIT_OK;
	}
	real = realpath(name, NULL);
	error = write_beside(real ? real : name, present, filter);
	free(real);
	if (!error)
		return EXIT_OK;
	usage_error("\"%s\" cannot be written: %s.", name, strerror(-error));
	return EXIT_KERNEL;
}

int object_save(struct nl *nl, struct args *args)
{
	static const char *const keys[] = { "owner", "parent", "file", NULL };
	struct present present = { 0 };
	struct filter filter;
	const char *name;
	int code;

	if (!file_args(&filter, args, keys, usage, &name))
		return args->help ? EXIT_OK : EXIT_USAGE;
	/* The file of all slices is not replaced by one of some. */
	if (!name && (filter.owner || filter.parent))
		return usage_error("Which file? (\"-\" is standard output.)");
	if (!name)
		name = FILE_DEFAULT;
	code = present_load(nl, &present);
	if (!code)
		code = write_file(name, &present, &filter);
	present_free(&present);
	return code;
}
