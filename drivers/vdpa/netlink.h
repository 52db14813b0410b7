/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink family "vdpa": what its files share.
 */
#ifndef _MDEV_VDPA_NETLINK_H
#define _MDEV_VDPA_NETLINK_H

#include <linux/mdev_class.h>
#include <linux/mdev_config.h>
#include <linux/mdev_virtio.h>
#include <net/genetlink.h>
#include <uapi/linux/vdpa.h>

/* Longest bus or device name that is looked up. */
#define MDEV_VDPA_PARENT_NAME_MAX	127

extern struct genl_family mdev_vdpa_family;

/**
 * struct mdev_vdpa_msg - where an answer goes
 * @skb: the buffer
 * @info: the request
 * @cb: state of the dump, NULL when one object is asked for
 */
struct mdev_vdpa_msg {
	struct sk_buff *skb;
	const struct genl_info *info;
	struct netlink_callback *cb;
};

/*
 * Describes one slice in one message. The slice is entered. -EMSGSIZE when
 * there is no room, and then the buffer is as it was.
 */
typedef int (*mdev_vdpa_fill_t)(const struct mdev_vdpa_msg *msg,
				struct mdev_slice *slice);

/* nl_msg.c: messages */
void *mdev_vdpa_msg_begin(const struct mdev_vdpa_msg *msg, u8 cmd);
void mdev_vdpa_msg_end(const struct mdev_vdpa_msg *msg, void *hdr);
int mdev_vdpa_answer(struct genl_info *info, mdev_vdpa_fill_t fill);
int mdev_vdpa_dump(struct sk_buff *skb, struct netlink_callback *cb,
		   mdev_vdpa_fill_t fill);

/* nl_key.c: what a request names */
int mdev_vdpa_get_name(const struct genl_info *info, int type, char *buf,
		       size_t size);
struct mdev_slice *mdev_vdpa_get_slice(const struct genl_info *info);
int mdev_vdpa_enter(const struct genl_info *info, struct mdev_slice *slice);
struct mdev_parent *mdev_vdpa_get_parent(const struct genl_info *info);
bool mdev_vdpa_is_mgmtdev(const struct mdev_parent *parent);
const struct mdev_type *mdev_vdpa_type(const struct mdev_parent *parent,
				       u32 device_id);
u64 mdev_vdpa_classes(const struct mdev_parent *parent);
int mdev_vdpa_put_parent(struct sk_buff *skb, const struct mdev_parent *parent);

/* nl_provision.c: attributes that a device is made with */
int mdev_vdpa_parse_config(const struct genl_info *info,
			   struct mdev_config *config);
int mdev_vdpa_check_mask(const struct genl_info *info, u64 given, u64 accepted);
const struct mdev_type *mdev_vdpa_choose_type(const struct genl_info *info,
					      const struct mdev_parent *parent,
					      const struct mdev_config *config);

/* nl_config.c, nl_net.c, nl_block.c: configuration space */
int mdev_vdpa_net_put_config(struct sk_buff *skb, struct mdev_slice *slice);
int mdev_vdpa_net_put_queue(struct sk_buff *skb, struct mdev_slice *slice,
			    u64 features);
int mdev_vdpa_block_put_config(struct sk_buff *skb, struct mdev_slice *slice);

/* Requests */
int mdev_vdpa_mgmtdev_get_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_vdpa_mgmtdev_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int mdev_vdpa_dev_new_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_vdpa_dev_del_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_vdpa_dev_get_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_vdpa_dev_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mdev_vdpa_dev_attr_set_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_vdpa_config_get_doit(struct sk_buff *skb, struct genl_info *info);
int mdev_vdpa_config_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int mdev_vdpa_vstats_get_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _MDEV_VDPA_NETLINK_H */
