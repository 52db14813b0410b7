// SPDX-License-Identifier: GPL-2.0
/*
 * migration SLICE OTHER WIDE UNLIKE TIMES: the states of migration in every order, a driver
 * that goes from a slice to another one and back with its frames on the way, and streams
 * that are not what they should be. WIDE is a slice that has more queues than the others,
 * UNLIKE one with another MTU.
 */
#include <linux/virtio_net.h>

#include "migration.h"

static const __u32 states[] = {
	STOP, RUNNING, STOP_COPY, RESUMING, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P,
};

#define NR_STATES	(sizeof(states) / sizeof(*states))
static unsigned int times;

/* What is said before a migration. */
static void test_features(const struct vfio *vfio)
{
	struct vfio_device_feature_migration flags = {};
	struct vfio_device_feature_mig_data_size size = {};
	int err;

	err = feature(vfio, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION, &flags,
		      sizeof(flags));
	check(!err && flags.flags == (VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				      VFIO_MIGRATION_PRE_COPY), "it can be migrated");
	err = feature(vfio, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, &size,
		      sizeof(size));
	check(!err && size.stop_copy_length && size.stop_copy_length < STREAM_MAX,
	      "and says how much that is");
	check(get_state(vfio) == RUNNING, "it runs");
}

/* States. */

static bool forbidden(__u32 from, __u32 to)
{
	return from == STOP_COPY && (to == PRE_COPY || to == PRE_COPY_P2P);
}

/* A stream comes with the states that need one, unless it is there already. */
static bool brings_stream(__u32 from, __u32 to)
{
	bool saving = from == PRE_COPY || from == PRE_COPY_P2P;

	if (from == to)
		return false;
	if (to == STOP_COPY)
		return !saving;
	if (to == PRE_COPY || to == PRE_COPY_P2P)
		return !saving;
	return to == RESUMING;
}

static void test_step(const struct vfio *vfio, __u32 from, __u32 to)
{
	int fd, err, want = 0;
	__u32 state = to;
	bool brought, wanted;

	vfio_reset(vfio);
	to_state(vfio, from);
	err = try_state(vfio, to, &fd);
	if (forbidden(from, to)) {
		want = -EINVAL;
		state = from;
	} else if (from == RESUMING && to != RESUMING) {
		/* An empty stream is none. */
		want = -EINVAL;
		state = RESUMING;
	}
	brought = fd >= 0;
	wanted = !want && brings_stream(from, to);
	check_err(err, want, "from %s to %s", state_names[from], state_names[to]);
	if (get_state(vfio) != state || brought != wanted)
		check(false, "which leads to %s, fd %d", state_names[get_state(vfio)], fd);
	drop(fd);
}

static void test_steps(const struct vfio *vfio)
{
	unsigned int from, to;
	int fd;

	for (from = 0; from < NR_STATES; from++)
		for (to = 0; to < NR_STATES; to++)
			test_step(vfio, states[from], states[to]);
	check_err(try_state(vfio, VFIO_DEVICE_STATE_ERROR, &fd), -EINVAL, "nobody asks for ERROR");
	check_err(try_state(vfio, 100, &fd), -EINVAL, "or what is no state");
	for (from = 0; from < NR_STATES; from++) {
		to_state(vfio, states[from]);
		check_err(vfio_reset(vfio), 0, "a reset in %s", state_names[states[from]]);
		check(get_state(vfio) == RUNNING, "makes it run");
	}
}

/* Stopped and going on. */

static bool send_one(struct nic *nic, __u32 number)
{
	char frame[FRAME_MAX + 8];

	frame_make(frame, FRAME_MIN, number);
	nic_reap(nic);
	return nic_try_send(nic, frame, FRAME_MIN);
}

static bool rep_gets(struct nic *nic, __u32 number, int timeout_ms)
{
	char frame[FRAME_MAX + 8];

	return rep_recv(nic->rep, frame, timeout_ms) == FRAME_MIN &&
	       frame_good(frame, FRAME_MIN, number);
}

static bool rep_gives(struct nic *nic, __u32 number)
{
	char frame[FRAME_MAX + 8];

	frame_make(frame, FRAME_MIN, number);
	return rep_send(nic->rep, frame, FRAME_MIN);
}

static bool nic_gets(struct nic *nic, __u32 number)
{
	char frame[FRAME_MAX + 8];

	return nic_recv(nic, frame) == FRAME_MIN && frame_good(frame, FRAME_MIN, number);
}

static void check_held(struct nic *nic, __u32 state)
{
	unsigned int used = ring_used_count(&nic->rx);

	rep_drain(nic->rep);
	check(rep_gives(nic, 1) && send_one(nic, 2), "in %s a frame each way is sent",
	      state_names[state]);
	usleep(20000);
	check(!rep_gets(nic, 2, 0) && ring_used_count(&nic->rx) == used, "and does not arrive");
	to_state(&nic->vfio, RUNNING);
	check(nic_gets(nic, 1), "afterwards the one to the driver does");
	check(rep_gets(nic, 2, PATIENCE_MS), "and the one from it");
}

static void test_stop(struct nic *nic)
{
	static const __u32 held[] = { RUNNING_P2P, STOP, PRE_COPY_P2P, STOP_COPY };
	unsigned int i;

	for (i = 0; i < sizeof(held) / sizeof(*held); i++) {
		to_state(&nic->vfio, held[i]);
		check_held(nic, held[i]);
		check_nic(nic, 5, "and more do");
	}
	to_state(&nic->vfio, PRE_COPY);
	check_nic(nic, 5, "in PRE_COPY it goes on working");
	to_state(&nic->vfio, STOP);
	virtio_set_status(&nic->vfio, 0);
	check(virtio_status(&nic->vfio) & S_DRIVER_OK, "in STOP what a driver writes is ignored");
	to_state(&nic->vfio, RUNNING);
	check_nic(nic, 5, "so it goes on");
}

/* A driver that begins anew while its device is suspended. */
static void test_begin_suspended(struct nic *nic)
{
	to_state(&nic->vfio, RUNNING_P2P);
	virtio_set_status(&nic->vfio, 0);
	check(!virtio_status(&nic->vfio), "in RUNNING_P2P it can be reset");
	check(nic_begin(nic), "and begun with");
	rep_drain(nic->rep);
	send_one(nic, 3);
	check(!rep_gets(nic, 3, 20), "though it does not work");
	to_state(&nic->vfio, RUNNING);
	check(rep_gets(nic, 3, PATIENCE_MS), "until it goes on");
	check_nic(nic, 5, "and all is well");
}

/* A function that is no bus master: not by itself, and not when it has been migrated. */
static void set_master(const struct nic *nic, bool master)
{
	config_put(&nic->vfio, PCI_COMMAND, 2,
		   PCI_COMMAND_MEMORY | (master ? PCI_COMMAND_MASTER : 0));
}

static void test_master(struct nic *nic)
{
	set_master(nic, false);
	rep_drain(nic->rep);
	send_one(nic, 4);
	check(!rep_gets(nic, 4, 20), "no bus master, it does not work");
	to_state(&nic->vfio, STOP);
	to_state(&nic->vfio, RUNNING);
	check(!rep_gets(nic, 4, 20), "nor after it was stopped");
	set_master(nic, true);
	check(rep_gets(nic, 4, PATIENCE_MS), "until it is");
	set_master(nic, false);
	virtio_set_status(&nic->vfio, 0);
	check(nic_begin(nic), "it can be begun with before it is");
	send_one(nic, 5);
	check(!rep_gets(nic, 5, 20), "to work later");
	to_state(&nic->vfio, STOP);
	set_master(nic, true);
	check(!rep_gets(nic, 5, 20), "and not while it is stopped");
	to_state(&nic->vfio, RUNNING);
	check(rep_gets(nic, 5, PATIENCE_MS), "but then");
	check_nic(nic, 5, "and all is well");
}

/* Streams. */

static void stream_save_early(const struct vfio *vfio, struct stream *stream)
{
	struct vfio_precopy_info info;
	int fd = set_state(vfio, PRE_COPY);
	size_t early;

	stream->len = 0;
	check(!precopy_info(fd, &info) && info.initial_bytes && !info.dirty_bytes,
	      "in PRE_COPY there is something to begin with");
	check_err(stream_read(fd, stream), -ENOMSG, "and no end yet");
	early = stream->len;
	check(early == info.initial_bytes, "it is as much as was said");
	check(!precopy_info(fd, &info) && !info.initial_bytes, "nothing more is said");
	check(set_state(vfio, STOP_COPY) < 0, "the stream goes on in STOP_COPY");
	check_err(precopy_info(fd, &info), -EINVAL, "where nothing is before the copy");
	check_err(stream_read(fd, stream), 0, "it has an end");
	check(stream->len > early, "and not only a head");
	close(fd);
}

/* Going to another slice. */

/* The driver knows nothing of it: its memory and rings are the same. */
static void move(struct nic *nic, struct nic *to)
{
	struct vfio vfio = nic->vfio;
	int rep = nic->rep;

	nic->vfio = to->vfio;
	nic->rep = to->rep;
	to->vfio = vfio;
	to->rep = rep;
}

static __u64 config_mac(const struct vfio *vfio)
{
	return (__u64)structure_get(vfio, VIRTIO_PCI_CAP_DEVICE_CFG, 0, 4) << 16 |
	       structure_get(vfio, VIRTIO_PCI_CAP_DEVICE_CFG, 4, 2);
}

static void events_drain(struct nic *nic)
{
	event_wait(nic->rx.call, 0);
	event_wait(nic->tx.call, 0);
	event_wait(nic->config_call, 0);
}

/*
 * Frames of before are on their way: one that the slice has taken no notice of, and one
 * that waits in it for a buffer goes by the board, as on any wire.
 */
static void test_move(struct nic *nic, struct nic *to, bool early, __u64 own)
{
	static struct stream stream;
	__u64 mac = config_mac(&nic->vfio);

	check_nic(nic, 5, "before");
	if (early)
		stream_save_early(&nic->vfio, &stream);
	else
		stream_save(&nic->vfio, &stream);
	send_one(nic, 7);
	check_err(stream_load(&to->vfio, stream.data, stream.len), 0, "%s takes it over",
		  to->vfio.slice);
	move(nic, to);
	events_drain(nic);
	rep_drain(nic->rep);
	to_state(&nic->vfio, RUNNING);
	check(event_wait(nic->rx.call, PATIENCE_MS) && event_wait(nic->tx.call, PATIENCE_MS),
	      "interrupts come that may have been lost");
	check(rep_gets(nic, 7, PATIENCE_MS), "what the driver sent meanwhile arrives");
	check(config_mac(&nic->vfio) == mac, "the address came along");
	check(structure_get(&nic->vfio, VIRTIO_PCI_CAP_DEVICE_CFG, 6, 2) & VIRTIO_NET_S_ANNOUNCE,
	      "the driver is asked to announce it");
	check_nic(nic, 20, "frames of all sizes go there and back");
	check_err(vfio_reset(&to->vfio), 0, "%s is reset", to->vfio.slice);
	check(config_mac(&to->vfio) == own, "and has its own address");
}

/* Saving what was just loaded gives the same. */
static void test_again(struct nic *nic)
{
	static struct stream first, second;

	stream_save(&nic->vfio, &first);
	vfio_reset(&nic->vfio);
	check_err(stream_load(&nic->vfio, first.data, first.len), 0, "it takes itself over");
	stream_save(&nic->vfio, &second);
	check(first.len == second.len && !memcmp(first.data, second.data, first.len),
	      "and would be saved as before");
	to_state(&nic->vfio, RUNNING);
	check_nic(nic, 5, "it runs");
}

/* A queue that has met an error stands still, and the other one goes on. */
static void check_broken(struct nic *nic)
{
	check(virtio_status(&nic->vfio) & S_NEEDS_RESET, "it needs a reset");
	rep_drain(nic->rep);
	send_one(nic, 8);
	check(!rep_gets(nic, 8, 20), "the queue that broke sends nothing");
	check(rep_gives(nic, 9) && nic_gets(nic, 9), "the other one receives");
}

static void move_broken(struct nic *nic, struct nic *to)
{
	static struct stream stream;

	stream_save(&nic->vfio, &stream);
	vfio_reset(&nic->vfio);
	check_err(stream_load(&to->vfio, stream.data, stream.len), 0, "it is taken over");
	move(nic, to);
	to_state(&nic->vfio, RUNNING);
	check_broken(nic);
}

/* Sections 2.1.2 and 2.6.1: the device still needs a reset, and the queue works. */
static void reset_tx(struct nic *nic)
{
	queue_put(&nic->vfio, nic->tx.index, VIRTIO_PCI_COMMON_Q_RESET, 1);
	ring_clear(&nic->tx, nic->features);
	nic_place_right(nic, &nic->tx);
	check_nic(nic, 5, "when that is reset alone, it sends");
	check(virtio_status(&nic->vfio) & S_NEEDS_RESET, "and the device still needs a reset");
}

/* A device that has met an error is still a device that has met an error. */
static void test_broken(struct nic *nic, struct nic *to)
{
	const struct seg nowhere = { NIC_NOWHERE, 100 };

	nic_reap(nic);
	events_drain(nic);
	ring_add(&nic->tx, &nowhere, 1, 0);
	nic_kick(nic, &nic->tx);
	check(nic_broken(nic), "a device has met an error");
	check_broken(nic);
	move_broken(nic, to);
	move_broken(nic, to);
	reset_tx(nic);
	virtio_set_status(&nic->vfio, 0);
	check(nic_begin(nic), "it begins again");
	check_nic(nic, 5, "and works");
}

static bool asserted(const struct nic *nic)
{
	return config_get(&nic->vfio, PCI_STATUS, 2) & PCI_STATUS_INTERRUPT;
}

/*
 * The driver has MSI-X enabled, and the ISR status is not 0. The next device has what every
 * user begins with, the eventfd of INTx, and no vectors yet.
 */
static void test_isr(struct nic *nic, struct nic *to)
{
	const struct seg nowhere = { NIC_NOWHERE, 100 };
	static struct stream stream;
	int intx = event_new();

	nic_reap(nic);
	events_drain(nic);
	config_put(&nic->vfio, nic->vfio.msix + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE);
	ring_add(&nic->tx, &nowhere, 1, 0);
	nic_kick(nic, &nic->tx);
	check(nic_broken(nic), "a device interrupts by MSI-X");
	stream_save(&nic->vfio, &stream);
	vfio_reset(&nic->vfio);
	vfio_loop_back(&to->vfio, VFIO_PCI_MSIX_IRQ_INDEX, 0, 0);
	vfio_set_eventfds(&to->vfio, VFIO_PCI_INTX_IRQ_INDEX, 0, 1, &intx);
	check_err(stream_load(&to->vfio, stream.data, stream.len), 0, "another takes it over");
	move(nic, to);
	to_state(&nic->vfio, RUNNING);
	check(!event_wait(intx, 20) && !asserted(nic), "which does not by INTx");
	vfio_loop_back(&nic->vfio, VFIO_PCI_INTX_IRQ_INDEX, 0, 0);
	close(intx);
	nic_set_up(nic);
	check(structure_get(&nic->vfio, VIRTIO_PCI_CAP_ISR_CFG, 0, 1) == VIRTIO_PCI_ISR_CONFIG,
	      "the ISR status says why the first one did");
	virtio_set_status(&nic->vfio, 0);
	check(nic_begin(nic), "it begins again");
	check_nic(nic, 5, "and works");
}

/* Streams that are not what they should be. */

static void test_longer(struct nic *to, const struct stream *stream)
{
	struct vfio_device_feature_mig_data_size size = {};
	static char longer[STREAM_MAX];
	int fd, err;

	memcpy(longer, stream->data, stream->len);
	vfio_reset(&to->vfio);
	check_err(stream_load(&to->vfio, longer, stream->len + 1), -EINVAL,
		  "one byte more than a stream is none");
	vfio_reset(&to->vfio);
	check_err(stream_load(&to->vfio, longer, stream->len + 8), -EINVAL,
		  "neither are two ends");
	/* All that there is, without an end. */
	memset(longer, 0, sizeof(longer));
	memcpy(longer, stream->data, stream->len - 8);
	longer[stream->len - 8] = 1;
	longer[stream->len - 5] = 0x7f;
	feature(&to->vfio, VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, &size,
		sizeof(size));
	vfio_reset(&to->vfio);
	fd = set_state(&to->vfio, RESUMING);
	err = stream_write(fd, longer, size.stop_copy_length + 1);
	check_err(err, -ENOSPC, "more than any stream has is not taken");
	close(fd);
	vfio_reset(&to->vfio);
}

/* Each bit of the head counts, and is judged before anything else is there. */
static void test_head(struct nic *to, const struct stream *stream, size_t head)
{
	unsigned int i, accepted = 0;
	char data[HEAD_MAX];
	int fd;

	for (i = 0; i < head; i++) {
		memcpy(data, stream->data, head);
		data[i] ^= 1 << random_below(8);
		fd = set_state(&to->vfio, RESUMING);
		if (stream_write(fd, data, head) != -EINVAL)
			accepted++;
		close(fd);
		vfio_reset(&to->vfio);
	}
	check(!accepted, "a wrong head is refused when it is written");
}

/* What a driver has read of the other slice is not so here: told by the write. */
static void test_unlike(const struct stream *stream, const char *slice)
{
	struct vfio vfio;
	int fd;

	vfio_open(&vfio, slice);
	fd = set_state(&vfio, RESUMING);
	check_err(stream_write(fd, stream->data, stream->len), -EINVAL,
		  "a slice with another MTU refuses it when it is written");
	check(get_state(&vfio) == RESUMING && !virtio_status(&vfio), "and is as before");
	close(fd);
	vfio_close(&vfio);
}

/* By the same file. */
static void test_once_more(struct nic *to, const struct stream *stream, size_t head)
{
	int fd = set_state(&to->vfio, RESUMING);
	int none;

	check_err(stream_write(fd, stream->data + 1, head), -EINVAL, "a head is refused");
	check_err(stream_write(fd, stream->data, stream->len - 1), 0, "another one is not");
	check_err(try_state(&to->vfio, RUNNING, &none), -EINVAL, "but is not all");
	check_err(stream_write(fd, stream->data + stream->len - 1, 1), 0, "the rest comes");
	check_err(stream_write(fd, stream->data, 1), -EINVAL, "nothing more is taken");
	check_err(try_state(&to->vfio, STOP, &none), 0, "it is complete");
	close(fd);
	vfio_reset(&to->vfio);
}

static void test_hostile(struct nic *nic, struct nic *to, const char *wide, const char *unlike)
{
	static struct stream stream;
	struct vfio_precopy_info info;
	struct vfio other;
	int fd;

	fd = set_state(&nic->vfio, PRE_COPY);
	if (precopy_info(fd, &info) || info.initial_bytes > HEAD_MAX)
		die("a head of %llu bytes", info.initial_bytes);
	close(fd);
	to_state(&nic->vfio, RUNNING);
	stream_save(&nic->vfio, &stream);
	/* They have the memory in common. */
	vfio_reset(&nic->vfio);
	test_truncated(&to->vfio, &stream);
	test_longer(to, &stream);
	test_head(to, &stream, info.initial_bytes);
	test_once_more(to, &stream, info.initial_bytes);
	test_turned(to, &stream, times);
	vfio_open(&other, wide);
	fd = set_state(&other, RESUMING);
	check_err(stream_write(fd, stream.data, info.initial_bytes), -EINVAL,
		  "a slice with more queues refuses it at once");
	close(fd);
	vfio_close(&other);
	test_unlike(&stream, unlike);
	check(nic_begin(nic), "a driver begins anew");
	check_nic(nic, 5, "and has a device that works");
}

/* Files. */

static void test_files(struct nic *nic)
{
	char *nowhere = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int save, resume, fd;
	char byte = 0;

	save = set_state(&nic->vfio, STOP_COPY);
	check(lseek(save, 0, SEEK_SET) < 0 && errno == ESPIPE, "a stream has no positions");
	check(pread(save, &byte, 1, 0) < 0 && errno == ESPIPE, "nor is it read at one");
	check(write(save, &byte, 1) < 0 && errno == EBADF, "one that is saved is not written");
	check(read(save, nowhere, 1) < 0 && errno == EFAULT, "nor read to nowhere");
	check(read(save, &byte, 0) == 0, "nothing can be read");
	to_state(&nic->vfio, STOP);
	check(read(save, &byte, 1) < 0 && errno == ENODEV, "when saving has ended it is cut off");
	resume = set_state(&nic->vfio, RESUMING);
	check(read(resume, &byte, 1) < 0 && errno == EBADF, "one that is loaded is not read");
	check(write(resume, nowhere, 1) < 0 && errno == EFAULT, "nor written from nowhere");
	vfio_reset(&nic->vfio);
	check(write(resume, &byte, 1) < 0 && errno == ENODEV, "a reset cuts it off");
	close(save);
	close(resume);
	fd = set_state(&nic->vfio, PRE_COPY);
	vfio_close(&nic->vfio);
	check(read(fd, &byte, 1) < 0 && errno == ENODEV, "so does closing the device");
	close(fd);
}

static void nic_map_all(struct nic *nic)
{
	int err = nic_map(nic, 0, NIC_BYTES, NIC_BYTES);

	if (err)
		die("memory is mapped for %s: %s", nic->vfio.slice, errno_name(err));
}

/* Another slice for the same driver: its memory and its eventfds. */
static void nic_second(struct nic *to, const struct nic *nic, const char *slice)
{
	*to = *nic;
	to->vfio.slice = slice;
	to->rep = rep_open(slice);
	nic_open(to);
	nic_map_all(to);
}

/* Whatever brings something into the stream. */
#define FEATURES	(NIC_EVENT_IDX | BIT(VIRTIO_NET_F_MTU) | \
			 BIT(VIRTIO_NET_F_STATUS) | BIT(VIRTIO_NET_F_CTRL_VQ) | \
			 BIT(VIRTIO_NET_F_CTRL_VLAN) | BIT(VIRTIO_NET_F_GUEST_ANNOUNCE) | \
			 BIT(VIRTIO_NET_F_NOTF_COAL) | BIT(VIRTIO_F_RING_RESET))

/* A ring of any size can be packed. */
static void test(char **names, __u64 layout, unsigned int num)
{
	struct nic nic, to;
	__u64 own[2];

	nic_init(&nic, names[0], nic_memory(), layout | FEATURES);
	nic.rx.num = num;
	nic.tx.num = num;
	check((nic.features & layout) == layout, "the class offers the layout");
	test_features(&nic.vfio);
	test_steps(&nic.vfio);
	nic_second(&to, &nic, names[1]);
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 5, "frames pass");
	test_stop(&nic);
	test_begin_suspended(&nic);
	test_master(&nic);
	own[0] = config_mac(&nic.vfio);
	own[1] = config_mac(&to.vfio);
	check(own[0] != own[1], "two slices have two addresses");
	test_move(&nic, &to, false, own[0]);
	test_move(&nic, &to, true, own[1]);
	test_again(&nic);
	test_broken(&nic, &to);
	test_isr(&nic, &to);
	test_hostile(&nic, &to, names[2], names[3]);
	test_files(&nic);
	vfio_close(&to.vfio);
	close(to.rep);
	nic_destroy(&nic);
}

int main(int argc, char **argv)
{
	if (argc != 6)
		return 2;
	times = atoi(argv[5]);
	random_seed(1);
	test(argv + 1, 0, RING_NUM);
	comment("packed");
	test(argv + 1, NIC_PACKED | NIC_IN_ORDER, 101);
	return 0;
}
