// SPDX-License-Identifier: GPL-2.0
/*
 * What only sysfs tells: names of network devices, buses, CPUs.
 */
#include <dirent.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sysfs.h"

static const char *first_entry(const char *path, const char *prefix, char *name, size_t size)
{
	const char *found = NULL;
	struct dirent *entry;
	DIR *directory;

	directory = opendir(path);
	if (!directory)
		return NULL;
	while (!found && (entry = readdir(directory)))
		if (entry->d_name[0] != '.' &&
		    !strncmp(entry->d_name, prefix, strlen(prefix))) {
			snprintf(name, size, "%s", entry->d_name);
			found = name;
		}
	closedir(directory);
	return found;
}

/* It is a child of the class device, or of the virtio device that is one. */
const char *sysfs_netdev(const char *bus, const char *device, char *name, size_t size)
{
	char path[512], child[64];

	if (!bus || !device || strchr(bus, '/') || strchr(device, '/'))
		return NULL;
	snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s/net", bus, device);
	if (first_entry(path, "", name, size))
		return name;
	snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s", bus, device);
	if (!first_entry(path, "virtio", child, sizeof(child)))
		return NULL;
	snprintf(path, sizeof(path), "/sys/bus/%s/devices/%s/%s/net", bus, device, child);
	return first_entry(path, "", name, size);
}

const char *sysfs_bus(const char *path, char *bus, size_t size)
{
	char link[PATH_MAX], target[PATH_MAX];
	ssize_t length;
	char *slash;

	snprintf(link, sizeof(link), "%s/subsystem", path);
	length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return NULL;
	target[length] = 0;
	slash = strrchr(target, '/');
	if (!slash || strlen(slash + 1) >= size)
		return NULL;
	snprintf(bus, size, "%s", slash + 1);
	return bus;
}

const char *sysfs_cpus(char *list, size_t size)
{
	FILE *from = fopen("/sys/devices/system/cpu/possible", "re");
	const char *line;

	if (!from)
		return NULL;
	line = fgets(list, size, from);
	fclose(from);
	if (line)
		list[strcspn(list, "\n")] = 0;
	return line;
}

const char *netdev_name(uint32_t index)
{
	static struct ifreq request;
	static int sock = -1;

	if (sock < 0)
		sock = socket(AF_LOCAL, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memset(&request, 0, sizeof(request));
	request.ifr_ifindex = index;
	if (sock < 0 || ioctl(sock, SIOCGIFNAME, &request) < 0)
		return NULL;
	return request.ifr_name;
}
