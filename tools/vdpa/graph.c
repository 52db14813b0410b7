// SPDX-License-Identifier: GPL-2.0
/*
 * tribus slice show --graph: parents, slices with their classes, endpoints, their
 * holders, and representors, in the language of Graphviz
 */
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "nl.h"
#include "print.h"
#include "slice.h"
#include "tribus.h"

#define PARENT_TEXT	(2 * MDEV_PARENT_NAME_MAX + 2)

static void put_part(const char *text)
{
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			putchar('\\');
		putchar(c < 0x20 || c == 0x7f ? '?' : c);
	}
}

/* What kind of thing it is makes it unique. */
static void put_id(const char *kind, const char *name)
{
	printf("\"%s ", kind);
	put_part(name);
	putchar('"');
}

static void put_node(const char *kind, const char *name, const char *shape, const char *below)
{
	fputs("\t", stdout);
	put_id(kind, name);
	printf(" [shape=%s, label=\"", shape);
	put_part(name);
	if (below) {
		fputs("\\n", stdout);
		put_part(below);
	}
	fputs("\"];\n", stdout);
}

static void put_edge(const char *from, const char *a, const char *to, const char *b,
		     const char *label)
{
	fputs("\t", stdout);
	put_id(from, a);
	fputs(" -> ", stdout);
	put_id(to, b);
	if (label) {
		fputs(" [label=\"", stdout);
		put_part(label);
		fputs("\"]", stdout);
	}
	fputs(";\n", stdout);
}

static void put_holder(const struct slice *slice, const char *endpoint)
{
	const struct nlattr *pid = slice->endpoint[MDEV_A_ENDPOINT_HOLDER_PID];
	const char *comm = attr_string(slice->endpoint[MDEV_A_ENDPOINT_HOLDER_COMM]);
	char text[64];

	if (!pid)
		return;
	snprintf(text, sizeof(text), "%u", (unsigned int)attr_number(pid));
	put_node("process", text, "box", comm);
	put_edge("endpoint", endpoint, "process", text, "held by");
}

static void put_endpoint(const struct slice *slice)
{
	const char *driver = attr_string(slice->endpoint[MDEV_A_ENDPOINT_DRIVER]);
	const char *endpoint;
	char name[256];

	if (!slice->attrs[MDEV_A_SLICE_ENDPOINT])
		return;
	endpoint = slice_node(slice, name, sizeof(name));
	if (!endpoint)
		endpoint = attr_string(slice->endpoint[MDEV_A_ENDPOINT_DEVICE]);
	if (!endpoint)
		return;
	put_node("endpoint", endpoint, "oval", driver);
	put_edge("slice", slice->name, "endpoint", endpoint, class_name(slice->class));
	put_holder(slice, endpoint);
}

static void put_representor(const struct slice *slice)
{
	const char *name = slice_representor(slice);

	if (!name)
		return;
	put_node("netdev", name, "hexagon", NULL);
	put_edge("netdev", name, "slice", slice->name, "represents");
}

/* Two buses may have devices of one name. */
static const char *parent_name(const char *bus, const char *name, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", bus ? bus : "", bus ? "/" : "", name);
	return text;
}

static void put_slice(const struct nlmsghdr *message, void *data)
{
	char parent[PARENT_TEXT];
	struct slice slice;

	slice_get(&slice, message);
	put_node("slice", slice.name, "box", class_name(slice.class));
	if (slice.parent)
		put_edge("parent", parent_name(slice.bus, slice.parent, parent, sizeof(parent)),
			 "slice", slice.name, slice.type);
	put_endpoint(&slice);
	put_representor(&slice);
}

static bool is_wanted(const char *wanted, const char *is)
{
	return !wanted || (is && !strcmp(wanted, is));
}

static void put_parent(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attrs[MDEV_A_PARENT_MAX + 1];
	const struct filter *wanted = data;
	const char *bus, *name;
	char text[PARENT_TEXT];

	attr_parse_message(&parent_set, message, attrs);
	name = attr_string(attrs[MDEV_A_PARENT_NAME]);
	bus = attr_string(attrs[MDEV_A_PARENT_BUS]);
	if (!name || !is_wanted(wanted->parent, name) || !is_wanted(wanted->bus, bus))
		return;
	put_node("parent", parent_name(bus, name, text, sizeof(text)), "box3d",
		 attr_string(attrs[MDEV_A_PARENT_DRIVER]));
}

int slice_graph(struct nl *nl, const struct filter *filter)
{
	printf("digraph tribus {\n\trankdir=LR;\n");
	nl_begin(nl, MDEV_CMD_PARENT_GET, NLM_F_DUMP);
	if (!nl_talk(nl, put_parent, (void *)filter)) {
		nl_begin(nl, MDEV_CMD_SLICE_GET, filter->single ? 0 : NLM_F_DUMP);
		filter_put(nl, filter);
		nl_talk(nl, put_slice, NULL);
	}
	printf("}\n");
	fflush(stdout);
	return nl_result(nl, filter->single ? filter->name : NULL);
}
