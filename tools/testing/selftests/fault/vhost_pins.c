// SPDX-License-Identifier: GPL-2.0
/*
 * vhost_pins SLICE: memory of a device that reaches it by itself is mapped and unmapped in
 * pieces with each allocation failing in turn: what is pinned is what is mapped
 */
#include "../common/steps.h"
#include "../vhost/copier.h"

#define IOVA	0x100000ULL
#define NR	64UL

static struct copier copier = { .fd = -1 };
static char path[300];
static char *mem;

static int open_node(unsigned int arg)
{
	copier.fd = open(path, O_RDWR | O_CLOEXEC);
	return copier.fd < 0 ? -errno : 0;
}

static int own(unsigned int arg)
{
	return vhost_set_owner(copier.fd);
}

static int backend_features(unsigned int arg)
{
	return vhost_set_backend_features(copier.fd, BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) |
						     BIT(VHOST_BACKEND_F_IOTLB_ASID));
}

static int map(unsigned int arg)
{
	return iotlb_update(copier.fd, 0, IOVA, NR * PAGE, mem, PERM_RW);
}

/* The same memory once more does not count. */
static int map_again(unsigned int arg)
{
	return iotlb_update(copier.fd, 0, 2 * IOVA, NR / 2 * PAGE, mem, PERM_RW);
}

static int unmap_middle(unsigned int arg)
{
	return iotlb_invalidate(copier.fd, 0, IOVA + 40 * PAGE, 8 * PAGE);
}

static int unmap_again(unsigned int arg)
{
	return iotlb_invalidate(copier.fd, 0, 2 * IOVA, NR / 2 * PAGE);
}

static int map_middle(unsigned int arg)
{
	return iotlb_update(copier.fd, 0, IOVA + 40 * PAGE, 8 * PAGE, mem + 40 * PAGE, PERM_RW);
}

static long pages_pinned(void)
{
	return pinned_kb() / (long)(PAGE / 1024);
}

static const char *finish(void)
{
	const char *problem = NULL;

	if (copier.fd < 0)
		return "it did not open";
	memset(mem + 44 * PAGE, 0, COPY);
	memset(mem, 'a', COPY);
	if (!copier_copy(&copier, IOVA, IOVA + 44 * PAGE, PATIENCE_MS) ||
	    memcmp(mem, mem + 44 * PAGE, COPY))
		problem = "the device does not reach its memory";
	close(copier.fd);
	copier.fd = -1;
	if (pinned_kb())
		problem = "pages stay pinned";
	return problem;
}

static const struct step all[] = {
	STEP("the node opens", open_node, .allocates = true),
	STEP("it is owned", own, .allocates = true),
	STEP("features of the backend", backend_features),
	STEP("memory is mapped", map, .allocates = true, .state = NR),
	STEP("some of it at a second address", map_again, .allocates = true, .state = NR),
	STEP("pages amid are unmapped", unmap_middle, .allocates = true, .state = NR - 8),
	STEP("the second address is", unmap_again, .state = NR - 8),
	STEP("the pages amid are mapped", map_middle, .allocates = true, .state = NR),
};

int main(int argc, char **argv)
{
	struct steps steps = {
		.step = all,
		.nr = sizeof(all) / sizeof(*all),
		.state = pages_pinned,
		.finish = finish,
	};

	if (argc != 2)
		return 2;
	if (!node_path(argv[1], path, sizeof(path)))
		die("there is a node");
	/* Taking pages out of the middle cuts a run, wherever memory is scattered. */
	mem = page_large(0);
	copier.kick = event_new();
	copier.call = event_new();
	steps_sweep(&steps);
	return 0;
}
