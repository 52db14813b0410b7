// SPDX-License-Identifier: GPL-2.0
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "vdpa.h"

#define FAULT	"/sys/kernel/debug/mdev_net/" VDPA_PARENT "/fault/"
#define DELAY	FAULT "delay_ms"
#define DELAY_MAX_MS	20

#define TYPES(parent)	"/sys/bus/platform/devices/" parent "/mdev_supported_types/"
#define VENDOR		"/sys/bus/mdev_vendor/"
#define INJECT		"/sys/kernel/debug/mdev_pulse/mdev_pulse0/inject"
#define INJECT_MAX	1000

/*
 * A @ stands for the slice. The order is part of the meaning of inputs. Those of a module that
 * is not there cannot be opened.
 */
static const char * const known[] = {
	"/sys/class/mdev_slice/@/class",
	"/sys/class/mdev_slice/@/owner",
	"/sys/class/mdev_slice/@/remove",
	"/sys/class/mdev_slice/@/uevent",
	"/sys/class/mdev_slice/@/classes",
	"/sys/class/mdev_slice/@/state",
	"/sys/class/mdev_slice/@/type",
	"/sys/class/mdev_slice/@/parent",
	"/sys/class/mdev_slice/@/uuid",
	"/sys/bus/mdev_virtio/devices/@/uevent",
	"/sys/bus/mdev_virtio/drivers/virtio_vdpa/bind",
	"/sys/bus/mdev_virtio/drivers/virtio_vdpa/unbind",
	"/sys/bus/mdev_virtio/drivers_probe",
	"/sys/bus/mdev_virtio/drivers_autoprobe",
	"/sys/bus/platform/drivers/mdev_net/bind",
	"/sys/bus/platform/drivers/mdev_net/unbind",
	FAULT "create",
	FAULT "configure",
	FAULT "probe",
	FAULT "set_features",
	FAULT "set_status",
	FAULT "set_config",
	FAULT "set_as",
	FAULT "set_vq_num",
	FAULT "set_vq_address",
	FAULT "set_vq_state",
	FAULT "set_vq_ready",
	FAULT "reset_vq",
	FAULT "get_vq_state",
	FAULT "get_vq_stats",
	FAULT "suspend",
	FAULT "resume",
	FAULT "reset",
	DELAY,
	FAULT "wake",
	/* The links of a slice lead to its class device, on whichever bus that is. */
	"/sys/class/mdev_slice/@/class_device/uevent",
	"/sys/class/mdev_slice/@/class_device/driver_override",
	"/sys/class/mdev_slice/@/class_device/remove",
	"/sys/class/mdev_slice/@/class_device/driver/unbind",
	"/sys/bus/mdev_vhost/drivers/vhost_vdpa/bind",
	"/sys/bus/mdev_vhost/drivers/vhost_vdpa/unbind",
	"/sys/bus/mdev_vhost/drivers_probe",
	"/sys/bus/mdev_vhost/drivers_autoprobe",
	"/sys/bus/mdev/drivers/vfio_virtio/bind",
	"/sys/bus/mdev/drivers/vfio_virtio/unbind",
	"/sys/bus/mdev/drivers_probe",
	"/sys/bus/mdev/drivers_autoprobe",
	"/sys/bus/platform/devices/" VDPA_PARENT "/mdev_supported_types/mdev_net-net/create",
	FAULT "driver_ok",
	FAULT "recover",
	/* Slices in class vendor have parents that make them by UUID only. */
	TYPES("mdev_pair0") "mdev_pair-port/create",
	TYPES("mdev_pulse0") "mdev_pulse-input/create",
	"/sys/class/mdev_slice/" FILES_UUID_ONE "/class",
	"/sys/class/mdev_slice/" FILES_UUID_ONE "/remove",
	VENDOR "devices/" FILES_UUID_ONE "/driver_override",
	VENDOR "devices/" FILES_UUID_ONE "/driver/unbind",
	VENDOR "devices/" FILES_UUID_ONE "/uevent",
	"/sys/class/mdev_slice/" FILES_UUID_TWO "/class",
	VENDOR "devices/" FILES_UUID_TWO "/driver_override",
	VENDOR "drivers/mdev_pair_net/bind",
	VENDOR "drivers/mdev_pair_net/unbind",
	VENDOR "drivers/mdev_pulse/bind",
	VENDOR "drivers/mdev_pulse/unbind",
	VENDOR "drivers_probe",
	VENDOR "drivers_autoprobe",
	"/sys/bus/platform/drivers/mdev_pair/bind",
	"/sys/bus/platform/drivers/mdev_pair/unbind",
	"/sys/bus/platform/drivers/mdev_pulse/bind",
	"/sys/bus/platform/drivers/mdev_pulse/unbind",
	INJECT,
	"/sys/bus/mdev/drivers/vfio_virtio/uevent",
	"/sys/bus/mdev/uevent",
	"/sys/bus/mdev_vhost/drivers/vhost_vdpa/uevent",
	"/sys/bus/mdev_vhost/uevent",
	"/sys/bus/mdev_virtio/uevent",
};

/* A number above it would keep everything waiting for long. */
static const struct limit {
	const char *path;
	unsigned long long most;
} limits[] = {
	{ DELAY, DELAY_MAX_MS },
	{ INJECT, INJECT_MAX },
};

#define KNOWN	ARRAY_SIZE(known)

static char *found[FILES_MAX];
static unsigned int nr_found;
static const char *example;

unsigned int files_known(void)
{
	return KNOWN;
}

unsigned int files_count(void)
{
	return KNOWN + nr_found;
}

static const char *pattern(unsigned int i)
{
	return i < KNOWN ? known[i] : found[i - KNOWN];
}

const char *files_path(unsigned int i, const char *slice)
{
	const char *text = pattern(i), *at = strchr(text, '@');
	static char path[512];

	if (!at)
		return text;
	snprintf(path, sizeof(path), "%.*s%s%s", (int)(at - text), text, slice, at + 1);
	return path;
}

static bool is_known(const char *text)
{
	unsigned int i;

	for (i = 0; i < files_count(); i++)
		if (!strcmp(pattern(i), text))
			return true;
	return false;
}

/* Replaces the example's name, where it is a component of the path, by @. */
static void generalize(char *to, const char *path)
{
	size_t len = strlen(example);
	const char *at = strstr(path, example);

	if (!at || at[-1] != '/' || at[len] != '/')
		sprintf(to, "%s", path);
	else
		sprintf(to, "%.*s@%s", (int)(at - path), path, at + len);
}

/* What the virtio driver of the host brings is not ours. */
static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char text[512];

	if (type != FTW_F || !(st->st_mode & 0222) || strlen(path) + 2 > sizeof(text) ||
	    strstr(path, "/virtio") || strstr(path, "/net/"))
		return 0;
	generalize(text, path);
	if (nr_found < FILES_MAX && !is_known(text))
		found[nr_found++] = strdup(text);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

void files_init(const char *slice)
{
	static const char * const trees[] = {
		"/sys/class/mdev_slice/%s/", "/sys/bus/mdev_virtio/devices/%s/",
		"/sys/bus/mdev_virtio/", "/sys/kernel/debug/mdev_net/",
		"/sys/bus/mdev_vhost/", "/sys/bus/mdev/", "/sys/bus/mdev_vendor/",
	};
	char path[256];
	size_t i;

	example = slice;
	for (i = 0; i < ARRAY_SIZE(trees); i++) {
		snprintf(path, sizeof(path), trees[i], slice);
		nftw(path, visit, 16, FTW_PHYS | FTW_MOUNT);
	}
	qsort(found, nr_found, sizeof(found[0]), by_name);
}

/* A parent that goes waits for all that refers to its slices. */
bool files_slow(unsigned int i)
{
	return strstr(pattern(i), "/platform/drivers/");
}

bool files_refuse(unsigned int i, const char *text, size_t len)
{
	char number[32] = "";
	size_t j;

	memcpy(number, text, len < sizeof(number) ? len : sizeof(number) - 1);
	for (j = 0; j < ARRAY_SIZE(limits); j++)
		if (!strcmp(pattern(i), limits[j].path))
			return strtoull(number, NULL, 0) > limits[j].most;
	return false;
}
