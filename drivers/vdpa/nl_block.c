// SPDX-License-Identifier: GPL-2.0
/*
 * Block devices: configuration space (virtio 1.2, section 5.2.4).
 */
#include <linux/virtio_config.h>
#include <uapi/linux/virtio_blk.h>

#include "netlink.h"

#define MDEV_VDPA_BLOCK_HAS(features, bit) \
	((features) & BIT_ULL(VIRTIO_BLK_F_##bit))

static int mdev_vdpa_block_put_u32(struct sk_buff *skb, int type,
				   __virtio32 value)
{
	return nla_put_u32(skb, type, __virtio32_to_cpu(true, value));
}

static int mdev_vdpa_block_put_sizes(struct sk_buff *skb, u64 features,
				     const struct virtio_blk_config *config)
{
	if (nla_put_u64_64bit(skb, VDPA_ATTR_DEV_BLK_CFG_CAPACITY,
			      __virtio64_to_cpu(true, config->capacity),
			      VDPA_ATTR_PAD))
		return -EMSGSIZE;
	if (MDEV_VDPA_BLOCK_HAS(features, SIZE_MAX) &&
	    mdev_vdpa_block_put_u32(skb, VDPA_ATTR_DEV_BLK_CFG_SIZE_MAX,
				    config->size_max))
		return -EMSGSIZE;
	if (MDEV_VDPA_BLOCK_HAS(features, BLK_SIZE) &&
	    mdev_vdpa_block_put_u32(skb, VDPA_ATTR_DEV_BLK_CFG_BLK_SIZE,
				    config->blk_size))
		return -EMSGSIZE;
	if (MDEV_VDPA_BLOCK_HAS(features, SEG_MAX) &&
	    mdev_vdpa_block_put_u32(skb, VDPA_ATTR_DEV_BLK_CFG_SEG_MAX,
				    config->seg_max))
		return -EMSGSIZE;
	if (MDEV_VDPA_BLOCK_HAS(features, MQ) &&
	    nla_put_u16(skb, VDPA_ATTR_DEV_BLK_CFG_NUM_QUEUES,
			__virtio16_to_cpu(true, config->num_queues)))
		return -EMSGSIZE;
	return 0;
}

static int mdev_vdpa_block_put_topology(struct sk_buff *skb, u64 features,
					const struct virtio_blk_config *config)
{
	if (!MDEV_VDPA_BLOCK_HAS(features, TOPOLOGY))
		return 0;
	if (nla_put_u8(skb, VDPA_ATTR_DEV_BLK_CFG_PHY_BLK_EXP,
		       config->physical_block_exp) ||
	    nla_put_u8(skb, VDPA_ATTR_DEV_BLK_CFG_ALIGN_OFFSET,
		       config->alignment_offset) ||
	    nla_put_u16(skb, VDPA_ATTR_DEV_BLK_CFG_MIN_IO_SIZE,
			__virtio16_to_cpu(true, config->min_io_size)) ||
	    mdev_vdpa_block_put_u32(skb, VDPA_ATTR_DEV_BLK_CFG_OPT_IO_SIZE,
				    config->opt_io_size))
		return -EMSGSIZE;
	return 0;
}

static int mdev_vdpa_block_put_discard(struct sk_buff *skb, u64 features,
				       const struct virtio_blk_config *config)
{
	if (!MDEV_VDPA_BLOCK_HAS(features, DISCARD))
		return 0;
	if (mdev_vdpa_block_put_u32(skb, VDPA_ATTR_DEV_BLK_CFG_MAX_DISCARD_SEC,
				    config->max_discard_sectors) ||
	    mdev_vdpa_block_put_u32(skb, VDPA_ATTR_DEV_BLK_CFG_MAX_DISCARD_SEG,
				    config->max_discard_seg) ||
	    mdev_vdpa_block_put_u32(skb,
				    VDPA_ATTR_DEV_BLK_CFG_DISCARD_SEC_ALIGN,
				    config->discard_sector_alignment))
		return -EMSGSIZE;
	return 0;
}

static int
mdev_vdpa_block_put_write_zeroes(struct sk_buff *skb, u64 features,
				 const struct virtio_blk_config *config)
{
	if (!MDEV_VDPA_BLOCK_HAS(features, WRITE_ZEROES))
		return 0;
	if (mdev_vdpa_block_put_u32(skb,
				    VDPA_ATTR_DEV_BLK_CFG_MAX_WRITE_ZEROES_SEC,
				    config->max_write_zeroes_sectors) ||
	    mdev_vdpa_block_put_u32(skb,
				    VDPA_ATTR_DEV_BLK_CFG_MAX_WRITE_ZEROES_SEG,
				    config->max_write_zeroes_seg))
		return -EMSGSIZE;
	return 0;
}

int mdev_vdpa_block_put_config(struct sk_buff *skb, struct mdev_slice *slice)
{
	u64 features = mdev_virtio_ops(slice)->get_features(slice);
	struct virtio_blk_config config;

	mdev_virtio_read_space(slice, &config, sizeof(config));

	if (mdev_vdpa_block_put_sizes(skb, features, &config) ||
	    mdev_vdpa_block_put_topology(skb, features, &config) ||
	    mdev_vdpa_block_put_discard(skb, features, &config) ||
	    mdev_vdpa_block_put_write_zeroes(skb, features, &config) ||
	    nla_put_u8(skb, VDPA_ATTR_DEV_BLK_READ_ONLY,
		       !!MDEV_VDPA_BLOCK_HAS(features, RO)) ||
	    nla_put_u8(skb, VDPA_ATTR_DEV_BLK_FLUSH,
		       !!MDEV_VDPA_BLOCK_HAS(features, FLUSH)))
		return -EMSGSIZE;
	return 0;
}
