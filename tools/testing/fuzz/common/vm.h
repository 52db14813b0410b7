/* SPDX-License-Identifier: GPL-2.0 */
/* A fuzzer that runs in the VM: its main() is here, and what it begins and ends with. */
#ifndef _FUZZ_VM_H
#define _FUZZ_VM_H

#include "fuzz.h"

/**
 * struct vm_fuzzer - what each of them defines as vm_fuzzer
 * @name: as in ./run fuzz NAME
 * @parents: management devices that there have to be
 * @bus: bus of a class that there has to be, or NULL
 * @modules: where both come from
 * @init: once; what there is then may stay
 * @run: one input; returns if nothing is wrong, else calls fuzz_fail()
 * @record: make a record that means something
 * @end: once; removes all slices
 */
struct vm_fuzzer {
	const char *name;
	int parents;
	const char *bus;
	const char *modules;
	void (*init)(void);
	void (*run)(const uint8_t *data, size_t len);
	void (*record)(uint8_t *record);
	void (*end)(void);
};

extern const struct vm_fuzzer vm_fuzzer;

#endif /* _FUZZ_VM_H */
