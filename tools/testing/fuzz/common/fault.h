/* SPDX-License-Identifier: GPL-2.0 */
/* Steps of the software NIC that are made to fail. */
#ifndef _FUZZ_FAULT_H
#define _FUZZ_FAULT_H

#include "fuzz.h"

/* The step and the error that a record names. */
void fault_set(const uint8_t *record);

/* All of them work again. */
void faults_clear(void);

#endif /* _FUZZ_FAULT_H */
