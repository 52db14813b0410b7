// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring SLICE: memory is mapped by messages that io_uring writes
 */
#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <sys/syscall.h>

#include "nic.h"

#define IOVA	0x1000000ULL
#define SIZE	0x4000

/* One request at a time. */
static struct {
	int fd;
	struct io_uring_params params;
	void *rings;
	struct io_uring_sqe *sqes;
} uring;

static void uring_open(void)
{
	struct io_uring_params *params = &uring.params;
	size_t size;

	uring.fd = syscall(__NR_io_uring_setup, 1, params);
	if (uring.fd < 0)
		die("io_uring: %s", errno_name(errno));
	if (!(params->features & IORING_FEAT_SINGLE_MMAP) ||
	    !(params->features & IORING_FEAT_EXT_ARG))
		die("an io_uring of another kind");
	size = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
	uring.rings = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, uring.fd,
			   IORING_OFF_SQ_RING);
	uring.sqes = mmap(NULL, sizeof(*uring.sqes), PROT_READ | PROT_WRITE, MAP_SHARED,
			  uring.fd, IORING_OFF_SQES);
	if (uring.rings == MAP_FAILED || uring.sqes == MAP_FAILED)
		die("rings of io_uring: %s", errno_name(errno));
}

static __u32 *uring_word(__u32 offset)
{
	return (__u32 *)((char *)uring.rings + offset);
}

static void uring_put(int fd, const void *data, __u32 len)
{
	__u32 *tail = uring_word(uring.params.sq_off.tail);

	*uring.sqes = (struct io_uring_sqe){
		.opcode = IORING_OP_WRITE,
		.fd = fd,
		.addr = (__u64)(unsigned long)data,
		.len = len,
	};
	uring_word(uring.params.sq_off.array)[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
}

/* Submits what was put; what it was answered, or -ETIME. */
static int uring_wait(void)
{
	struct __kernel_timespec patience = { .tv_sec = PATIENCE_MS / 1000 };
	struct io_uring_getevents_arg arg = { .ts = (__u64)(unsigned long)&patience };
	__u32 *head = uring_word(uring.params.cq_off.head);
	__u32 *tail = uring_word(uring.params.cq_off.tail);
	struct io_uring_cqe *cqes = (void *)uring_word(uring.params.cq_off.cqes);
	int res;

	if (syscall(__NR_io_uring_enter, uring.fd, 1, 1,
		    IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &arg, sizeof(arg)) < 0 &&
	    errno != ETIME)
		die("io_uring_enter: %s", errno_name(errno));
	if (*head == __atomic_load_n(tail, __ATOMIC_ACQUIRE))
		return -ETIME;
	res = cqes[*head & (uring.params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return res;
}

static int message(int fd, __u8 type, const void *va)
{
	struct vhost_msg_v2 msg = {
		.type = VHOST_IOTLB_MSG_V2,
		.iotlb = {
			.iova = IOVA,
			.size = SIZE,
			.uaddr = (__u64)(unsigned long)va,
			.perm = VHOST_ACCESS_RW,
			.type = type,
		},
	};
	int res;

	uring_put(fd, &msg, sizeof(msg));
	res = uring_wait();
	return res == sizeof(msg) ? 0 : res;
}

int main(int argc, char **argv)
{
	void *mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd;

	if (argc != 2 || mem == MAP_FAILED)
		return 2;
	fd = node_open(argv[1]);
	if (vhost_set_owner(fd) || vhost_set_backend_features(fd, BACKEND_FEATURES))
		die("the node is set up");
	check(node_events(fd, POLLIN | POLLOUT, 0) == POLLOUT, "a message can be written");
	uring_open();
	check_err(message(fd, VHOST_IOTLB_UPDATE, mem), 0, "io_uring maps memory");
	check_err(iotlb_update(fd, 0, IOVA, SIZE, mem, VHOST_ACCESS_RW), -EEXIST,
		  "which is mapped");
	check_err(message(fd, VHOST_IOTLB_INVALIDATE, NULL), 0, "and unmaps it");
	check_err(iotlb_update(fd, 0, IOVA, SIZE, mem, VHOST_ACCESS_RW), 0, "which is not");
	close(fd);
	return 0;
}
