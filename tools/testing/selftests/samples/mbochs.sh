#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Sample mbochs: a bochs-display whose picture is a dma-buf. No access to it, however wrong,
# does harm, what is painted is what is shown, and dma-bufs outlive the slice.
# timeout: 120
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-samples.sh"

need "the sample loads" load_sample mbochs
# Kernels for tests need not have dma-bufs. Those that do have a driver that takes some.
drm=none
if grep -q ' dma_buf_export$' /proc/kallsyms; then
	need "a graphics driver loads" modprobe vgem
	cleanup modprobe -r vgem
	drm=/dev/dri/$(find /sys/bus/platform/devices/vgem/drm -maxdepth 1 -name 'renderD*' -printf %f)
fi
comment "dma-bufs: $drm"
n=0
for size in small:4:800:600 medium:16:1920:1440 large:64:0:0; do
	n=$((n + 1))
	type=${size%%:*}
	numbers=$(echo "${size#*:}" | tr : ' ')
	mbytes=${numbers%% *}
	check_eq "$type: what it is" "$(cat "$(supported mbochs $type)/description")" \
		"bochs-display that has $mbytes MB"
	need "$type: a slice" make mbochs $type $n
	check_eq "$type: its memory is told" "$(cat "$MEDIATED/$(uuid $n)/vendor/memory")" \
		"$mbytes MB"
	# shellcheck disable=SC2086
	tap mbochs "$(uuid $n)" $numbers "$(repeat 1000)" "$drm"
	check "$type: it is removed, if it was not yet" sh -c "[ $drm != none ] ||
		echo 1 >$MEDIATED/$(uuid $n)/remove"
	check_eq "$type: all of the memory is back" "$(left mbochs small)" 64
done
