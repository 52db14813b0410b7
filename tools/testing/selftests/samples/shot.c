// SPDX-License-Identifier: GPL-2.0
/*
 * shot FILE WIDTH HEIGHT: is a picture that QEMU has written, in format PPM, of that size and
 * in each pixel the one of picture.h? Says how many pixels are wrong.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "picture.h"

int main(int argc, char **argv)
{
	unsigned int width, height, max, x, y, seen, wrong = 0;
	unsigned char pixel[3];
	FILE *file;

	if (argc != 4)
		return 2;
	file = fopen(argv[1], "r");
	if (!file)
		err(1, "%s", argv[1]);
	if (fscanf(file, "P6 %u %u %u", &width, &height, &max) != 3 || max != 255 ||
	    fgetc(file) != '\n')
		errx(1, "%s: not in the format", argv[1]);
	if (width != strtoul(argv[2], NULL, 0) || height != strtoul(argv[3], NULL, 0))
		errx(1, "%s: of %ux%u pixels", argv[1], width, height);
	for (y = 0; y < height; y++) {
		for (x = 0; x < width; x++) {
			if (fread(pixel, sizeof(pixel), 1, file) != 1)
				errx(1, "%s: too short", argv[1]);
			seen = pixel[0] << 16 | pixel[1] << 8 | pixel[2];
			wrong += seen != picture_pixel(x, y);
		}
	}
	if (fgetc(file) != EOF)
		errx(1, "%s: too long", argv[1]);
	printf("%u of %u pixels are wrong\n", wrong, width * height);
	return !!wrong;
}
