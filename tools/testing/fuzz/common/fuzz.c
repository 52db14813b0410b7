// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "corpus.h"
#include "fuzz.h"

#define EXIT_FOUND	1
#define EXIT_UNABLE	2	/* nothing is known about what was to be tried */

#define EDGES		65536U
#define REPORT_S	5

/* What parent and child share. */
struct shared {
	struct input input;
	unsigned long execs;
	bool ending;
};

static struct {
	const struct fuzz_target *target;
	unsigned long seconds;
	unsigned long execs;
	uint64_t seed;
	const char *replay;
	const char *minimize;
	const char *save;	/* where inputs that reach something new go */
	const char *crashes;	/* where inputs that find something go */
	const char *running;	/* file that has the present input */
} fuzz = { .seconds = 20, .seed = 1 };

static struct shared *shared;
static uint64_t random_state;
static unsigned long replayed;
static int running = -1;

/* Edges of the present input, and how often each: in powers of two, as a bit. */
static uint8_t count[EDGES];
static uint32_t hit[EDGES];
static unsigned int nr_hit;
static uint8_t seen[EDGES];
static unsigned int nr_seen;

uint32_t fuzz_hash(uint64_t value)
{
	value *= 0x9e3779b97f4a7c15ULL;
	return value >> 32;
}

void fuzz_edge(uint32_t edge)
{
	edge %= EDGES;
	if (!count[edge])
		hit[nr_hit++] = edge;
	if (count[edge] != 255)
		count[edge]++;
}

static uint8_t count_class(uint8_t nr)
{
	uint8_t bit = 1;

	for (; nr > 1; nr /= 2)
		bit *= 2;
	return bit;
}

/* Returns whether the input did something that none before it did. */
static bool edges_take(void)
{
	bool fresh = false;
	uint8_t bit;

	while (nr_hit) {
		uint32_t edge = hit[--nr_hit];

		bit = count_class(count[edge]);
		count[edge] = 0;
		nr_seen += !seen[edge];
		fresh |= !(seen[edge] & bit);
		seen[edge] |= bit;
	}
	return fresh;
}

uint32_t fuzz_random(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 16) % below;
}

static noreturn void child_end(int status, const char *format, va_list args)
{
	printf("# %s: ", fuzz.target->name);
	vprintf(format, args);
	printf("\n");
	fflush(stdout);
	_exit(status);
}

void fuzz_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	child_end(EXIT_FOUND, format, args);
}

void fuzz_unable(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	child_end(EXIT_UNABLE, format, args);
}

static bool run_input(const struct input *input)
{
	shared->input = *input;
	if (running >= 0 && input_note(input, running))
		fuzz_unable("%s: %m", fuzz.running);
	fuzz.target->run(input->data, input->len);
	shared->execs++;
	return edges_take();
}

static void replay(unsigned int i)
{
	run_input(corpus_at(i));
	replayed++;
}

/* Mutation */

static void record_new(uint8_t *record)
{
	unsigned int i;

	if (fuzz.target->record && fuzz_random(8)) {
		fuzz.target->record(record);
		return;
	}
	for (i = 0; i < FUZZ_RECORD; i++)
		record[i] = fuzz_random(256);
}

static void record_insert(struct input *input, const uint8_t *record)
{
	size_t at = fuzz_random(input->len / FUZZ_RECORD + 1) * FUZZ_RECORD;

	if (input->len + FUZZ_RECORD > FUZZ_INPUT_MAX)
		return;
	memmove(input->data + at + FUZZ_RECORD, input->data + at, input->len - at);
	memcpy(input->data + at, record, FUZZ_RECORD);
	input->len += FUZZ_RECORD;
}

static void record_remove(struct input *input)
{
	size_t at = fuzz_random(input->len / FUZZ_RECORD) * FUZZ_RECORD;

	if (input->len == FUZZ_RECORD)
		return;
	memmove(input->data + at, input->data + at + FUZZ_RECORD,
		input->len - at - FUZZ_RECORD);
	input->len -= FUZZ_RECORD;
}

static uint8_t *record_any(struct input *input)
{
	return input->data + fuzz_random(input->len / FUZZ_RECORD) * FUZZ_RECORD;
}

static void byte_change(uint8_t *byte)
{
	static const uint8_t odd[] = { 0, 1, 2, 4, 8, 15, 16, 32, 64, 127, 128, 255 };

	switch (fuzz_random(4)) {
	case 0:
		*byte ^= 1 << fuzz_random(8);
		break;
	case 1:
		*byte = odd[fuzz_random(sizeof(odd))];
		break;
	case 2:
		*byte += fuzz_random(9) - 4;
		break;
	default:
		*byte = fuzz_random(256);
	}
}

/* The end of another input, for what there is from a place on. */
static void splice(struct input *input, const struct input *other)
{
	size_t at = fuzz_random(input->len / FUZZ_RECORD + 1) * FUZZ_RECORD;
	size_t from = fuzz_random(other->len / FUZZ_RECORD) * FUZZ_RECORD;
	size_t len = other->len - from;

	if (len > FUZZ_INPUT_MAX - at)
		len = FUZZ_INPUT_MAX - at;
	memcpy(input->data + at, other->data + from, len);
	input->len = at + len;
}

static void mutate_once(struct input *input)
{
	uint8_t record[FUZZ_RECORD];

	switch (fuzz_random(10)) {
	case 0:
	case 1:
		record_new(record);
		record_insert(input, record);
		break;
	case 2:
		record_new(record_any(input));
		break;
	case 3:
		record_remove(input);
		break;
	case 4:
		memcpy(record, record_any(input), sizeof(record));
		record_insert(input, record);
		break;
	case 5:
		splice(input, corpus_any());
		break;
	case 6:
		memcpy(record, record_any((struct input *)corpus_any()), sizeof(record));
		record_insert(input, record);
		break;
	default:
		byte_change(record_any(input) + fuzz_random(FUZZ_RECORD));
	}
}

static void mutate(struct input *input)
{
	unsigned int times = 1 + fuzz_random(1 << fuzz_random(5));

	*input = *corpus_any();
	while (times--)
		mutate_once(input);
}

/* The child */

static void progress(void)
{
	printf("# %s: edges %u corpus %u execs %lu\n", fuzz.target->name, nr_seen,
	       corpus_count(), shared->execs);
	fflush(stdout);
}

/* Once in a while. */
static void progress_due(time_t now)
{
	static time_t due;

	if (now < due)
		return;
	if (due)
		progress();
	due = now + REPORT_S;
}

/*
 * All of the corpus, which takes minutes on a debugging kernel: where there is not as much
 * time, each seed begins with another part.
 */
static void child_corpus(time_t end)
{
	unsigned int nr = corpus_count();
	unsigned int first = fuzz_random(nr);
	unsigned int i;

	for (i = 0; i < nr && time(NULL) < end; i++) {
		progress_due(time(NULL));
		replay((first + i) % nr);
	}
}

static void child_mutate(time_t end)
{
	struct input input;
	time_t now;

	while ((now = time(NULL)) < end &&
	       (!fuzz.execs || shared->execs - replayed < fuzz.execs)) {
		progress_due(now);
		mutate(&input);
		if (run_input(&input)) {
			corpus_add(input.data, input.len);
			input_save(&input, fuzz.save);
		}
	}
}

/*
 * At least half of the time is for new inputs, also where an input of the corpus takes
 * longer than the other half. Returns why that was in vain, or NULL.
 */
static const char *child_fuzz(void)
{
	time_t begin = time(NULL), end = begin + fuzz.seconds;
	time_t half = fuzz.seconds / 2;
	time_t now;

	child_corpus(begin + half);
	now = time(NULL);
	child_mutate(now + half > end ? now + half : end);
	return shared->execs > replayed ? NULL : "no mutated input was run";
}

/*
 * Shorter ones come first, and of the others only what adds an edge stays. Returns why
 * what was saved is not enough, or NULL.
 */
static const char *child_minimize(void)
{
	unsigned int i, before;

	corpus_sort();
	for (i = 0; i < corpus_count(); i++) {
		before = nr_seen;
		replay(i);
		if (nr_seen != before && input_save(corpus_at(i), fuzz.minimize))
			return "an input cannot be saved";
	}
	return nr_seen ? NULL : "no input reaches anything (has the kernel CONFIG_KCOV?)";
}

static const char *child_replay(void)
{
	unsigned int i;

	for (i = 0; i < corpus_count(); i++)
		replay(i);
	return NULL;
}

static const char *child_inputs(void)
{
	if (fuzz.replay)
		return child_replay();
	return fuzz.minimize ? child_minimize() : child_fuzz();
}

static void child(void)
{
	const char *in_vain;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fuzz.running)
		running = input_note_open(fuzz.running);
	if (fuzz.target->init)
		fuzz.target->init();
	in_vain = child_inputs();
	shared->ending = true;
	if (fuzz.target->exit)
		fuzz.target->exit();
	progress();
	printf("# %s: %lu inputs were replayed and %lu mutated ones run\n", fuzz.target->name,
	       replayed, shared->execs - replayed);
	if (in_vain)
		fuzz_unable("%s", in_vain);
	exit(0);
}

/* The parent */

static void tell_input(void)
{
	struct input input = shared->input;
	size_t i;

	printf("# found by %s with --seed %llu after %lu inputs%s, this one:\n# ",
	       fuzz.target->name, (unsigned long long)fuzz.seed, shared->execs,
	       shared->ending ? " (at the end, after all of them)" : "");
	for (i = 0; i < input.len; i++)
		printf("%02x", input.data[i]);
	printf("\n");
	if (!fuzz.replay)
		input_save(&input, fuzz.crashes);
	printf("# replay: put these bytes into FILE (xxd -r -p), ./run fuzz %s --replay FILE\n",
	       fuzz.target->name);
	fflush(stdout);
}

/* Returns the exit status of the child, or -1 if it hangs. */
static int watch(pid_t pid)
{
	unsigned long execs = 0;
	unsigned int idle = 0;
	int status;

	for (;;) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		usleep(100000);
		idle = execs == shared->execs ? idle + 1 : 0;
		execs = shared->execs;
		if (idle > fuzz.target->hang_s * 10)
			return -1;
	}
}

static int parent(void)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		return EXIT_UNABLE;
	}
	if (!pid)
		child();
	status = watch(pid);
	if (!status || status == EXIT_UNABLE)
		return status;
	if (status < 0) {
		printf("# %s: an input takes more than %u s\n", fuzz.target->name,
		       fuzz.target->hang_s);
		kill(pid, SIGKILL);
	} else if (status > 128) {
		printf("# %s: killed by signal %d\n", fuzz.target->name, status - 128);
	}
	/* Without one it has not come to the first of them. */
	if (shared->input.len)
		tell_input();
	return EXIT_FOUND;
}

/* 90, 90s, 15m, 8h */
static unsigned long seconds(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*end == 'h')
		return number * 3600;
	return *end == 'm' ? number * 60 : number;
}

static int usage(void)
{
	fprintf(stderr,
		"%s [--time 20s] [--execs N] [--seed N] [--corpus DIR]...\n"
		"	[--save DIR] [--crashes DIR] [--replay FILE|DIR] [--minimize DIR]\n"
		"	[--running FILE]\n",
		fuzz.target->name);
	return EXIT_UNABLE;
}

static int option(const char *name, const char *value)
{
	if (!strcmp(name, "--time"))
		fuzz.seconds = seconds(value);
	else if (!strcmp(name, "--execs"))
		fuzz.execs = strtoul(value, NULL, 0);
	else if (!strcmp(name, "--seed"))
		fuzz.seed = strtoull(value, NULL, 0);
	else if (!strcmp(name, "--corpus"))
		corpus_load(value);
	else if (!strcmp(name, "--save"))
		fuzz.save = value;
	else if (!strcmp(name, "--crashes"))
		fuzz.crashes = value;
	else if (!strcmp(name, "--minimize"))
		fuzz.minimize = value;
	else if (!strcmp(name, "--replay"))
		fuzz.replay = value;
	else if (!strcmp(name, "--running"))
		fuzz.running = value;
	else
		return -1;
	return 0;
}

/* A corpus is never empty: a first input is made if there is none. */
static void corpus_begin(void)
{
	struct input input = { .len = 8 * FUZZ_RECORD };
	unsigned int i;

	for (i = 0; i < input.len; i += FUZZ_RECORD)
		record_new(input.data + i);
	corpus_add(input.data, input.len);
}

int fuzz_main(const struct fuzz_target *target, int argc, char **argv)
{
	int i;

	fuzz.target = target;
	for (i = 1; i < argc; i += 2)
		if (i + 1 == argc || option(argv[i], argv[i + 1]))
			return usage();
	random_state = fuzz_hash(fuzz.seed) | 1ULL << 40;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return usage();
	if (fuzz.replay && !corpus_load(fuzz.replay)) {
		fprintf(stderr, "%s: nothing to replay in %s\n", target->name, fuzz.replay);
		return EXIT_UNABLE;
	}
	if (!fuzz.replay && !fuzz.minimize)
		corpus_begin();
	return parent();
}
