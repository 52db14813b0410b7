// SPDX-License-Identifier: GPL-2.0
/*
 * queue_irqs SLICE: used buffers are told by the vector that a queue has at that time, by
 * none, or by INTx, whose ISR status says what it was (virtio 1.2, sections 4.1.4.5,
 * 4.1.5.1.2 and 4.1.5.3).
 */
#include "nic.h"

#define INTX	VFIO_PCI_INTX_IRQ_INDEX
#define MSIX	VFIO_PCI_MSIX_IRQ_INDEX

/* Bit 0 of the ISR status, which has no name in the headers. */
#define ISR_QUEUE	1

/* How long it takes until nothing comes. */
#define QUIET_MS	100

static struct nic nic;
static int intx;

/* The frames that came are taken, and so are their interrupts. */
static void settle(void)
{
	char frame[FRAME_MAX + 8];

	while (nic_take(&nic, frame))
		;
	nic_reap(&nic);
	event_wait(nic.config_call, 0);
	event_wait(nic.rx.call, 0);
	event_wait(nic.tx.call, 0);
	event_wait(intx, 0);
}

/* A frame to the driver. */
static void rep_gives(void)
{
	char frame[FRAME_MAX + 8];

	frame_make(frame, FRAME_MIN, 1);
	if (!rep_send(nic.rep, frame, FRAME_MIN))
		die("the representor sends");
}

/* Likewise, and it wants to be told. */
static void give(void)
{
	settle();
	ring_enable_call(&nic.rx);
	rep_gives();
}

/* One from it. */
static void send_one(void)
{
	char frame[FRAME_MAX + 8];

	settle();
	ring_enable_call(&nic.tx);
	frame_make(frame, FRAME_MIN, 2);
	if (!nic_try_send(&nic, frame, FRAME_MIN))
		die("the driver sends");
}

static bool came(int event)
{
	return event_wait(event, PATIENCE_MS);
}

static bool quiet(void)
{
	usleep(QUIET_MS * 1000);
	return !event_wait(nic.config_call, 0) && !event_wait(nic.rx.call, 0) &&
	       !event_wait(nic.tx.call, 0) && !event_wait(intx, 0);
}

/* The device may refuse a vector. */
static bool use_vector(const struct ring *ring, __u16 vector)
{
	queue_put(&nic.vfio, ring->index, VIRTIO_PCI_COMMON_Q_MSIX, vector);
	return queue_get(&nic.vfio, ring->index, VIRTIO_PCI_COMMON_Q_MSIX) == vector;
}

/* Has the frame arrived, whether or not the driver was told? */
static bool used(const struct ring *ring)
{
	double end = now() + PATIENCE_MS / 1e3;

	while (!ring_used_count(ring) && now() < end)
		usleep(1000);
	return ring_used_count(ring);
}

static void test_vectors(void)
{
	give();
	check(came(nic.rx.call) && quiet(), "a frame is told by the vector of its queue");
	check(use_vector(&nic.rx, 0), "the queue gets another one while it runs");
	give();
	check(came(nic.config_call) && quiet(), "and the next frame is told by that");
	check(use_vector(&nic.rx, 2), "one that another queue has, too");
	give();
	check(came(nic.tx.call) && quiet(), "which they share");
	send_one();
	check(came(nic.tx.call) && quiet(), "the other queue as before");
	check(use_vector(&nic.rx, VIRTIO_MSI_NO_VECTOR), "or none");
	give();
	check(used(&nic.rx) && quiet(), "then nobody is told of a frame that comes");
	check(use_vector(&nic.rx, 1), "it gets its own one back");
	give();
	check(came(nic.rx.call) && quiet(), "and the next frame is told");
}

static __u8 take_isr(void)
{
	return structure_get(&nic.vfio, VIRTIO_PCI_CAP_ISR_CFG, 0, 1);
}

static void unmask(void)
{
	if (vfio_set_irqs(&nic.vfio, INTX, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK,
			  0, 1, NULL, 0))
		die("INTx is unmasked");
}

/* What the handler of a driver does. */
static void check_intx(__u8 isr, const char *text)
{
	bool told = came(intx);
	__u8 status = take_isr();

	check(told && status == isr && !take_isr(), "%s", text);
	if (!told || status != isr)
		comment("told %d, ISR status %#x", told, status);
	unmask();
	check(quiet(), "that is read once, and ends the interrupt");
}

/* The driver sends what is in no memory, for which the device needs a reset. */
static bool meets_error(void)
{
	const struct seg nowhere = { NIC_NOWHERE, 100 };
	double end = now() + PATIENCE_MS / 1e3;

	nic_reap(&nic);
	ring_add(&nic.tx, &nowhere, 1, 0);
	nic_kick(&nic, &nic.tx);
	while (!(virtio_status(&nic.vfio) & S_NEEDS_RESET) && now() < end)
		usleep(1000);
	usleep(QUIET_MS * 1000);
	return virtio_status(&nic.vfio) & S_NEEDS_RESET;
}

static void test_intx(void)
{
	if (vfio_loop_back(&nic.vfio, MSIX, 0, 0) ||
	    vfio_set_eventfds(&nic.vfio, INTX, 0, 1, &intx))
		die("INTx instead of MSI-X");
	take_isr();
	unmask();
	give();
	check_intx(ISR_QUEUE, "without MSI-X a frame to the driver comes by INTx");
	send_one();
	check_intx(ISR_QUEUE, "one from it, too");
	check(use_vector(&nic.rx, VIRTIO_MSI_NO_VECTOR), "vectors mean nothing then");
	give();
	check_intx(ISR_QUEUE, "it comes without one");
	settle();
	ring_disable_call(&nic.rx);
	rep_gives();
	check(used(&nic.rx) && quiet() && !take_isr(), "not when the driver does not want it");
	give();
	check(used(&nic.rx) && meets_error(), "a frame comes, and then the device breaks");
	check_intx(ISR_QUEUE | VIRTIO_PCI_ISR_CONFIG, "the status tells of both");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	intx = event_new();
	nic_init(&nic, argv[1], nic_memory(), NIC_EVENT_IDX);
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 5, "frames pass");
	test_vectors();
	test_intx();
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
	return 0;
}
