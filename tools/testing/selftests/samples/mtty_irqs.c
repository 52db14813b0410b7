// SPDX-License-Identifier: GPL-2.0
/*
 * mtty_irqs SLICE: the interrupt of a card with two ports, INTx and MSI, as its user sets
 * it up, with every wrong argument, and as the UARTs raise it.
 */
#include "mtty.h"

#define INTX		VFIO_PCI_INTX_IRQ_INDEX
#define MSI		VFIO_PCI_MSI_IRQ_INDEX
#define REQ		VFIO_PCI_REQ_IRQ_INDEX

#define NONE		VFIO_IRQ_SET_DATA_NONE
#define BOOL		VFIO_IRQ_SET_DATA_BOOL
#define EVENTFD		VFIO_IRQ_SET_DATA_EVENTFD
#define MASK		VFIO_IRQ_SET_ACTION_MASK
#define UNMASK		VFIO_IRQ_SET_ACTION_UNMASK
#define TRIGGER		VFIO_IRQ_SET_ACTION_TRIGGER
#define DATA		VFIO_IRQ_SET_DATA_TYPE_MASK
#define ACTION		VFIO_IRQ_SET_ACTION_TYPE_MASK

/* How long is waited for what is expected not to come. */
#define QUIET_MS	30

static struct vfio card;
static int intx, msi, req;

static bool quiet(int event)
{
	return !event_wait(event, QUIET_MS);
}

static bool came(int event)
{
	return event_wait(event, PATIENCE_MS);
}

static int set_fd(__u32 index, int fd)
{
	return vfio_set_eventfds(&card, index, 0, 1, &fd);
}

static int set_unmask_fd(int fd)
{
	return vfio_set_irqs(&card, INTX, EVENTFD | UNMASK, 0, 1, &fd, sizeof(fd));
}

static int intx_do(__u32 action)
{
	return vfio_set_irqs(&card, INTX, NONE | action, 0, 1, NULL, 0);
}

static void off(__u32 index)
{
	vfio_loop_back(&card, index, 0, 0);
}

/* As after opening it. */
static void begin(void)
{
	off(INTX);
	off(MSI);
	off(REQ);
	vfio_reset(&card);
	event_wait(intx, 0);
	event_wait(msi, 0);
	event_wait(req, 0);
}

/* A port wants an interrupt, or has one reason more; until it is satisfied. */
static void want(unsigned int port)
{
	set_up(&card, port, 0);
	put(&card, port, UART_IER, UART_IER_RDI);
	put(&card, port, UART_TX, 'x');
}

static void satisfy(unsigned int port)
{
	get(&card, port, UART_RX);
}

static bool asserted(void)
{
	return config_get(&card, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
}

/* Arguments. */

static void test_info(void)
{
	struct vfio_irq_info info;
	unsigned int i;
	bool good = true;

	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		bool there = i == INTX || i == MSI || i == REQ;
		int err = vfio_irq_info(&card, i, &info);

		if (i == VFIO_PCI_ERR_IRQ_INDEX)
			good = err == -EINVAL && good;
		else
			good = !err && info.count == there && good;
		if (there)
			good = info.flags & VFIO_IRQ_INFO_EVENTFD && good;
	}
	check(good, "there are INTx, MSI and the request");
	vfio_irq_info(&card, INTX, &info);
	check(info.flags & VFIO_IRQ_INFO_MASKABLE && info.flags & VFIO_IRQ_INFO_AUTOMASKED,
	      "INTx can be masked and masks itself");
	check_err(vfio_irq_info(&card, VFIO_PCI_NUM_IRQS, &info), -EINVAL, "there are no others");
}

static bool one_bit(__u32 bits)
{
	return bits && !(bits & (bits - 1));
}

/* All eventfds have been set, or none; the data is good, and BOOL says no. */
static bool valid(__u32 index, __u32 flags, __u32 start, __u32 count, bool on)
{
	__u32 data = flags & DATA, action = flags & ACTION;

	if (flags & ~(DATA | ACTION) || !one_bit(data) || !one_bit(action))
		return false;
	if ((index != INTX && index != MSI && index != REQ) || start || count > 1)
		return false;
	if (!count)
		return data == NONE && action == TRIGGER;
	if (action == TRIGGER)
		return data != NONE || on;
	return index == INTX && (data != EVENTFD || action == UNMASK);
}

static bool try(__u32 index, __u32 flags, __u32 start, __u32 count, bool on)
{
	struct {
		struct vfio_irq_set set;
		int data[4];
	} arg = {
		.set = {
			.argsz = sizeof(arg),
			.flags = flags,
			.index = index,
			.start = start,
			.count = count,
		},
		.data = { 0 },
	};
	int err;

	if (flags & EVENTFD)
		arg.data[0] = req;
	err = do_ioctl(card.fd, VFIO_DEVICE_SET_IRQS, &arg);
	if (valid(index, flags, start, count, on) ? !err : err == -EINVAL || err == -ENOTTY)
		return true;
	comment("index %#x flags %#x start %#x count %#x: %s", index, flags, start, count,
		errno_name(err));
	return false;
}

static void test_combinations(bool on)
{
	static const __u32 indices[] = { INTX, MSI, VFIO_PCI_MSIX_IRQ_INDEX,
					 VFIO_PCI_ERR_IRQ_INDEX, REQ, VFIO_PCI_NUM_IRQS, ~0U };
	static const __u32 numbers[] = { 0, 1, 2, 0x7fffffff, 0x80000000, ~0U };
	unsigned int i, flags, start, count, bad = 0;

	for (i = 0; i < COUNT(indices); i++) {
		for (flags = 0; flags < 128; flags++) {
			for (start = 0; start < COUNT(numbers); start++) {
				for (count = 0; count < COUNT(numbers) && bad < 10; count++) {
					if (on) {
						set_fd(INTX, intx);
						set_fd(MSI, msi);
						set_fd(REQ, req);
					}
					/* Bit 6 stands for all that have no meaning. */
					bad += !try(indices[i], (flags & 63) |
						    (flags & 64 ? 0x80000000 : 0),
						    numbers[start], numbers[count], on);
					off(INTX);
					off(MSI);
					off(REQ);
				}
			}
		}
	}
	check(!bad, "every combination of arguments %s", on ? "with eventfds" : "without");
	begin();
}

static void test_bad_fds(void)
{
	int null = open_or_die("/dev/null");
	const int bad[] = { 9999, -2, 0x7fffffff, null, card.fd };
	__u32 indices[] = { INTX, MSI, REQ };
	unsigned int i, j;

	for (i = 0; i < COUNT(indices); i++) {
		bool good = !set_fd(indices[i], req);

		for (j = 0; j < COUNT(bad); j++)
			good = set_fd(indices[i], bad[j]) < 0 && good;
		check(good && !vfio_loop_back(&card, indices[i], 0, 1) && came(req),
		      "what is no eventfd does not replace that of interrupt %u", indices[i]);
		check(!set_fd(indices[i], -1) && vfio_loop_back(&card, indices[i], 0, 1) == -EINVAL,
		      "it can be taken away");
	}
	check(set_unmask_fd(null) < 0 && set_unmask_fd(9999) < 0 && set_unmask_fd(-2) < 0,
	      "nor does it take the mask away");
	close(null);
	begin();
}

/* INTx. */

static void test_level(void)
{
	set_fd(INTX, intx);
	want(0);
	check(came(intx), "a byte that is received raises INTx");
	check(asserted(), "which can be seen");
	put(&card, 0, UART_TX, 'y');
	put(&card, 0, UART_IER, UART_IER_RDI | UART_IER_THRI);
	check(quiet(intx), "it has masked itself");
	check(!intx_do(UNMASK) && came(intx), "without the mask it comes again");
	get(&card, 0, UART_RX);
	check(!intx_do(UNMASK) && came(intx), "until all bytes have been received");
	get(&card, 0, UART_RX);
	get(&card, 0, UART_IIR);
	check(!asserted() && !intx_do(UNMASK) && quiet(intx), "and not then");
	put(&card, 0, UART_TX, 'z');
	check(came(intx), "the next byte raises it");
	satisfy(0);
	put(&card, 0, UART_TX, 'z');
	check(quiet(intx), "one behind that finds the mask");
	check(!intx_do(UNMASK) && came(intx), "which can be taken away");
	begin();
}

/* Each reason raises it, if it is enabled, and is gone when the guest has seen to it. */
static void test_reasons(void)
{
	set_up(&card, 0, UART_FCR_TRIGGER_14);
	set_fd(INTX, intx);
	put(&card, 0, UART_IER, UART_IER_THRI);
	check(came(intx), "an empty transmitter raises it");
	get(&card, 0, UART_IIR);
	check(!asserted(), "until the guest has read that");
	put(&card, 0, UART_IER, 0);
	put_bytes(&card, 0, FIFO_SIZE + 1, 0);
	check(!asserted(), "nothing does that is not enabled");
	put(&card, 0, UART_IER, UART_IER_RLSI);
	check(!intx_do(UNMASK) && came(intx), "a lost byte does");
	get(&card, 0, UART_LSR);
	check(!asserted(), "until line status is read");
	put(&card, 0, UART_IER, UART_IER_MSI);
	put(&card, 0, UART_MCR, UART_MCR_LOOP);
	check(!intx_do(UNMASK) && came(intx), "a modem line that changes does");
	get(&card, 0, UART_MSR);
	check(!asserted(), "until modem status is read");
	put(&card, 0, UART_IER, UART_IER_RDI);
	check(!intx_do(UNMASK) && came(intx), "enabling it does");
	put(&card, 0, UART_IER, 0);
	check(!asserted() && !intx_do(UNMASK) && quiet(intx), "until it is disabled");
	begin();
}

static void test_both_ports(void)
{
	set_fd(INTX, intx);
	want(0);
	want(1);
	check(came(intx) && quiet(intx), "both ports raise the same interrupt");
	satisfy(0);
	check(asserted() && !intx_do(UNMASK) && came(intx), "each of them keeps it up");
	satisfy(1);
	check(!asserted() && !intx_do(UNMASK) && quiet(intx), "and the last one lets go");
	begin();
}

static void test_masks(void)
{
	__u8 no = 0, yes = 1;

	set_fd(INTX, intx);
	check(!intx_do(MASK), "the user masks it");
	want(0);
	check(quiet(intx) && asserted(), "it is raised and not told");
	check(!vfio_set_irqs(&card, INTX, BOOL | UNMASK, 0, 1, &no, 1) && quiet(intx),
	      "to say no does nothing");
	check(!vfio_set_irqs(&card, INTX, BOOL | UNMASK, 0, 1, &yes, 1) && came(intx),
	      "yes takes the mask away");
	satisfy(0);
	intx_do(UNMASK);
	config_put(&card, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	want(0);
	check(quiet(intx) && asserted(), "a driver that does not want the pin has none");
	config_put(&card, PCI_COMMAND, 2, 0);
	check(came(intx), "until it wants it");
	begin();
}

static void test_unmask_eventfd(void)
{
	int unmask = event_new(), other = event_new();

	set_fd(INTX, intx);
	check_err(set_unmask_fd(unmask), 0, "an eventfd can take the mask away");
	check_err(set_unmask_fd(other), -EBUSY, "one and not two");
	want(0);
	check(came(intx) && quiet(intx), "INTx masks itself");
	event_signal(unmask);
	check(came(intx), "is told again when the mask goes");
	satisfy(0);
	event_signal(unmask);
	check(quiet(intx), "and not if there is no reason");
	want(1);
	check(came(intx), "but when there is");
	check_err(set_unmask_fd(-1), 0, "the eventfd goes");
	event_signal(unmask);
	check(quiet(intx), "and does nothing then");
	check_err(set_unmask_fd(other), 0, "another one comes");
	check(quiet(intx), "which knows nothing of the former one");
	event_signal(other);
	check(came(intx), "and takes the mask away");
	close(other);
	off(INTX);
	close(unmask);
	begin();
}

static void test_replace(void)
{
	int other = event_new();

	want(0);
	check_err(set_fd(INTX, intx), 0, "INTx is set up while it is asserted");
	check(came(intx), "and told at once");
	check(!set_fd(INTX, other) && came(other) && quiet(intx), "so is another eventfd");
	off(INTX);
	intx_do(UNMASK);
	check(quiet(intx) && quiet(other) && asserted(), "without one nobody is told");
	close(other);
	begin();
}

/* MSI. */

static void test_msi(void)
{
	set_fd(INTX, intx);
	check_err(set_fd(MSI, msi), 0, "MSI is set up");
	want(0);
	check(came(msi) && quiet(intx), "a message, and no INTx");
	check(!asserted(), "nor can that be seen");
	put(&card, 0, UART_TX, 'x');
	want(1);
	check(quiet(msi), "one message for all that comes until nothing is left");
	get(&card, 0, UART_RX);
	get(&card, 0, UART_RX);
	check(quiet(msi), "of both ports");
	satisfy(1);
	want(1);
	check(came(msi), "and another one then");
	off(MSI);
	check(came(intx) && asserted(), "without MSI it is INTx");
	check(!set_fd(MSI, msi) && came(msi), "and a message when it is set up again");
	begin();
}

/* Stopping and resetting. */

static void test_stopped(void)
{
	set_fd(INTX, intx);
	check_err(go(&card, VFIO_DEVICE_STATE_STOP), 0, "the device is stopped");
	want(0);
	check(quiet(intx), "it raises no interrupt");
	check_err(go(&card, VFIO_DEVICE_STATE_RUNNING), 0, "it runs");
	check(came(intx), "and does");
	begin();
	set_fd(MSI, msi);
	go(&card, VFIO_DEVICE_STATE_STOP);
	want(0);
	check(quiet(msi) && !go(&card, VFIO_DEVICE_STATE_RUNNING) && came(msi),
	      "messages are sent when it runs");
	check(!go(&card, VFIO_DEVICE_STATE_STOP), "it is stopped");
	check(!vfio_reset(&card) && quiet(msi), "a reset takes the reason away");
	want(0);
	check(came(msi), "and lets it run");
	begin();
}

static void test_reset(void)
{
	set_fd(INTX, intx);
	want(0);
	check(came(intx) && asserted(), "an interrupt");
	check(!vfio_reset(&card) && !asserted(), "a reset ends it");
	check(!intx_do(UNMASK) && quiet(intx), "for good");
	want(0);
	check(came(intx), "the eventfd stays");
	begin();
}

static void test_request(void)
{
	__u8 no = 0, yes = 1;

	check(!set_fd(REQ, req) && quiet(req), "nobody asks to let go of the device");
	check(!vfio_set_irqs(&card, REQ, BOOL | TRIGGER, 0, 1, &no, 1) && quiet(req),
	      "nor does the user");
	check(!vfio_set_irqs(&card, REQ, BOOL | TRIGGER, 0, 1, &yes, 1) && came(req),
	      "until he does");
	check_err(slice_remove(card.slice), 0, "the card is removed");
	check(came(req), "the user is asked to let go of it");
	want(0);
	check(get(&card, 0, UART_RX) == 'x', "and has it as before");
	vfio_close(&card);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	vfio_open(&card, argv[1]);
	intx = event_new();
	msi = event_new();
	req = event_new();
	test_info();
	test_combinations(false);
	test_combinations(true);
	test_bad_fds();
	test_level();
	test_reasons();
	test_both_ports();
	test_masks();
	test_unmask_eventfd();
	test_replace();
	test_msi();
	test_stopped();
	test_reset();
	test_request();
	return 0;
}
