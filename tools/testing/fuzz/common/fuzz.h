/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all fuzzers share: command line, mutation, corpus, coverage, and what is
 * printed when something is found.
 *
 * An input is a sequence of records of 8 bytes, each of them an operation or a
 * part of one; every sequence of bytes means something. So mutations that move
 * whole records keep the structure, and those of bytes change one operation.
 *
 * Inputs run in a child. The parent knows the present input, by shared memory,
 * and tells it when the child dies or stops; in the VM that is often all that is
 * left of a process in which the kernel has found a fault. When the kernel itself
 * dies, what is left is the file of --running.
 */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

#define ARRAY_SIZE(x)	(sizeof(x) / sizeof((x)[0]))

#define FUZZ_RECORD	8U
#define FUZZ_INPUT_MAX	(128 * FUZZ_RECORD)

/**
 * struct fuzz_target - a fuzzer
 * @name: as in ./run fuzz NAME
 * @hang_s: an input that takes longer has hung
 * @init: called once in the child, before the first input; may be NULL
 * @run: one input; returns if nothing is wrong, else calls fuzz_fail()
 * @record: make a record that means something; may be NULL
 * @exit: called once in the child, after the last input; may be NULL
 */
struct fuzz_target {
	const char *name;
	unsigned int hang_s;
	void (*init)(void);
	void (*run)(const uint8_t *data, size_t len);
	void (*record)(uint8_t *record);
	void (*exit)(void);
};

int fuzz_main(const struct fuzz_target *target, int argc, char **argv);

/* The present input has shown a fault: says why, and ends the child. */
noreturn void fuzz_fail(const char *format, ...);

/* This cannot run here, which is not the fault of an input: says why, and ends the child. */
noreturn void fuzz_unable(const char *format, ...);

/* From the seed of the run. */
uint32_t fuzz_random(uint32_t below);

/* The present input went from one place of the code to another. */
void fuzz_edge(uint32_t edge);

/* Spreads the bits of a number. */
uint32_t fuzz_hash(uint64_t value);

#endif /* _FUZZ_H */
