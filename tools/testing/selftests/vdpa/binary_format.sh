#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Answers are, byte by byte, what programs know from the kernel's family: command,
# numbers, sizes and order of the attributes.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one mac 02:00:00:00:00:01 mtu 1400 max_vqp 2
need "is parked" set_class one none

# answer ARGUMENT...: without padding, which is attribute 0
answer() {
	"$HELPERS_DIR/nl_raw" -v "$@" | sed 's/ 0=//g' | head -n 1
}

# bytes TEXT: as in a string with its NUL
bytes() {
	printf '%s\0' "$1" | od -An -v -tx1 | tr -d ' \n'
}

# Numbers are little endian here, as the machines are that this runs on.
[ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ] ||
	skip_all "the expected answers are those of a little endian machine"

handle="1=$(bytes platform) 2=$(bytes $NIC)"
check_match "VDPA_CMD_MGMTDEV_GET" "$(answer 2 2:z:$NIC)" \
	"reply 1 $handle 3=0200000000000000 15=21000000 16=????????????????"
check_eq "VDPA_CMD_DEV_GET" "$(answer 5 4:z:one)" \
	"reply 3 $handle 4=$(bytes one) 5=01000000 6=f41a0000 7=05000000 8=0004 9=$(printf '%04x' 256)"
check_match "VDPA_CMD_DEV_CONFIG_GET" "$(answer 6 4:z:one)" \
	"reply 6 4=$(bytes one) 5=01000000 20=???????????????? 13=7805 10=020000000001 11=0000 12=0200"
check_match "VDPA_CMD_DEV_VSTATS_GET" "$(answer 7 4:z:one 17:32:1)" \
	"reply 7 4=$(bytes one) 5=01000000 14=???????????????? 12=0200 17=01000000 18=$(bytes packets) 19=0000000000000000 18=*"

need "is in class virtio" set_class one virtio
check_match "VDPA_CMD_DEV_CONFIG_GET with a driver" "$(answer 6 4:z:one)" \
	"reply 6 4=$(bytes one) 5=01000000 *14=???????????????? *"
