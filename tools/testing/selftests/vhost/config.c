// SPDX-License-Identifier: GPL-2.0
/*
 * config SLICE: the configuration of a network device as its driver sees it. The slice
 * was made with MAC 02:00:00:00:00:07, an MTU of 1400 and two queue pairs; it is in class
 * virtio at the end.
 */
#include "nic.h"

static const __u8 provisioned[6] = { 2, 0, 0, 0, 0, 7 };
static const __u8 chosen[6] = { 2, 1, 1, 1, 1, 1 };

static struct nic nic;

static bool mac_is(const __u8 *want)
{
	__u8 mac[6] = {};
	int err;

	err = vhost_get_config(nic.fd, 0, mac, sizeof(mac));
	if (err || memcmp(mac, want, sizeof(mac)))
		comment("%s, %02x:%02x:%02x:%02x:%02x:%02x", errno_name(err), mac[0], mac[1],
			mac[2], mac[3], mac[4], mac[5]);
	return !err && !memcmp(mac, want, sizeof(mac));
}

static void test_parts(void)
{
	struct virtio_net_config config = {};
	__u8 whole[256] = {}, byte;
	__u32 size = 0, count = 0, i;
	bool same = true;

	check(!vhost_get_config_size(nic.fd, &size) && size <= sizeof(whole),
	      "the size can be read");
	check_err(vhost_get_config(nic.fd, 0, whole, size), 0, "all of it can be read");
	for (i = 0; i < size; i++)
		same = same && !vhost_get_config(nic.fd, i, &byte, 1) && byte == whole[i];
	check(same, "and byte by byte");
	memcpy(&config, whole, size < sizeof(config) ? size : sizeof(config));
	check(config.mtu == 1400 && config.max_virtqueue_pairs == 2, "it says what it is");
	check(!vhost_get_vqs_count(nic.fd, &count) && count == 5,
	      "and there are as many queues");
	check_err(vhost_get_config(nic.fd, size, &byte, 1), -E2BIG, "nothing is behind it");
	check_err(vhost_set_config(nic.fd, 6, "\0\0", 2), -EOPNOTSUPP,
		  "the status is not the driver's to set");
}

static void test_mac(void)
{
	check(mac_is(provisioned), "the MAC address is the provisioned one");
	check_err(vhost_set_config(nic.fd, 0, chosen, 6), 0, "another one is set");
	check(mac_is(chosen), "and is there");
	check_err(vhost_set_config(nic.fd, 5, &provisioned[5], 1), 0, "one byte of it is set");
	check_err(vhost_set_config(nic.fd, 0, chosen, 6), 0, "and the whole");
	check_err(nic_reset(&nic), 0, "a reset");
	check(mac_is(provisioned), "brings the provisioned one back");
	check_err(vhost_set_config(nic.fd, 0, chosen, 6), 0, "it is set again");
	nic_close(&nic);
	nic.fd = node_open(nic.name);
	check(mac_is(provisioned), "closing the node ends it, too");
}

/* What the host changes interrupts the driver. */
static void test_change(void)
{
	struct virtio_net_config config = {};

	nic_close(&nic);
	nic_start(&nic);
	event_wait(nic.config_call, 0);
	check(!vhost_get_config(nic.fd, 0, &config, sizeof(config.mac) + 2) &&
	      config.status & VIRTIO_NET_S_LINK_UP, "the link is up");
	check(rep_set_up(nic.name, nic.rep, false), "the representor goes down");
	check(event_wait(nic.config_call, PATIENCE_MS), "which interrupts the driver");
	check(!vhost_get_config(nic.fd, 0, &config, sizeof(config.mac) + 2) &&
	      !(config.status & VIRTIO_NET_S_LINK_UP), "and takes the link down");
	check(!(node_events(nic.fd, 0, 0) & (POLLERR | POLLHUP)), "that is no error");
}

/* What the driver has set goes with it, also when it does not go by itself. */
static void test_class(void)
{
	check_err(vhost_set_config(nic.fd, 0, chosen, 6), 0, "the address is set once more");
	check_err(set_class(nic.name, "virtio force"), 0,
		  "and the slice becomes a virtio device by force");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, 0);
	nic.features |= BIT(VIRTIO_NET_F_STATUS);
	nic.fd = node_open(nic.name);
	test_parts();
	test_mac();
	test_change();
	test_class();
	nic_close(&nic);
	nic_destroy(&nic);
	return 0;
}
