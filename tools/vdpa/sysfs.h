/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What only sysfs tells: names of network devices, CPUs.
 */
#ifndef TRIBUS_SYSFS_H
#define TRIBUS_SYSFS_H

#include <stddef.h>
#include <stdint.h>

/* The network device of a class device, into @name; NULL if there is none */
const char *sysfs_netdev(const char *bus, const char *device, char *name, size_t size);

/* All CPUs that there can be, into @list; NULL if that cannot be said */
const char *sysfs_cpus(char *list, size_t size);

/* Name of the network device with this index, NULL if it is in another namespace. */
const char *netdev_name(uint32_t index);

/* The bus of the device at @path; NULL if there is none */
const char *sysfs_bus(const char *path, char *bus, size_t size);

#endif /* TRIBUS_SYSFS_H */
