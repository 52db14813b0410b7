// SPDX-License-Identifier: GPL-2.0
/*
 * How a user gets at what the guest shows: it asks for the plane, which has an id for as
 * long as it is the same, and for a dma-buf of that id.
 *
 * What a guest can have shown has no end, so only the last few modes are remembered. The
 * id that a user has just been told is one of them.
 */
#include <linux/string.h>
#include <linux/uaccess.h>
#include <uapi/drm/drm_fourcc.h>

#include "mbochs.h"

/* Enumerated by the kernel's own drm_plane.h, in which user space believes as well. */
#define PLANE_PRIMARY	1

void mbochs_planes_forget(struct mbochs *mb)
{
	memset(mb->planes, 0, sizeof(mb->planes));
}

static bool same_mode(const struct mbochs_mode *a, const struct mbochs_mode *b)
{
	return a->width == b->width && a->height == b->height &&
	       a->stride == b->stride && a->offset == b->offset;
}

/* The one that is first was shown last. */
static void move_to_front(struct mbochs *mb, unsigned int nr)
{
	struct mbochs_plane plane = mb->planes[nr];

	memmove(mb->planes + 1, mb->planes, nr * sizeof(plane));
	mb->planes[0] = plane;
}

static u32 plane_id(struct mbochs *mb, const struct mbochs_mode *mode)
{
	struct mbochs_plane *planes = mb->planes;
	unsigned int i;

	for (i = 0; i < MBOCHS_NR_PLANES - 1; i++) {
		if (!planes[i].id || same_mode(&planes[i].mode, mode))
			break;
	}
	if (!planes[i].id || !same_mode(&planes[i].mode, mode)) {
		/* 0 is none. */
		mb->last_id = mb->last_id + 1 ?: 1;
		planes[i].id = mb->last_id;
		planes[i].mode = *mode;
	}
	move_to_front(mb, i);
	return planes[0].id;
}

static bool find_mode(const struct mbochs *mb, u32 id, struct mbochs_mode *mode)
{
	unsigned int i;

	for (i = 0; i < MBOCHS_NR_PLANES; i++) {
		if (id && mb->planes[i].id == id) {
			*mode = mb->planes[i].mode;
			return true;
		}
	}
	return false;
}

/* A plane of no format is one that is not shown. */
static void fill_plane(struct mbochs *mb,
		       struct vfio_device_gfx_plane_info *plane)
{
	struct mbochs_mode mode;

	mutex_lock(&mb->sv.lock);
	if (plane->drm_plane_type == PLANE_PRIMARY &&
	    mbochs_regs_mode(mb, &mode)) {
		plane->drm_format = DRM_FORMAT_XRGB8888;
		plane->width = mode.width;
		plane->height = mode.height;
		plane->stride = mode.stride;
		plane->size = mode.size;
		plane->dmabuf_id = plane_id(mb, &mode);
	}
	mutex_unlock(&mb->sv.lock);
}

long mbochs_query_plane(struct mbochs *mb, void __user *arg)
{
	size_t minsz = offsetofend(struct vfio_device_gfx_plane_info,
				   dmabuf_id);
	struct vfio_device_gfx_plane_info asked, plane = {};

	if (copy_from_user(&asked, arg, minsz))
		return -EFAULT;
	if (asked.argsz < minsz)
		return -EINVAL;
	if (asked.flags == (VFIO_GFX_PLANE_TYPE_PROBE |
			    VFIO_GFX_PLANE_TYPE_DMABUF))
		return 0;
	if (asked.flags != VFIO_GFX_PLANE_TYPE_DMABUF)
		return -EINVAL;
	plane.argsz = asked.argsz;
	plane.flags = asked.flags;
	plane.drm_plane_type = asked.drm_plane_type;
	fill_plane(mb, &plane);
	return copy_to_user(arg, &plane, minsz) ? -EFAULT : 0;
}

/* Returns a file descriptor. Each call makes a dma-buf, and they have the same pages. */
long mbochs_get_dmabuf(struct mbochs *mb, const void __user *arg)
{
	struct mbochs_mode mode;
	bool found;
	u32 id;

	if (copy_from_user(&id, arg, sizeof(id)))
		return -EFAULT;
	mutex_lock(&mb->sv.lock);
	found = find_mode(mb, id, &mode);
	mutex_unlock(&mb->sv.lock);
	if (!found)
		return -ENOENT;
	return mbochs_dmabuf_export(mb->memory, &mode);
}
