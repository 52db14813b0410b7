#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Sample mdpy: a PCI function with a framebuffer, which is shown by a region. No access to
# it, however wrong, does harm, and what is painted is what is shown.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-samples.sh"

need "the sample loads" load_sample mdpy
n=0
for size in vga:640:480 xga:1024:768 hd:1920:1080; do
	n=$((n + 1))
	type=${size%%:*}
	width=${size#*:}
	height=${width#*:}
	width=${width%:*}
	check_eq "$type: what it is" "$(cat "$(supported mdpy $type)/description")" \
		"${width}x$height pixels in a region"
	need "$type: a slice" make mdpy $type $n
	check_eq "$type: its size is told" "$(cat "$MEDIATED/$(uuid $n)/vendor/resolution")" \
		"${width}x$height"
	tap mdpy "$(uuid $n)" "$width" "$height" "$(repeat 1000)"
done
