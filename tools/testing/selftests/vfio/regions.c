// SPDX-License-Identifier: GPL-2.0
/*
 * regions SLICE REPEATS: what is told of the device, PCI configuration space, the virtio
 * structures, and that no access to them does harm
 */
#include "vfio.h"

#define PORTION		0x100000
#define COMMON_SIZE	sizeof(struct virtio_pci_modern_common_cfg)
/* What a driver of any virtio device accepts. */
#define F_BASE		(BIT(VIRTIO_F_VERSION_1) | BIT(VIRTIO_F_ACCESS_PLATFORM))

static struct vfio vfio;
static unsigned int repeats;

/* What is told. */

static void test_info(void)
{
	size_t min = offsetof(struct vfio_device_info, num_irqs) + sizeof(__u32);
	struct vfio_device_info info = { .argsz = sizeof(info) };

	check(!do_ioctl(vfio.fd, VFIO_DEVICE_GET_INFO, &info) &&
	      info.flags == (VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET),
	      "it is a PCI function that can be reset");
	check(info.num_regions == VFIO_PCI_NUM_REGIONS && info.num_irqs == VFIO_PCI_NUM_IRQS,
	      "with all regions and interrupts of one");
	info.argsz = min;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_INFO, &info), 0, "the least argsz is enough");
	info.argsz = min - 1;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_INFO, &info), -EINVAL, "less is not");
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_INFO, NULL), -EFAULT, "nor is no memory");
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_PCI_HOT_RESET, &info), -ENOTTY,
		  "what it does not have is told");
}

static bool region_sane(unsigned int i)
{
	const struct vfio_region_info *info = &vfio.region[i];
	__u32 flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	unsigned int j;

	if (info->index != i || info->flags != (info->size ? flags : 0) || info->cap_offset)
		return false;
	for (j = 0; j < i; j++) {
		if (info->offset < vfio.region[j].offset + vfio.region[j].size)
			return false;
	}
	return i > VFIO_PCI_BAR5_REGION_INDEX || !(info->size & (info->size - 1));
}

static void test_region_info(void)
{
	static const __u32 bad[] = { VFIO_PCI_NUM_REGIONS, VFIO_PCI_NUM_REGIONS + 1, 0x80000000,
				     0xffffffff };
	struct vfio_region_info info;
	unsigned int i;

	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++)
		check(region_sane(i), "region %u has a size, flags and a place that make sense", i);
	check(vfio.region[CONFIG_REGION].size == CONFIG_SIZE, "configuration space has 256 bytes");
	for (i = 0; i < 4; i++)
		check_err(vfio_region_info(&vfio, bad[i], &info), -EINVAL, "no region %#x", bad[i]);
	info.argsz = sizeof(info) - 1;
	info.index = 0;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_REGION_INFO, &info), -EINVAL,
		  "a region's argsz is too small");
}

static void test_irq_info(void)
{
	static const __u32 bad[] = { VFIO_PCI_ERR_IRQ_INDEX, VFIO_PCI_NUM_IRQS, 0x80000000,
				     0xffffffff };
	struct vfio_irq_info info;
	unsigned int i;

	check(!vfio_irq_info(&vfio, VFIO_PCI_INTX_IRQ_INDEX, &info) && info.count == 1 &&
	      info.flags == (VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
			     VFIO_IRQ_INFO_AUTOMASKED), "INTx masks itself");
	check(!vfio_irq_info(&vfio, VFIO_PCI_MSI_IRQ_INDEX, &info) && !info.count, "no MSI");
	check(!vfio_irq_info(&vfio, VFIO_PCI_MSIX_IRQ_INDEX, &info) &&
	      info.count == common_get(&vfio, VIRTIO_PCI_COMMON_NUMQ, 2) + 1 &&
	      info.flags & VFIO_IRQ_INFO_EVENTFD, "MSI-X has a vector for each queue and one more");
	check(!vfio_irq_info(&vfio, VFIO_PCI_REQ_IRQ_INDEX, &info) && info.count == 1 &&
	      info.flags & VFIO_IRQ_INFO_EVENTFD, "the user can be asked to let go");
	for (i = 0; i < 4; i++)
		check_err(vfio_irq_info(&vfio, bad[i], &info), -EINVAL, "no interrupt %#x", bad[i]);
	info.argsz = sizeof(info) - 1;
	info.index = 0;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_IRQ_INFO, &info), -EINVAL,
		  "an interrupt's argsz is too small");
}

/* Accesses at the edges. */

static bool refused(__u64 offset)
{
	__u64 data = 0;

	return pread(vfio.fd, &data, sizeof(data), offset) == -1 && errno == EINVAL &&
	       pwrite(vfio.fd, &data, sizeof(data), offset) == -1 && errno == EINVAL;
}

static void test_edges_of(unsigned int index, char *buf)
{
	const struct vfio_region_info *info = &vfio.region[index];
	char end[8] = "";

	check(refused(info->offset + info->size) && refused(info->offset + info->size + 0x100001),
	      "region %u: nothing is behind its end", index);
	check(!info->size || (vfio_read(&vfio, index, info->size - 1, end, 8) == 1 &&
			      vfio_read(&vfio, index, info->size - 6, end, 8) == 6),
	      "region %u: an access ends where it does", index);
	check(!info->size || vfio_read(&vfio, index, 0, buf, 0x7ffff000) == (ssize_t)info->size,
	      "region %u: however much is asked for", index);
	check(!info->size || (!vfio_read(&vfio, index, 0, buf, 0) &&
			      !vfio_write(&vfio, index, 0, buf, 0)),
	      "region %u: or nothing is", index);
}

static void test_edges(char *buf)
{
	static const __u64 nowhere[] = {
		(__u64)VFIO_PCI_NUM_REGIONS << 40, 255ULL << 40, 256ULL << 40,
		(1ULL << 63) - 1, (1ULL << 63) - 8, 1ULL << 63, -1ULL, -8ULL, -(1ULL << 40),
	};
	unsigned int i;

	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++)
		test_edges_of(i, buf);
	for (i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++)
		check(refused(nowhere[i]), "nothing is at %#llx", nowhere[i]);
}

/* The last page of the memory is not there. */
static void test_faults(char *buf)
{
	__u64 config = vfio.region[CONFIG_REGION].offset;
	char *end = buf + PORTION;

	check(pread(vfio.fd, end, 4, config) == -1 && errno == EFAULT, "nowhere to read to");
	check(pwrite(vfio.fd, end, 4, config) == -1 && errno == EFAULT, "nowhere to write from");
	check(pread(vfio.fd, end - 6, 64, config) == -1 && errno == EFAULT,
	      "not all is there to read to");
}

static void test_widths(void)
{
	unsigned char whole[CONFIG_SIZE], part[8];
	unsigned int pos, len;
	bool good;

	good = vfio_read(&vfio, CONFIG_REGION, 0, whole, CONFIG_SIZE) == CONFIG_SIZE;
	for (pos = 0; pos + 8 <= CONFIG_SIZE; pos++) {
		for (len = 1; len <= 8; len++)
			good = good && vfio_read(&vfio, CONFIG_REGION, pos, part, len) == len &&
			       !memcmp(whole + pos, part, len);
	}
	check(good, "configuration space reads the same in any width, at any place");
}

/* PCI configuration space. */

static void test_header(void)
{
	check(config_get(&vfio, PCI_VENDOR_ID, 2) == 0x1af4 &&
	      config_get(&vfio, PCI_DEVICE_ID, 2) == 0x1041, "it is a virtio NIC");
	check(config_get(&vfio, PCI_REVISION_ID, 1) >= 1 &&
	      config_get(&vfio, PCI_SUBSYSTEM_ID, 2) >= 0x40, "not a transitional one");
	check(config_get(&vfio, PCI_CLASS_DEVICE, 2) == 0x0200, "it has the class of one");
	check(config_get(&vfio, PCI_HEADER_TYPE, 1) == PCI_HEADER_TYPE_NORMAL, "its header is 0");
	check(config_get(&vfio, PCI_STATUS, 2) == PCI_STATUS_CAP_LIST, "it has capabilities");
	check(config_get(&vfio, PCI_INTERRUPT_PIN, 1) == 1, "it uses INTA");
}

static void test_bar(unsigned int bar)
{
	__u32 pos = PCI_BASE_ADDRESS_0 + 4 * bar;
	__u64 size = vfio.region[bar].size;
	__u32 mask;

	config_put(&vfio, pos, 4, 0xffffffff);
	mask = config_get(&vfio, pos, 4);
	check(mask == (size ? (__u32)-size : 0), "BAR %u: its size is found", bar);
	config_put(&vfio, pos, 4, 0x12345678);
	check(config_get(&vfio, pos, 4) == (0x12345678 & mask), "BAR %u: it takes an address", bar);
	config_put(&vfio, pos + 1, 1, 0xff);
	config_put(&vfio, pos + 2, 2, 0xedcb);
	check(config_get(&vfio, pos, 4) == (0xedcbff78 & mask), "BAR %u: in parts", bar);
	config_put(&vfio, pos, 4, 0);
	check(!config_get(&vfio, pos, 4), "BAR %u: and gives it back", bar);
}

static void test_bars(void)
{
	unsigned int bar;

	for (bar = 0; bar < 6; bar++)
		test_bar(bar);
	config_put(&vfio, PCI_ROM_ADDRESS, 4, 0xffffffff);
	check(!config_get(&vfio, PCI_ROM_ADDRESS, 4), "there is no ROM");
}

/* Mark the bytes of a capability: false if one is taken, or outside. */
static bool mark(__u8 *taken, unsigned int pos, unsigned int len)
{
	if (pos < 0x40 || pos % 4 || pos + len > CONFIG_SIZE)
		return false;
	while (len--) {
		if (taken[pos + len]++)
			return false;
	}
	return true;
}

static void test_cap_list(void)
{
	unsigned int nr[NR_CAPS] = {}, msix = 0, other = 0, type;
	__u8 pos = config_get(&vfio, PCI_CAPABILITY_LIST, 1);
	__u8 taken[CONFIG_SIZE] = {};
	bool good = true;

	while (pos && good) {
		__u8 id = config_get(&vfio, pos, 1);

		good = mark(taken, pos, id == PCI_CAP_ID_MSIX ? PCI_CAP_MSIX_SIZEOF :
					config_get(&vfio, pos + VIRTIO_PCI_CAP_LEN, 1));
		type = config_get(&vfio, pos + VIRTIO_PCI_CAP_CFG_TYPE, 1);
		if (id == PCI_CAP_ID_MSIX)
			msix++;
		else if (id == PCI_CAP_ID_VNDR && type < NR_CAPS)
			nr[type]++;
		else
			other++;
		pos = config_get(&vfio, pos + PCI_CAP_LIST_NEXT, 1);
	}
	check(good, "the capabilities do not overlap, and end");
	for (type = 1; type < NR_CAPS; type++)
		check(nr[type] == 1, "virtio's capability of type %u is there once", type);
	check(msix == 1 && !other && !nr[0], "and MSI-X, and no other");
}

static bool apart(__u64 a, __u64 a_len, __u64 b, __u64 b_len)
{
	return a + a_len <= b || b + b_len <= a;
}

static void test_structures(void)
{
	unsigned int queues = common_get(&vfio, VIRTIO_PCI_COMMON_NUMQ, 2);
	const struct structure *s = vfio.structure;
	bool fit = true, separate = true;
	unsigned int i, j;

	for (i = 1; i < VIRTIO_PCI_CAP_PCI_CFG; i++) {
		fit = fit && s[i].bar < 6 && s[i].length &&
		      (__u64)s[i].offset + s[i].length <= vfio.region[s[i].bar].size;
		for (j = 1; j < i; j++)
			separate = separate && (s[i].bar != s[j].bar ||
						apart(s[i].offset, s[i].length, s[j].offset,
						      s[j].length));
	}
	check(fit, "each structure is within a region");
	check(separate, "and apart from the others");
	check(s[VIRTIO_PCI_CAP_COMMON_CFG].length >= sizeof(struct virtio_pci_common_cfg),
	      "the common structure is long enough");
	check(vfio.notify_step && s[VIRTIO_PCI_CAP_NOTIFY_CFG].length >=
	      (queues - 1) * vfio.notify_step + 2, "each queue has a place for notifications");
}

static void test_msix_tables(void)
{
	__u32 flags = config_get(&vfio, vfio.msix + PCI_MSIX_FLAGS, 2);
	__u32 table = config_get(&vfio, vfio.msix + PCI_MSIX_TABLE, 4);
	__u32 pba = config_get(&vfio, vfio.msix + PCI_MSIX_PBA, 4);
	unsigned int nr = (flags & PCI_MSIX_FLAGS_QSIZE) + 1;
	__u64 size = vfio.region[table & PCI_MSIX_TABLE_BIR].size;
	__u64 table_len = nr * PCI_MSIX_ENTRY_SIZE, pba_len = (nr + 63) / 64 * 8;

	check(nr == vfio.nr_vectors, "the table of MSI-X has the vectors that there are");
	check((table & PCI_MSIX_TABLE_BIR) == (pba & PCI_MSIX_PBA_BIR) &&
	      (table & PCI_MSIX_TABLE_OFFSET) + table_len <= size &&
	      (pba & PCI_MSIX_PBA_OFFSET) + pba_len <= size &&
	      apart(table & PCI_MSIX_TABLE_OFFSET, table_len, pba & PCI_MSIX_PBA_OFFSET, pba_len),
	      "it fits, and what is pending beside it");
}

/* Which bits may change, by what PCI and virtio say; the others are to stay. */
static void writable(__u8 *mask)
{
	__u8 window = vfio.structure[VIRTIO_PCI_CAP_PCI_CFG].cap;
	unsigned int bar, i;
	__u32 size;

	memset(mask, 0, CONFIG_SIZE);
	mask[PCI_COMMAND] = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	mask[PCI_COMMAND + 1] = PCI_COMMAND_INTX_DISABLE >> 8;
	mask[PCI_STATUS] = PCI_STATUS_INTERRUPT;
	mask[PCI_CACHE_LINE_SIZE] = 0xff;
	mask[PCI_INTERRUPT_LINE] = 0xff;
	mask[vfio.msix + PCI_MSIX_FLAGS + 1] =
		(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL) >> 8;
	for (bar = 0; bar < 6; bar++) {
		size = vfio.region[bar].size;
		for (i = 0; i < 4 && size; i++)
			mask[PCI_BASE_ADDRESS_0 + 4 * bar + i] = -size >> (8 * i);
	}
	mask[window + VIRTIO_PCI_CAP_BAR] = 0xff;
	memset(mask + window + VIRTIO_PCI_CAP_OFFSET, 0xff, 12);
}

static void test_random_config(void)
{
	__u8 mask[CONFIG_SIZE], before[CONFIG_SIZE], after[CONFIG_SIZE], data[16];
	unsigned int i, j, pos;
	bool good = true;

	writable(mask);
	vfio_read(&vfio, CONFIG_REGION, 0, before, CONFIG_SIZE);
	for (i = 0; i < repeats && good; i++) {
		for (j = 0; j < sizeof(data); j++)
			data[j] = random32();
		pos = random_below(CONFIG_SIZE);
		vfio_write(&vfio, CONFIG_REGION, pos, data, 1 + random_below(sizeof(data)));
		vfio_read(&vfio, CONFIG_REGION, 0, after, CONFIG_SIZE);
		for (j = 0; j < CONFIG_SIZE && good; j++) {
			good = !((before[j] ^ after[j]) & ~mask[j]);
			if (!good)
				comment("byte %#x: from %#x to %#x", j, before[j], after[j]);
		}
	}
	check(good, "random writes change nothing but what may be written");
	vfio_write(&vfio, CONFIG_REGION, 0, before, CONFIG_SIZE);
	check_err(vfio_reset(&vfio), 0, "the device is reset");
}

/* The capability by which the other structures are reached. */

static __u8 window_data(void)
{
	return vfio.structure[VIRTIO_PCI_CAP_PCI_CFG].cap + sizeof(struct virtio_pci_cap);
}

static void window_aim(__u8 bar, __u32 offset, __u32 length)
{
	__u8 cap = vfio.structure[VIRTIO_PCI_CAP_PCI_CFG].cap;

	config_put(&vfio, cap + VIRTIO_PCI_CAP_BAR, 1, bar);
	config_put(&vfio, cap + VIRTIO_PCI_CAP_OFFSET, 4, offset);
	config_put(&vfio, cap + VIRTIO_PCI_CAP_LENGTH, 4, length);
}

static __u32 window_get(__u32 pos, __u32 len)
{
	const struct structure *common = &vfio.structure[VIRTIO_PCI_CAP_COMMON_CFG];

	window_aim(common->bar, common->offset + pos, len);
	return config_get(&vfio, window_data(), len);
}

static void window_put(__u32 pos, __u32 len, __u32 value)
{
	const struct structure *common = &vfio.structure[VIRTIO_PCI_CAP_COMMON_CFG];

	window_aim(common->bar, common->offset + pos, len);
	config_put(&vfio, window_data(), len, value);
}

static void test_window(void)
{
	check(window_get(VIRTIO_PCI_COMMON_NUMQ, 2) == common_get(&vfio, VIRTIO_PCI_COMMON_NUMQ, 2),
	      "the window reads what is read without it");
	window_put(VIRTIO_PCI_COMMON_DFSELECT, 4, 0x89abcdef);
	check(common_get(&vfio, VIRTIO_PCI_COMMON_DFSELECT, 4) == 0x89abcdef, "it writes 4 bytes");
	window_put(VIRTIO_PCI_COMMON_Q_SELECT, 2, 1);
	check(common_get(&vfio, VIRTIO_PCI_COMMON_Q_SELECT, 2) == 1, "it writes 2 bytes");
	window_put(VIRTIO_PCI_COMMON_STATUS, 1, S_ACKNOWLEDGE);
	check(virtio_status(&vfio) == S_ACKNOWLEDGE, "it writes 1 byte");
	check(window_get(VIRTIO_PCI_COMMON_STATUS, 1) == S_ACKNOWLEDGE, "and reads it");
	vfio_reset(&vfio);
}

static void test_window_hostile(void)
{
	const struct structure *common = &vfio.structure[VIRTIO_PCI_CAP_COMMON_CFG];
	__u32 size = vfio.region[common->bar].size;
	const struct structure aims[] = {
		{ 0, 0, common->offset, 4 }, { 0, 1, common->offset, 4 },
		{ 0, 5, common->offset, 4 }, { 0, 7, common->offset, 4 },
		{ 0, 255, common->offset, 4 }, { 0, common->bar, common->offset, 0 },
		{ 0, common->bar, common->offset, 3 }, { 0, common->bar, common->offset, 8 },
		{ 0, common->bar, common->offset, 0x80000000 },
		{ 0, common->bar, common->offset, 0xffffffff },
		{ 0, common->bar, common->offset + 2, 4 },
		{ 0, common->bar, common->offset + 21, 2 },
		{ 0, common->bar, size, 1 }, { 0, common->bar, size, 4 },
		{ 0, common->bar, size - 1, 2 }, { 0, common->bar, size - 2, 4 },
		{ 0, common->bar, 0x80000000, 4 }, { 0, common->bar, 0xfffffffc, 4 },
		{ 0, common->bar, 0xfffffffe, 2 }, { 0, common->bar, 0xffffffff, 1 },
	};
	__u8 before[COMMON_SIZE], after[COMMON_SIZE];
	unsigned int i;

	for (i = 0; i < sizeof(aims) / sizeof(*aims); i++) {
		vfio_read(&vfio, common->bar, common->offset, before, sizeof(before));
		window_aim(aims[i].bar, aims[i].offset, aims[i].length);
		config_put(&vfio, window_data(), 4, 0x0f0f0f0f);
		config_put(&vfio, window_data() + 1, 1, 0x55);
		config_get(&vfio, window_data(), 4);
		vfio_read(&vfio, common->bar, common->offset, after, sizeof(after));
		check(!memcmp(before, after, sizeof(after)),
		      "%#x bytes at %#x of BAR %u are not reached", aims[i].length, aims[i].offset,
		      aims[i].bar);
	}
}

/* The common structure. */

static void test_selects(void)
{
	static const __u32 bad[] = { 2, 3, 32, 0x80000000, 0xffffffff };
	__u64 offered = virtio_offered(&vfio);
	bool good = true;
	unsigned int i;

	virtio_accept(&vfio, offered);
	for (i = 0; i < 5; i++) {
		common_put(&vfio, VIRTIO_PCI_COMMON_DFSELECT, 4, bad[i]);
		common_put(&vfio, VIRTIO_PCI_COMMON_GFSELECT, 4, bad[i]);
		common_put(&vfio, VIRTIO_PCI_COMMON_GF, 4, 0xffffffff);
		good = good && !common_get(&vfio, VIRTIO_PCI_COMMON_DF, 4) &&
		       !common_get(&vfio, VIRTIO_PCI_COMMON_GF, 4);
	}
	check(good, "there are no features behind the first 64");
	common_put(&vfio, VIRTIO_PCI_COMMON_GFSELECT, 4, 0);
	good = common_get(&vfio, VIRTIO_PCI_COMMON_GF, 4) == (__u32)offered;
	common_put(&vfio, VIRTIO_PCI_COMMON_GFSELECT, 4, 1);
	check(good && common_get(&vfio, VIRTIO_PCI_COMMON_GF, 4) == offered >> 32,
	      "and writing them changes none of these");
	check(offered & BIT(VIRTIO_F_VERSION_1) && !(offered & BIT(VIRTIO_F_SR_IOV)),
	      "it offers what it should");
	vfio_reset(&vfio);
}

static void test_queue_select(void)
{
	unsigned int queues = common_get(&vfio, VIRTIO_PCI_COMMON_NUMQ, 2);
	const __u16 bad[] = { queues, queues + 1, 0x8000, 0xffff };
	bool good = true;
	unsigned int i;

	virtio_set_status(&vfio, S_ACKNOWLEDGE);
	for (i = 0; i < queues; i++)
		good = good && queue_get(&vfio, i, VIRTIO_PCI_COMMON_Q_SIZE);
	check(good, "all queues have a size");
	for (i = 0, good = true; i < 4; i++) {
		queue_put(&vfio, bad[i], VIRTIO_PCI_COMMON_Q_SIZE, 16);
		queue_put(&vfio, bad[i], VIRTIO_PCI_COMMON_Q_MSIX, 0);
		queue_put(&vfio, bad[i], VIRTIO_PCI_COMMON_Q_ENABLE, 1);
		queue_put(&vfio, bad[i], VIRTIO_PCI_COMMON_Q_RESET, 1);
		common_put(&vfio, VIRTIO_PCI_COMMON_Q_DESCLO, 4, 0x1000);
		good = good && !queue_get(&vfio, bad[i], VIRTIO_PCI_COMMON_Q_SIZE) &&
		       !queue_get(&vfio, bad[i], VIRTIO_PCI_COMMON_Q_ENABLE) &&
		       !common_get(&vfio, VIRTIO_PCI_COMMON_Q_DESCLO, 4);
	}
	check(good, "others have none, and take nothing");
	check(virtio_status(&vfio) == S_ACKNOWLEDGE, "which does no harm");
	vfio_reset(&vfio);
}

static void test_queue_sizes(void)
{
	static const __u16 bad[] = { 0, 3, 255, 0x4001, 0x8000, 0xffff };
	unsigned int i;

	for (i = 0; i < 6; i++) {
		virtio_negotiate(&vfio, F_BASE);
		queue_put(&vfio, 0, VIRTIO_PCI_COMMON_Q_SIZE, bad[i]);
		queue_put(&vfio, 0, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
		check(!queue_get(&vfio, 0, VIRTIO_PCI_COMMON_Q_ENABLE) &&
		      virtio_status(&vfio) & S_NEEDS_RESET,
		      "a queue of %u entries is not enabled, which needs a reset", bad[i]);
		virtio_set_status(&vfio, 0);
		check(!virtio_status(&vfio) && virtio_negotiate(&vfio, F_BASE) &&
		      !(virtio_status(&vfio) & S_NEEDS_RESET), "after that it works");
		vfio_reset(&vfio);
	}
}

static void test_vectors(void)
{
	const __u16 bad[] = { vfio.nr_vectors, vfio.nr_vectors + 1, 0x7ff, 0x800, 0x8000, 0xfffe };
	unsigned int i;
	bool good = true;

	check(common_get(&vfio, VIRTIO_PCI_COMMON_MSIX, 2) == VIRTIO_MSI_NO_VECTOR &&
	      queue_get(&vfio, 0, VIRTIO_PCI_COMMON_Q_MSIX) == VIRTIO_MSI_NO_VECTOR,
	      "there is no vector at first");
	for (i = 0; i < vfio.nr_vectors; i++) {
		common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, i);
		queue_put(&vfio, 0, VIRTIO_PCI_COMMON_Q_MSIX, i);
		good = good && common_get(&vfio, VIRTIO_PCI_COMMON_MSIX, 2) == i &&
		       queue_get(&vfio, 0, VIRTIO_PCI_COMMON_Q_MSIX) == i;
	}
	check(good, "those that there are can be set");
	for (i = 0; i < 6; i++) {
		common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, bad[i]);
		queue_put(&vfio, 0, VIRTIO_PCI_COMMON_Q_MSIX, bad[i]);
		good = good && common_get(&vfio, VIRTIO_PCI_COMMON_MSIX, 2) == 0xffff &&
		       queue_get(&vfio, 0, VIRTIO_PCI_COMMON_Q_MSIX) == 0xffff;
	}
	check(good, "others cannot, which can be read back");
	vfio_reset(&vfio);
}

static void test_status(void)
{
	virtio_set_status(&vfio, S_ACKNOWLEDGE);
	virtio_set_status(&vfio, S_DRIVER);
	check(virtio_status(&vfio) == (S_ACKNOWLEDGE | S_DRIVER), "bits of the status are added");
	virtio_set_status(&vfio, S_NEEDS_RESET | S_DRIVER);
	check(!(virtio_status(&vfio) & S_NEEDS_RESET), "a driver does not set NEEDS_RESET");
	virtio_set_status(&vfio, S_DRIVER_OK);
	check(!(virtio_status(&vfio) & S_DRIVER_OK), "nor DRIVER_OK without FEATURES_OK");
	virtio_set_status(&vfio, 0);
	check(!virtio_status(&vfio), "0 resets");
	virtio_negotiate(&vfio, F_BASE);
	virtio_accept(&vfio, F_BASE | BIT(VIRTIO_F_RING_PACKED) | BIT(5));
	check(common_get(&vfio, VIRTIO_PCI_COMMON_GF, 4) == F_BASE >> 32,
	      "after FEATURES_OK features stay");
	vfio_reset(&vfio);
}

static void test_features(void)
{
	__u64 offered = virtio_offered(&vfio);
	unsigned int bit, wrong = 0;

	for (bit = 0; bit < 64; bit++) {
		if (offered & BIT(bit))
			continue;
		if (virtio_negotiate(&vfio, F_BASE | BIT(bit)))
			wrong++;
		virtio_set_status(&vfio, 0);
	}
	check(!wrong, "with a feature that is not offered there is no FEATURES_OK");
	check(!virtio_negotiate(&vfio, BIT(VIRTIO_F_ACCESS_PLATFORM)), "nor without VERSION_1");
	check(!(virtio_status(&vfio) & S_NEEDS_RESET), "which needs no reset");
	virtio_accept(&vfio, F_BASE);
	virtio_set_status(&vfio, S_FEATURES_OK);
	check(virtio_status(&vfio) & S_FEATURES_OK, "but other features");
	vfio_reset(&vfio);
}

static void test_no_addresses(void)
{
	unsigned int queues = common_get(&vfio, VIRTIO_PCI_COMMON_NUMQ, 2), i;
	double end = now() + PATIENCE_MS / 1e3;

	virtio_negotiate(&vfio, F_BASE);
	for (i = 0; i < queues; i++)
		queue_put(&vfio, i, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
	virtio_set_status(&vfio, S_DRIVER_OK);
	check(!(virtio_status(&vfio) & S_NEEDS_RESET), "no bus master, it looks for none");
	config_put(&vfio, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	for (i = 0; i < queues; i++)
		structure_put(&vfio, VIRTIO_PCI_CAP_NOTIFY_CFG, i * vfio.notify_step, 2, i);
	while (!(virtio_status(&vfio) & S_NEEDS_RESET) && now() < end)
		usleep(1000);
	check(virtio_status(&vfio) & S_NEEDS_RESET, "queues at no address need a reset");
	common_put(&vfio, VIRTIO_PCI_COMMON_Q_DESCLO, 4, 0x1000);
	check(!common_get(&vfio, VIRTIO_PCI_COMMON_Q_DESCLO, 4), "and do not move meanwhile");
	virtio_set_status(&vfio, 0);
	check(virtio_negotiate(&vfio, F_BASE), "after that it works");
	vfio_reset(&vfio);
}

/* Anywhere in the region, of any length. */
static void test_random_virtio(void)
{
	const struct structure *common = &vfio.structure[VIRTIO_PCI_CAP_COMMON_CFG];
	unsigned int i, pos;
	__u32 data[4];

	for (i = 0; i < repeats; i++) {
		data[0] = random32();
		data[1] = random_below(4);
		data[2] = random_below(256);
		data[3] = random32();
		pos = random_below(i % 4 ? COMMON_SIZE : vfio.region[common->bar].size);
		vfio_write(&vfio, common->bar, pos, (char *)data + random_below(12),
			   1 + random_below(4));
		if (i % 64 == 0)
			vfio_reset(&vfio);
	}
	vfio_reset(&vfio);
	check(virtio_negotiate(&vfio, F_BASE), "random writes bring nothing down");
	vfio_reset(&vfio);
}

static void snapshot(__u8 *config, __u8 *common)
{
	const struct structure *s = &vfio.structure[VIRTIO_PCI_CAP_COMMON_CFG];

	vfio_read(&vfio, CONFIG_REGION, 0, config, CONFIG_SIZE);
	vfio_read(&vfio, s->bar, s->offset, common, COMMON_SIZE);
	/* It counts on, whoever uses the device. */
	common[VIRTIO_PCI_COMMON_CFGGENERATION] = 0;
}

static bool same(const char *what, const __u8 *before, const __u8 *after, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len && before[i] == after[i]; i++)
		;
	if (i < len)
		comment("%s, byte %#x: %#x and not %#x", what, i, after[i], before[i]);
	return i == len;
}

/* Of everything that a driver may have changed, nothing is left. */
static bool as_new(const __u8 *config, const __u8 *common)
{
	__u8 config_now[CONFIG_SIZE], common_now[COMMON_SIZE];

	snapshot(config_now, common_now);
	return same("common", common, common_now, COMMON_SIZE) &&
	       (!config || same("PCI", config, config_now, CONFIG_SIZE));
}

static void dirty(void)
{
	virtio_negotiate(&vfio, F_BASE);
	common_put(&vfio, VIRTIO_PCI_COMMON_MSIX, 2, 1);
	queue_put(&vfio, 0, VIRTIO_PCI_COMMON_Q_SIZE, 16);
	queue_put(&vfio, 0, VIRTIO_PCI_COMMON_Q_MSIX, 0);
	common_put(&vfio, VIRTIO_PCI_COMMON_Q_USEDHI, 4, 0x12345);
	queue_put(&vfio, 0, VIRTIO_PCI_COMMON_Q_ENABLE, 1);
	virtio_break(&vfio);
	common_put(&vfio, VIRTIO_PCI_COMMON_Q_SELECT, 2, 2);
}

static void test_reset(const char *slice, const __u8 *config, const __u8 *common)
{
	dirty();
	check(virtio_status(&vfio) & S_FEATURES_OK, "a driver leaves traces");
	check_err(vfio_reset(&vfio), 0, "VFIO_DEVICE_RESET");
	check(as_new(NULL, common), "takes them away");
	dirty();
	virtio_set_status(&vfio, 0);
	check(as_new(NULL, common), "as status 0 does");
	dirty();
	config_put(&vfio, PCI_COMMAND, 2, 0xffff);
	config_put(&vfio, PCI_BASE_ADDRESS_0, 4, 0xfe000000);
	window_aim(2, 0x1000, 1);
	config_put(&vfio, window_data(), 4, 0x12345678);
	config_put(&vfio, PCI_INTERRUPT_LINE, 1, 11);
	vfio_close(&vfio);
	vfio_open(&vfio, slice);
	check(as_new(config, common), "who opens it next finds nothing of that");
}

static void test_device_config(void)
{
	const struct structure *s = &vfio.structure[VIRTIO_PCI_CAP_DEVICE_CFG];
	static const __u8 mac[6] = { 2, 0, 0, 0, 0, 0x0c };
	__u8 got[6], zeros[64] = {}, end[64];

	vfio_read(&vfio, s->bar, s->offset, got, sizeof(got));
	check(!memcmp(got, mac, 6), "its configuration has the provisioned MAC");
	memset(end, 0xff, sizeof(end));
	vfio_read(&vfio, s->bar, s->offset + s->length, end, sizeof(end));
	check(!memcmp(end, zeros, sizeof(end)), "nothing is behind it");
}

static void test_second_open(void)
{
	int fd = vfio_try_device(&vfio);

	check(fd >= 0, "the device can be opened twice by its group");
	virtio_set_status(&vfio, S_ACKNOWLEDGE);
	close(fd);
	check(virtio_status(&vfio) == S_ACKNOWLEDGE, "and stays open when one is closed");
	vfio_reset(&vfio);
}

static void test_common(void)
{
	test_selects();
	test_queue_select();
	test_queue_sizes();
	test_vectors();
	test_status();
	test_features();
	test_no_addresses();
}

static void test_config(void)
{
	test_header();
	test_bars();
	test_cap_list();
	test_structures();
	test_msix_tables();
	test_window();
	test_window_hostile();
	test_random_config();
}

int main(int argc, char **argv)
{
	__u8 config[CONFIG_SIZE], common[COMMON_SIZE];
	char *buf;

	if (argc != 3)
		return 2;
	repeats = atoi(argv[2]);
	buf = mmap(NULL, 2 * PORTION, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buf == MAP_FAILED || munmap(buf + PORTION, PORTION))
		die("memory");
	vfio_open(&vfio, argv[1]);
	snapshot(config, common);
	test_info();
	test_region_info();
	test_irq_info();
	test_edges(buf);
	test_faults(buf);
	test_widths();
	test_config();
	test_common();
	test_device_config();
	test_second_open();
	test_random_virtio();
	test_reset(argv[1], config, common);
	vfio_close(&vfio);
	return 0;
}
