/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the command knows of virtio devices: names of kinds and features, and what
 * stands in configuration spaces.
 */
#ifndef TRIBUS_VIRTIO_H
#define TRIBUS_VIRTIO_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FEATURE_WORDS	4
#define FEATURES_TEXT	(2 + 16 * FEATURE_WORDS + 1)

/* Feature bits, the lowest first. */
struct features {
	uint64_t word[FEATURE_WORDS];
};

/* NULL where there is no name. */
const char *virtio_device_name(uint32_t id);

void features_get(struct features *features, const struct nlattr *attr);
bool features_have(const struct features *features, unsigned int bit);
bool features_equal(const struct features *a, const struct features *b);

/* The number of words up to the last that is not 0, at least 1. */
unsigned int features_words(const struct features *features);

/* "0x..." into @text, of FEATURES_TEXT bytes; and back, -1 if it is no such number */
const char *features_text(const struct features *features, char *text);
int features_read(struct features *features, const char *text);

/* Prints the names of the bits, the number of those that have none. */
void features_print(const char *key, const struct features *features, uint32_t device_id);

/* Prints the names of the bits of a status byte. */
void virtio_status_print(uint8_t status);

/* Prints what a configuration space says: link, MAC address, capacity. */
void virtio_space_print(uint32_t device_id, const struct features *features,
			const struct nlattr *space);

#endif /* TRIBUS_VIRTIO_H */
