// SPDX-License-Identifier: GPL-2.0
/* Coverage of programs in user space, by the compiler's -fsanitize-coverage. */
#include "fuzz.h"

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void)
{
	static uint32_t last;
	uint32_t place = fuzz_hash((uintptr_t)__builtin_return_address(0));

	fuzz_edge(place ^ last);
	last = place / 2;
}
