// SPDX-License-Identifier: GPL-2.0
/*
 * offered SLICE BIT+|BIT-...: the node of a slice offers these features, or does not, and
 * takes them or does not
 */
#include "vhost.h"

static void check_bit(const char *name, const char *text)
{
	bool want = strchr(text, '+');
	int bit = atoi(text);
	__u64 base = BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM);
	__u64 offered = 0;
	int fd, err;

	fd = node_open(name);
	err = vhost_get_features(fd, &offered);
	check(!err && !(offered & BIT(bit)) == !want, "%s %s feature %d", name,
	      want ? "offers" : "does not offer", bit);
	err = vhost_set_owner(fd) ?: vhost_set_status(fd, S_ACKNOWLEDGE | S_DRIVER);
	if (err)
		die("%s is owned: %s", name, errno_name(err));
	err = vhost_set_features(fd, base | BIT(bit));
	check_err(err, want ? 0 : -EINVAL, "and what it does with one that is accepted");
	close(fd);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3)
		return 2;
	for (i = 2; i < argc; i++)
		check_bit(argv[1], argv[i]);
	return 0;
}
