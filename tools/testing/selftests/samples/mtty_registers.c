// SPDX-License-Identifier: GPL-2.0
/*
 * mtty_registers SLICE PORTS ROUNDS: the regions of a card, with every wrong access, its
 * configuration space and every register of its UARTs.
 */
#include "mtty.h"

#define BARS	6

static struct vfio card;
static unsigned int nr_ports;

/* Regions. */

static void test_regions(void)
{
	struct vfio_region_info info;
	unsigned int i;
	bool good = true;

	for (i = 0; i < BARS; i++)
		good = card.region[i].size == (i < nr_ports ? BAR_SIZE : 0) && good;
	check(good, "each port has its base address register");
	check(card.region[CONFIG_REGION].size == CONFIG_SIZE, "configuration space is whole");
	check(!card.region[VFIO_PCI_ROM_REGION_INDEX].size &&
	      !card.region[VFIO_PCI_VGA_REGION_INDEX].size, "there is nothing else");
	check_err(vfio_region_info(&card, VFIO_PCI_NUM_REGIONS, &info), -EINVAL,
		  "and not one more");
	check_err(vfio_region_info(&card, ~0U, &info), -EINVAL, "nor many");
}

static void test_device_info(void)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	check_err(do_ioctl(card.fd, VFIO_DEVICE_GET_INFO, &info), 0, "it tells what it is");
	check(info.flags & VFIO_DEVICE_FLAGS_PCI && info.flags & VFIO_DEVICE_FLAGS_RESET,
	      "a PCI function that can be reset");
	info.argsz = 4;
	check_err(do_ioctl(card.fd, VFIO_DEVICE_GET_INFO, &info), -EINVAL,
		  "not to whom there is no room");
	check_err(do_ioctl(card.fd, VFIO_DEVICE_GET_INFO, NULL), -EFAULT, "or no memory");
	check_err(do_ioctl(card.fd, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &info), -ENOTTY,
		  "what it does not know is told");
}

/* Whether an access of a region moves as many bytes as it should; 0: it is refused. */
static bool moves(unsigned int index, __u64 pos, size_t len, ssize_t want)
{
	char buf[512] = {};
	ssize_t in = vfio_read(&card, index, pos, buf, len);
	ssize_t out = vfio_write(&card, index, pos, buf, len);

	if (!want)
		want = -EINVAL;
	if (in == want && out == want)
		return true;
	comment("region %u at %#llx: %zd and %zd of %zu bytes", index, pos, in, out, len);
	return false;
}

static void test_bounds(void)
{
	const __u64 beyond[] = { 0x100, 0x1000, 1ULL << 32, (1ULL << 40) - 1 };
	bool good = true;
	unsigned int i, j;

	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++) {
		__u64 size = card.region[i].size;

		good = moves(i, size, 1, 0) && good;
		for (j = 0; j < COUNT(beyond); j++)
			good = moves(i, beyond[j], 4, 0) && good;
		if (!size)
			continue;
		good = moves(i, 0, 512, size) && good;
		good = moves(i, size - 1, 4, 1) && good;
		good = moves(i, size - 3, 4, 3) && good;
	}
	check(good, "no access goes beyond a region");
	good = true;
	for (i = VFIO_PCI_NUM_REGIONS; i < 2000; i++)
		good = pread(card.fd, &j, 1, (__s64)i << 40) < 0 && errno == EINVAL && good;
	check(good, "nor is there a region beyond the others");
	check(pread(card.fd, &j, 1, 0x7fffffffffffffff) < 0, "at the end of everything");
	check(vfio_read(&card, CONFIG_REGION, 0, NULL, 4) == -EFAULT &&
	      vfio_write(&card, 0, 0, NULL, 4) == -EFAULT, "nor memory that is not there");
	check(mmap(NULL, 4096, PROT_READ, MAP_SHARED, card.fd, 0) == MAP_FAILED,
	      "and it cannot be mapped");
}

/* Configuration space. */

static void test_header(void)
{
	unsigned int i;
	bool good = true;

	check(config_get(&card, PCI_VENDOR_ID, 4) == 0x32534348 &&
	      config_get(&card, PCI_SUBSYSTEM_VENDOR_ID, 4) == 0x32534348, "its ids");
	check(config_get(&card, PCI_CLASS_REVISION, 4) == 0x07000210, "its class");
	check(config_get(&card, PCI_INTERRUPT_PIN, 1) == 1, "its pin");
	for (i = 0; i < BARS; i++) {
		__u32 pos = PCI_BASE_ADDRESS_0 + 4 * i;

		config_put(&card, pos, 4, ~0U);
		good = config_get(&card, pos, 4) == (i < nr_ports ? 0xfffffff9 : 0) && good;
		config_put(&card, pos, 4, 0x1238);
		good = config_get(&card, pos, 4) == (i < nr_ports ? 0x1239 : 0) && good;
	}
	check(good, "its base address registers tell their sizes");
}

static void test_msi_cap(void)
{
	__u8 pos = config_get(&card, PCI_CAPABILITY_LIST, 1);

	check(config_get(&card, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST && pos >= 0x40 &&
	      config_get(&card, pos, 1) == PCI_CAP_ID_MSI, "the first capability is MSI");
	check(!config_get(&card, pos + 1, 1), "and the only one");
	config_put(&card, pos + PCI_MSI_FLAGS, 2, 0xffff);
	check(config_get(&card, pos + PCI_MSI_FLAGS, 2) ==
	      (PCI_MSI_FLAGS_64BIT | PCI_MSI_FLAGS_ENABLE), "it has one vector");
	config_put(&card, pos + PCI_MSI_FLAGS, 2, 0);
}

/* Bits that can be written are read back as they are, the others do not change. */
static void test_write_all(void)
{
	__u8 before[CONFIG_SIZE], ones[CONFIG_SIZE], after[CONFIG_SIZE];
	__u8 all[CONFIG_SIZE];
	unsigned int i, writable = 0;
	bool good = true;

	vfio_reset(&card);
	vfio_read(&card, CONFIG_REGION, 0, before, sizeof(before));
	memset(all, 0xff, sizeof(all));
	vfio_write(&card, CONFIG_REGION, 0, all, sizeof(all));
	vfio_read(&card, CONFIG_REGION, 0, ones, sizeof(ones));
	memset(all, 0, sizeof(all));
	vfio_write(&card, CONFIG_REGION, 0, all, sizeof(all));
	vfio_read(&card, CONFIG_REGION, 0, after, sizeof(after));
	for (i = 0; i < CONFIG_SIZE; i++) {
		good = (ones[i] & before[i]) == before[i] && after[i] == before[i] && good;
		writable += __builtin_popcount(ones[i] ^ before[i]);
	}
	check(good, "nothing that is fixed in it can be written");
	check(writable == 3 + 16 + 29 * nr_ports + 1 + 62 + 16, "and what can be is");
	vfio_write(&card, CONFIG_REGION, 0, ones, sizeof(ones));
	vfio_reset(&card);
	vfio_read(&card, CONFIG_REGION, 0, after, sizeof(after));
	check(!memcmp(before, after, sizeof(before)), "a reset takes it away");
}

/* UARTs. */

static void test_after_reset(unsigned int port)
{
	vfio_reset(&card);
	check(get(&card, port, UART_IER) == 0 && get(&card, port, UART_IIR) == UART_IIR_NO_INT &&
	      get(&card, port, UART_LCR) == 0 && get(&card, port, UART_MCR) == 0 &&
	      get(&card, port, UART_SCR) == 0 && get(&card, port, UART_RX) == 0,
	      "port %u: registers after a reset", port);
	check(get(&card, port, UART_LSR) == (UART_LSR_THRE | UART_LSR_TEMT),
	      "its transmitter is empty");
	check(get(&card, port, UART_MSR) == (UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD),
	      "its modem is there, and nothing has changed");
}

/* Every value that a register can be given; which bits of it stay. */
static bool keeps(unsigned int port, unsigned int reg, __u8 mask)
{
	unsigned int val;

	for (val = 0; val < 256; val++) {
		put(&card, port, reg, val);
		if (get(&card, port, reg) != (val & mask)) {
			comment("%#x is %#x", val, get(&card, port, reg));
			return false;
		}
	}
	put(&card, port, reg, 0);
	return true;
}

static void test_plain_registers(unsigned int port)
{
	check(keeps(port, UART_SCR, 0xff), "its scratch register keeps every value");
	check(keeps(port, UART_LCR, 0xff), "so does that of line control");
	check(keeps(port, UART_IER, 0x0f), "that of interrupts four bits");
	check(keeps(port, UART_MCR, 0x3f), "that of modem control six");
	put(&card, port, UART_LSR, 0xff);
	put(&card, port, UART_MSR, 0xff);
	get(&card, port, UART_MSR);
	check(get(&card, port, UART_LSR) == (UART_LSR_THRE | UART_LSR_TEMT) &&
	      get(&card, port, UART_MSR) == (UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD),
	      "those of status none");
}

static void test_divisor(unsigned int port)
{
	set_up(&card, port, 0);
	put(&card, port, UART_IER, UART_IER_RDI);
	put(&card, port, UART_LCR, UART_LCR_DLAB | UART_LCR_WLEN8);
	put(&card, port, UART_DLL, 0xa5);
	put(&card, port, UART_DLM, 0x5a);
	put(&card, port, UART_DLL, 0x0c);
	check(get(&card, port, UART_DLL) == 0x0c && get(&card, port, UART_DLM) == 0x5a,
	      "the divisor is what was written last");
	put(&card, port, UART_LCR, UART_LCR_WLEN8);
	check(get(&card, port, UART_IER) == UART_IER_RDI && !(get(&card, port, UART_LSR) & 1),
	      "and is not the registers that are in the same place");
	put(&card, port, UART_LCR, UART_LCR_DLAB);
	check(get(&card, port, UART_DLL) == 0x0c && get(&card, port, UART_DLM) == 0x5a,
	      "it stays");
	put(&card, port, UART_LCR, 0);
	put(&card, port, UART_IER, 0);
}

static void test_fifo(unsigned int port)
{
	unsigned int round;
	bool good = true;

	set_up(&card, port, 0);
	check(get(&card, port, UART_IIR) == (0xc0 | UART_IIR_NO_INT), "it says that it has a FIFO");
	/* More often than it is long, so that it goes round. */
	for (round = 1; round <= FIFO_SIZE; round++) {
		put_bytes(&card, port, round, 7 * round);
		good = get_bytes(&card, port, round, 7 * round) && good;
		good = !(get(&card, port, UART_LSR) & UART_LSR_DR) && good;
	}
	check(good, "what is sent comes back in order");
	put_bytes(&card, port, FIFO_SIZE, 1);
	check(get(&card, port, UART_LSR) == UART_LSR_DR, "16 bytes fit");
	put(&card, port, UART_TX, 99);
	check(get(&card, port, UART_LSR) == (UART_LSR_DR | UART_LSR_OE), "and not one more");
	check(get(&card, port, UART_LSR) == UART_LSR_DR, "which is told once");
	check(get_bytes(&card, port, FIFO_SIZE, 1) &&
	      get(&card, port, UART_LSR) == (UART_LSR_THRE | UART_LSR_TEMT),
	      "the former ones are all there");
	put_bytes(&card, port, 3, 1);
	put(&card, port, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_RCVR);
	check(get(&card, port, UART_LSR) == (UART_LSR_THRE | UART_LSR_TEMT), "it can be emptied");
}

static void test_no_fifo(unsigned int port)
{
	put_bytes(&card, port, 3, 1);
	put(&card, port, UART_FCR, 0);
	check(get(&card, port, UART_IIR) == UART_IIR_NO_INT &&
	      !(get(&card, port, UART_LSR) & UART_LSR_DR), "without a FIFO what was in it is gone");
	put(&card, port, UART_TX, 10);
	check(get(&card, port, UART_LSR) == UART_LSR_DR, "one byte fits");
	put(&card, port, UART_TX, 11);
	check(get(&card, port, UART_LSR) == (UART_LSR_DR | UART_LSR_OE) &&
	      get(&card, port, UART_RX) == 11 && !(get(&card, port, UART_LSR) & UART_LSR_DR),
	      "the next one takes its place");
}

static void test_word_length(unsigned int port)
{
	unsigned int bits;
	bool good = true;

	for (bits = 5; bits <= 8; bits++) {
		put(&card, port, UART_LCR, bits - 5);
		put(&card, port, UART_TX, 0xff);
		good = get(&card, port, UART_RX) == (1 << bits) - 1 && good;
	}
	check(good, "words have as many bits as they should");
}

static void test_modem_lines(unsigned int port)
{
	unsigned int val, before = 0;
	bool good = true;

	put(&card, port, UART_MCR, UART_MCR_LOOP);
	get(&card, port, UART_MSR);
	for (val = 1; val < 64; val++) {
		/* Every pair of neighbours in Gray code and its jumps: bit by bit and several. */
		unsigned int now = val ^ val >> 1 ^ (val & 16 ? 15 : 0);
		unsigned int msr, want;

		now &= 15;
		put(&card, port, UART_MCR, UART_MCR_LOOP | now);
		msr = (now & UART_MCR_RTS ? UART_MSR_CTS : 0) |
		      (now & UART_MCR_DTR ? UART_MSR_DSR : 0) |
		      (now & UART_MCR_OUT1 ? UART_MSR_RI : 0) |
		      (now & UART_MCR_OUT2 ? UART_MSR_DCD : 0);
		want = msr | (msr ^ before) >> 4;
		/* A ring is told of when it is over. */
		if (msr & ~before & UART_MSR_RI)
			want &= ~UART_MSR_TERI;
		good = get(&card, port, UART_MSR) == want && good;
		good = get(&card, port, UART_MSR) == msr && good;
		before = msr;
	}
	check(good, "in the loop modem status is modem control, and changes are told once");
	put(&card, port, UART_TX, 'x');
	check(get(&card, port, UART_LSR) & UART_LSR_DR && get(&card, port, UART_RX) == 'x',
	      "and what is sent comes back");
	put(&card, port, UART_MCR, 0);
	get(&card, port, UART_MSR);
}

static void test_flow_control(unsigned int port)
{
	set_up(&card, port, 0);
	put(&card, port, UART_MCR, UART_MCR_AFE | UART_MCR_RTS);
	get(&card, port, UART_MSR);
	put_bytes(&card, port, FIFO_SIZE - 1, 0);
	check(get(&card, port, UART_MSR) & UART_MSR_CTS, "with flow control it may send");
	put(&card, port, UART_TX, 0);
	check(get(&card, port, UART_MSR) == (UART_MSR_DSR | UART_MSR_DCD | UART_MSR_DCTS),
	      "and not when the FIFO is full");
	get(&card, port, UART_RX);
	check(get(&card, port, UART_MSR) & UART_MSR_CTS, "again when it is not");
	vfio_reset(&card);
}

/* IIR names the pending interrupt of highest priority; what ends each of them. */
static void test_priorities(unsigned int port)
{
	vfio_reset(&card);
	set_up(&card, port, UART_FCR_TRIGGER_8);
	put(&card, port, UART_MCR, UART_MCR_LOOP);
	put_bytes(&card, port, FIFO_SIZE + 1, 0);
	check(get(&card, port, UART_IIR) == (0xc0 | UART_IIR_NO_INT),
	      "no interrupt that is not enabled");
	put(&card, port, UART_IER, 0x0f);
	check(get(&card, port, UART_IIR) == (0xc0 | UART_IIR_RLSI), "first a lost byte");
	check(get(&card, port, UART_IIR) == (0xc0 | UART_IIR_RLSI), "until line status is read");
	get(&card, port, UART_LSR);
	check(get(&card, port, UART_IIR) == (0xc0 | UART_IIR_RDI), "then a full FIFO");
	check(get_bytes(&card, port, FIFO_SIZE - 7, 0) &&
	      get(&card, port, UART_IIR) == (0xc0 | UART_IIR_RX_TIMEOUT), "one that is less full");
	check(get_bytes(&card, port, 7, FIFO_SIZE - 7) &&
	      get(&card, port, UART_IIR) == (0xc0 | UART_IIR_THRI), "an empty transmitter");
	check(get(&card, port, UART_IIR) == (0xc0 | UART_IIR_MSI), "once; the modem");
	get(&card, port, UART_MSR);
	check(get(&card, port, UART_IIR) == (0xc0 | UART_IIR_NO_INT), "and nothing");
}

static void test_thri(unsigned int port)
{
	put(&card, port, UART_IER, 0);
	put(&card, port, UART_IER, UART_IER_THRI);
	check((get(&card, port, UART_IIR) & 0xf) == UART_IIR_THRI,
	      "who enables it is told of the empty transmitter");
	put(&card, port, UART_IER, UART_IER_THRI);
	check(get(&card, port, UART_IIR) & UART_IIR_NO_INT, "who had it enabled is not");
	put(&card, port, UART_TX, 1);
	check(get(&card, port, UART_IIR) & UART_IIR_NO_INT, "nor who has sent");
	get(&card, port, UART_RX);
	check((get(&card, port, UART_IIR) & 0xf) == UART_IIR_THRI, "until that is received");
	put(&card, port, UART_TX, 1);
	put(&card, port, UART_FCR, UART_FCR_ENABLE_FIFO | UART_FCR_CLEAR_XMIT);
	check((get(&card, port, UART_IIR) & 0xf) == UART_IIR_THRI, "or cleared");
	put(&card, port, UART_IER, 0);
}

static void test_triggers(unsigned int port)
{
	static const __u8 levels[] = { 1, 4, 8, 14 };
	unsigned int i, nr;
	bool good = true;

	put(&card, port, UART_IER, UART_IER_RDI);
	for (i = 0; i < COUNT(levels); i++) {
		set_up(&card, port, i << 6);
		for (nr = 1; nr <= FIFO_SIZE; nr++) {
			put(&card, port, UART_TX, nr);
			good = (get(&card, port, UART_IIR) & 0xf) ==
			       (nr >= levels[i] ? UART_IIR_RDI : UART_IIR_RX_TIMEOUT) && good;
		}
	}
	check(good, "each trigger level is where it should be");
	put(&card, port, UART_IER, 0);
}

/* A wide access is one to each register, as on the bus. */
static void test_wide(unsigned int port)
{
	vfio_reset(&card);
	vfio_put(&card, port, UART_LCR, 1, UART_LCR_WLEN8);
	vfio_put(&card, port, UART_MSR, 2, 0xab12);
	check(get(&card, port, UART_SCR) == 0xab, "a wide write reaches each register");
	check(vfio_get(&card, port, UART_MCR, 4) >> 24 == 0xab &&
	      vfio_get(&card, port, UART_MSR, 2) >> 8 == 0xab, "a wide read likewise");
}

static void test_separate(void)
{
	vfio_reset(&card);
	set_up(&card, 0, 0);
	set_up(&card, 1, 0);
	put_bytes(&card, 0, 3, 10);
	put_bytes(&card, 1, 2, 20);
	put(&card, 0, UART_SCR, 1);
	put(&card, 1, UART_SCR, 2);
	check(get_bytes(&card, 1, 2, 20) && get_bytes(&card, 0, 3, 10) &&
	      get(&card, 0, UART_SCR) == 1 && get(&card, 1, UART_SCR) == 2,
	      "ports have nothing to do with each other");
}

/* Whatever is done to it, a UART does not contradict itself. */
static bool consistent(unsigned int port)
{
	__u8 lcr = get(&card, port, UART_LCR), lsr = get(&card, port, UART_LSR);
	__u8 iir = get(&card, port, UART_IIR) & 0xf;

	if (!!(lsr & UART_LSR_DR) == !!(lsr & UART_LSR_THRE) ||
	    !(lsr & UART_LSR_THRE) != !(lsr & UART_LSR_TEMT))
		return false;
	if (lcr & UART_LCR_DLAB)
		return true;
	if (iir == UART_IIR_RDI || iir == UART_IIR_RX_TIMEOUT)
		return lsr & UART_LSR_DR && get(&card, port, UART_IER) & UART_IER_RDI;
	return iir != UART_IIR_THRI || !(lsr & UART_LSR_DR);
}

static void test_random(unsigned int rounds)
{
	__u8 data[CONFIG_SIZE + 16];
	unsigned int i;
	bool good = true;

	random_seed(1);
	for (i = 0; i < rounds * 10; i++) {
		__u64 pos = (__u64)random_below(VFIO_PCI_NUM_REGIONS + 1) << 40 |
			    random_below(random_below(4) ? 8 : 300);
		size_t len = random_below(random_below(4) ? 5 : sizeof(data));
		ssize_t done;

		memset(data, random32(), sizeof(data));
		done = random_below(2) ? pread(card.fd, data, len, pos) :
					 pwrite(card.fd, data, len, pos);
		good = done <= (ssize_t)len && good;
		good = consistent(random_below(nr_ports)) && good;
	}
	check(good, "whatever is done to a UART it does not contradict itself");
	vfio_reset(&card);
	check(config_get(&card, PCI_VENDOR_ID, 4) == 0x32534348, "and is what it was");
}

int main(int argc, char **argv)
{
	unsigned int port;

	if (argc != 4)
		return 2;
	vfio_open(&card, argv[1]);
	nr_ports = atoi(argv[2]);
	test_regions();
	test_device_info();
	test_bounds();
	test_header();
	test_msi_cap();
	test_write_all();
	for (port = 0; port < nr_ports; port++) {
		test_after_reset(port);
		test_plain_registers(port);
		test_divisor(port);
		test_fifo(port);
		test_no_fifo(port);
		test_word_length(port);
		test_modem_lines(port);
		test_flow_control(port);
		test_priorities(port);
		test_thri(port);
		test_triggers(port);
		test_wide(port);
	}
	if (nr_ports > 1)
		test_separate();
	test_random(atoi(argv[3]));
	vfio_close(&card);
	return 0;
}
