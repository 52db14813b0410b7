// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/mdev_netlink.h>
#include <linux/vdpa.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../selftests/common/slice.h"
#include "vdpa.h"

#define UUID_LEN	36
#define REMOVAL_MS	15000
#define STEP_MS		10

static int family = -1;
static int mdev = -1;
static int control = -1;

static struct {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[512];
} request;

static char answer[65536];

static void begin(int type, int cmd, int flags)
{
	memset(&request, 0, sizeof(request));
	request.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request.nlh.nlmsg_type = type;
	request.nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	request.genl.cmd = cmd;
	request.genl.version = 1;
}

static void put_attr(int type, const void *value, size_t len)
{
	struct nlattr *attr = (void *)((char *)&request + NLMSG_ALIGN(request.nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, value, len);
	request.nlh.nlmsg_len = NLMSG_ALIGN(request.nlh.nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

static void put_string(int type, const char *text)
{
	put_attr(type, text, strnlen(text, 255) + 1);
}

int vdpa_socket(void)
{
	int on = 1, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0)
		fuzz_fail("netlink: %m");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return fd;
}

/* Answers would go to whichever of both reads first. */
void vdpa_forked(void)
{
	close(control);
	control = -1;
}

const struct nlattr *vdpa_next_attr(const char **at, const char *end)
{
	const struct nlattr *attr = (const void *)*at;

	if (end - *at <= 0)
		return NULL;
	if (end - *at < NLA_HDRLEN || attr->nla_len < NLA_HDRLEN || attr->nla_len > end - *at)
		fuzz_fail("an answer of the family is malformed");
	*at += NLA_ALIGN(attr->nla_len);
	return attr;
}

/* Everything that answers the request comes at once: only the last part is kept. */
static int ask(void)
{
	ssize_t len;

	if (control < 0)
		control = vdpa_socket();
	if (send(control, &request, request.nlh.nlmsg_len, 0) < 0)
		fuzz_fail("netlink: %m");
	len = recv(control, answer, sizeof(answer), 0);
	if (len < (ssize_t)sizeof(struct nlmsghdr))
		fuzz_fail("the family does not answer");
	return len;
}

static int error(void)
{
	const struct nlmsghdr *nlh = (void *)answer;

	return nlh->nlmsg_type == NLMSG_ERROR ? ((struct nlmsgerr *)NLMSG_DATA(nlh))->error : 0;
}

static int find_family(const char *name)
{
	const struct nlmsghdr *nlh = (void *)answer;
	const struct nlattr *attr;
	const char *at, *end;
	int id = -1;

	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	put_string(CTRL_ATTR_FAMILY_NAME, name);
	ask();
	if (error())
		fuzz_unable("a family is not there (modprobe mdev_vdpa)");
	at = (char *)NLMSG_DATA(nlh) + GENL_HDRLEN;
	end = answer + nlh->nlmsg_len;
	while ((attr = vdpa_next_attr(&at, end)))
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			id = *(const __u16 *)(attr + 1);
	return id;
}

int vdpa_family(void)
{
	if (family < 0)
		family = find_family(VDPA_GENL_NAME);
	return family;
}

int mdev_family(void)
{
	if (mdev < 0)
		mdev = find_family(MDEV_FAMILY_NAME);
	return mdev;
}

int vdpa_add_to(const char *parent, const char *name)
{
	begin(vdpa_family(), VDPA_CMD_DEV_NEW, NLM_F_ACK);
	put_string(VDPA_ATTR_DEV_NAME, name);
	put_string(VDPA_ATTR_MGMTDEV_DEV_NAME, parent);
	ask();
	return error();
}

/* All features that a slice of this parent can offer; 0 if it does not say. */
static uint64_t supported(const char *parent)
{
	const struct nlmsghdr *nlh = (void *)answer;
	const struct nlattr *attr;
	const char *at, *end;
	uint64_t features = 0;

	begin(vdpa_family(), VDPA_CMD_MGMTDEV_GET, 0);
	put_string(VDPA_ATTR_MGMTDEV_DEV_NAME, parent);
	ask();
	if (error())
		return 0;
	at = (char *)NLMSG_DATA(nlh) + GENL_HDRLEN;
	end = answer + nlh->nlmsg_len;
	while ((attr = vdpa_next_attr(&at, end)))
		if (attr->nla_type == VDPA_ATTR_DEV_SUPPORTED_FEATURES)
			memcpy(&features, attr + 1, sizeof(features));
	return features;
}

int vdpa_add_asked(const char *parent, const char *name)
{
	uint64_t features = supported(parent);

	/* One pair of queues, which is what there is without a word, has no use for it. */
	features &= ~(1ULL << VIRTIO_NET_F_MQ);
	if (!features)
		return -EOPNOTSUPP;
	begin(vdpa_family(), VDPA_CMD_DEV_NEW, NLM_F_ACK);
	put_string(VDPA_ATTR_DEV_NAME, name);
	put_string(VDPA_ATTR_MGMTDEV_DEV_NAME, parent);
	put_attr(VDPA_ATTR_DEV_FEATURES, &features, sizeof(features));
	ask();
	return error();
}

int vdpa_add(const char *name)
{
	return vdpa_add_to(VDPA_PARENT, name);
}

int vdpa_remove(const char *name)
{
	begin(vdpa_family(), VDPA_CMD_DEV_DEL, NLM_F_ACK);
	put_string(VDPA_ATTR_DEV_NAME, name);
	ask();
	return error();
}

/*
 * The family knows of no slice whose parent makes no virtio devices. Such a one is made by sysfs,
 * which has its UUID for a name.
 */
int slice_remove_any(const char *name)
{
	int err = vdpa_remove(name);

	return err == -EINVAL && strlen(name) == UUID_LEN ? slice_remove(name) : err;
}

int vdpa_count_parents(void)
{
	const struct nlmsghdr *nlh;
	bool done = false;
	int nr = 0, len;

	begin(vdpa_family(), VDPA_CMD_MGMTDEV_GET, NLM_F_DUMP);
	for (len = ask(); !done; len = done ? 0 : recv(control, answer, sizeof(answer), 0))
		for (nlh = (void *)answer; NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			done |= nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR;
			nr += nlh->nlmsg_type == family;
		}
	return nr;
}

static int count(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int nr = 0;

	while (dir && (entry = readdir(dir)))
		nr += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return nr;
}

/* A slice that was in use is still being removed when its last user has gone. */
static int count_in_time(const char *path, int most)
{
	unsigned int left = REMOVAL_MS / STEP_MS * patience();
	int nr;

	while ((nr = count(path)) > most && left--)
		usleep(STEP_MS * 1000);
	return nr;
}

void vdpa_remove_all(void)
{
	DIR *dir = opendir("/sys/class/mdev_slice");
	struct dirent *entry;
	int err;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		err = slice_remove_any(entry->d_name);
		if (err && err != -ENODEV && err != -ENOENT)
			fuzz_fail("slice %s cannot be removed: %s", entry->d_name, strerror(-err));
	}
	if (dir)
		closedir(dir);
	if (count_in_time("/sys/class/mdev_slice", 0))
		fuzz_fail("slices are left after all were removed");
}

void vdpa_check_leftovers(void)
{
	static const char * const paths[] = {
		"/sys/class/net", "/sys/bus/mdev_virtio/devices", "/sys/bus/virtio/devices",
		"/sys/bus/mdev_vhost/devices", "/sys/class/mdev_vhost", "/sys/bus/mdev/devices",
		"/sys/bus/mdev_vendor/devices",
	};
	static int before[ARRAY_SIZE(paths)];
	static bool known;
	size_t i;
	int nr;

	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		nr = known ? count_in_time(paths[i], before[i]) : count(paths[i]);
		if (known && nr != before[i])
			fuzz_fail("%s has %d entries and not %d", paths[i], nr, before[i]);
		before[i] = nr;
	}
	known = true;
}
