// SPDX-License-Identifier: GPL-2.0
/*
 * mtty_migration FROM TO SINGLE ROUNDS: two cards with two ports, and one with one. Every
 * way between states of migration, what goes from the one to the other, and what does not.
 */
#include "mtty.h"

#define STOP		VFIO_DEVICE_STATE_STOP
#define RUNNING		VFIO_DEVICE_STATE_RUNNING
#define STOP_COPY	VFIO_DEVICE_STATE_STOP_COPY
#define RESUMING	VFIO_DEVICE_STATE_RESUMING
#define RUNNING_P2P	VFIO_DEVICE_STATE_RUNNING_P2P
#define PRE_COPY	VFIO_DEVICE_STATE_PRE_COPY
#define PRE_COPY_P2P	VFIO_DEVICE_STATE_PRE_COPY_P2P
#define NR_STATES	(PRE_COPY_P2P + 1)

#define HEAD_SIZE	24
#define PORT_SIZE	32
#define SIZE		(HEAD_SIZE + 2 * PORT_SIZE)
/* Where some things are. */
#define AT_MAJOR	8
#define AT_PORTS	16
#define AT_COUNT	(HEAD_SIZE + 7)

static struct vfio from, to, single;

/* Returns 0 or a negative errno, and a stream that there has to be. */
static int begin(const struct vfio *card, __u32 state, int *stream)
{
	int err = set_state(card, state, stream);

	return !err && *stream < 0 ? -EPROTO : err;
}

static ssize_t put_stream(int stream, const void *data, size_t len)
{
	ssize_t done = write(stream, data, len);

	return done < 0 ? -errno : done;
}

/* As much as there is, up to the end or an error. */
static ssize_t get_stream(int stream, __u8 *data, size_t size)
{
	ssize_t done;
	size_t len;

	for (len = 0; len < size; len += done) {
		done = read(stream, data + len, size - len);
		if (done < 0)
			return -errno;
		if (!done)
			break;
	}
	return len;
}

/* What a card would send now; it runs before and after. */
static size_t save(const struct vfio *card, __u8 *data)
{
	int stream, err = begin(card, STOP_COPY, &stream);
	ssize_t len;

	if (err)
		die("%s is saved: %s", card->slice, errno_name(err));
	len = get_stream(stream, data, SIZE + 1);
	close(stream);
	if (len < 0 || go(card, RUNNING))
		die("%s is read", card->slice);
	return len;
}

/* What comes of a stream: 0 or a negative errno. The card runs before and after. */
static int load(const struct vfio *card, const __u8 *data, size_t len)
{
	int stream, err = begin(card, RESUMING, &stream);
	ssize_t done;

	if (err)
		die("%s is to be loaded: %s", card->slice, errno_name(err));
	done = put_stream(stream, data, len);
	err = done < 0 ? (int)done : go(card, RUNNING);
	close(stream);
	if (err) {
		/* Nothing has been loaded, and it is still waiting for a stream. */
		if (get_state(card) != RESUMING)
			die("%s is in state %d", card->slice, get_state(card));
		vfio_reset(card);
	}
	return err;
}

/* States. */

static void test_features(void)
{
	struct feature arg = {};

	check(!feature(&from, &arg, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION) &&
	      arg.flags.flags == (VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				  VFIO_MIGRATION_PRE_COPY), "it says what it can do");
	check(!feature(&from, &arg, VFIO_DEVICE_FEATURE_GET |
		       VFIO_DEVICE_FEATURE_MIG_DATA_SIZE) && arg.stop_copy_length == SIZE,
	      "and how much there is to send");
	check(get_state(&from) == RUNNING, "it runs");
	check(go(&from, VFIO_DEVICE_STATE_ERROR) == -EINVAL && go(&from, NR_STATES) == -EINVAL &&
	      go(&from, ~0U) == -EINVAL, "states that there are not");
	check(get_state(&from) == RUNNING, "it still runs");
}

static bool has_stream(__u32 state)
{
	return state == STOP_COPY || state == RESUMING || state == PRE_COPY ||
	       state == PRE_COPY_P2P;
}

static bool saves_early(__u32 state)
{
	return state == PRE_COPY || state == PRE_COPY_P2P;
}

static bool allowed(__u32 old, __u32 new)
{
	return old != STOP_COPY || !saves_early(new);
}

/* The stream goes on, so there is no new one. */
static bool continues(__u32 old, __u32 new)
{
	return old == new || (saves_early(old) && (saves_early(new) || new == STOP_COPY));
}

/* Does neither give nor take anything any more? */
static bool is_over(int stream, bool writes)
{
	char byte = 0;

	return (writes ? write(stream, &byte, 1) : read(stream, &byte, 1)) < 0 && errno == ENODEV;
}

static bool try_way(__u32 old, __u32 new, const __u8 *data)
{
	int first = -1, second = -1, err, want = allowed(old, new) ? 0 : -EINVAL;
	bool fresh = has_stream(new) && !continues(old, new), good;

	vfio_reset(&from);
	if (has_stream(old) ? begin(&from, old, &first) : go(&from, old))
		return false;
	/* Out of this there is only a way with a stream. */
	if (old == RESUMING && put_stream(first, data, SIZE) != SIZE)
		return false;
	err = set_state(&from, new, &second);
	good = err == want && (second >= 0) == (!err && fresh) &&
	       get_state(&from) == (int)(err ? old : new);
	/* What was the stream before is none any more, unless it goes on. */
	if (!err && first >= 0 && !continues(old, new))
		good = is_over(first, old == RESUMING) && good;
	if (!good)
		comment("from %u to %u: %s, stream %d, state %d", old, new, errno_name(err), second,
			get_state(&from));
	close(first);
	if (second >= 0)
		close(second);
	return good;
}

static void test_ways(void)
{
	__u8 data[SIZE + 1];
	__u32 old, new;
	bool good = true;

	save(&from, data);
	for (old = STOP; old < NR_STATES; old++) {
		for (new = STOP; new < NR_STATES; new++)
			good = try_way(old, new, data) && good;
	}
	check(good, "each way from one state to another does what it should");
	vfio_reset(&from);
}

static void test_reset(void)
{
	__u32 state;
	bool good = true;
	int stream;

	for (state = STOP; state < NR_STATES; state++) {
		good = !set_state(&from, state, &stream) && good;
		good = !vfio_reset(&from) && get_state(&from) == RUNNING && good;
		if (stream < 0)
			continue;
		good = is_over(stream, state == RESUMING) && good;
		close(stream);
	}
	check(good, "a reset in any state makes it run, and ends the stream");
}

static int precopy_left(int stream, __u64 *left)
{
	struct vfio_precopy_info info = { .argsz = sizeof(info), .dirty_bytes = 99 };
	int err = do_ioctl(stream, VFIO_MIG_GET_PRECOPY_INFO, &info);

	*left = info.initial_bytes + info.dirty_bytes;
	return err;
}

static void test_precopy(void)
{
	struct vfio_precopy_info small = { .argsz = 8 };
	__u8 data[SIZE + 1], whole[SIZE + 1];
	__u64 left;
	int stream;

	save(&from, whole);
	check_err(begin(&from, PRE_COPY, &stream), 0, "a stream while the card runs");
	check(!precopy_left(stream, &left) && left == HEAD_SIZE, "its head comes first");
	check(get_stream(stream, data, 10) == 10 && !precopy_left(stream, &left) &&
	      left == HEAD_SIZE - 10, "a part of it");
	check(get_stream(stream, data + 10, HEAD_SIZE - 10) == HEAD_SIZE - 10 &&
	      !precopy_left(stream, &left) && !left, "and the rest");
	check(get_stream(stream, data + HEAD_SIZE, 1) == -ENOMSG, "then nothing for now");
	check_err(do_ioctl(stream, VFIO_MIG_GET_PRECOPY_INFO, &small), -EINVAL, "too little room");
	check_err(do_ioctl(stream, VFIO_MIG_GET_PRECOPY_INFO, NULL), -EFAULT, "no room");
	check_err(do_ioctl(stream, VFIO_DEVICE_RESET, NULL), -ENOTTY, "nothing else can be asked");
	put(&from, 0, UART_SCR, 0x77);
	check(!go(&from, STOP_COPY) &&
	      get_stream(stream, data + HEAD_SIZE, SIZE) == SIZE - HEAD_SIZE,
	      "when the card is stopped there are its ports");
	check(!memcmp(data, whole, HEAD_SIZE) && data[HEAD_SIZE + 5] == 0x77, "as they are then");
	check(!get_stream(stream, data, 1) && !get_stream(stream, data, 1), "and that is all");
	check_err(precopy_left(stream, &left), -EINVAL, "it is too late to ask");
	check(!go(&from, RUNNING) && precopy_left(stream, &left) == -ENODEV &&
	      get_stream(stream, data, 1) == -ENODEV, "the stream is over");
	close(stream);
	vfio_reset(&from);
}

static void test_files(void)
{
	void *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u8 data[SIZE + 1];
	int stream;

	check_err(begin(&from, STOP_COPY, &stream), 0, "a stream to read");
	check(write(stream, data, 1) < 0 && errno == EBADF, "cannot be written");
	check(pread(stream, data, 1, 0) < 0 && errno == ESPIPE, "nor read anywhere");
	check(read(stream, none, 8) < 0 && errno == EFAULT && read(stream, data, 0) == 0 &&
	      get_stream(stream, data, SIZE + 1) == SIZE, "nothing is lost where no memory is");
	close(stream);
	vfio_reset(&from);
	check_err(begin(&from, RESUMING, &stream), 0, "one to write");
	check(read(stream, data, 1) < 0 && errno == EBADF, "cannot be read");
	check(pwrite(stream, data, 1, 0) < 0 && errno == ESPIPE, "nor written anywhere");
	check(write(stream, none, 8) < 0 && errno == EFAULT &&
	      put_stream(stream, data, SIZE) == SIZE, "nothing is taken where no memory is");
	close(stream);
	munmap(none, 4096);
	check(!go(&from, RUNNING), "it can be closed before it is loaded");
}

/* What is sent. */

static void fill(const struct vfio *card)
{
	vfio_reset(card);
	/* So that the FIFO begins in its middle. */
	set_up(card, 0, UART_FCR_TRIGGER_8);
	put_bytes(card, 0, 11, 0);
	get_bytes(card, 0, 11, 0);
	put_bytes(card, 0, FIFO_SIZE + 3, 100);
	put(card, 0, UART_IER, UART_IER_RDI | UART_IER_RLSI);
	put(card, 0, UART_SCR, 0xa5);
	put(card, 0, UART_LCR, UART_LCR_DLAB);
	put(card, 0, UART_DLL, 0x34);
	put(card, 0, UART_DLM, 0x12);
	put(card, 0, UART_LCR, UART_LCR_WLEN8 | UART_LCR_PARITY);
	put(card, 1, UART_LCR, UART_LCR_WLEN8);
	put(card, 1, UART_TX, 'x');
	put(card, 1, UART_MCR, UART_MCR_LOOP | UART_MCR_RTS);
}

static void check_filled(const struct vfio *card)
{
	check(get(card, 0, UART_IIR) == (0xc0 | UART_IIR_RLSI) &&
	      get(card, 0, UART_LSR) == (UART_LSR_DR | UART_LSR_OE), "a byte was lost there");
	check(get(card, 0, UART_IIR) == (0xc0 | UART_IIR_RDI), "and the FIFO is full here");
	check(get_bytes(card, 0, 9, 100) &&
	      get(card, 0, UART_IIR) == (0xc0 | UART_IIR_RX_TIMEOUT) &&
	      get_bytes(card, 0, 7, 109) &&
	      !(get(card, 0, UART_LSR) & UART_LSR_DR),
	      "with all the bytes, and the trigger");
	check(get(card, 0, UART_SCR) == 0xa5 && get(card, 0, UART_LCR) == 0x0b &&
	      get(card, 0, UART_IER) == 5, "and the registers");
	put(card, 0, UART_LCR, UART_LCR_DLAB);
	check(get(card, 0, UART_DLL) == 0x34 && get(card, 0, UART_DLM) == 0x12, "of the divisor");
	check(get(card, 1, UART_RX) == 'x' && get(card, 1, UART_MCR) == 0x12 &&
	      get(card, 1, UART_MSR) == (UART_MSR_CTS | UART_MSR_DDSR | UART_MSR_DDCD),
	      "the other port is the other port");
}

static void test_move(void)
{
	__u8 data[SIZE + 1], again[SIZE + 1];
	int stream, intx = event_new();
	unsigned int i;
	bool good = true;

	fill(&from);
	check(save(&from, data) == SIZE, "a card is saved with bytes in its FIFO");
	vfio_set_eventfds(&to, VFIO_PCI_INTX_IRQ_INDEX, 0, 1, &intx);
	check_err(begin(&to, RESUMING, &stream), 0, "another one waits for it");
	for (i = 0; i < SIZE; i++)
		good = put_stream(stream, data + i, 1) == 1 && good;
	check(good, "it takes the stream in whatever pieces");
	check(put_stream(stream, data, 1) == -EINVAL, "and not a byte more");
	check_err(go(&to, STOP), 0, "and loads it");
	check(!event_wait(intx, 50), "while it is stopped it raises no interrupt");
	check_err(go(&to, RUNNING), 0, "it runs");
	check(event_wait(intx, PATIENCE_MS), "and raises the one that the other one did");
	close(stream);
	check(save(&to, again) == SIZE && !memcmp(data, again, SIZE), "it is as the other one was");
	check_filled(&to);
	check_filled(&from);
	vfio_loop_back(&to, VFIO_PCI_INTX_IRQ_INDEX, 0, 0);
	close(intx);
}

/* What is not a stream. */

static void test_lengths(void)
{
	__u8 data[2 * SIZE] = {}, before[SIZE + 1], after[SIZE + 1];
	bool good = true;
	size_t len;
	int stream;

	fill(&from);
	save(&from, data);
	for (len = 0; len < SIZE; len++)
		good = load(&to, data, len) == -EINVAL && good;
	check(good, "a stream that is too short is not loaded");
	for (len = SIZE + 1; len <= 2 * SIZE; len++)
		good = load(&to, data, len) == -EINVAL && good;
	check(good, "nor is one that is too long");
	check(!load(&to, data, SIZE), "but one that is right");
	fill(&to);
	save(&to, before);
	check_err(go(&to, RUNNING), 0, "it runs");
	check_err(begin(&to, RESUMING, &stream), 0, "a card waits for a stream");
	check(go(&to, RUNNING) == -EINVAL && get_state(&to) == RESUMING, "nothing is no stream");
	close(stream);
	vfio_reset(&to);
	check(save(&to, after) == SIZE && memcmp(before, after, SIZE), "a reset forgets what was");
}

static void test_heads(void)
{
	__u8 data[SIZE + 1];
	unsigned int bit;
	bool good = true;

	fill(&from);
	save(&from, data);
	for (bit = 0; bit < HEAD_SIZE * 8; bit++) {
		data[bit / 8] ^= 1 << bit % 8;
		good = load(&to, data, SIZE) == -EINVAL && good;
		/* As soon as it is there. */
		good = load(&to, data, HEAD_SIZE) == -EINVAL && good;
		data[bit / 8] ^= 1 << bit % 8;
	}
	check(good, "another magic, version, number of ports or flag is refused");
	data[AT_MAJOR] = 0;
	check_err(load(&to, data, SIZE), -EINVAL, "so is an older version");
	data[AT_MAJOR] = 1;
	data[AT_PORTS] = 1;
	check_err(load(&single, data, SIZE), -EINVAL, "a card does not take more ports than it has");
	check_err(load(&single, data, SIZE - PORT_SIZE), 0, "nor is there anything else wrong");
	vfio_reset(&single);
	check(save(&single, data) == SIZE - PORT_SIZE, "a card with one port has a shorter stream");
	check_err(load(&to, data, SIZE - PORT_SIZE), -EINVAL, "which is none for one with two");
	check_err(load(&to, data, SIZE), -EINVAL, "whatever is behind it");
}

/*
 * What is loaded is what would be saved, bit by bit, so nothing gets into the card that
 * could not be there; the rest is refused. Returns whether that holds.
 */
static bool load_exact(const __u8 *data, unsigned int *refused)
{
	__u8 after[SIZE + 1];
	int err = load(&to, data, SIZE);

	if (err) {
		++*refused;
		return err == -EINVAL;
	}
	return save(&to, after) == SIZE && !memcmp(data, after, SIZE);
}

static void test_bits(void)
{
	unsigned int bit, refused = 0;
	__u8 data[SIZE + 1];
	bool good = true;

	fill(&from);
	save(&from, data);
	for (bit = HEAD_SIZE * 8; bit < SIZE * 8; bit++) {
		data[bit / 8] ^= 1 << bit % 8;
		good = load_exact(data, &refused) && good;
		data[bit / 8] ^= 1 << bit % 8;
	}
	check(good, "each bit of a port is loaded as it is or refused");
	/* Unused bytes and bits, numbers out of range, lines that do not fit. */
	comment("%u of %u bits refused", refused, PORT_SIZE * 2 * 8);
	check(refused > 2 * (6 * 8 + 5 + 4 + 2 + 4), "those that a card does not have are refused");
}

static void test_fields(void)
{
	__u8 data[SIZE + 1], good[SIZE + 1];
	unsigned int val, refused = 0, loaded = 0;
	bool exact = true;

	vfio_reset(&from);
	set_up(&from, 0, 0);
	save(&from, good);
	for (val = 0; val < 256; val++) {
		memcpy(data, good, SIZE);
		data[AT_COUNT] = val;
		/* A transmitter is not empty when there are bytes. */
		if (val)
			data[HEAD_SIZE] &= ~4;
		exact = load_exact(data, &refused) && exact;
	}
	check(exact && refused == 256 - FIFO_SIZE - 1, "there are no more bytes than fit");
	refused = 0;
	for (val = 0; val < 256; val++) {
		memcpy(data, good, SIZE);
		data[AT_COUNT - 1] = val;
		exact = load_exact(data, &refused) && exact;
	}
	check(exact && refused == 252, "nor are there other triggers");
	for (val = 0; val <= FIFO_SIZE; val++) {
		memcpy(data, good, SIZE);
		data[HEAD_SIZE] = 0;
		data[AT_COUNT] = val;
		data[AT_COUNT - 1] = 1;
		loaded += !load(&to, data, SIZE);
	}
	check(loaded == 2, "and one byte without a FIFO");
}

static void test_random(unsigned int rounds)
{
	unsigned int i, j, refused = 0;
	__u8 data[SIZE + 1], base[SIZE + 1];
	bool good = true;

	random_seed(2);
	fill(&from);
	save(&from, base);
	for (i = 0; i < rounds; i++) {
		memcpy(data, base, SIZE);
		for (j = random_below(4) + 1; j; j--)
			data[HEAD_SIZE + random_below(2 * PORT_SIZE)] = random32();
		good = load_exact(data, &refused) && good;
	}
	check(good && refused && refused < rounds, "random ones are loaded as they are or refused");
	comment("%u of %u refused", refused, rounds);
}

/* A file does no harm when the card is closed, or gone. */
static void test_outlive(void)
{
	int saving, resuming;
	__u64 left;

	check(!begin(&from, PRE_COPY, &saving) && !begin(&to, RESUMING, &resuming), "two streams");
	vfio_close(&from);
	vfio_close(&to);
	check(is_over(saving, false), "of cards that are closed");
	check(is_over(resuming, true), "are over");
	check(!slice_remove(from.slice) && !slice_remove(to.slice), "the cards are removed");
	check(is_over(saving, false) &&
	      precopy_left(saving, &left) == -ENODEV, "which makes no difference");
	check(is_over(resuming, true), "to either");
	close(saving);
	close(resuming);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	vfio_open(&from, argv[1]);
	vfio_open(&to, argv[2]);
	vfio_open(&single, argv[3]);
	test_features();
	test_ways();
	test_reset();
	test_precopy();
	test_files();
	test_move();
	test_lengths();
	test_heads();
	test_bits();
	test_fields();
	test_random(atoi(argv[4]));
	vfio_close(&single);
	test_outlive();
	return 0;
}
