/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks of a program that tap() of lib-tap.sh runs: "ok TEXT" or "not ok TEXT"
 * on a line each, which the shell numbers and counts.
 */
#ifndef _TAP_H
#define _TAP_H

#include <errno.h>
#include <linux/types.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <time.h>

static inline bool tap_line(bool good, const char *format, va_list args)
{
	printf(good ? "ok " : "not ok ");
	vprintf(format, args);
	printf("\n");
	fflush(stdout);
	return good;
}

/* A check; returns whether it is good. */
static inline bool check(bool good, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_line(good, format, args);
	va_end(args);
	return good;
}

static inline void comment(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	printf("\n");
	fflush(stdout);
	va_end(args);
}

/* Without this there is no point in going on. */
noreturn static inline void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_line(false, format, args);
	va_end(args);
	exit(1);
}

static inline const char *errno_name(int err)
{
	const char *name;

	if (!err)
		return "0";
	name = strerrorname_np(err < 0 ? -err : err);
	return name ? name : "?";
}

/* An operation that returns 0 or a negative errno: is it the one that it should be? */
static inline bool check_err(int got, int want, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tap_line(got == want, format, args);
	va_end(args);
	if (got != want)
		comment("is %s and not %s", errno_name(got), errno_name(want));
	return got == want;
}

static inline double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* How many times as long as usual things may take on this kernel. */
static inline double patience(void)
{
	const char *value = getenv("RUN_PATIENCE");

	return value && atof(value) > 1 ? atof(value) : 1;
}

/* Numbers that are the same whenever the seed is. */
static __u64 random_state = 88172645463325252ULL;

static inline void random_seed(__u64 seed)
{
	random_state = 88172645463325252ULL + seed * 0x9e3779b97f4a7c15ULL;
}

static inline __u32 random32(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 32;
}

/* From 0 to below the limit. */
static inline __u32 random_below(__u32 limit)
{
	return (__u64)random32() * limit >> 32;
}

#endif /* _TAP_H */
