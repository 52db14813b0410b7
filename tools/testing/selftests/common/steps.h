/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Steps of a driver, one system call or few, with each allocation of each of them failing in
 * turn. A step whose allocation fails says so or does without; it has changed nothing, so it
 * succeeds when it is tried again, and what the steps lead to works.
 */
#ifndef _STEPS_H
#define _STEPS_H

#include <sys/mman.h>

#include "faults.h"
#include "tap.h"

struct step {
	const char *name;
	int (*run)(unsigned int arg);	/* returns 0 or a negative errno */
	unsigned int arg;
	bool allocates;			/* a sweep that meets no fault in it is none */
	int (*again)(unsigned int arg);	/* after a failure; NULL: @run */
	long state;			/* what it leads to, see struct steps */
};

#define STEP(text, function, ...) { .name = text, .run = function, ##__VA_ARGS__ }

struct steps {
	const struct step *step;
	unsigned int nr;
	/* A number that tells how far they are, NULL if there is none. It is 0 at first. */
	long (*state)(void);
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

/* Returns whether one may go on. *met: the fault was met. */
static inline bool step_run(struct steps *steps, const struct step *step, unsigned int nth,
			    bool *met)
{
	int err;

	faults_set(nth);
	err = step->run(step->arg);
	*met = faults_end(nth);
	step_state(steps, step, nth, err);
	if (err && *met) {
		steps->failures++;
		if (err != -ENOMEM)
			steps_wrong(steps, step, nth, "fails", err);
		err = step->again ? step->again(step->arg) : step->run(step->arg);
		step_state(steps, step, nth, err);
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

/* As checks. Page faults do not allocate: what a process has is there. */
static inline void steps_sweep(struct steps *steps)
{
	unsigned int i;

	faults_open();
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
