// SPDX-License-Identifier: GPL-2.0
/*
 * The slices that there are, by name.
 */
#include <stdlib.h>
#include <string.h>

#include "nl.h"
#include "present.h"
#include "tribus.h"

static void keep_slice(const struct nlmsghdr *message, void *data)
{
	struct present *present = data;
	struct present_slice *slice;

	if (present->count == present->room) {
		present->room = present->room ? 2 * present->room : 64;
		present->slices = need_memory(realloc(present->slices,
						      present->room * sizeof(*slice)));
	}
	slice = &present->slices[present->count++];
	slice->message = need_memory(malloc(message->nlmsg_len));
	memcpy(slice->message, message, message->nlmsg_len);
	slice_get(&slice->slice, slice->message);
}

static int compare(const void *a, const void *b)
{
	const struct present_slice *first = a, *second = b;

	return strcmp(first->slice.name, second->slice.name);
}

int present_load(struct nl *nl, struct present *present)
{
	nl_begin(nl, MDEV_CMD_SLICE_GET, NLM_F_DUMP);
	nl_talk(nl, keep_slice, present);
	if (present->count)
		qsort(present->slices, present->count, sizeof(*present->slices), compare);
	return nl_result(nl, NULL);
}

void present_free(struct present *present)
{
	for (size_t i = 0; i < present->count; i++)
		free(present->slices[i].message);
	free(present->slices);
	memset(present, 0, sizeof(*present));
}

const struct slice *present_find(const struct present *present, const char *name)
{
	struct present_slice key = { .slice.name = name };
	const struct present_slice *found;

	if (!present->count)
		return NULL;
	found = bsearch(&key, present->slices, present->count, sizeof(key), compare);
	return found ? &found->slice : NULL;
}
