// SPDX-License-Identifier: GPL-2.0
/*
 * Provisioning of a slice, part by part.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "attr.h"
#include "config.h"
#include "nl.h"
#include "print.h"
#include "sysfs.h"
#include "tribus.h"

const char *const config_keys[] = {
	"mac", "mtu", "max_vqp", "queue_size", "device_features", "numa", "cpus", NULL,
};

static const uint32_t parts[] = {
	MDEV_CONFIG_PART_NET_MAC,
	MDEV_CONFIG_PART_NET_MTU,
	MDEV_CONFIG_PART_NET_MAX_VQ_PAIRS,
	MDEV_CONFIG_PART_QUEUE_SIZE,
	MDEV_CONFIG_PART_FEATURES,
	MDEV_CONFIG_PART_NUMA_NODE,
	MDEV_CONFIG_PART_CPUS,
};

uint32_t config_part_at(unsigned int index)
{
	return parts[index];
}

uint32_t config_part(const char *key)
{
	for (unsigned int i = 0; config_keys[i]; i++)
		if (!strcmp(config_keys[i], key))
			return parts[i];
	return 0;
}

static uint32_t *number_of(struct config *config, uint32_t part)
{
	switch (part) {
	case MDEV_CONFIG_PART_NET_MTU:
		return &config->mtu;
	case MDEV_CONFIG_PART_NET_MAX_VQ_PAIRS:
		return &config->max_vqp;
	case MDEV_CONFIG_PART_QUEUE_SIZE:
		return &config->queue_size;
	case MDEV_CONFIG_PART_NUMA_NODE:
		return &config->numa;
	default:
		return NULL;
	}
}

static int read_mac(uint8_t *mac, const char *text)
{
	int end = 0;

	/* Two digits each, which sscanf() alone would not insist on. */
	if (strlen(text) != 17 || strspn(text, "0123456789abcdefABCDEF:") != 17 ||
	    sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5], &end) != 6 || end != 17)
		return usage_error("\"%s\" is no MAC address.", text);
	return 0;
}

static int read_number(uint32_t *value, const char *key, const char *text)
{
	uint64_t number;

	if (args_number(key, text, UINT32_MAX, &number))
		return -1;
	*value = number;
	return 0;
}

static int read_part(struct config *config, uint32_t part, const char *key, const char *value)
{
	switch (part) {
	case MDEV_CONFIG_PART_NET_MAC:
		return read_mac(config->mac, value);
	case MDEV_CONFIG_PART_FEATURES:
		if (features_read(&config->features, value))
			return usage_error("\"%s\" are no feature bits, as 0x1000.", value);
		return 0;
	case MDEV_CONFIG_PART_CPUS:
		config->cpus = value;
		return 0;
	default:
		return read_number(number_of(config, part), key, value);
	}
}

int config_read(struct config *config, const char *key, const char *value)
{
	uint32_t part = config_part(key);

	if (config->parts & part)
		return usage_error("\"%s\" is there twice.", key);
	if (read_part(config, part, key, value))
		return -1;
	config->parts |= part;
	return 0;
}

const char *config_text(const struct config *config, uint32_t part, char *text)
{
	const uint8_t *mac = config->mac;

	switch (part) {
	case MDEV_CONFIG_PART_NET_MAC:
		snprintf(text, CONFIG_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			 mac[2], mac[3], mac[4], mac[5]);
		break;
	case MDEV_CONFIG_PART_FEATURES:
		features_text(&config->features, text);
		break;
	case MDEV_CONFIG_PART_CPUS:
		snprintf(text, CONFIG_TEXT, "%s", config->cpus);
		break;
	default:
		snprintf(text, CONFIG_TEXT, "%u", *number_of((struct config *)config, part));
	}
	return text;
}

#define CPUS_MAX	8192

/* Sets the bits of a list of CPUs. -1 if it is none. */
static int read_cpus(const char *list, uint8_t *bits)
{
	memset(bits, 0, CPUS_MAX / 8);
	while (*list) {
		unsigned int first, last;
		int length = 0;

		if (sscanf(list, "%u%n", &first, &length) != 1)
			return -1;
		list += length;
		last = first;
		if (*list == '-' && sscanf(list, "-%u%n", &last, &length) == 1)
			list += length;
		if (last >= CPUS_MAX || (*list && *list != ','))
			return -1;
		for (; first <= last; first++)
			bits[first / 8] |= 1 << first % 8;
		list += *list == ',';
	}
	return 0;
}

/* The same CPUs can be written in several ways. */
static bool same_cpus(const char *a, const char *b)
{
	uint8_t first[CPUS_MAX / 8], second[CPUS_MAX / 8];
	char all[CONFIG_TEXT];

	if (!strcmp(a, "all") && sysfs_cpus(all, sizeof(all)))
		a = all;
	if (read_cpus(a, first) || read_cpus(b, second))
		return !strcmp(a, b);
	return !memcmp(first, second, sizeof(first));
}

static bool same_part(const struct config *wanted, const struct config *present, uint32_t part)
{
	char a[CONFIG_TEXT], b[CONFIG_TEXT];

	if (part == MDEV_CONFIG_PART_CPUS)
		return same_cpus(wanted->cpus, present->cpus);
	return !strcmp(config_text(wanted, part, a), config_text(present, part, b));
}

uint32_t config_differences(const struct config *wanted, const struct config *present)
{
	uint32_t differ = 0;

	for (unsigned int i = 0; config_keys[i]; i++) {
		if (!(wanted->parts & parts[i]))
			continue;
		if (!(present->parts & parts[i]) || !same_part(wanted, present, parts[i]))
			differ |= parts[i];
	}
	return differ;
}

static void get_number(struct config *config, uint32_t part, const struct nlattr *attr)
{
	if (!attr)
		return;
	*number_of(config, part) = attr_number(attr);
	config->parts |= part;
}

static void get_net(struct config *config, const struct nlattr *nest)
{
	const struct nlattr *net[MDEV_A_CONFIG_NET_MAX + 1];
	const struct nlattr *mac;

	attr_parse_nest(&net_set, nest, net);
	mac = net[MDEV_A_CONFIG_NET_MAC];
	if (mac && mnl_attr_get_payload_len(mac) == sizeof(config->mac)) {
		memcpy(config->mac, mnl_attr_get_payload(mac), sizeof(config->mac));
		config->parts |= MDEV_CONFIG_PART_NET_MAC;
	}
	get_number(config, MDEV_CONFIG_PART_NET_MTU, net[MDEV_A_CONFIG_NET_MTU]);
	get_number(config, MDEV_CONFIG_PART_NET_MAX_VQ_PAIRS,
		   net[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS]);
}

void config_get(struct config *config, const struct nlattr *nest)
{
	const struct nlattr *table[MDEV_A_CONFIG_MAX + 1];

	memset(config, 0, sizeof(*config));
	attr_parse_nest(&config_set, nest, table);
	get_net(config, table[MDEV_A_CONFIG_NET]);
	get_number(config, MDEV_CONFIG_PART_QUEUE_SIZE, table[MDEV_A_CONFIG_QUEUE_SIZE]);
	get_number(config, MDEV_CONFIG_PART_NUMA_NODE, table[MDEV_A_CONFIG_NUMA_NODE]);
	if (table[MDEV_A_CONFIG_FEATURES]) {
		features_get(&config->features, table[MDEV_A_CONFIG_FEATURES]);
		config->parts |= MDEV_CONFIG_PART_FEATURES;
	}
	config->cpus = attr_string(table[MDEV_A_CONFIG_CPUS]);
	if (config->cpus)
		config->parts |= MDEV_CONFIG_PART_CPUS;
}

static void put_number(struct nl *nl, const struct config *config, uint32_t part, uint16_t type)
{
	if (config->parts & part)
		nl_put_u32(nl, type, *number_of((struct config *)config, part));
}

static void put_net(struct nl *nl, const struct config *config)
{
	const uint32_t net = MDEV_CONFIG_PART_NET_MAC | MDEV_CONFIG_PART_NET_MTU |
			     MDEV_CONFIG_PART_NET_MAX_VQ_PAIRS;
	struct nlattr *nest;

	if (!(config->parts & net))
		return;
	nest = nl_nest(nl, MDEV_A_CONFIG_NET);
	if (config->parts & MDEV_CONFIG_PART_NET_MAC)
		nl_put(nl, MDEV_A_CONFIG_NET_MAC, config->mac, sizeof(config->mac));
	put_number(nl, config, MDEV_CONFIG_PART_NET_MTU, MDEV_A_CONFIG_NET_MTU);
	put_number(nl, config, MDEV_CONFIG_PART_NET_MAX_VQ_PAIRS, MDEV_A_CONFIG_NET_MAX_VQ_PAIRS);
	nl_nest_end(nl, nest);
}

void config_put(struct nl *nl, const struct config *config)
{
	struct nlattr *nest;

	if (!config->parts)
		return;
	nest = nl_nest(nl, MDEV_A_SLICE_CONFIG);
	if (config->parts & MDEV_CONFIG_PART_FEATURES)
		nl_put(nl, MDEV_A_CONFIG_FEATURES, &config->features,
		       8 * features_words(&config->features));
	put_number(nl, config, MDEV_CONFIG_PART_QUEUE_SIZE, MDEV_A_CONFIG_QUEUE_SIZE);
	put_number(nl, config, MDEV_CONFIG_PART_NUMA_NODE, MDEV_A_CONFIG_NUMA_NODE);
	if (config->parts & MDEV_CONFIG_PART_CPUS)
		nl_put_string(nl, MDEV_A_CONFIG_CPUS, config->cpus);
	put_net(nl, config);
	nl_nest_end(nl, nest);
}

static enum color part_color(uint32_t part)
{
	return part == MDEV_CONFIG_PART_NET_MAC ? COLOR_ADDRESS : COLOR_NONE;
}

void config_print(const struct config *config)
{
	char text[CONFIG_TEXT];

	for (unsigned int i = 0; config_keys[i]; i++) {
		if (!(config->parts & parts[i]))
			continue;
		if (number_of((struct config *)config, parts[i]))
			print_number(config_keys[i], config_keys[i],
				     *number_of((struct config *)config, parts[i]));
		else
			print_string(config_keys[i], config_keys[i],
				     part_color(parts[i]),
				     config_text(config, parts[i], text));
	}
}

void config_parts_print(const char *key, const char *label, uint32_t mask)
{
	json_array(key);
	text_word(COLOR_NONE, label);
	for (unsigned int i = 0; config_keys[i]; i++) {
		if (!(mask & parts[i]))
			continue;
		json_string(NULL, config_keys[i]);
		text_word(COLOR_NONE, config_keys[i]);
	}
	json_array_end();
}
