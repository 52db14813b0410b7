// SPDX-License-Identifier: GPL-2.0
/*
 * tribus restore: makes what a file says. What is so already stays as it is, what
 * belongs to somebody else does, too, and nothing is removed.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "attr.h"
#include "file.h"
#include "nl.h"
#include "present.h"
#include "print.h"
#include "tribus.h"

static const char usage[] =
	"Usage: tribus restore [ --dry-run ] [ parent PARENT ] [ FILE ]\n"
	"\n"
	"PARENT := { [ BUS/ ]NAME | /sys/PATH }\n";

/**
 * struct restore - what is done, and how it went
 * @file: the one that it is at
 * @only: the parent that it is about, if there is one in it
 */
struct restore {
	struct nl *nl;
	struct files files;
	const struct file *file;
	struct present present;
	struct filter only;
	unsigned int added;
	unsigned int changed;
	unsigned int same;
	unsigned int failed;
};

/**
 * struct change - what is to be done to a slice that is there
 * @now: the slice
 * @parts: of its provisioning
 * @class: it goes to another class
 * @owner: it has none, and gets the file's
 */
struct change {
	const struct stanza *stanza;
	const struct slice *now;
	uint32_t parts;
	bool class;
	bool owner;
};

static bool differs(const char *wanted, const char *is)
{
	return wanted && (!is || strcmp(wanted, is));
}

static bool parent_differs(const struct filter *wanted, const char *bus, const char *parent)
{
	return differs(wanted->parent, parent) || (bus && differs(wanted->bus, bus));
}

/* Ours is what has the file's owner, or none. */
static bool is_foreign(const struct restore *restore, const struct slice *slice)
{
	return slice->owner && differs(slice->owner, restore->file->owner);
}

/* The line of a slice begins with a sign. */
static void item_begin(const char *sign, const char *action, const char *name)
{
	json_object(NULL);
	json_string("slice", name);
	json_string("action", action);
	text_begin();
	text_word(COLOR_NONE, sign);
	text_word(COLOR_NONE, "slice");
	text_word(COLOR_NAME, name);
	json_array("changes");
}

static void item_change(const char *key, const char *from, const char *to)
{
	json_object(NULL);
	json_string("key", key);
	json_string("from", from);
	json_string("to", to);
	json_object_end();
	text_word(COLOR_NONE, key);
	if (from) {
		text_word(COLOR_BAD, from);
		text_word(COLOR_NONE, "->");
	}
	text_word(COLOR_GOOD, to);
}

static void item_end(const char *text)
{
	json_array_end();
	json_string("text", text);
	if (text)
		text_word(COLOR_NONE, text);
	print_item_end();
}

static void show_config(const struct config *wanted, const struct config *now, uint32_t parts)
{
	char from[CONFIG_TEXT], to[CONFIG_TEXT];

	for (unsigned int i = 0; config_keys[i]; i++) {
		uint32_t part = config_part_at(i);

		if (parts & part)
			item_change(config_keys[i],
				    now->parts & part ? config_text(now, part, from) : NULL,
				    config_text(wanted, part, to));
	}
}

static void show_key(const char *key, const char *value)
{
	if (value)
		item_change(key, NULL, value);
}

static void show_add(const struct restore *restore, const struct stanza *stanza)
{
	static const struct config nothing;
	const struct filter *slice = &stanza->slice;

	item_begin("+", "add", slice->name);
	show_key("parent", slice->parent);
	show_key("type", slice->type);
	if (slice->class)
		show_key("class", class_name(slice->class - 1));
	show_key("uuid", slice->uuid);
	show_key("owner", restore->file->owner);
	show_config(&stanza->config, &nothing, stanza->config.parts);
	item_end(NULL);
}

static void show_change(const struct restore *restore, const struct change *change)
{
	const struct stanza *stanza = change->stanza;

	item_begin("~", "change", stanza->slice.name);
	if (change->class)
		item_change("class", class_name(change->now->class),
			    class_name(stanza->slice.class - 1));
	if (change->owner)
		item_change("owner", NULL, restore->file->owner);
	show_config(&stanza->config, &change->now->config, change->parts);
	item_end(NULL);
}

static void show_text(const char *sign, const char *action, const char *name, const char *text)
{
	item_begin(sign, action, name);
	item_end(text);
}

/* A request about one slice; its error is told, and counted by who asked for it. */
static int ask(struct restore *restore, uint8_t command, const struct filter *slice,
	       const char *owner, const struct config *config)
{
	nl_begin(restore->nl, command, 0);
	filter_put(restore->nl, slice);
	nl_put_string(restore->nl, MDEV_A_SLICE_OWNER, owner);
	if (config)
		config_put(restore->nl, config);
	return nl_talk(restore->nl, NULL, NULL);
}

/**
 * struct look - what a slice is just before it is changed
 * @owner: its owner, if that is somebody else than the file's
 * @changing: somebody changes it
 */
struct look {
	const struct restore *restore;
	char owner[MDEV_SLICE_OWNER_MAX + 1];
	bool changing;
};

static void take_look(const struct nlmsghdr *message, void *data)
{
	struct look *look = data;
	struct slice slice;

	slice_get(&slice, message);
	if (is_foreign(look->restore, &slice))
		snprintf(look->owner, sizeof(look->owner), "%s", slice.owner);
	look->changing = attr_number(slice.attrs[MDEV_A_SLICE_STATE]) == MDEV_LIFE_STATE_CHANGING;
}

/*
 * The list may be old by now. By name and id another slice that has got the name is none,
 * but the owner may be another one.
 */
static int look_again(struct restore *restore, const struct slice *now, struct look *look)
{
	const struct filter slice = { .name = now->name, .id = now->id, .has_id = true };
	char text[MDEV_SLICE_OWNER_MAX + 32];

	*look = (struct look){ .restore = restore };
	nl_begin(restore->nl, MDEV_CMD_SLICE_GET, 0);
	filter_put(restore->nl, &slice);
	if (nl_talk(restore->nl, take_look, look) || !*look->owner)
		return -restore->nl->error;
	snprintf(text, sizeof(text), "It belongs to %s now", look->owner);
	return nl_fail(restore->nl, EPERM, text);
}

/* How long one waits for somebody else who changes a slice, and how often one looks. */
#define PATIENCE_MS	10000
#define PAUSE_MS	20

static int wait_ready(struct restore *restore, const struct slice *now, int *patience)
{
	struct look look;
	int error;

	for (;;) {
		error = look_again(restore, now, &look);
		if (error || !look.changing)
			return error;
		if (*patience <= 0)
			return nl_fail(restore->nl, ETIMEDOUT,
				       "Somebody is changing it, and has not come to an end");
		usleep(PAUSE_MS * 1000);
		*patience -= PAUSE_MS;
	}
}

#define TRIES	3

/*
 * EBUSY means a slice that cannot be changed as it is, or one that somebody was changing
 * just then. The latter is over when one has waited, the former stays.
 */
static int set(struct restore *restore, const struct slice *now, struct filter *what,
	       const char *owner, const struct config *config)
{
	int patience = PATIENCE_MS;
	int error;

	what->name = now->name;
	what->id = now->id;
	what->has_id = true;
	for (int i = 0; i < TRIES; i++) {
		error = wait_ready(restore, now, &patience);
		if (!error)
			error = ask(restore, MDEV_CMD_SLICE_SET, what, owner, config);
		if (error != -EBUSY)
			break;
	}
	return error;
}

static int set_class(struct restore *restore, const struct slice *now, uint32_t class)
{
	struct filter what = { .class = class + 1 };

	return set(restore, now, &what, NULL, NULL);
}

static int set_config(struct restore *restore, const struct change *change)
{
	struct config config = change->stanza->config;
	struct filter what = { 0 };

	config.parts = change->parts;
	return set(restore, change->now, &what, change->owner ? restore->file->owner : NULL,
		   &config);
}

/* After an error, which is the one to be told; that of the way back is told behind it. */
static void go_back(struct restore *restore, const struct slice *now)
{
	struct nl *nl = restore->nl;
	int error = nl->error;
	char text[sizeof(nl->text)];
	size_t length;

	length = snprintf(text, sizeof(text), "%s", nl->text);
	if (set_class(restore, now, now->class))
		snprintf(text + length, sizeof(text) - length,
			 ". It stays in class none: back to %s: %s", class_name(now->class),
			 nl->text);
	nl_fail(nl, error, text);
}

/*
 * What can only be changed while the slice is parked is EBUSY in another class, so it is
 * parked for that. Whatever goes wrong then, it does not stay so.
 */
static int set_parked(struct restore *restore, const struct change *change, uint32_t class)
{
	const struct slice *now = change->now;

	if (set_class(restore, now, MDEV_SLICE_CLASS_NONE))
		return -restore->nl->error;
	if (set_config(restore, change) || set_class(restore, now, class))
		go_back(restore, now);
	return -restore->nl->error;
}

static int make_change(struct restore *restore, const struct change *change)
{
	const struct slice *now = change->now;
	uint32_t class = change->class ? change->stanza->slice.class - 1 : now->class;
	int error = 0;

	if (change->parts || change->owner)
		error = set_config(restore, change);
	if (error == -EBUSY && change->parts && now->class != MDEV_SLICE_CLASS_NONE)
		return set_parked(restore, change, class);
	if (!error && change->class)
		error = set_class(restore, now, class);
	return error;
}

/* Counts, and says what went wrong. */
static void done(struct restore *restore, const char *name, unsigned int *count)
{
	if (options.dry_run || !restore->nl->error) {
		(*count)++;
		return;
	}
	fflush(stdout);
	nl_result(restore->nl, name);
	restore->failed++;
}

static void add(struct restore *restore, const struct stanza *stanza)
{
	show_add(restore, stanza);
	if (!options.dry_run)
		ask(restore, MDEV_CMD_SLICE_NEW, &stanza->slice, restore->file->owner,
		    &stanza->config);
	done(restore, stanza->slice.name, &restore->added);
}

static void change(struct restore *restore, const struct change *change)
{
	show_change(restore, change);
	if (!options.dry_run)
		make_change(restore, change);
	done(restore, change->now->name, &restore->changed);
}

static void refuse(struct restore *restore, const char *name, const char *action,
		   const char *text)
{
	show_text("!", action, name, text);
	fflush(stdout);
	usage_error("%s: It %s.", name, text);
	restore->failed++;
}

/* What cannot be changed of a slice that is there: NULL, or what it is */
static const char *conflict(const struct stanza *stanza, const struct slice *now)
{
	const struct filter *wanted = &stanza->slice;

	if (parent_differs(wanted, now->bus, now->parent))
		return "is there, with another parent";
	if (differs(wanted->type, now->type))
		return "is there, with another type";
	if (wanted->uuid && now->uuid && strcasecmp(wanted->uuid, now->uuid))
		return "is there, with another UUID";
	return NULL;
}

static void compare(struct restore *restore, const struct stanza *stanza,
		    const struct slice *now)
{
	struct change what = { .stanza = stanza, .now = now };
	char text[MDEV_SLICE_OWNER_MAX + 32];

	if (is_foreign(restore, now)) {
		snprintf(text, sizeof(text), "belongs to %s", now->owner);
		refuse(restore, now->name, "foreign", text);
		return;
	}
	if (conflict(stanza, now)) {
		refuse(restore, now->name, "conflict", conflict(stanza, now));
		return;
	}
	what.parts = config_differences(&stanza->config, &now->config);
	what.class = stanza->slice.class && stanza->slice.class - 1 != now->class;
	what.owner = restore->file->owner && !now->owner;
	if (what.parts || what.class || what.owner) {
		change(restore, &what);
		return;
	}
	restore->same++;
	if (options.details)
		show_text("=", "same", now->name, NULL);
}

/* The file before this one that has it already: two cannot both be right. */
static const struct file *file_before(const struct restore *restore, const char *name)
{
	const struct file *file;

	for (file = restore->files.files; file < restore->file; file++)
		if (file_has(file, name))
			return file;
	return NULL;
}

static void refuse_second(struct restore *restore, const char *name, const struct file *first)
{
	char text[PATH_MAX + 32];

	snprintf(text, sizeof(text), "is in %s, too", first->name);
	refuse(restore, name, "conflict", text);
}

static void restore_stanza(struct restore *restore, const struct stanza *stanza)
{
	const char *name = stanza->slice.name;
	const struct file *first = file_before(restore, name);
	const struct slice *now = present_find(&restore->present, name);

	restore->nl->error = 0;
	if (first)
		refuse_second(restore, name, first);
	else if (now)
		compare(restore, stanza, now);
	else
		add(restore, stanza);
}

static void restore_file(struct restore *restore)
{
	for (size_t i = 0; i < restore->file->count; i++) {
		const struct stanza *stanza = &restore->file->stanzas[i];

		if (!parent_differs(&restore->only, stanza->slice.bus, stanza->slice.parent))
			restore_stanza(restore, stanza);
	}
}

/* Does a file have its owner, and none have it? */
static bool is_extra(const struct restore *restore, const struct slice *slice)
{
	bool ours = false;

	for (size_t i = 0; i < restore->files.count; i++) {
		const struct file *file = &restore->files.files[i];

		if (file_has(file, slice->name))
			return false;
		if (!differs(file->owner, slice->owner) && !differs(slice->owner, file->owner))
			ours = true;
	}
	return ours;
}

/* What is ours, and not in a file; it stays. */
static void show_extra(struct restore *restore)
{
	for (size_t i = 0; i < restore->present.count; i++) {
		const struct slice *slice = &restore->present.slices[i].slice;

		if (is_extra(restore, slice) &&
		    !parent_differs(&restore->only, slice->bus, slice->parent))
			show_text("-", "extra", slice->name, "is not in the file");
	}
}

static void run(struct restore *restore)
{
	for (size_t i = 0; i < restore->files.count; i++) {
		restore->file = &restore->files.files[i];
		restore_file(restore);
	}
	if (options.dry_run)
		show_extra(restore);
}

static int sum(const struct restore *restore)
{
	if (!options.json)
		printf("%u %s, %u %s, %u the same, %u failed\n", restore->added,
		       options.dry_run ? "to be added" : "added", restore->changed,
		       options.dry_run ? "to be changed" : "changed", restore->same,
		       restore->failed);
	if (restore->failed)
		return EXIT_KERNEL;
	if (options.dry_run && (restore->added || restore->changed))
		return EXIT_DIFFERS;
	return EXIT_OK;
}

/* A file that was wrong is told when the others are done. */
static int restore_all(struct restore *restore, int wrong)
{
	int code = present_load(restore->nl, &restore->present);

	if (code)
		return code;
	print_begin();
	run(restore);
	print_end();
	code = sum(restore);
	return wrong ? wrong : code;
}

int object_restore(struct nl *nl, struct args *args)
{
	static const char *const keys[] = { "parent", "file", NULL };
	struct restore restore = { .nl = nl };
	const char *name;
	int code;

	if (!file_args(&restore.only, args, keys, usage, &name))
		return args->help ? EXIT_OK : EXIT_USAGE;
	code = files_read(&restore.files, name);
	if (restore.files.count)
		code = restore_all(&restore, code);
	present_free(&restore.present);
	files_free(&restore.files);
	return code;
}
