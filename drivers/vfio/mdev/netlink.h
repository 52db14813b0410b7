/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink family "mdev": what its files share.
 *
 * Requests run in parallel, and there is no lock in here: names and cursors are looked up
 * by the core, and a slice is kept alive while it is described by mdev_slice_enter(). A
 * slow parent delays the requests for its own slice only.
 */
#ifndef _MDEV_NETLINK_H
#define _MDEV_NETLINK_H

#include <linux/mdev_class.h>
#include <linux/mdev_config.h>
#include <linux/mdev_virtio.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

/**
 * struct mdev_nl_filter - which slices are meant
 * @bus: of their parent, or NULL for any
 * @type: name of their type, or NULL for any
 * @owner: of them, empty for those without; or NULL for any
 * @parent: number of their parent, or 0 for any
 * @class: that they are in, MDEV_CLASS_MAX for any
 */
struct mdev_nl_filter {
	const char *bus;
	const char *type;
	const char *owner;
	u32 parent;
	u32 class;
};

/**
 * struct mdev_nl_filter_attrs - the attributes of a request that say so
 * @bus: type of the attribute for &struct mdev_nl_filter.bus
 * @parent: and so on
 * @type: and so on
 * @class: and so on
 * @owner: and so on
 */
struct mdev_nl_filter_attrs {
	int bus;
	int parent;
	int type;
	int class;
	int owner;
};

/**
 * struct mdev_nl_config - provisioning that a request gives
 * @config: for the parent
 * @cpus: memory of &struct mdev_config.cpus
 */
struct mdev_nl_config {
	struct mdev_config config;
	cpumask_var_t cpus;
};

/* netlink.c: requests and answers */
bool mdev_nl_missing(const struct genl_info *info, int type, const char *what);
const char *mdev_nl_string(const struct genl_info *info, int type);
int mdev_nl_read_uuid(const struct genl_info *info, int type, guid_t *uuid);
struct mdev_parent *mdev_nl_get_parent(const struct genl_info *info, int bus_type,
				       int name_type);
const struct mdev_type *mdev_nl_find_type(const struct mdev_parent *parent,
					  const char *name);
int mdev_nl_put_features(struct sk_buff *skb, int type, u64 features);

/* nl_parent.c */
int mdev_nl_fill_parent(struct sk_buff *skb, struct mdev_parent *parent, u8 cmd,
			const struct mdev_event *event);

/* nl_describe.c: a slice in attributes */
int mdev_nl_put_event(struct sk_buff *skb, int type,
		      const struct mdev_event *event);
int mdev_nl_put_slice(struct sk_buff *skb, struct mdev_slice *slice);
int mdev_nl_fill_slice(struct sk_buff *skb, struct mdev_slice *slice, u8 cmd,
		       const struct mdev_event *event);

/* nl_filter.c */
extern const struct mdev_nl_filter_attrs mdev_nl_slice_filter;
extern const struct mdev_nl_filter_attrs mdev_nl_stats_filter;
int mdev_nl_read_filter(const struct genl_info *info,
			const struct mdev_nl_filter_attrs *attrs,
			struct mdev_nl_filter *filter);
bool mdev_nl_filter_may_match(const struct mdev_nl_filter *filter,
			      struct mdev_slice *slice);
bool mdev_nl_filter_matches(const struct mdev_nl_filter *filter,
			    struct mdev_slice *slice);

/* nl_config.c, nl_net.c: provisioning */
int mdev_nl_parse_config(const struct genl_info *info,
			 struct mdev_nl_config *given);
void mdev_nl_free_config(struct mdev_nl_config *given);
int mdev_nl_check_config(const struct genl_info *info,
			 const struct mdev_nl_config *given,
			 const struct mdev_type *type, u64 accepted);
int mdev_nl_put_config(struct sk_buff *skb, struct mdev_slice *slice);
int mdev_nl_parse_net(const struct nlattr *nest, struct mdev_config *config,
		      struct netlink_ext_ack *extack);
int mdev_nl_put_net(struct sk_buff *skb, const struct mdev_config *config);

#endif /* _MDEV_NETLINK_H */
