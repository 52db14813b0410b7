/* SPDX-License-Identifier: GPL-2.0 */
/* A slice that no input is about: whatever happens to others, it works. */
#ifndef _FUZZ_VHOST_BYSTANDER_H
#define _FUZZ_VHOST_BYSTANDER_H

void bystander_open(void);
void bystander_close(void);

/* Ends the child if frames do not get through. */
void bystander_check(void);

#endif /* _FUZZ_VHOST_BYSTANDER_H */
