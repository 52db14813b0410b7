/* SPDX-License-Identifier: GPL-2.0 */
/* VFIO_DEVICE_FEATURE, and migration by it. A device that has none answers ENOTTY. */
#ifndef _FUZZ_VFIO_MIGRATION_H
#define _FUZZ_VFIO_MIGRATION_H

#include "device.h"

/* A walk goes through states to the end of a migration, as far as it says. */
enum migrate_action { WALK, WALK_MUTATED, SAVE, RESUME, RESUME_ARBITRARY, PRECOPY_INFO,
		      DATA_CLOSE, DATA_ODD, MIGRATE_ACTIONS };
#define WALK_STEPS	9

void migration_feature_record(const uint8_t *record);
void migration_record(const uint8_t *record);

/* Nothing was captured yet; files of streams are closed. */
void migration_begin(void);
void migration_end(void);

#endif /* _FUZZ_VFIO_MIGRATION_H */
