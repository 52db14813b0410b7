// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus.h"

#define CORPUS_MAX	16384

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

static int load_file(const char *path)
{
	uint8_t data[FUZZ_INPUT_MAX];
	FILE *file = fopen(path, "r");
	size_t len;

	if (!file)
		return -1;
	len = fread(data, 1, sizeof(data), file);
	fclose(file);
	corpus_add(data, len);
	return 0;
}

/* In the order of their names, so that a run can be repeated. */
int corpus_load(const char *path)
{
	struct dirent **names;
	int i, nr = scandir(path, &names, NULL, alphasort);
	char file[4096];

	if (nr < 0)
		return load_file(path);
	for (i = 0; i < nr; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			load_file(file);
		free(names[i]);
	}
	free(names);
	return 0;
}

void input_save(const struct input *input, const char *directory)
{
	uint64_t hash = 0xcbf29ce484222325ULL;
	char path[4096];
	FILE *file;
	size_t i;

	if (!directory)
		return;
	for (i = 0; i < input->len; i++)
		hash = (hash ^ input->data[i]) * 0x100000001b3ULL;
	snprintf(path, sizeof(path), "%s/%016llx", directory,
		 (unsigned long long)hash);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		return;
	}
	fwrite(input->data, 1, input->len, file);
	fclose(file);
}
