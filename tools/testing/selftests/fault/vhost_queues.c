// SPDX-License-Identifier: GPL-2.0
/*
 * vhost_queues SLICE split|packed: a driver of virtio-net sets its queues up by the node of
 * class vhost, suspends and resumes them, with each allocation failing in turn
 */
#include "../common/steps.h"
#include "../vhost/nic.h"

static struct nic nic;
static char path[300];

/* Ranges away from what the driver uses. */
#define SPARE		0x1000000ULL
#define SPARE_PAGES	8

static int open_node(unsigned int arg)
{
	nic.fd = open(path, O_RDWR | O_CLOEXEC);
	return nic.fd < 0 ? -errno : 0;
}

static int own(unsigned int arg)
{
	return vhost_set_owner(nic.fd);
}

static int get_config(unsigned int arg)
{
	__u8 mac[6];

	return vhost_get_config(nic.fd, 0, mac, sizeof(mac));
}

/* It is the one that it has. */
static int set_config(unsigned int arg)
{
	__u8 mac[6];
	int err = vhost_get_config(nic.fd, 0, mac, sizeof(mac));

	return err ?: vhost_set_config(nic.fd, 0, mac, sizeof(mac));
}

static int backend_features(unsigned int arg)
{
	return vhost_set_backend_features(nic.fd, BACKEND_FEATURES);
}

static int map(unsigned int arg)
{
	return nic_map(&nic);
}

static int map_spare(unsigned int pages)
{
	return iotlb_update(nic.fd, 0, SPARE, pages * 0x1000, nic.mem, VHOST_ACCESS_RW);
}

static int unmap_page(unsigned int page)
{
	return iotlb_invalidate(nic.fd, 0, SPARE + page * 0x1000, 0x1000);
}

/* Several calls, of which those before a failure stay: the next try begins with a reset. */
static int negotiate(unsigned int arg)
{
	int err = nic_reset(&nic);

	return err ?: nic_negotiate(&nic);
}

static struct ring *ring_of(unsigned int queue)
{
	return queue ? &nic.tx : &nic.rx;
}

static int set_num(unsigned int queue)
{
	return vhost_set_vring_num(nic.fd, queue, ring_of(queue)->num);
}

static int set_base(unsigned int queue)
{
	return vhost_set_vring_base(nic.fd, queue, ring_base(ring_of(queue)));
}

static int set_addr(unsigned int queue)
{
	__u64 iova = ring_of(queue)->iova;

	return vhost_set_vring_addr(nic.fd, queue, iova + RING_DESC, iova + RING_AVAIL,
				    iova + RING_USED);
}

static int set_kick(unsigned int queue)
{
	return vhost_set_vring_kick(nic.fd, queue, ring_of(queue)->kick);
}

static int set_call(unsigned int queue)
{
	return vhost_set_vring_call(nic.fd, queue, ring_of(queue)->call);
}

static int set_err(unsigned int queue)
{
	return vhost_set_vring_err(nic.fd, queue, ring_of(queue)->err);
}

static int set_config_call(unsigned int arg)
{
	return vhost_set_config_call(nic.fd, nic.config_call);
}

static int enable(unsigned int queue)
{
	return vhost_set_vring_enable(nic.fd, queue, true);
}

static int driver_ok(unsigned int arg)
{
	int err = vhost_set_status(nic.fd, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK | S_DRIVER_OK);
	__u8 status = vhost_status(nic.fd);

	/* It is all there or nothing is. */
	if (!err != !!(status & S_DRIVER_OK) || status & S_NEEDS_RESET)
		return -EPROTO;
	if (!err)
		nic_post(&nic);
	return err;
}

static int suspend(unsigned int arg)
{
	return vhost_suspend(nic.fd);
}

static int get_base(unsigned int queue)
{
	__u32 base;

	return vhost_get_vring_base(nic.fd, queue, &base);
}

static int resume(unsigned int arg)
{
	return vhost_resume(nic.fd);
}

/* What is mapped cannot be mapped once more: -EEXIST. What is not is as before. */
static int try_map(__u64 iova)
{
	int err = iotlb_update(nic.fd, 0, iova, 0x1000, nic.mem, VHOST_ACCESS_RW);

	return err ?: iotlb_invalidate(nic.fd, 0, iova, 0x1000);
}

static void look_at_memory(struct look *look)
{
	unsigned int page;

	look_add(look, "memory is mapped", 0, try_map(NIC_IOVA));
	look_add(look, "memory is mapped", 1, try_map(NIC_IOVA + NIC_BYTES - 0x1000));
	for (page = 0; page < SPARE_PAGES; page++)
		look_add(look, "other memory is mapped", page, try_map(SPARE + page * 0x1000));
}

static void look_at_queue(struct look *look, unsigned int queue)
{
	__u32 base = 0;
	int err = vhost_get_vring_base(nic.fd, queue, &base);

	/* Before the node is owned there is none to be had. */
	look_add(look, "place in queue", queue, err ?: (long)base);
}

static void look_at_config(struct look *look)
{
	__u8 config[128] = {};
	__u32 size = 0;
	int err;

	err = vhost_get_config_size(nic.fd, &size);
	if (size > sizeof(config))
		die("a configuration of %u bytes", size);
	if (!err)
		err = vhost_get_config(nic.fd, 0, config, size);
	look_add(look, "configuration", size, err);
	look_add_bytes(look, "configuration", config, sizeof(config));
}

/* Which eventfds there are, and which queues are enabled, is told by nobody: frames tell. */
static void look(struct look *look)
{
	look_add(look, "status", 0, vhost_status(nic.fd));
	look_add(look, "poll", 0, node_events(nic.fd, 0, 0));
	look_at_memory(look);
	look_at_queue(look, 0);
	look_at_queue(look, 1);
	look_at_config(look);
}

static const char *finish(void)
{
	const char *problem = nic.fd < 0 ? "it did not open" : nic_try(&nic, 2);

	nic_close(&nic);
	nic_clear_events(&nic);
	ring_clear(&nic.rx, nic.features);
	ring_clear(&nic.tx, nic.features);
	return problem;
}

static const struct step all[] = {
	STEP("the node opens", open_node, .allocates = true),
	STEP("it is owned", own, .allocates = true),
	STEP("features of the backend", backend_features),
	STEP("the configuration is read", get_config, .allocates = true),
	STEP("and written", set_config, .allocates = true),
	STEP("memory is mapped", map, .allocates = true),
	STEP("and other memory", map_spare, .arg = SPARE_PAGES, .allocates = true),
	STEP("of which a page is unmapped", unmap_page, .arg = 3, .allocates = true),
	STEP("and the first one", unmap_page, .arg = 0),
	STEP("negotiation", negotiate, .halfway = true),
	STEP("size of queue 0", set_num, .arg = 0),
	STEP("place in queue 0", set_base, .arg = 0),
	STEP("addresses of queue 0", set_addr, .arg = 0),
	STEP("kick of queue 0", set_kick, .arg = 0),
	STEP("call of queue 0", set_call, .arg = 0, .allocates = true),
	STEP("errors of queue 0", set_err, .arg = 0, .allocates = true),
	STEP("size of queue 1", set_num, .arg = 1),
	STEP("place in queue 1", set_base, .arg = 1),
	STEP("addresses of queue 1", set_addr, .arg = 1),
	STEP("kick of queue 1", set_kick, .arg = 1),
	STEP("call of queue 1", set_call, .arg = 1, .allocates = true),
	STEP("errors of queue 1", set_err, .arg = 1, .allocates = true),
	STEP("configuration interrupt", set_config_call, .allocates = true),
	STEP("queue 0 is enabled", enable, .arg = 0),
	STEP("queue 1 is enabled", enable, .arg = 1),
	STEP("the driver is ready", driver_ok, .allocates = true),
	STEP("it suspends", suspend),
	STEP("place in queue 0 is read", get_base, .arg = 0),
	STEP("place in queue 1 is read", get_base, .arg = 1),
	STEP("it resumes", resume),
};

int main(int argc, char **argv)
{
	struct steps steps = {
		.step = all,
		.nr = sizeof(all) / sizeof(*all),
		.look = look,
		.finish = finish,
	};

	if (argc != 3)
		return 2;
	nic_init(&nic, argv[1], NULL, strcmp(argv[2], "packed") ? NIC_EVENT_IDX : NIC_PACKED);
	if (!node_path(argv[1], path, sizeof(path)))
		die("there is a node");
	ring_clear(&nic.rx, nic.features);
	ring_clear(&nic.tx, nic.features);
	steps_sweep(&steps);
	return 0;
}
