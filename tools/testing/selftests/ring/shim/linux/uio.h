/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_UIO_H
#define _SHIM_LINUX_UIO_H

#include <linux/types.h>
#include <sys/uio.h>

#define ITER_DEST	0
#define ITER_SOURCE	1

struct kvec {
	void *iov_base;
	size_t iov_len;
};

struct iov_iter {
	unsigned int direction;
	const struct kvec *kvec;
	unsigned long nr_segs;
	size_t count;
};

static inline void iov_iter_kvec(struct iov_iter *iter, unsigned int direction,
				 const struct kvec *kvec, unsigned long nr_segs,
				 size_t count)
{
	iter->direction = direction;
	iter->kvec = kvec;
	iter->nr_segs = nr_segs;
	iter->count = count;
}

static inline void iov_iter_init(struct iov_iter *iter, unsigned int direction,
				 const struct iovec *iov, unsigned long nr_segs,
				 size_t count)
{
	iov_iter_kvec(iter, direction, (const struct kvec *)iov, nr_segs, count);
}

#endif /* _SHIM_LINUX_UIO_H */
