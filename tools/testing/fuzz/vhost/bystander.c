// SPDX-License-Identifier: GPL-2.0
#include "bystander.h"
#include "fuzz.h"
#include "nic.h"
#include "slice.h"
#include "vdpa.h"

#define NAME	"stay"

static struct nic nic;
static char *memory;

void bystander_open(void)
{
	int err = vdpa_add_to(VDPA_PARENT, NAME);

	if (!err)
		err = set_class(NAME, "vhost");
	if (err)
		fuzz_fail("slice " NAME ": %s", errno_name(err));
	if (!memory)
		memory = nic_memory();
	/* First of all: a socket that is bound to what is down has an error to tell. */
	slice_rep_set(NAME, true);
	nic_init(&nic, NAME, memory, 0);
	nic_start(&nic);
}

void bystander_close(void)
{
	nic_close(&nic);
	nic_destroy(&nic);
}

void bystander_check(void)
{
	static unsigned int number;
	const char *problem;

	number++;
	problem = nic_try_out(&nic, FRAME_MIN + number % 1400, number, PATIENCE_MS);
	if (!problem && number % 4 == 0)
		problem = nic_try_in(&nic, FRAME_MIN + number % 1400, number, PATIENCE_MS);
	if (problem)
		fuzz_fail("a slice that was left alone: %s, status %#x", problem,
			  vhost_status(nic.fd));
}
