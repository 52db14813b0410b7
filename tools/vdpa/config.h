/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Provisioning of a slice, part by part.
 */
#ifndef TRIBUS_CONFIG_H
#define TRIBUS_CONFIG_H

#include <linux/mdev_netlink.h>
#include <stdint.h>

#include "virtio.h"

struct nl;

#define CONFIG_TEXT	1024

/**
 * struct config - provisioning
 * @parts: bits of enum mdev_config_part, which of it there are
 * @cpus: belongs to whoever gave it
 */
struct config {
	uint32_t parts;
	struct features features;
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t max_vqp;
	uint32_t queue_size;
	uint32_t numa;
	const char *cpus;
};

/* What the parts are called, in the order in which they are shown; ends with NULL. */
extern const char *const config_keys[];

/* The bit of a key; 0 if it is none. */
uint32_t config_part(const char *key);
uint32_t config_part_at(unsigned int index);

/* Takes the value of a key. -1, and a complaint, if it is none. */
int config_read(struct config *config, const char *key, const char *value);

/* The value as text, in @text of CONFIG_TEXT bytes. */
const char *config_text(const struct config *config, uint32_t part, char *text);

/* The parts that @wanted has and @present has not, or otherwise. */
uint32_t config_differences(const struct config *wanted, const struct config *present);

void config_get(struct config *config, const struct nlattr *nest);
void config_put(struct nl *nl, const struct config *config);

/* Prints all of it, or names of parts. */
void config_print(const struct config *config);
void config_parts_print(const char *key, const char *label, uint32_t parts);

#endif /* TRIBUS_CONFIG_H */
