// SPDX-License-Identifier: GPL-2.0
/*
 * vfio_queues SLICE split|packed: a driver of virtio-net opens a slice in class vfio, maps
 * memory, sets interrupts and queues up, and takes its state for a migration, with each
 * allocation failing in turn
 * vfio_queues SLICE work: each fails in turn that the thread of the device makes when it begins
 * to work
 */
#include <dirent.h>
#include <limits.h>

#include "../common/steps.h"
#include "../vfio/migration.h"

static struct nic nic;
static struct stream stream;
static char path[300];
static int kick;

/* Away from what the driver uses. */
#define SPARE	0x1000000ULL

static int open_file(const char *name, int *fd)
{
	*fd = open(name, O_RDWR | O_CLOEXEC);
	return *fd < 0 ? -errno : 0;
}

static int open_container(unsigned int arg)
{
	return open_file("/dev/vfio/vfio", &nic.vfio.container);
}

static int open_group(unsigned int arg)
{
	return open_file(path, &nic.vfio.group);
}

static int set_container(unsigned int arg)
{
	return do_ioctl(nic.vfio.group, VFIO_GROUP_SET_CONTAINER, &nic.vfio.container);
}

static int set_iommu(unsigned int arg)
{
	return do_ioctl(nic.vfio.container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU);
}

static int open_device(unsigned int arg)
{
	nic.vfio.fd = vfio_try_device(&nic.vfio);
	return nic.vfio.fd < 0 ? nic.vfio.fd : 0;
}

static int look(unsigned int arg)
{
	vfio_look(&nic.vfio);
	return 0;
}

static int set_eventfds(unsigned int arg)
{
	const int fds[] = { nic.config_call, nic.rx.call, nic.tx.call };

	return vfio_set_eventfds(&nic.vfio, VFIO_PCI_MSIX_IRQ_INDEX, 0, 3, fds);
}

static int set_master(unsigned int arg)
{
	config_put(&nic.vfio, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	return 0;
}

static int map(unsigned int arg)
{
	return nic_map(&nic, 0, NIC_BYTES, NIC_BYTES);
}

static int map_spare(unsigned int arg)
{
	return vfio_map(&nic.vfio, SPARE, 0x8000, nic.mem);
}

static int unmap_spare(unsigned int arg)
{
	return vfio_unmap(&nic.vfio, SPARE, 0x8000);
}

/* Of a register, nothing but the status tells what has failed. */
static int told(__u8 wanted)
{
	__u8 status = virtio_status(&nic.vfio);

	if (status & S_NEEDS_RESET)
		return status & wanted & S_DRIVER_OK ? -EPROTO : -ENOMEM;
	return (status & wanted) == wanted ? 0 : -ENOMEM;
}

static int negotiate(unsigned int arg)
{
	virtio_set_status(&nic.vfio, 0);
	nic_negotiate(&nic);
	return told(S_FEATURES_OK);
}

/* What was written about a queue that is refused stays written. It is not enabled. */
static int place(unsigned int queue)
{
	int err;

	nic_place_right(&nic, queue ? &nic.tx : &nic.rx);
	err = told(S_FEATURES_OK);
	return err && queue_get(&nic.vfio, queue, VIRTIO_PCI_COMMON_Q_ENABLE) ? -EPROTO : err;
}

static int driver_ok(unsigned int arg)
{
	int err;

	virtio_set_status(&nic.vfio, S_DRIVER_OK);
	err = told(S_FEATURES_OK | S_DRIVER_OK);
	if (!err)
		nic_post(&nic);
	return err;
}

/* What a driver does that is told NEEDS_RESET. */
static int restart(unsigned int queues)
{
	int err = negotiate(0);

	if (!err && queues > 0)
		err = place(0);
	if (!err && queues > 1)
		err = place(1);
	return !err && queues > 2 ? driver_ok(0) : err;
}

static int again_0(unsigned int arg)
{
	return restart(arg + 1);
}

static int again_ready(unsigned int arg)
{
	return restart(3);
}

static int try_ioeventfd(unsigned int queue, int fd)
{
	const struct structure *notify = &nic.vfio.structure[VIRTIO_PCI_CAP_NOTIFY_CFG];
	struct vfio_device_ioeventfd arg = {
		.argsz = sizeof(arg),
		.flags = VFIO_DEVICE_IOEVENTFD_16,
		.offset = nic.vfio.region[notify->bar].offset + notify->offset +
			  queue * nic.vfio.notify_step,
		.data = queue,
		.fd = fd,
	};

	return do_ioctl(nic.vfio.fd, VFIO_DEVICE_IOEVENTFD, &arg);
}

static int set_ioeventfd(unsigned int queue)
{
	return try_ioeventfd(queue, kick);
}

static int save_fd = -1;

/* One that fails may leave it in any state on the way (linux/vfio.h), and so may run(). */
static int stop(unsigned int arg)
{
	return try_state(&nic.vfio, STOP_COPY, &save_fd);
}

static int save(unsigned int arg)
{
	return stream_read(save_fd, &stream);
}

static int run(unsigned int arg)
{
	int none;

	return try_state(&nic.vfio, RUNNING, &none);
}

/* Mappings that the container has room for. */
static long mappings_left(void)
{
	struct {
		struct vfio_iommu_type1_info info;
		__u8 caps[256];
	} arg = { .info.argsz = sizeof(arg) };
	const struct vfio_iommu_type1_info_dma_avail *cap;
	__u32 pos;
	int err;

	err = do_ioctl(nic.vfio.container, VFIO_IOMMU_GET_INFO, &arg);
	if (err)
		return err;
	for (pos = arg.info.cap_offset; pos && pos + sizeof(*cap) <= sizeof(arg);
	     pos = cap->header.next) {
		cap = (const void *)((const char *)&arg + pos);
		if (cap->header.id == VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL)
			return cap->avail;
	}
	return -ENOENT;
}

static void look_at_container(struct look *look)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	int err = do_ioctl(nic.vfio.group, VFIO_GROUP_GET_STATUS, &status);

	look_add(look, "group", 0, err ?: (long)status.flags);
	look_add(look, "mappings left", 0, mappings_left());
}

/* One that is in use can be told not to be set off, others cannot. */
static long vectors_used(void)
{
	const __u8 none = 0;
	unsigned int nr;

	for (nr = 0; nr < nic.vfio.nr_vectors; nr++) {
		if (vfio_set_irqs(&nic.vfio, VFIO_PCI_MSIX_IRQ_INDEX,
				  VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER, nr, 1,
				  &none, sizeof(none)))
			break;
	}
	return nr;
}

static void look_at_structure(struct look *look, const char *name, unsigned int type)
{
	const struct structure *structure = &nic.vfio.structure[type];
	__u8 bytes[CONFIG_SIZE] = {};
	size_t len = structure->length < sizeof(bytes) ? structure->length : sizeof(bytes);
	ssize_t done;

	done = vfio_read(&nic.vfio, structure->bar, structure->offset, bytes, len);
	/* The generation goes on from one run to the next. */
	if (type == VIRTIO_PCI_CAP_COMMON_CFG)
		bytes[VIRTIO_PCI_COMMON_CFGGENERATION] = 0;
	look_add(look, name, len, done);
	look_add_bytes(look, name, bytes, len);
}

/* While it is stopped none can be selected, and the one that was is seen twice. */
static void look_at_queue(struct look *look, unsigned int queue)
{
	common_put(&nic.vfio, VIRTIO_PCI_COMMON_Q_SELECT, 2, queue);
	look_at_structure(look, queue ? "common and queue 1" : "common and queue 0",
			  VIRTIO_PCI_CAP_COMMON_CFG);
}

static void look_at_device(struct look *look)
{
	__u8 config[CONFIG_SIZE] = {};

	look_add(look, "PCI", CONFIG_SIZE,
		 vfio_read(&nic.vfio, CONFIG_REGION, 0, config, sizeof(config)));
	look_add_bytes(look, "PCI", config, sizeof(config));
	look_at_structure(look, "configuration", VIRTIO_PCI_CAP_DEVICE_CFG);
	look_at_queue(look, 0);
	look_at_queue(look, 1);
	look_add(look, "vectors", 0, vectors_used());
	look_add(look, "state of migration", 0, get_state(&nic.vfio));
	/* It is refused: with -EEXIST if there is one, else because this is no eventfd. */
	look_add(look, "kicks by an eventfd", 1, try_ioeventfd(1, INT_MAX));
}

/* Without the ISR status, which reading changes. */
static void look_around(struct look *look)
{
	look_at_container(look);
	if (nic.vfio.fd >= 0)
		look_at_device(look);
}

/* What has not been opened the next time is not closed again. */
static void close_all(void)
{
	vfio_close(&nic.vfio);
	nic.vfio.fd = -1;
	nic.vfio.group = -1;
	nic.vfio.container = -1;
}

static const char *finish(void)
{
	const char *problem = nic.vfio.fd < 0 ? "it did not open" : NULL;

	if (!problem && stream.len < 64)
		problem = "no state was read";
	if (!problem)
		problem = nic_try_one(&nic, 300, 1);
	drop(save_fd);
	save_fd = -1;
	close_all();
	stream.len = 0;
	return problem;
}

static const struct step all[] = {
	STEP("the container opens", open_container),
	STEP("the group opens", open_group),
	STEP("it is in the container", set_container),
	STEP("which has its kind", set_iommu),
	STEP("the device opens", open_device, .allocates = true),
	STEP("it is looked at", look),
	STEP("eventfds of its interrupts", set_eventfds, .allocates = true),
	STEP("it may go to memory", set_master),
	STEP("memory is mapped", map),
	STEP("and other memory", map_spare),
	STEP("negotiation", negotiate, .halfway = true),
	STEP("queue 0", place, .arg = 0, .again = again_0, .halfway = true),
	STEP("queue 1", place, .arg = 1, .again = again_0, .halfway = true),
	STEP("the driver is ready", driver_ok, .allocates = true, .again = again_ready,
	     .halfway = true),
	STEP("kicks by an eventfd", set_ioeventfd, .arg = 1, .allocates = true),
	STEP("it stops for a migration", stop, .allocates = true, .halfway = true),
	STEP("its state is read", save),
	STEP("it runs again", run, .halfway = true),
	STEP("the other memory is unmapped", unmap_spare),
};

/* The thread that works for the device that is open: there is no other one. */
static int worker(void)
{
	struct dirent *entry;
	char path[300], name[32];
	int tid = 0;
	DIR *proc;
	FILE *file;

	proc = opendir("/proc");
	while (proc && !tid && (entry = readdir(proc))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(name, sizeof(name), file) && !strcmp(name, "vfio_virtio\n"))
			tid = atoi(entry->d_name);
		fclose(file);
	}
	if (proc)
		closedir(proc);
	if (!tid)
		die("the device has a thread");
	return tid;
}

/* From the start to a frame. *broke: it says that it needs a reset, after which it works. */
static const char *work_once(unsigned int nth, bool *met, bool *broke)
{
	char frame[FRAME_MAX];

	if (restart(2))
		return "it cannot be set up";
	faults_set(nth);
	virtio_set_status(&nic.vfio, S_DRIVER_OK);
	nic_post(&nic);
	frame_make(frame, 300, 1);
	nic_try_send(&nic, frame, 300);
	event_wait(nic.config_call, 500 * patience());
	*met = faults_end(nth);
	*broke = virtio_status(&nic.vfio) & S_NEEDS_RESET;
	rep_drain(nic.rep);
	if (*broke && restart(3))
		return "it does not start again";
	return nic_try_one(&nic, 300, 2);
}

static void test_work(void)
{
	unsigned int nth, broken = 0;
	const char *problem = NULL;
	bool met = true, broke;

	vfio_open_group(&nic.vfio);
	if (open_device(0))
		die("the device opens");
	look(0);
	if (set_eventfds(0) || set_master(0) || map(0))
		die("memory and interrupts are set up");
	faults_open_task(worker());
	for (nth = 1; met && !problem; nth++) {
		problem = work_once(nth, &met, &broke);
		broken += broke;
	}
	check(!problem, "the device works, or says that it needs a reset and works then");
	comment("%u allocations, it told of %u: %s", nth - 2, broken, problem ? problem : "works");
	check(nth > 4 && broken, "there are allocations");
	vfio_close(&nic.vfio);
}

int main(int argc, char **argv)
{
	struct steps steps = {
		.step = all,
		.nr = sizeof(all) / sizeof(*all),
		.look = look_around,
		.finish = finish,
	};

	if (argc != 3)
		return 2;
	kick = event_new();
	nic_init(&nic, argv[1], nic_memory(),
		 strcmp(argv[2], "packed") ? NIC_EVENT_IDX : NIC_PACKED);
	vfio_group_path(&nic.vfio, path, sizeof(path));
	close_all();
	if (!strcmp(argv[2], "work"))
		test_work();
	else
		steps_sweep(&steps);
	return 0;
}
