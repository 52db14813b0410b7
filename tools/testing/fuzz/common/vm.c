// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <unistd.h>

#include "../../selftests/common/tap.h"
#include "kcov.h"
#include "klog.h"
#include "vdpa.h"
#include "vm.h"

#define HANG_S	60

static bool have_bus(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/%s", vm_fuzzer.bus);
	return !access(path, F_OK);
}

static void need_modules(void)
{
	if ((vm_fuzzer.bus && !have_bus()) || vdpa_count_parents() < vm_fuzzer.parents)
		fuzz_unable("something is missing that it needs (modprobe -a %s)",
			    vm_fuzzer.modules);
}

static void init(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	vdpa_family();
	need_modules();
	klog_open();
	vdpa_check_leftovers();
	kcov_modules();
	vm_fuzzer.init();
}

static void end(void)
{
	vm_fuzzer.end();
	klog_check();
	klog_close();
}

int main(int argc, char **argv)
{
	const struct fuzz_target target = {
		.name = vm_fuzzer.name,
		.hang_s = HANG_S * patience(),
		.init = init,
		.run = vm_fuzzer.run,
		.record = vm_fuzzer.record,
		.exit = end,
	};

	return fuzz_main(&target, argc, argv);
}
