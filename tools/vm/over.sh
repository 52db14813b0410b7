#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# over.sh ROOT LAYER PLACE ARGUMENT...
#
# As enter.sh, in ROOT with the packages of LAYER over it, put together at PLACE. It is
# called as root of a mount namespace made for this one command.
set -eu

mount -t overlay -o "lowerdir=$2:$1,userxattr" overlay "$3"
place=$3
shift 3
exec sh "${0%/*}/enter.sh" "$place" "$@"
