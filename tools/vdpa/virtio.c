// SPDX-License-Identifier: GPL-2.0
/*
 * What the command knows of virtio devices: names of kinds and features, and what
 * stands in configuration spaces (virtio 1.2, section 5).
 */
#include <ctype.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/virtio_ids.h>
#include <stdio.h>
#include <string.h>

#include "print.h"
#include "tribus.h"
#include "virtio.h"

static const char *const device_names[] = {
	[VIRTIO_ID_NET] = "net",
	[VIRTIO_ID_BLOCK] = "block",
	[VIRTIO_ID_CONSOLE] = "console",
	[VIRTIO_ID_RNG] = "rng",
	[VIRTIO_ID_BALLOON] = "balloon",
	[VIRTIO_ID_SCSI] = "scsi",
	[VIRTIO_ID_9P] = "9p",
	[VIRTIO_ID_GPU] = "gpu",
	[VIRTIO_ID_INPUT] = "input",
	[VIRTIO_ID_VSOCK] = "vsock",
	[VIRTIO_ID_CRYPTO] = "crypto",
	[VIRTIO_ID_IOMMU] = "iommu",
	[VIRTIO_ID_MEM] = "mem",
	[VIRTIO_ID_SOUND] = "sound",
	[VIRTIO_ID_FS] = "fs",
	[VIRTIO_ID_PMEM] = "pmem",
};

static const char *const net_features[64] = {
	[0] = "csum", [1] = "guest_csum", [2] = "ctrl_guest_offloads", [3] = "mtu",
	[5] = "mac", [7] = "guest_tso4", [8] = "guest_tso6", [9] = "guest_ecn",
	[10] = "guest_ufo", [11] = "host_tso4", [12] = "host_tso6", [13] = "host_ecn",
	[14] = "host_ufo", [15] = "mrg_rxbuf", [16] = "status", [17] = "ctrl_vq",
	[18] = "ctrl_rx", [19] = "ctrl_vlan", [20] = "ctrl_rx_extra", [21] = "guest_announce",
	[22] = "mq", [23] = "ctrl_mac_addr", [52] = "hash_tunnel", [53] = "vq_notf_coal",
	[54] = "guest_uso4", [55] = "guest_uso6", [56] = "host_uso", [57] = "hash_report",
	[59] = "guest_hdrlen", [60] = "rss", [61] = "rsc_ext", [62] = "standby",
	[63] = "speed_duplex",
};

static const char *const block_features[24] = {
	[1] = "size_max", [2] = "seg_max", [4] = "geometry", [5] = "ro", [6] = "blk_size",
	[9] = "flush", [10] = "topology", [11] = "config_wce", [12] = "mq", [13] = "discard",
	[14] = "write_zeroes", [16] = "lifetime", [17] = "secure_erase",
};

/* Bits 24 to 41 mean the same for every device. */
static const char *const ring_features[] = {
	[24] = "notify_on_empty", [27] = "any_layout", [28] = "indirect_desc",
	[29] = "event_idx", [32] = "version_1", [33] = "access_platform",
	[34] = "ring_packed", [35] = "in_order", [36] = "order_platform", [37] = "sr_iov",
	[38] = "notification_data", [39] = "notif_config_data", [40] = "ring_reset",
	[41] = "admin_vq",
};

static const char *const status_names[8] = {
	"acknowledge", "driver", "driver_ok", "features_ok", NULL, NULL, "needs_reset", "failed",
};

/* Features of a network device that say what stands in its configuration space. */
enum {
	NET_F_MTU = 3,
	NET_F_MAC = 5,
	NET_F_STATUS = 16,
	NET_F_MQ = 22,
};

/* Offsets there. */
enum {
	NET_MAC = 0,
	NET_STATUS = 6,
	NET_PAIRS = 8,
	NET_MTU = 10,
};

#define NET_S_LINK_UP	1

const char *virtio_device_name(uint32_t id)
{
	return id < ARRAY_SIZE(device_names) ? device_names[id] : NULL;
}

void features_get(struct features *features, const struct nlattr *attr)
{
	size_t length;

	memset(features, 0, sizeof(*features));
	if (!attr)
		return;
	length = mnl_attr_get_payload_len(attr);
	if (length > sizeof(*features))
		length = sizeof(*features);
	memcpy(features, mnl_attr_get_payload(attr), length & ~7UL);
}

bool features_have(const struct features *features, unsigned int bit)
{
	return features->word[bit / 64] >> bit % 64 & 1;
}

bool features_equal(const struct features *a, const struct features *b)
{
	return !memcmp(a, b, sizeof(*a));
}

unsigned int features_words(const struct features *features)
{
	unsigned int words = FEATURE_WORDS;

	while (words > 1 && !features->word[words - 1])
		words--;
	return words;
}

const char *features_text(const struct features *features, char *text)
{
	unsigned int words = features_words(features);
	int at = sprintf(text, "0x%llx", (unsigned long long)features->word[words - 1]);

	while (--words > 0)
		at += sprintf(text + at, "%016llx", (unsigned long long)features->word[words - 1]);
	return text;
}

static uint64_t hex_digit(unsigned char digit)
{
	return isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10;
}

int features_read(struct features *features, const char *text)
{
	size_t length;

	memset(features, 0, sizeof(*features));
	if (text[0] != '0' || tolower((unsigned char)text[1]) != 'x' || !text[2])
		return -1;
	text += 2;
	length = strlen(text);
	if (length > 16 * FEATURE_WORDS || strspn(text, "0123456789abcdefABCDEF") != length)
		return -1;
	for (size_t i = 0; i < length; i++)
		features->word[i / 16] |= hex_digit(text[length - 1 - i]) << 4 * (i % 16);
	return 0;
}

static const char *feature_name(uint32_t device_id, unsigned int bit)
{
	if (bit >= 24 && bit < ARRAY_SIZE(ring_features))
		return ring_features[bit];
	if (device_id == VIRTIO_ID_NET && bit < ARRAY_SIZE(net_features))
		return net_features[bit];
	if (device_id == VIRTIO_ID_BLOCK && bit < ARRAY_SIZE(block_features))
		return block_features[bit];
	return NULL;
}

static void print_bit(const char *name, unsigned int bit)
{
	char number[16];

	if (!name) {
		snprintf(number, sizeof(number), "bit_%u", bit);
		name = number;
	}
	json_string(NULL, name);
	text_word(COLOR_NONE, name);
}

void features_print(const char *key, const struct features *features, uint32_t device_id)
{
	json_array(key);
	for (unsigned int bit = 0; bit < 64 * FEATURE_WORDS; bit++)
		if (features_have(features, bit))
			print_bit(feature_name(device_id, bit), bit);
	json_array_end();
}

void virtio_status_print(uint8_t status)
{
	json_array("status");
	text_word(COLOR_NONE, "status");
	if (!status)
		text_word(COLOR_NONE, "reset");
	for (unsigned int bit = 0; bit < 8; bit++)
		if (status >> bit & 1)
			print_bit(status_names[bit], bit);
	json_array_end();
}

static uint16_t space_u16(const uint8_t *space, size_t length, size_t offset)
{
	return offset + 2 > length ? 0 : space[offset] | space[offset + 1] << 8;
}

static void net_print(const struct features *features, const uint8_t *space, size_t length)
{
	char mac[18];
	bool up;

	if (features_have(features, NET_F_STATUS) && length >= NET_STATUS + 2) {
		up = space_u16(space, length, NET_STATUS) & NET_S_LINK_UP;
		print_string("link", "link", up ? COLOR_GOOD : COLOR_BAD, up ? "up" : "down");
	}
	if (features_have(features, NET_F_MAC) && length >= NET_MAC + 6) {
		snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", space[0], space[1],
			 space[2], space[3], space[4], space[5]);
		print_string("mac", "mac", COLOR_ADDRESS, mac);
	}
	if (features_have(features, NET_F_MTU) && length >= NET_MTU + 2)
		print_number("mtu", "mtu", space_u16(space, length, NET_MTU));
	if (features_have(features, NET_F_MQ) && length >= NET_PAIRS + 2)
		print_number("max_vqp", "max_vqp", space_u16(space, length, NET_PAIRS));
}

void virtio_space_print(uint32_t device_id, const struct features *features,
			const struct nlattr *attr)
{
	const uint8_t *space = attr ? mnl_attr_get_payload(attr) : NULL;
	size_t length = attr ? mnl_attr_get_payload_len(attr) : 0;
	uint64_t sectors;

	if (device_id == VIRTIO_ID_NET) {
		net_print(features, space, length);
	} else if (device_id == VIRTIO_ID_BLOCK && length >= sizeof(sectors)) {
		memcpy(&sectors, space, sizeof(sectors));
		print_number("capacity", "capacity", le64toh(sectors) * 512);
	}
}
