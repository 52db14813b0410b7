// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "corpus.h"

#define CORPUS_MAX	16384
#define NOTE_LINE	64

static struct input *inputs[CORPUS_MAX];
static unsigned int nr_inputs;

unsigned int corpus_count(void)
{
	return nr_inputs;
}

const struct input *corpus_at(unsigned int i)
{
	return inputs[i];
}

/* The last ones are where the new things are, so they get half of the tries. */
const struct input *corpus_any(void)
{
	unsigned int last = nr_inputs / 8 + 1;

	if (fuzz_random(2))
		return inputs[nr_inputs - 1 - fuzz_random(last)];
	return inputs[fuzz_random(nr_inputs)];
}

void corpus_add(const uint8_t *data, size_t len)
{
	struct input *input;

	len -= len % FUZZ_RECORD;
	if (!len || len > FUZZ_INPUT_MAX || nr_inputs == CORPUS_MAX)
		return;
	input = malloc(sizeof(*input));
	if (!input)
		return;
	input->len = len;
	memcpy(input->data, data, len);
	inputs[nr_inputs++] = input;
}

static int shorter(const void *a, const void *b)
{
	const struct input *one = *(struct input * const *)a;
	const struct input *two = *(struct input * const *)b;

	return one->len < two->len ? -1 : one->len > two->len;
}

void corpus_sort(void)
{
	qsort(inputs, nr_inputs, sizeof(*inputs), shorter);
}

static void load_file(const char *path)
{
	uint8_t data[FUZZ_INPUT_MAX];
	FILE *file = fopen(path, "r");
	size_t len;

	if (!file)
		return;
	len = fread(data, 1, sizeof(data), file);
	fclose(file);
	corpus_add(data, len);
}

/* In the order of their names, so that a run can be repeated. */
unsigned int corpus_load(const char *path)
{
	struct dirent **names;
	int i, nr = scandir(path, &names, NULL, alphasort);
	unsigned int before = nr_inputs;
	char file[4096];

	if (nr < 0) {
		load_file(path);
		return nr_inputs - before;
	}
	for (i = 0; i < nr; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			load_file(file);
		free(names[i]);
	}
	free(names);
	return nr_inputs - before;
}

/* What its name is made of. */
static unsigned long long input_hash(const struct input *input)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	size_t i;

	for (i = 0; i < input->len; i++)
		hash = (hash ^ input->data[i]) * 0x100000001b3ULL;
	return hash;
}

int input_save(const struct input *input, const char *directory)
{
	char path[4096];
	size_t done = 0;
	FILE *file;

	if (!directory)
		return 0;
	snprintf(path, sizeof(path), "%s/%016llx", directory, input_hash(input));
	file = fopen(path, "w");
	if (file) {
		done = fwrite(input->data, 1, input->len, file);
		if (!fclose(file) && done == input->len)
			return 0;
	}
	perror(path);
	return -1;
}

/*
 * What is written to a file of the host stays in the memory of the VM for a while, except
 * with O_DIRECT: then each input is one message to the host, which QEMU writes to the file
 * without waiting for the disk.
 */
int input_note_open(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_DIRECT | O_CLOEXEC, 0644);

	if (fd < 0)
		fuzz_unable("%s: %m", path);
	return fd;
}

/* By one write, so that the file never has parts of two inputs. */
int input_note(const struct input *input, int fd)
{
	static char note[NOTE_LINE + FUZZ_INPUT_MAX];
	size_t len = snprintf(note, NOTE_LINE, "%016llx %zu\n", input_hash(input), input->len);

	memcpy(note + len, input->data, input->len);
	len += input->len;
	return pwrite(fd, note, len, 0) == (ssize_t)len ? 0 : -1;
}
