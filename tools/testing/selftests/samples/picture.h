/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The picture that tests paint: no two lines and no two columns near each other are the
 * same, so a wrong stride, offset or order of colours is seen.
 */
#ifndef _PICTURE_H
#define _PICTURE_H

#include <linux/types.h>

/* A pixel, XRGB8888 in the processor's order. */
static inline __u32 picture_pixel(__u32 x, __u32 y)
{
	__u8 red = 255 - x / 8, green = x ^ y, blue = y / 5 + x * 3;

	return (__u32)red << 16 | (__u32)green << 8 | blue;
}

/* A stride in bytes. */
static inline void picture_paint(void *memory, __u32 width, __u32 height, __u32 stride)
{
	__u32 x, y;

	for (y = 0; y < height; y++) {
		__u32 *line = (__u32 *)((char *)memory + (__u64)y * stride);

		for (x = 0; x < width; x++)
			line[x] = picture_pixel(x, y);
	}
}

/* Returns how many pixels are wrong. What is in the byte without a colour does not count. */
static inline __u32 picture_wrong(const void *memory, __u32 width, __u32 height, __u32 stride)
{
	__u32 x, y, wrong = 0;

	for (y = 0; y < height; y++) {
		const __u32 *line = (const __u32 *)((const char *)memory + (__u64)y * stride);

		for (x = 0; x < width; x++)
			wrong += (line[x] & 0xffffff) != picture_pixel(x, y);
	}
	return wrong;
}

#endif /* _PICTURE_H */
