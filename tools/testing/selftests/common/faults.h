/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lets one allocation of a task fail, wherever it is: /proc/thread-self/fail-nth.
 */
#ifndef _FAULTS_H
#define _FAULTS_H

#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int faults_fd;

static inline void faults_open(void)
{
	faults_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (faults_fd < 0)
		err(2, "fail-nth");
}

/* Of another task instead, such as a thread of the kernel's. */
static inline void faults_open_task(int tid)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/fail-nth", tid);
	faults_fd = open(path, O_RDWR | O_CLOEXEC);
	if (faults_fd < 0)
		err(2, "%s", path);
}

/* The @nth from now on, none if that is 0. */
static inline void faults_set(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(faults_fd, text, len, 0) != len)
		err(2, "fail-nth");
}

/* How many there are still to be until one fails: none is left when one has. */
static inline unsigned int faults_left(void)
{
	char text[16] = "";

	if (pread(faults_fd, text, sizeof(text) - 1, 0) < 0)
		err(2, "fail-nth");
	return atoi(text);
}

/* Ends it. Returns whether one failed, of what faults_set() was told. */
static inline bool faults_end(unsigned int nth)
{
	bool met;

	if (!nth)
		return false;
	met = !faults_left();
	faults_set(0);
	return met;
}

#endif /* _FAULTS_H */
