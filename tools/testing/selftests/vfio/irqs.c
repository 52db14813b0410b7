// SPDX-License-Identifier: GPL-2.0
/*
 * irqs SLICE: interrupts as their user sets them up, with every wrong argument, and as
 * the device signals them. The slice is removed in the end.
 */
#include "../common/frame.h"
#include "vfio.h"

#define INTX		VFIO_PCI_INTX_IRQ_INDEX
#define MSIX		VFIO_PCI_MSIX_IRQ_INDEX
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
#define QUIET_MS	50

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))

static struct vfio vfio;
static int vector[VECTORS_MAX];
static int intx;
static int req;

/* Nothing comes in, and nothing did. */
static bool quiet(int event)
{
	return !event_wait(event, QUIET_MS);
}

static bool came(int event)
{
	return event_wait(event, PATIENCE_MS);
}

/* Set up. */

static int set_fd(unsigned int index, int fd)
{
	return vfio_set_eventfds(&vfio, index, 0, 1, &fd);
}

static void all_off(void)
{
	vfio_loop_back(&vfio, INTX, 0, 0);
	vfio_loop_back(&vfio, MSIX, 0, 0);
	vfio_loop_back(&vfio, REQ, 0, 0);
}

static int msix_on(void)
{
	return vfio_set_eventfds(&vfio, MSIX, 0, vfio.nr_vectors, vector);
}

static int intx_do(__u32 flags)
{
	return vfio_set_irqs(&vfio, INTX, flags, 0, 1, NULL, 0);
}

static bool msix_complete(void)
{
	unsigned int i;
	bool good;

	good = !vfio_loop_back(&vfio, MSIX, 0, vfio.nr_vectors);
	for (i = 0; i < vfio.nr_vectors; i++)
		good = event_wait(vector[i], 0) && good;
	return good;
}

/* A driver is there, or the device does not interrupt. */
static void driver_on(void)
{
	virtio_negotiate(&vfio, BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM));
	virtio_set_status(&vfio, S_DRIVER_OK);
}

static void driver_reset(void)
{
	vfio_reset(&vfio);
	driver_on();
}

/* Every combination of arguments, and what should come of it. */

static unsigned int nr_irqs(__u32 index)
{
	if (index == INTX || index == REQ)
		return 1;
	return index == MSIX ? vfio.nr_vectors : 0;
}

static bool one_bit(__u32 bits)
{
	return bits && !(bits & (bits - 1));
}

static bool range_good(__u32 index, __u32 start, __u32 count)
{
	return start < nr_irqs(index) && count <= nr_irqs(index) - start;
}

/* An interrupt has just been set up, or not; what data there is, is good. */
static bool valid(__u32 index, __u32 flags, __u32 start, __u32 count, bool on)
{
	__u32 data = flags & DATA, action = flags & ACTION;

	if (flags & ~(DATA | ACTION) || !one_bit(data) || !one_bit(action) ||
	    !range_good(index, start, count))
		return false;
	/* Without any it means to do without the interrupt. */
	if (!count)
		return data == NONE && action == TRIGGER;
	if (action == TRIGGER)
		return index != MSIX || data == EVENTFD || on;
	return index == INTX && (data != EVENTFD || action == UNMASK);
}

static bool sensible(int err)
{
	return err == -EINVAL || err == -ENOTTY;
}

/* One of them; good data. Returns whether it went as it should. */
static bool try(__u32 index, __u32 flags, __u32 start, __u32 count, bool on)
{
	bool want = valid(index, flags, start, count, on);
	struct {
		struct vfio_irq_set set;
		int data[VECTORS_MAX];
	} arg = {
		.set = {
			.argsz = sizeof(arg),
			.flags = flags,
			.index = index,
			.start = start,
			.count = count,
		},
	};
	int err;

	if (flags & BOOL)
		memset(arg.data, 0, sizeof(arg.data));
	else
		memcpy(arg.data, vector, sizeof(arg.data));
	err = do_ioctl(vfio.fd, VFIO_DEVICE_SET_IRQS, &arg);
	if (want ? !err : sensible(err))
		return true;
	comment("index %#x flags %#x start %#x count %#x: %s", index, flags, start, count,
		errno_name(err));
	return false;
}

/* What was refused has changed nothing, what succeeded is undone. */
static bool try_on(__u32 index, __u32 flags, __u32 start, __u32 count)
{
	bool good = try(index, flags, start, count, true);

	if (!valid(index, flags, start, count, true)) {
		if (msix_complete())
			return good;
		comment("index %#x flags %#x start %#x count %#x leaves a trace", index, flags,
			start, count);
		good = false;
	}
	all_off();
	msix_on();
	return good;
}

static bool try_off(__u32 index, __u32 flags, __u32 start, __u32 count)
{
	bool good = try(index, flags, start, count, false);

	if (valid(index, flags, start, count, false)) {
		all_off();
	} else if (!sensible(vfio_loop_back(&vfio, MSIX, 0, 1))) {
		comment("index %#x flags %#x start %#x count %#x turns MSI-X on", index, flags,
			start, count);
		all_off();
		good = false;
	}
	return good;
}

static const __u32 indices[] = { INTX, VFIO_PCI_MSI_IRQ_INDEX, MSIX, VFIO_PCI_ERR_IRQ_INDEX, REQ,
				 VFIO_PCI_NUM_IRQS, 0x80000000, 0xffffffff };

static void test_combinations(bool (*attempt)(__u32, __u32, __u32, __u32), const char *text)
{
	const __u32 n = vfio.nr_vectors;
	const __u32 starts[] = { 0, 1, n - 1, n, 0x7fffffff, 0xffffffff - n, 0xffffffff };
	const __u32 counts[] = { 0, 1, 2, n, n + 1, 0x7fffffff, 0x80000000, 0xffffffff };
	unsigned int i, flags, start, count, bad = 0;

	for (i = 0; i < COUNT(indices); i++) {
		for (flags = 0; flags < 128; flags++) {
			for (start = 0; start < COUNT(starts); start++) {
				for (count = 0; count < COUNT(counts) && bad < 10; count++) {
					/* Bit 6 stands for all that have no meaning. */
					bad += !attempt(indices[i], (flags & 63) |
							(flags & 64 ? 0x80000000 : 0),
							starts[start], counts[count]);
				}
			}
		}
	}
	check(!bad, "every combination of arguments %s", text);
}

static void test_argsz(void)
{
	struct vfio_irq_set set = { .flags = NONE | TRIGGER, .index = MSIX, .count = 1 };
	unsigned int i;
	bool good = true;

	for (i = 0; i < sizeof(set); i++) {
		set.argsz = i;
		good = good && do_ioctl(vfio.fd, VFIO_DEVICE_SET_IRQS, &set) == -EINVAL;
	}
	check(good, "argsz is too small for the arguments");
	check_err(vfio_set_irqs(&vfio, MSIX, EVENTFD | TRIGGER, 0, 2, vector, 7), -EINVAL,
		  "for the eventfds");
	check_err(vfio_set_irqs(&vfio, MSIX, BOOL | TRIGGER, 0, 2, vector, 1), -EINVAL,
		  "for the values");
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_SET_IRQS, NULL), -EFAULT, "no arguments at all");
}

/* The data is where no memory is. */
static void test_fault(void)
{
	long page = sysconf(_SC_PAGESIZE);
	struct vfio_irq_set *set;
	char *mem;

	mem = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED || munmap(mem + page, page))
		die("memory");
	set = (void *)(mem + page - sizeof(*set));
	*set = (struct vfio_irq_set){
		.argsz = sizeof(*set) + 8,
		.flags = EVENTFD | TRIGGER,
		.index = MSIX,
		.count = 2,
	};
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_SET_IRQS, set), -EFAULT, "no data at all");
	munmap(mem, page);
}

static void test_bad_fds(void)
{
	int null = open_or_die("/dev/null");
	const int bad[] = { 9999, -2, 0x7fffffff, -0x7fffffff, null, vfio.fd };
	int fds[3];
	unsigned int i;

	for (i = 0; i < COUNT(bad); i++) {
		fds[0] = req;
		fds[1] = bad[i];
		fds[2] = req;
		check_err(vfio_set_eventfds(&vfio, MSIX, 0, 3, fds),
			  i == 0 || i == 2 ? -EBADF : -EINVAL, "MSI-X: %d is no eventfd", bad[i]);
		check(msix_complete() && quiet(req), "which changes nothing");
		check(set_fd(REQ, bad[i]) < 0, "nor is it one for a request");
	}
	all_off();
	check(vfio_set_eventfds(&vfio, MSIX, 0, 3, fds) < 0 &&
	      sensible(vfio_loop_back(&vfio, MSIX, 0, 1)), "nothing half-made is used");
	check(set_fd(INTX, 9999) == -EBADF && set_fd(INTX, null) == -EINVAL, "nor is one for INTx");
	check_err(vfio_set_irqs(&vfio, INTX, EVENTFD | UNMASK, 0, 1, &null, 4), -EINVAL,
		  "nor one to take its mask away");
	close(null);
}

/* MSI-X. */

static void test_msix_loop_back(void)
{
	__u8 bools[VECTORS_MAX] = { 0, 1, 0 };

	check_err(msix_on(), 0, "all vectors of MSI-X are set");
	check(msix_complete(), "the user sets all of them off");
	check(!vfio_loop_back(&vfio, MSIX, 1, 1) && came(vector[1]) && quiet(vector[0]) &&
	      quiet(vector[2]), "one of them");
	check(!vfio_set_irqs(&vfio, MSIX, BOOL | TRIGGER, 0, 3, bools, 3) && came(vector[1]) &&
	      quiet(vector[0]) && quiet(vector[2]), "those that are said");
}

static void test_msix_replace(void)
{
	int other = event_new(), none = -1;

	check_err(vfio_set_eventfds(&vfio, MSIX, 1, 1, &other), 0, "one vector is replaced");
	check(!vfio_loop_back(&vfio, MSIX, 0, 3) && came(other) && came(vector[0]) &&
	      came(vector[2]) && quiet(vector[1]), "and the others are not");
	check_err(vfio_set_eventfds(&vfio, MSIX, 1, 1, &none), 0, "or taken away");
	check(!vfio_loop_back(&vfio, MSIX, 0, 3) && came(vector[0]) && came(vector[2]) &&
	      quiet(other) && quiet(vector[1]), "likewise");
	close(other);
	msix_on();
}

/* A message is a write to memory. */
static void test_msix_master(void)
{
	driver_reset();
	common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, 2);
	config_put(&vfio, PCI_COMMAND, 2, 0);
	virtio_break(&vfio);
	check(quiet(vector[2]), "a function that is no bus master sends no message");
	config_put(&vfio, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	check(came(vector[2]), "but when it is one");
	config_put(&vfio, PCI_COMMAND, 2, 0);
	config_put(&vfio, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	check(quiet(vector[2]), "once");
	config_put(&vfio, PCI_COMMAND, 2, 0);
	virtio_break(&vfio);
	virtio_set_status(&vfio, 0);
	driver_on();
	common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, 2);
	config_put(&vfio, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	check(quiet(vector[2]), "nor after a reset, which ends what there was to tell");
}

static void test_msix_off(void)
{
	set_fd(INTX, intx);
	config_put(&vfio, PCI_COMMAND, 2, 0);
	virtio_break(&vfio);
	check(quiet(vector[2]) && quiet(intx), "it waits to be a bus master");
	check_err(vfio_loop_back(&vfio, MSIX, 0, 0), 0, "MSI-X is turned off");
	check(came(intx), "then it comes by INTx");
	driver_reset();
	config_put(&vfio, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	all_off();
	msix_on();
	common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, 2);
}

static bool asserted(void)
{
	return config_get(&vfio, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
}

static __u8 take_isr(void)
{
	return structure_get(&vfio, VIRTIO_PCI_CAP_ISR_CFG, 0, 1);
}

static void msix_enable(bool enable)
{
	config_put(&vfio, vfio.msix + PCI_MSIX_FLAGS, 2, enable ? PCI_MSIX_FLAGS_ENABLE : 0);
}

/* The user sets vectors up when the driver has enabled it. */
static void test_msix_enable(void)
{
	set_fd(INTX, intx);
	vfio_loop_back(&vfio, MSIX, 0, 0);
	msix_enable(true);
	virtio_break(&vfio);
	check(quiet(intx) && !asserted(), "MSI-X is enabled: there is no INTx");
	msix_on();
	check(came(vector[2]) && quiet(intx), "what came before the vectors were there comes then");
	check_err(vfio_loop_back(&vfio, MSIX, 0, 0), 0, "they go away for a moment");
	check(quiet(intx) && !asserted(), "which is no reason for INTx");
	msix_enable(false);
	check(came(intx) && asserted(), "that MSI-X is turned off is one");
	take_isr();
	intx_do(NONE | UNMASK);
	msix_enable(true);
	driver_reset();
	virtio_break(&vfio);
	check(came(intx), "or a reset, which turns it off");
	driver_reset();
	msix_on();
	common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, 2);
}

static void test_msix_device(void)
{
	set_fd(INTX, intx);
	virtio_break(&vfio);
	check(came(vector[2]), "the device uses the vector that the driver has chosen");
	check(quiet(vector[0]) && quiet(vector[1]) && quiet(intx), "and nothing else");
	check(!asserted() && take_isr() == VIRTIO_PCI_ISR_CONFIG && !take_isr(),
	      "the ISR status says why");
	common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, VIRTIO_MSI_NO_VECTOR);
	virtio_break(&vfio);
	check(quiet(vector[0]) && quiet(vector[1]) && quiet(vector[2]), "or none");
	check_err(vfio_loop_back(&vfio, MSIX, 0, 0), 0, "MSI-X is turned off");
	check(sensible(vfio_loop_back(&vfio, MSIX, 0, 1)), "and has no vectors");
	check(came(intx) && take_isr() == VIRTIO_PCI_ISR_CONFIG,
	      "what the driver has not taken is INTx now");
	intx_do(NONE | UNMASK);
	virtio_break(&vfio);
	check(came(intx), "it is INTx again");
	check(quiet(vector[2]), "and not MSI-X");
	driver_reset();
	all_off();
}

/* INTx. */

static int intx_do_if(__u32 action, __u8 value)
{
	return vfio_set_irqs(&vfio, INTX, BOOL | action, 0, 1, &value, 1);
}

static void test_intx_level(void)
{
	check_err(set_fd(INTX, intx), 0, "INTx has an eventfd");
	check(!asserted() && quiet(intx), "it is not asserted");
	virtio_break(&vfio);
	check(came(intx) && asserted(), "it is, when the device wants something");
	virtio_break(&vfio);
	check(quiet(intx), "it has masked itself");
	check(!intx_do(NONE | UNMASK) && came(intx), "unmasked, it comes again");
	check(take_isr() == VIRTIO_PCI_ISR_CONFIG, "the ISR status says why");
	check(!asserted() && !take_isr(), "reading it takes the interrupt away");
	check(!intx_do(NONE | UNMASK) && quiet(intx), "unmasked, it does not come");
	virtio_break(&vfio);
	check(came(intx), "but when there is something new");
	take_isr();
	intx_do(NONE | UNMASK);
}

static void test_intx_mask(void)
{
	check_err(intx_do(NONE | MASK), 0, "the user masks it");
	virtio_break(&vfio);
	check(quiet(intx) && asserted(), "it does not come but is asserted");
	check(!intx_do_if(UNMASK, 0) && quiet(intx), "a 0 does not unmask it");
	check(!intx_do_if(UNMASK, 1) && came(intx), "a 1 does");
	take_isr();
	check(!intx_do(NONE | UNMASK) && !intx_do_if(MASK, 0), "nor does one mask it");
	virtio_break(&vfio);
	check(came(intx), "it comes");
	take_isr();
	intx_do(NONE | UNMASK);
}

static void test_intx_unmask_event(void)
{
	int unmask = event_new(), none = -1;

	check_err(vfio_set_irqs(&vfio, INTX, EVENTFD | UNMASK, 0, 1, &unmask, 4), 0,
		  "an eventfd takes the mask away");
	check_err(vfio_set_irqs(&vfio, INTX, EVENTFD | UNMASK, 0, 1, &unmask, 4), -EBUSY,
		  "there is one");
	virtio_break(&vfio);
	check(came(intx), "INTx comes and is masked");
	event_signal(unmask);
	check(came(intx), "signalled, it makes it come again");
	take_isr();
	event_signal(unmask);
	check(quiet(intx), "but not when it is not asserted");
	check_err(vfio_set_irqs(&vfio, INTX, EVENTFD | UNMASK, 0, 1, &none, 4), 0,
		  "it is taken away");
	virtio_break(&vfio);
	check(came(intx), "it comes once more");
	event_signal(unmask);
	check(quiet(intx), "and stays masked");
	event_wait(unmask, 0);
	/* A signal from before counts, and it may be closed while it is in use. */
	event_signal(unmask);
	vfio_set_irqs(&vfio, INTX, EVENTFD | UNMASK, 0, 1, &unmask, 4);
	check(came(intx), "a signal from before it was set counts");
	close(unmask);
	take_isr();
	check_err(intx_do(NONE | UNMASK), 0, "it is closed while in use");
}

static void test_intx_disable(void)
{
	config_put(&vfio, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	virtio_break(&vfio);
	check(quiet(intx) && asserted(), "the driver has disabled INTx");
	check(!intx_do(NONE | UNMASK) && quiet(intx), "which is no mask");
	config_put(&vfio, PCI_COMMAND, 2, 0);
	check(came(intx), "enabled again it comes, for it is still asserted");
	config_put(&vfio, PCI_COMMAND, 2, PCI_COMMAND_INTX_DISABLE);
	config_put(&vfio, PCI_COMMAND, 2, 0);
	check(quiet(intx), "and is masked");
	take_isr();
	intx_do(NONE | UNMASK);
}

static void test_intx_replace(void)
{
	int other = event_new();

	virtio_break(&vfio);
	check(came(intx), "it comes to one eventfd");
	check(!set_fd(INTX, other) && came(other), "and to the one that replaces it");
	take_isr();
	intx_do(NONE | UNMASK);
	virtio_break(&vfio);
	check(came(other) && quiet(intx), "which has it alone");
	check(!set_fd(INTX, -1) && !set_fd(INTX, intx) && came(intx), "taken away and set again");
	check_err(vfio_loop_back(&vfio, INTX, 0, 0), 0, "it is turned off");
	take_isr();
	virtio_break(&vfio);
	check(quiet(intx) && quiet(other) && asserted(), "asserted, it tells nobody");
	check(!set_fd(INTX, other) && came(other), "until there is somebody");
	check_err(vfio_reset(&vfio), 0, "the device is reset");
	check(!asserted() && !take_isr(), "which takes the interrupt away");
	driver_on();
	close(other);
	set_fd(INTX, intx);
}

/* Nobody would take it away. */
static void test_intx_driver(void)
{
	int rep = rep_open(vfio.slice);

	vfio_reset(&vfio);
	virtio_break(&vfio);
	check(quiet(intx) && !asserted() && !take_isr(), "without a driver it does not come");
	vfio_reset(&vfio);
	rep_set_up(vfio.slice, rep, false);
	rep_set_up(vfio.slice, rep, true);
	check(quiet(intx) && !asserted() && !take_isr(), "nor by what others do to the link");
	driver_on();
	check(came(intx) && take_isr() == VIRTIO_PCI_ISR_CONFIG, "but when there is one");
	intx_do(NONE | UNMASK);
	rep_set_up(vfio.slice, rep, false);
	check(came(intx) && take_isr() == VIRTIO_PCI_ISR_CONFIG, "and whenever the link changes");
	intx_do(NONE | UNMASK);
	rep_set_up(vfio.slice, rep, true);
	check(came(intx) && take_isr() == VIRTIO_PCI_ISR_CONFIG, "likewise");
	driver_reset();
	check(quiet(intx) && !take_isr(), "the next driver hears nothing of that");
	close(rep);
}

static void test_intx_loop_back(void)
{
	check(!intx_do(NONE | TRIGGER) && came(intx), "the user sets it off");
	check(!intx_do_if(TRIGGER, 1) && came(intx), "with a 1");
	check(!intx_do_if(TRIGGER, 0) && quiet(intx), "and does not, with a 0");
	check(!asserted(), "the device has no part in it");
}

static void test_intx(void)
{
	test_intx_level();
	test_intx_mask();
	test_intx_unmask_event();
	test_intx_disable();
	test_intx_replace();
	test_intx_driver();
	test_intx_loop_back();
	vfio_reset(&vfio);
	all_off();
}

/* The request to let go. */

static bool gone_within(double seconds)
{
	double end = now() + seconds;
	char path[300];

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s", vfio.uuid);
	while (!access(path, F_OK)) {
		if (now() > end)
			return false;
		usleep(10000);
	}
	return true;
}

static void test_request(void)
{
	check(!set_fd(REQ, req) && quiet(req), "nobody asks to let go of the device");
	check(!vfio_loop_back(&vfio, REQ, 0, 1) && came(req), "the user asks himself");
	check_err(slice_remove(vfio.slice), 0, "the slice is removed");
	check(came(req), "the user is asked to let go of the device");
	check(config_get(&vfio, PCI_VENDOR_ID, 2) == 0x1af4 && !gone_within(0),
	      "and has it as before");
	check(came(req), "is asked again");
	virtio_set_status(&vfio, S_ACKNOWLEDGE);
	check(virtio_status(&vfio) == S_ACKNOWLEDGE && !vfio_reset(&vfio), "can use it");
	vfio_close(&vfio);
	check(gone_within(PATIENCE_MS / 1e3), "and is through with it");
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc != 2)
		return 2;
	vfio_open(&vfio, argv[1]);
	if (vfio.nr_vectors < 3 || vfio.nr_vectors > VECTORS_MAX)
		die("%u vectors", vfio.nr_vectors);
	for (i = 0; i < VECTORS_MAX; i++)
		vector[i] = event_new();
	intx = event_new();
	req = event_new();
	test_combinations(try_off, "while no interrupt is set up");
	msix_on();
	test_combinations(try_on, "while MSI-X is");
	test_argsz();
	test_fault();
	test_bad_fds();
	test_msix_loop_back();
	test_msix_replace();
	test_msix_master();
	test_msix_off();
	test_msix_enable();
	test_msix_device();
	test_intx();
	test_request();
	return 0;
}
