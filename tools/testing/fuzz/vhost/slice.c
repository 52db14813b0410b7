// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>

#include "fault.h"
#include "kcov.h"
#include "slice.h"
#include "vdpa.h"

#define DRIVER		"/sys/bus/mdev_vhost/drivers/vhost_vdpa/%s"
#define SLICE_ELSEWHERE	0x80	/* of a record's second byte: by the other process */

enum action { NONE, NONE_FORCE, VIRTIO_FORCE, VHOST, VHOST_FORCE, REMOVE, ADD, REMOVE_SYSFS, UNBIND,
	      BIND, REP_UP, REP_DOWN, FRAMES, STEP_FAILS, STEPS_WORK, ACTIONS };

/* What both processes see; the edges are the other's. */
static struct {
	struct kcov kcov;
	bool faults;
} *shared;

static bool unsure;
static int to_other[2];
static int from_other[2];
static int sock = -1;

bool slice_unsure(void)
{
	return unsure;
}

void slice_set_unsure(void)
{
	unsure = true;
}

void slice_rep_set(const char *name, bool up)
{
	struct ifreq ifreq = {};

	snprintf(ifreq.ifr_name, IFNAMSIZ, "%s", name);
	if (ioctl(sock, SIOCGIFFLAGS, &ifreq))
		return;
	ifreq.ifr_flags &= ~IFF_UP;
	ifreq.ifr_flags |= up ? IFF_UP : 0;
	ioctl(sock, SIOCSIFFLAGS, &ifreq);
}

static void rep_frames(const char *name, const uint8_t *record)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(name) };
	size_t len = record[4] < 128 ? 60 : record[4] * 6;
	uint8_t frame[2048] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	unsigned int nr = 1 + record[3] % 16;

	if (!to.sll_ifindex)
		return;
	if (record[4] & 1)
		memcpy(frame, record, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	while (nr--)
		sendto(sock, frame, len, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
}

static void step_fails(const uint8_t *record)
{
	shared->faults = true;
	fault_set(record);
}

static void steps_work(void)
{
	faults_clear();
	shared->faults = false;
}

/* To make a slice anew, or a virtio device of it, takes a hundred times as long. */
void slice_make(uint8_t *record)
{
	static const uint8_t actions[] = {
		NONE, NONE_FORCE, NONE_FORCE, NONE_FORCE, VHOST, VHOST, VHOST, VHOST_FORCE, UNBIND,
		BIND, REP_UP, REP_DOWN, FRAMES, FRAMES, FRAMES, FRAMES, FRAMES, STEP_FAILS,
		STEP_FAILS, STEPS_WORK,
	};

	record[1] |= fuzz_random(2) ? SLICE_ELSEWHERE : 0;
	if (fuzz_random(16))
		record[2] = actions[fuzz_random(sizeof(actions))];
}

/* The same features each time. */
static int add(const struct slot *slot)
{
	if (slot->asked)
		return vdpa_add_asked(slot->parent, slot->name);
	return vdpa_add_to(slot->parent, slot->name);
}

static int act(struct slot *slot, const uint8_t *record)
{
	switch (record[2] % ACTIONS) {
	case NONE:
		return set_class(slot->name, "none");
	case NONE_FORCE:
		return set_class(slot->name, "none force");
	case VIRTIO_FORCE:
		return set_class(slot->name, "virtio force");
	case VHOST:
		return set_class(slot->name, "vhost");
	case VHOST_FORCE:
		return set_class(slot->name, "vhost force");
	case REMOVE:
		return vdpa_remove(slot->name);
	case ADD:
		return add(slot);
	case REMOVE_SYSFS:
		return slice_remove(slot->name);
	case UNBIND:
		return sysfs_write(slot->name, DRIVER, "unbind");
	case BIND:
		return sysfs_write(slot->name, DRIVER, "bind");
	case REP_UP:
	case REP_DOWN:
		slice_rep_set(slot->name, record[2] % ACTIONS == REP_UP);
		return 0;
	case FRAMES:
		rep_frames(slot->name, record);
		return 0;
	case STEP_FAILS:
		step_fails(record);
		return 0;
	default:
		steps_work();
		return 0;
	}
}

/* Nobody has the node of a slice that has left the class. */
static bool revokes(uint8_t action)
{
	return action <= VIRTIO_FORCE || action == REMOVE || action == REMOVE_SYSFS ||
	       action == UNBIND;
}

static void check_error(const struct slot *slot, uint8_t action, int err)
{
	if (err == -524 || err == -EFAULT || err <= -512)
		fuzz_fail("action %u on slice %s gives %d", action, slot->name, err);
}

void slice_record(struct slot *slot, const uint8_t *record)
{
	uint8_t action = record[2] % ACTIONS;
	int err;

	if (record[1] & SLICE_ELSEWHERE) {
		unsure = true;
		if (write(to_other[1], record, FUZZ_RECORD) != FUZZ_RECORD)
			fuzz_fail("the other process is gone");
		return;
	}
	err = act(slot, record);
	check_error(slot, action, err);
	if (!revokes(action))
		return;
	/* Half of a change, or what another process brings back, is another node. */
	if (err && err != -EBUSY)
		unsure = true;
	else if (!err && !unsure)
		slot_revoked(slot);
}

/* A record of zeros with this in front ends an input. */
#define END	0xff

static void other(void)
{
	uint8_t record[FUZZ_RECORD];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(to_other[1]);
	close(from_other[0]);
	vdpa_forked();
	kcov_open(&shared->kcov);
	kcov_begin(&shared->kcov);
	while (read(to_other[0], record, sizeof(record)) == sizeof(record)) {
		if (record[0] != END) {
			act(&slots[record[1] % SLOTS], record);
			continue;
		}
		kcov_end(&shared->kcov);
		if (write(from_other[1], record, 1) != 1)
			break;
		kcov_begin(&shared->kcov);
	}
	_exit(0);
}

static void start_other(void)
{
	if (pipe2(to_other, O_CLOEXEC) || pipe2(from_other, O_CLOEXEC))
		fuzz_fail("pipe: %m");
	fflush(stdout);
	if (!fork())
		other();
	close(to_other[0]);
	close(from_other[1]);
}

void slices_init(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		fuzz_fail("%m");
	/* IPv6 speaks unasked. */
	sysfs_write("1", "/proc/sys/net/ipv6/conf/default/disable_ipv6");
	sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	start_other();
}

void slices_begin(void)
{
	unsure = false;
}

void slices_end(void)
{
	uint8_t record[FUZZ_RECORD] = { END };

	if (write(to_other[1], record, sizeof(record)) != sizeof(record) ||
	    read(from_other[0], record, 1) != 1)
		fuzz_fail("the other process is gone");
	kcov_report(&shared->kcov);
	if (shared->faults)
		steps_work();
}

static bool exists(const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "/sys/class/mdev_slice/%s", name);
	return !access(path, F_OK);
}

void slice_restore(struct slot *slot)
{
	char path[300];
	int err = 0;

	if (!exists(slot->name))
		err = add(slot);
	if (err)
		fuzz_fail("slice %s cannot be made: %s", slot->name, errno_name(err));
	err = set_class(slot->name, "vhost");
	if (err)
		fuzz_fail("slice %s does not enter class vhost: %s", slot->name, errno_name(err));
	if (!node_path(slot->name, path, sizeof(path)))
		err = sysfs_write(slot->name, DRIVER, "bind");
	if (err)
		fuzz_fail("slice %s has no node: %s", slot->name, errno_name(err));
	slice_rep_set(slot->name, true);
}
