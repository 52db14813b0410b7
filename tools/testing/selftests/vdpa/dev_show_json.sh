#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# "vdpa dev show" tells what a slice is, in plain text, JSON and pretty JSON.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice with one queue pair" add one mac 02:00:00:00:00:01
need "a slice with four" add four max_vqp 4
need "a parked slice" add parked
need "is parked" set_class parked none

check_match "plain text" "$(vdpa dev show one)" \
	"one: type network mgmtdev platform/$NIC vendor_id 6900 max_vqs 3 max_vq_size 1024"

field() {
	vdpa -j dev show "$1" | jq -r ".dev.\"$1\".$2"
}
check_eq "type" "$(field one type)" network
check_eq "mgmtdev" "$(field one mgmtdev)" "platform/$NIC"
check_eq "vendor_id" "$(field one vendor_id)" 6900
check_eq "max_vqs of one pair" "$(field one max_vqs)" 3
check_eq "max_vqs of four pairs" "$(field four max_vqs)" 9
check_eq "max_vq_size" "$(field one max_vq_size)" 1024
check_eq "a parked slice is shown, too" "$(field parked type)" network

check_eq "all of them are listed" \
	"$(vdpa -j dev show | jq -r '.dev | keys | join(" ")')" "four one parked"
check "pretty JSON is JSON" sh -c 'vdpa -jp dev show | jq .'
check_fail "an unknown one is refused with text" "there is no device of this name" \
	vdpa dev show nobody
check_eq "JSON of that is JSON" "$(vdpa -j dev show nobody 2>/dev/null | jq -c .)" '{"dev":{}}'
