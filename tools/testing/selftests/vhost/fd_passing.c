// SPDX-License-Identifier: GPL-2.0
/*
 * fd_passing SLICE: an open node in another process than the one that owns it
 */
#include <signal.h>
#include <sys/wait.h>

#include "nic.h"

static struct nic nic;

/* In a child: what may be done by whoever has the file, and what by the owner only. */
static void stranger(int fd)
{
	__u64 features;
	__u32 base;

	check_err(vhost_get_features(fd, &features), 0, "the device can be asked");
	check(vhost_status(fd) & S_DRIVER_OK, "it runs");
	check_err(vhost_set_owner(fd), -EBUSY, "it is owned");
	check_err(vhost_set_vring_num(fd, 0, 64), -EPERM, "its queues are the owner's");
	check_err(vhost_get_vring_base(fd, 0, &base), -EPERM, "even to look at");
	check_err(vhost_set_vring_enable(fd, 0, false), -EPERM, "or to disable");
	check_err(vhost_set_group_asid(fd, 1, 1), -EPERM, "so are its groups");
	check_err(iotlb_update(fd, 0, 0x1000, 0x1000, nic.mem, VHOST_ACCESS_RW), -EPERM,
		  "nothing can be mapped");
	check_err(iotlb_invalidate(fd, 0, NIC_IOVA, NIC_BYTES), -EPERM, "nor unmapped");
}

static void wait_for_child(pid_t pid, const char *text)
{
	int status;

	check(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status),
	      "%s", text);
}

static pid_t do_fork(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork: %s", errno_name(errno));
	return pid;
}

static void test_fork(void)
{
	pid_t pid = do_fork();

	if (!pid) {
		comment("in a child");
		stranger(nic.fd);
		_exit(0);
	}
	wait_for_child(pid, "the child ends");
	check_nic(&nic, 10, "the owner goes on");
}

/* A message with a file descriptor, or -1 without. */
static void pass(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	if (sendmsg(sock, &msg, 0) != 1)
		die("a file is passed: %s", errno_name(errno));
}

static int receive(int sock)
{
	char control[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(sock, &msg, 0) != 1 || !CMSG_FIRSTHDR(&msg))
		die("a file is received");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	return fd;
}

static void test_socket(void)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		die("a socket");
	/* The child is there before the node is open. */
	pid = do_fork();
	if (!pid) {
		comment("in a process that was passed the file");
		stranger(receive(pair[1]));
		_exit(0);
	}
	nic_start(&nic);
	pass(pair[0], nic.fd);
	wait_for_child(pid, "that process ends");
	check_nic(&nic, 10, "the owner goes on");
	nic_close(&nic);
	close(pair[0]);
	close(pair[1]);
}

/* A process that only opens the node; the one that gets it becomes the owner. */
static void test_opener(void)
{
	int pair[2], err;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		die("a socket");
	pid = do_fork();
	if (!pid) {
		pass(pair[1], node_open(nic.name));
		_exit(0);
	}
	nic.fd = receive(pair[0]);
	wait_for_child(pid, "a process opens the node and ends");
	err = vhost_set_owner(nic.fd);
	if (!err)
		err = vhost_set_backend_features(nic.fd, BACKEND_FEATURES);
	if (!err)
		err = nic_map(&nic);
	if (!err)
		err = nic_begin(&nic);
	check_err(err, 0, "another one owns it");
	check_nic(&nic, 10, "and uses it");
	check_err(set_class(nic.name, "none"), -EBUSY, "which the script sees in the log");
	nic_close(&nic);
	close(pair[0]);
	close(pair[1]);
}

/* The owner's memory goes with it while the device is open here. */
static void test_owner_ends(bool killed)
{
	const char *how = killed ? "is killed" : "ends";
	int pair[2];
	char byte, frame[FRAME_MAX];
	const char *problem = NULL;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		die("a socket");
	pid = do_fork();
	if (!pid) {
		nic_start(&nic);
		problem = nic_try(&nic, 5);
		pass(pair[1], nic.fd);
		if (killed)
			pause();
		if (read(pair[1], &byte, 1) != 1)
			_exit(2);
		_exit(problem ? 1 : 0);
	}
	nic.fd = receive(pair[0]);
	check(vhost_status(nic.fd) & S_DRIVER_OK, "the owner has started the device");
	if (killed)
		kill(pid, SIGKILL);
	else if (write(pair[0], "x", 1) != 1)
		die("a socket");
	waitpid(pid, NULL, 0);
	frame_make(frame, 100, 1);
	rep_send(nic.rep, frame, 100);
	event_signal(nic.tx.kick);
	check_broken(&nic, &nic.rx, "the owner of an open node ends: queues have an error");
	check_err(vhost_set_vring_num(nic.fd, 0, 64), -EPERM, "nobody else owns it");
	check_err(nic_reset(&nic), 0, "it can be reset");
	check(vhost_status(nic.fd) == 0, "after the owner %s", how);
	nic_close(&nic);
	rep_drain(nic.rep);
	nic_start(&nic);
	check_nic(&nic, 10, "opened anew it works");
	nic_close(&nic);
	close(pair[0]);
	close(pair[1]);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, 0);
	nic_start(&nic);
	test_fork();
	nic_close(&nic);
	test_socket();
	test_opener();
	test_owner_ends(false);
	test_owner_ends(true);
	return 0;
}
