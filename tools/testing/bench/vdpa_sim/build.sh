#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# build.sh LINUX OUT HEADERS
#
# The kernel's own vdpa_sim_net, and vringh, which it needs, as modules for a kernel that
# was configured without them. Of the source LINUX, in OUT; nothing of it is kept elsewhere.
set -eu

cp "$1/drivers/vhost/vringh.c" "$1"/drivers/vdpa/vdpa_sim/vdpa_sim.[ch] \
	"$1/drivers/vdpa/vdpa_sim/vdpa_sim_net.c" "$2"
echo "obj-m := vringh.o vdpa_sim.o vdpa_sim_net.o" >"$2/Kbuild"
exec make --no-print-directory -C "$3" M="$2" -j "$(nproc)" modules
