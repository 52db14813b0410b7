/* SPDX-License-Identifier: GPL-2.0 */
/* What a driver of a NIC does, in the order in which it does it, and what it should not. */
#ifndef _FUZZ_VFIO_DRIVER_H
#define _FUZZ_VFIO_DRIVER_H

#include "device.h"

#define DRIVER_STEPS	9

/* As many steps as the record says; those that fail are passed over. */
void driver_record(const uint8_t *record);

/* A field of the common configuration. */
void driver_common_record(const uint8_t *record);

void driver_chain_record(const uint8_t *record);
void driver_poke_record(const uint8_t *record);

#endif /* _FUZZ_VFIO_DRIVER_H */
