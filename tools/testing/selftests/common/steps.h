/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Steps of a driver, one system call or few, with each allocation of each of them failing in
 * turn. A step whose allocation fails says so or does without; it has changed nothing, so it
 * succeeds when it is tried again, and what the steps lead to works.
 *
 * That nothing has changed is seen by a look: all that can be read without changing it. What it
 * has to be is known from the steps without faults, which come first.
 */
#ifndef _STEPS_H
#define _STEPS_H

#include <sys/mman.h>

#include "faults.h"
#include "tap.h"

#define LOOK_MAX	192

/* What was seen, in the order in which it was looked for. */
struct look {
	unsigned int nr;
	struct {
		const char *name;
		unsigned int pos;	/* several have one name */
		long value;
	} seen[LOOK_MAX];
};

static inline void look_add(struct look *look, const char *name, unsigned int pos, long value)
{
	if (look->nr == LOOK_MAX)
		die("there is more to be seen than %u values", LOOK_MAX);
	look->seen[look->nr].name = name;
	look->seen[look->nr].pos = pos;
	look->seen[look->nr++].value = value;
}

/* In words of 4 bytes. */
static inline void look_add_bytes(struct look *look, const char *name, const void *bytes,
				  size_t len)
{
	size_t pos, part;
	__u32 word;

	for (pos = 0; pos < len; pos += part) {
		part = len - pos < sizeof(word) ? len - pos : sizeof(word);
		word = 0;
		memcpy(&word, (const char *)bytes + pos, part);
		look_add(look, name, pos, word);
	}
}

struct step {
	const char *name;
	int (*run)(unsigned int arg);	/* returns 0 or a negative errno */
	unsigned int arg;
	bool allocates;			/* a sweep that meets no fault in it is none */
	int (*again)(unsigned int arg);	/* after a failure; NULL: @run */
	bool halfway;			/* one that fails may have done a part of it */
	long state;			/* what it leads to, see struct steps */
};

#define STEP(text, function, ...) { .name = text, .run = function, ##__VA_ARGS__ }

struct steps {
	const struct step *step;
	unsigned int nr;
	/* A number that tells how far they are, NULL if there is none. It is 0 at first. */
	long (*state)(void);
	/* Looks at all that can be read, at any time, open or not; NULL if there is nothing. */
	void (*look)(struct look *look);
	/* What is seen without faults: at first, and after each step. */
	struct look *usual;
	/* Does all work? Takes back what the steps have done. Returns what is wrong, or NULL. */
	const char *(*finish)(void);
	unsigned int failures;
	unsigned int harmless;
	unsigned int wrong;
};

static inline void steps_wrong(struct steps *steps, const struct step *step, unsigned int nth,
			       const char *what, int err)
{
	steps->wrong++;
	comment("%s, allocation %u: %s: %s", step->name, nth, what, errno_name(err));
}

/* A step that failed has changed nothing. */
static inline void step_state(struct steps *steps, const struct step *step, unsigned int nth,
			      int err)
{
	long before = step > steps->step ? step[-1].state : 0;
	long want = err ? before : step->state, is;

	if (!steps->state)
		return;
	is = steps->state();
	if (is == want)
		return;
	steps_wrong(steps, step, nth, "there is another state after", err);
	comment("%ld and not %ld", is, want);
}

static inline void look_compare(struct steps *steps, const struct step *step, unsigned int nth,
				int err, const struct look *want, const struct look *is)
{
	unsigned int i;

	if (is->nr != want->nr)
		steps_wrong(steps, step, nth, "more or less is seen after", err);
	for (i = 0; i < is->nr && i < want->nr; i++) {
		if (is->seen[i].value == want->seen[i].value)
			continue;
		steps_wrong(steps, step, nth, "another thing is seen after", err);
		comment("%s, %u: %#lx and not %#lx", is->seen[i].name, is->seen[i].pos,
			is->seen[i].value, want->seen[i].value);
	}
}

/* After a step that failed all is as after the one before. */
static inline void step_look(struct steps *steps, const struct step *step, unsigned int nth,
			     int err)
{
	struct look now = {}, *usual;

	if (!steps->look || (err && step->halfway))
		return;
	usual = &steps->usual[step - steps->step + 1];
	if (!usual->nr)
		steps->look(usual);
	if (!nth)
		return;
	steps->look(&now);
	look_compare(steps, step, nth, err, err ? usual - 1 : usual, &now);
}

/* Returns whether one may go on. *met: the fault was met. */
static inline bool step_run(struct steps *steps, const struct step *step, unsigned int nth,
			    bool *met)
{
	int err;

	faults_set(nth);
	err = step->run(step->arg);
	*met = faults_end(nth);
	step_state(steps, step, nth, err);
	step_look(steps, step, nth, err);
	if (err && *met) {
		steps->failures++;
		if (err != -ENOMEM)
			steps_wrong(steps, step, nth, "fails", err);
		err = step->again ? step->again(step->arg) : step->run(step->arg);
		step_state(steps, step, nth, err);
		step_look(steps, step, nth, err);
	} else if (*met) {
		steps->harmless++;
	}
	if (err)
		steps_wrong(steps, step, nth, *met ? "fails again" : "fails without a fault", err);
	return !err;
}

/* All steps, with the @nth allocation of one failing: returns whether it has as many. */
static inline bool steps_run(struct steps *steps, const struct step *faulty, unsigned int nth)
{
	const struct step *step;
	bool met = false, other;
	const char *problem;

	for (step = steps->step; step < steps->step + steps->nr; step++) {
		if (!step_run(steps, step, step == faulty ? nth : 0,
			      step == faulty ? &met : &other))
			break;
	}
	problem = steps->finish();
	if (problem) {
		steps->wrong++;
		comment("%s, allocation %u: %s", faulty ? faulty->name : "none", nth, problem);
	}
	return met;
}

static inline void step_sweep(struct steps *steps, const struct step *step)
{
	unsigned int nth = 1;

	while (steps_run(steps, step, nth) && !steps->wrong)
		nth++;
	if (step->allocates)
		check(nth > 1, "%s: there are allocations", step->name);
	comment("%s: %u", step->name, nth - 1);
}

static inline void steps_look_first(struct steps *steps)
{
	if (!steps->look)
		return;
	steps->usual = calloc(steps->nr + 1, sizeof(*steps->usual));
	if (!steps->usual)
		die("memory");
	steps->look(steps->usual);
}

/* As checks. Page faults do not allocate: what a process has is there. */
static inline void steps_sweep(struct steps *steps)
{
	unsigned int i;

	faults_open();
	steps_look_first(steps);
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("memory is locked: %s", errno_name(errno));
	steps_run(steps, NULL, 0);
	check(!steps->wrong, "it works");
	for (i = 0; i < steps->nr && !steps->wrong; i++)
		step_sweep(steps, &steps->step[i]);
	comment("%u failures, %u without harm", steps->failures, steps->harmless);
	check(!steps->wrong, "and when any allocation fails");
}

#endif /* _STEPS_H */
