// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of writes to the attributes of slices and class devices, to what makes slices, to
 * bind, unbind and the like of all classes, and to the knobs that make steps fail. Two
 * processes write at the same time. The kernel must not fault, and afterwards every slice can
 * be removed. Class vendor takes part where samples mdev_pair and mdev_pulse are loaded.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "files.h"
#include "kcov.h"
#include "klog.h"
#include "vdpa.h"
#include "vm.h"

/*
 * A record: kind and process, file, slice, value or number of the RAW records that
 * have it, offset (16 bits), error of the length, flags.
 */
#define KIND(record)	((record)[0] & 7)
#define PROCESS(record)	((record)[0] >> 7)
enum { WRITE, WRITE_RAW, READ, RAW, ADD };

#define FLAG_KEEP	0x01	/* leave the file open, for the next one */
#define FLAG_KEPT	0x02	/* by what was left open */
#define FLAG_OFFSET	0x04
#define FLAG_LENGTH	0x08

static const char * const slices[] = { "fa", "fb", "no-such" };
#define NR_SLICES	2

static const char * const values[] = {
	"none", "virtio", "vhost", "vfio", "vendor", "0", "1", "virtio\n", "fa", "fb", "fc",
	"mdev_net0", "mdev_net1", "", "\n", "-5", "-12", "-4095", "-4096", "5", "4294967296",
	"18446744073709551615", "y", "n", "change", "add synth 1", "vir", "virtio virtio",
	"owner-of-it", "a\nb", "0x10", "20", "\xff\xfe", "online", "offline", "auto", "on",
	"virtio_vdpa", "vhost_vdpa", "vfio_virtio", "vhost force", "none force",
	FILES_UUID_ONE, FILES_UUID_TWO, "@", "mdev_pair0", "mdev_pulse0", "mdev_pair_net",
	"mdev_pulse", "7",
};

/* What both processes see; the edges are the helper's. */
static struct {
	struct kcov kcov;
	uint8_t input[FUZZ_INPUT_MAX];
	size_t len;
} *shared;

static struct kcov kcov;
static int kept = -1;
static unsigned int kept_file;
static int to_helper[2];
static int from_helper[2];

/* Of a slice; empty if there is none. The buffer is the function's. */
static const char *attribute(const char *name, const char *file)
{
	static char text[64];
	char path[320];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/mdev_slice/%s/%s", name, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

static size_t value_of(const uint8_t *record, const uint8_t *end, char *buf, size_t max)
{
	const uint8_t *raw = record + FUZZ_RECORD;
	size_t len = 0, nr = record[3] % 16;
	const char *text;

	if (KIND(record) == WRITE) {
		text = values[record[3] % ARRAY_SIZE(values)];
		if (!strcmp(text, "@"))
			text = attribute(slices[record[2] % ARRAY_SIZE(slices)], "uuid");
		len = strlen(text);
		memcpy(buf, text, len);
	}
	for (; KIND(record) == WRITE_RAW && nr-- && raw < end; raw += FUZZ_RECORD) {
		memcpy(buf + len, raw + 1, FUZZ_RECORD - 1);
		len += FUZZ_RECORD - 1;
	}
	if (record[7] & FLAG_LENGTH && record[6] >= 240)
		len = record[6] << 4;
	else if (record[7] & FLAG_LENGTH)
		len = record[6];
	return len < max ? len : max;
}

static unsigned int file_of(const uint8_t *record)
{
	unsigned int nr = record[1] & 0x80 ? files_count() : files_known();

	return (record[1] & 0x7f) % nr;
}

static int open_file(const uint8_t *record, int mode)
{
	const char *slice = slices[record[2] % ARRAY_SIZE(slices)];

	return open(files_path(file_of(record), slice), mode | O_NONBLOCK | O_CLOEXEC);
}

static void close_file(const uint8_t *record, int fd)
{
	if (fd < 0 || fd == kept)
		return;
	if (record[7] & FLAG_KEEP) {
		close(kept);
		kept = fd;
		kept_file = file_of(record);
		return;
	}
	close(fd);
}

static void do_write(const uint8_t *record, const uint8_t *end)
{
	bool by_kept = record[7] & FLAG_KEPT && kept >= 0;
	unsigned int file = by_kept ? kept_file : file_of(record);
	static char buf[4200];
	off_t offset = record[7] & FLAG_OFFSET ? record[4] | record[5] << 8 : 0;
	ssize_t done;
	size_t len;
	int fd;

	memset(buf, 'x', sizeof(buf));
	len = value_of(record, end, buf, sizeof(buf));
	if (files_refuse(file, buf, len) || (files_slow(file) && record[6] & 15))
		return;
	fd = by_kept ? kept : open_file(record, O_WRONLY);
	if (fd < 0)
		return;
	done = pwrite(fd, buf, len, offset);
	if (done > (ssize_t)len)
		fuzz_fail("%zd bytes were taken and %zu written", done, len);
	close_file(record, fd);
}

static void do_read(const uint8_t *record)
{
	static char buf[8192];
	int fd = open_file(record, O_RDONLY);

	if (fd < 0)
		return;
	if (pread(fd, buf, sizeof(buf), record[7] & FLAG_OFFSET ? record[4] : 0) > 4096)
		fuzz_fail("an attribute has more than a page");
	close_file(record, fd);
}

static void run_records(const uint8_t *data, size_t len, int process, struct kcov *cover)
{
	const uint8_t *end = data + len, *record;

	kcov_begin(cover);
	for (record = data; record < end; record += FUZZ_RECORD) {
		if (PROCESS(record) != process)
			continue;
		switch (KIND(record)) {
		case READ:
			do_read(record);
			break;
		case RAW:
			break;
		case ADD:
			vdpa_add(slices[record[2] % NR_SLICES]);
			break;
		default:
			do_write(record, end);
		}
	}
	kcov_end(cover);
	close(kept);
	kept = -1;
}

/* The other process. */
static void helper(void)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(to_helper[1]);
	close(from_helper[0]);
	vdpa_forked();
	kcov_open(&shared->kcov);
	while (read(to_helper[0], &byte, 1) == 1) {
		run_records(shared->input, shared->len, 1, &shared->kcov);
		if (write(from_helper[1], &byte, 1) != 1)
			break;
	}
	_exit(0);
}

static void both(const uint8_t *data, size_t len)
{
	char byte = 0;

	memcpy(shared->input, data, len);
	shared->len = len;
	if (write(to_helper[1], &byte, 1) != 1)
		fuzz_fail("the second process is gone");
	run_records(data, len, 0, &kcov);
	if (read(from_helper[0], &byte, 1) != 1) {
		klog_check();
		fuzz_fail("the second process has died");
	}
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0 && errno != ENODEV && errno != EBUSY)
		fuzz_fail("%s: %m", path);
	close(fd);
}

/* Calls it for each slice that there is, whatever it is called. */
static void each_slice(void (*call)(const char *name))
{
	DIR *dir = opendir("/sys/class/mdev_slice");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			call(entry->d_name);
	if (dir)
		closedir(dir);
}

static bool is_made_by_type(const char *name)
{
	return strlen(name) == 36;
}

/* Whoever is made by UUID goes; the others may have any driver. */
static void restore_slice(const char *name)
{
	char path[320];

	snprintf(path, sizeof(path), "/sys/class/mdev_slice/%s/class_device/driver_override",
		 name);
	if (is_made_by_type(name))
		slice_remove_any(name);
	else
		put(path, "\n");
}

static void restore_parent(const char *driver, const char *parent)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s/%s", driver, parent);
	if (!access(path, F_OK))
		return;
	snprintf(path, sizeof(path), "/sys/bus/platform/drivers/%s/bind", driver);
	put(path, parent);
}

/*
 * As it was before: parents are bound, no step fails, drivers are looked for, and no slice
 * is there that wants a certain one or has been made by its UUID.
 */
static void restore(void)
{
	unsigned int i;

	each_slice(restore_slice);
	put("/sys/bus/mdev_virtio/drivers_autoprobe", "1");
	put("/sys/bus/mdev_vhost/drivers_autoprobe", "1");
	put("/sys/bus/mdev/drivers_autoprobe", "1");
	put("/sys/bus/mdev_vendor/drivers_autoprobe", "1");
	restore_parent("mdev_net", VDPA_PARENT);
	restore_parent("mdev_pair", "mdev_pair0");
	restore_parent("mdev_pulse", "mdev_pulse0");
	/* A step that has a new knob is among those that were found. */
	for (i = 0; i < files_count(); i++)
		if (strstr(files_path(i, ""), "/fault/"))
			put(files_path(i, ""), "0");
}

static void add_missing(void)
{
	char path[128];
	unsigned int i;
	int err;

	for (i = 0; i < NR_SLICES; i++) {
		snprintf(path, sizeof(path), "/sys/class/mdev_slice/%s", slices[i]);
		if (!access(path, F_OK))
			continue;
		err = vdpa_add(slices[i]);
		if (err)
			fuzz_fail("a slice cannot be made any more: %s", strerror(-err));
	}
}

/* Nobody is at work, so no slice may be. One that has gone meanwhile has no state. */
static void check_state(const char *name)
{
	char path[320];
	const char *state = attribute(name, "state");

	snprintf(path, sizeof(path), "/sys/class/mdev_slice/%s", name);
	if (strncmp(state, "ready", 5) && !access(path, F_OK))
		fuzz_fail("slice %s rests in state %s", name, state);
}

static void run(const uint8_t *data, size_t len)
{
	static unsigned int runs;

	add_missing();
	both(data, len);
	kcov_report(&kcov);
	kcov_report(&shared->kcov);
	each_slice(check_state);
	restore();
	klog_check();
	if (++runs % 16)
		return;
	vdpa_remove_all();
	vdpa_check_leftovers();
}

static void init(void)
{
	if (access("/sys/bus/mdev/drivers/vfio_virtio", F_OK))
		fuzz_unable("class vfio is missing (modprobe mdev_vfio)");
	if (vdpa_add(slices[0]))
		fuzz_fail("no slice can be made");
	files_init(slices[0]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || pipe(to_helper) || pipe(from_helper))
		fuzz_fail("%m");
	fflush(stdout);
	if (!fork())
		helper();
	close(to_helper[0]);
	close(from_helper[1]);
	kcov_open(&kcov);
}

static void end(void)
{
	vdpa_remove_all();
	vdpa_check_leftovers();
}

static void record_make(uint8_t *record)
{
	unsigned int i;

	for (i = 0; i < FUZZ_RECORD; i++)
		record[i] = fuzz_random(256);
	record[0] = fuzz_random(2) << 7 | (fuzz_random(3) ? WRITE : fuzz_random(ADD + 1));
	record[7] = fuzz_random(3) ? 0 : record[7];
	/* Half of the writes change the class or who is bound. */
	if (fuzz_random(2)) {
		static const struct {
			uint8_t file, value, nr;
		} often[] = {
			{ 0, 0, 8 }, { 0, 0, 5 }, { 0, 40, 2 }, { 1, 8, 4 }, { 2, 6, 1 },
			{ 10, 8, 3 }, { 11, 8, 3 }, { 12, 8, 3 }, { 36, 37, 3 }, { 37, 6, 1 },
			{ 38, 8, 2 }, { 38, 44, 1 }, { 39, 8, 3 }, { 40, 8, 3 }, { 43, 44, 1 },
			{ 44, 44, 1 }, { 47, 42, 2 }, { 50, 42, 2 }, { 51, 42, 2 }, { 52, 0, 5 },
			{ 54, 47, 2 }, { 59, 42, 2 }, { 60, 42, 2 }, { 63, 42, 2 }, { 64, 6, 1 },
			{ 69, 49, 1 },
		};
		unsigned int i = fuzz_random(ARRAY_SIZE(often));

		record[1] = often[i].file;
		record[3] = often[i].value + fuzz_random(often[i].nr);
	}
}

const struct vm_fuzzer vm_fuzzer = {
	.name = "sysfs",
	.parents = 1,
	.bus = "mdev_vhost",
	.modules = "mdev_net mdev_vhost mdev_vfio vfio vfio_iommu_type1",
	.init = init,
	.run = run,
	.record = record_make,
	.end = end,
};
