// SPDX-License-Identifier: GPL-2.0
/*
 * reread SECONDS FILE...: reads all of the files again and again, as often as it can.
 * Prints what it has met, each once a line behind the name of the file and with blanks
 * for ends of lines, and ends with status 1 if it could not read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX	16
#define TEXTS_MAX	64
#define TEXT_BYTES	512

struct file {
	const char *name;
	int fd;
	unsigned int nr_texts;
	char text[TEXTS_MAX][TEXT_BYTES];
};

static struct file files[FILES_MAX];
static unsigned int nr_files;

static void file_open(const char *path)
{
	struct file *file = &files[nr_files++];
	const char *name = strrchr(path, '/');

	file->name = name ? name + 1 : path;
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0) {
		perror(path);
		exit(1);
	}
}

/* Mostly it is what it was. */
static void remember(struct file *file, const char *text)
{
	unsigned int i = file->nr_texts;

	while (i--)
		if (!strcmp(file->text[i], text))
			return;
	if (file->nr_texts < TEXTS_MAX)
		snprintf(file->text[file->nr_texts++], TEXT_BYTES, "%s", text);
}

static bool file_read(struct file *file)
{
	char text[TEXT_BYTES], *end;
	ssize_t len;

	len = pread(file->fd, text, sizeof(text) - 1, 0);
	if (len < 0) {
		printf("%s: %s\n", file->name, strerror(errno));
		return false;
	}
	text[len] = 0;
	for (end = text; (end = strchr(end, '\n')); )
		*end = ' ';
	remember(file, text);
	return true;
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int main(int argc, char **argv)
{
	unsigned int i, j;
	time_t end;

	if (argc < 3 || argc - 2 > FILES_MAX)
		return 2;
	end = seconds() + atoi(argv[1]);
	for (i = 2; i < (unsigned int)argc; i++)
		file_open(argv[i]);
	while (seconds() <= end)
		for (i = 0; i < nr_files; i++)
			if (!file_read(&files[i]))
				return 1;
	for (i = 0; i < nr_files; i++)
		for (j = 0; j < files[i].nr_texts; j++)
			printf("%s: %s\n", files[i].name, files[i].text[j]);
	return 0;
}
