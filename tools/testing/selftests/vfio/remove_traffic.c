// SPDX-License-Identifier: GPL-2.0
/*
 * remove_traffic SLICE: frames both ways for ever; says "ready" when they have begun. When it
 * is asked to let go of the device it does so after a while, in which frames have to pass.
 */
#include "nic.h"

#define WHILE	0.5	/* seconds */

static struct nic nic;

/* Returns how many frames have come from the representor. */
static unsigned int drive(void)
{
	char frame[FRAME_MAX + 8];
	unsigned int nr = 0;

	frame_make(frame, FRAME_MAX, 1);
	nic_reap(&nic);
	nic_try_send(&nic, frame, FRAME_MAX);
	send(nic.rep, frame, FRAME_MAX, MSG_DONTWAIT);
	while (nr < RING_NUM && nic_take(&nic, frame))
		nr++;
	rep_drain(nic.rep);
	return nr;
}

static void drive_until_asked(int asked)
{
	unsigned int nr = 0;
	bool said = false;

	while (!event_wait(asked, 0)) {
		nr += drive();
		if (nr < 100 || said)
			continue;
		said = true;
		printf("ready\n");
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	int asked = event_new();
	unsigned int nr = 0;
	double end;
	int err;

	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], nic_memory(), NIC_EVENT_IDX);
	err = vfio_set_eventfds(&nic.vfio, VFIO_PCI_REQ_IRQ_INDEX, 0, 1, &asked);
	if (err)
		die("an eventfd for requests: %s", errno_name(err));
	nic_start(&nic, NIC_BYTES);
	drive_until_asked(asked);
	for (end = now() + WHILE * patience(); now() < end; )
		nr += drive();
	printf("%u frames since it was asked, status %#x\n", nr, virtio_status(&nic.vfio));
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
	return !nr;
}
