/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Coverage of our modules by what a process does, on kernels with CONFIG_KCOV. On
 * others nothing is covered and nothing else changes.
 */
#ifndef _FUZZ_KCOV_H
#define _FUZZ_KCOV_H

#include "fuzz.h"

#define KCOV_EDGES	16384

struct kcov {
	int fd;			/* -1: there is none */
	unsigned long *area;
	uint32_t edge[KCOV_EDGES];
	unsigned int nr;
};

/* Learns where our modules are, which must not be unloaded afterwards. */
void kcov_modules(void);

/* In the process that is to be looked at; for that process only. */
void kcov_open(struct kcov *kcov);
void kcov_begin(struct kcov *kcov);

/* What happened since kcov_begin() is added to kcov->edge. */
void kcov_end(struct kcov *kcov);

/* Hands over and forgets the edges. */
void kcov_report(struct kcov *kcov);

#endif /* _FUZZ_KCOV_H */
