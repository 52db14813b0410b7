// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of netlink families vdpa and mdev: sequences of messages, by which slices come
 * and go. The kernel must not fault, must explain each request that it refuses, must
 * go on to answer, and nothing may be left when all slices are removed.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/mdev_netlink.h>
#include <linux/netlink.h>
#include <linux/vdpa.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kcov.h"
#include "klog.h"
#include "message.h"
#include "vdpa.h"
#include "vm.h"

static struct kcov kcov;
static int sock[2];
static bool unread[2];
static bool judged;	/* what is being answered is a request in order */
static bool dumping;
static bool mdev;
static uint8_t cmd;

/* Attributes of our answers: strings end, and none is longer than the message. */
static void check_reply(const struct nlmsghdr *nlh, int name)
{
	const char *at = (char *)NLMSG_DATA(nlh) + GENL_HDRLEN;
	const char *end = (char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr;

	while ((attr = vdpa_next_attr(&at, end)))
		if (attr->nla_type == name &&
		    ((const char *)attr)[attr->nla_len - 1])
			fuzz_fail("a name in an answer does not end");
}

static const struct nlattr *find(const char *at, const char *end, int type)
{
	const struct nlattr *attr;

	while ((attr = vdpa_next_attr(&at, end)))
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
	return NULL;
}

static bool has_text(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	const char *end = (char *)nlh + nlh->nlmsg_len;
	const char *at = (char *)(err + 1);

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return false;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		at += NLMSG_ALIGN(err->msg.nlmsg_len) - sizeof(err->msg);
	return find(at, end, NLMSGERR_ATTR_MSG);
}

/* Some requests are refused before the family sees them, by those who say nothing. */
static bool may_be_silent(int error)
{
	if (!judged || error == -ENOMEM)
		return true;
	if (error == -EOPNOTSUPP && mdev)
		return true;
	if (error == -EOPNOTSUPP)
		return cmd < VDPA_CMD_MGMTDEV_GET || cmd > VDPA_CMD_DEV_ATTR_SET || dumping ||
		       cmd == VDPA_CMD_MGMTDEV_NEW;
	/* A dump is under way on this socket. */
	return error == -EBUSY && dumping;
}

static void check_error(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);

	if (err->error && !may_be_silent(err->error) && !has_text(nlh))
		fuzz_fail("command %u is refused with \"%s\" and no word why", cmd,
			  strerror(-err->error));
}

/* Answers are there when the request returns, lists are made as they are read. */
static void read_answers(int which)
{
	static char buffer[65536];
	const struct nlmsghdr *nlh;
	int len;

	unread[which] = false;
	while ((len = recv(sock[which], buffer, sizeof(buffer), MSG_DONTWAIT)) > 0)
		for (nlh = (void *)buffer; NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_ERROR)
				check_error(nlh);
			else if (nlh->nlmsg_type == vdpa_family())
				check_reply(nlh, VDPA_ATTR_DEV_NAME);
			else if (nlh->nlmsg_type == mdev_family())
				check_reply(nlh, MDEV_A_SLICE_NAME);
		}
}

static void reopen(int which)
{
	close(sock[which]);
	sock[which] = vdpa_socket();
	unread[which] = false;
}

static void handle(const struct message *message, const uint8_t *bytes, size_t len)
{
	int which = message->how & MESSAGE_OTHER ? 1 : 0;

	judged = message->plain && len == message->len && !unread[which];
	dumping = message->dump;
	cmd = message->cmd;
	mdev = message->mdev;
	if (send(sock[which], bytes, len, MSG_DONTWAIT) < 0)
		return;
	if (message->how & MESSAGE_CLOSE)
		reopen(which);
	else if (message->how & MESSAGE_UNREAD)
		unread[which] = true;
	else
		read_answers(which);
}

static void run(const uint8_t *data, size_t len)
{
	static struct message message;
	static uint8_t batch[65536];
	static unsigned int runs;
	size_t at = 0, size = 0;

	kcov_begin(&kcov);
	while (message_next(&message, data, len, &at)) {
		if (size + message.len > sizeof(batch))
			size = 0;
		memcpy(batch + size, message.bytes, message.len);
		size += NLMSG_ALIGN(message.len);
		if (message.how & MESSAGE_BATCH && at < len)
			continue;
		handle(&message, batch, size == NLMSG_ALIGN(message.len) ? message.len : size);
		size = 0;
	}
	judged = false;
	read_answers(0);
	read_answers(1);
	kcov_end(&kcov);
	kcov_report(&kcov);
	vdpa_remove_all();
	klog_check();
	if (!vdpa_count_parents())
		fuzz_fail("the family does not list the management device any more");
	if (!(++runs % 16))
		vdpa_check_leftovers();
}

static void init(void)
{
	kcov_open(&kcov);
	sock[0] = vdpa_socket();
	sock[1] = vdpa_socket();
	mdev_family();
}

const struct vm_fuzzer vm_fuzzer = {
	.name = "netlink",
	.parents = 1,
	.modules = "mdev_net",
	.init = init,
	.run = run,
	.record = message_record,
	.end = vdpa_remove_all,
};
