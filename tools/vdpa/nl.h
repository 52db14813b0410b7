/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Talking to family mdev.
 */
#ifndef TRIBUS_NL_H
#define TRIBUS_NL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mdev_netlink.h>
#include <stdbool.h>
#include <stdint.h>

#define NL_REQUEST_SIZE	8192

/**
 * struct nl - a socket, which is there from the first request on
 * @socket: the socket, or NULL
 * @family: number of the family
 * @group: number of its group "monitor"
 * @sequence: of the last request
 * @too_long: something did not fit into the request
 * @error: the errno of the last request, 0 if it went well
 * @text: what the kernel has said to it
 * @request: the request
 * @answer: the last datagram that came
 */
struct nl {
	struct mnl_socket *socket;
	uint16_t family;
	uint32_t group;
	uint32_t sequence;
	bool too_long;
	int error;
	char text[512];
	char request[NL_REQUEST_SIZE];
	char answer[65536];
};

typedef void (*nl_callback)(const struct nlmsghdr *message, void *data);

void nl_init(struct nl *nl);
void nl_exit(struct nl *nl);

/* Begins a request. Nothing of it can fail before nl_talk() tells. */
void nl_begin(struct nl *nl, uint8_t command, uint16_t flags);

void nl_put_string(struct nl *nl, uint16_t type, const char *value);
void nl_put_u32(struct nl *nl, uint16_t type, uint32_t value);
void nl_put(struct nl *nl, uint16_t type, const void *data, size_t length);
struct nlattr *nl_nest(struct nl *nl, uint16_t type);
void nl_nest_end(struct nl *nl, struct nlattr *nest);

/*
 * Sends what was begun, and calls @callback for each answer. A negative errno, with
 * @nl->error and @nl->text, if it did not go well.
 */
int nl_talk(struct nl *nl, nl_callback callback, void *data);

/* The same for what is found wrong here; @text may be that of the last request. */
int nl_fail(struct nl *nl, int error, const char *text);

/* Says what went wrong with the last request, if something has; the exit code */
int nl_result(struct nl *nl, const char *name);

/* Joins the group; then the next messages. -ENOBUFS: some were lost */
int nl_join(struct nl *nl);
int nl_listen(struct nl *nl, nl_callback callback, void *data);

#endif /* TRIBUS_NL_H */
