#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A guest paints on a mdpy, and unmodified QEMU shows just that: a screenshot that it takes is
# compared pixel by pixel, and kept as build/kept/mdpy.png.
# timeout: 240
# kernels: plain debug
# long: debug
. "${0%/*}/../lib.sh"
. "${0%/*}/lib-samples.sh"
. "${0%/*}/../lib-guest.sh"

shot=$lib_scratch/shot.ppm

# qmp COMMAND: until QEMU has answered once more
qmp() {
	qmp_before=$(grep -c '"return"' "$lib_scratch/qmp")
	printf '%s\n' "$1" >"$lib_scratch/qmp.in"
	wait_for 20 qmp_answered "$qmp_before"
}

qmp_answered() {
	[ "$(grep -c '"return"' "$lib_scratch/qmp")" -gt "$1" ]
}

# screendump FILE FORMAT
screendump() {
	rm -f "$1"
	qmp "{\"execute\":\"screendump\",\"arguments\":{\"filename\":\"$1\",\"format\":\"$2\"}}" &&
		[ -s "$1" ]
}

need "the sample loads" load_sample mdpy
need "a display" make mdpy xga 1
mkfifo "$lib_scratch/qmp.in" "$lib_scratch/qmp.out"
cat "$lib_scratch/qmp.out" >"$lib_scratch/qmp" &
cleanup kill $!
need "a program for the guest" guest_with "$HELPERS_DIR/paint=bin/paint"
need "a guest boots" guest_start one \
	-device "vfio-pci,sysfsdev=$MEDIATED/$(uuid 1),id=display,display=on" \
	-chardev "pipe,id=qmp,path=$lib_scratch/qmp" -mon chardev=qmp,mode=control
need "QEMU takes commands" qmp '{"execute":"qmp_capabilities"}'

check "QEMU takes a screenshot" screendump "$shot" ppm
check_eq "of the right size" "$(head -c 15 "$shot" | tr '\n' ' ')" "P6 1024 768 255"
check_fail "nobody has painted yet" "pixels are wrong" "$HELPERS_DIR/shot" "$shot" 1024 768
check_eq "the guest paints" "$(guest_run one paint mdpy)" "1024 768"
check "QEMU takes a screenshot" screendump "$shot" ppm
check "each pixel is the one that was painted" "$HELPERS_DIR/shot" "$shot" 1024 768
check "another one, to keep" screendump "$lib_scratch/mdpy.png" png
keep "$lib_scratch/mdpy.png"
check_eq "QEMU has not complained" "$(cat "$(guest_dir one)/qemu")" ""
check_fail "the display is in use" "busy" set_class "$(uuid 1)" none
guest_kill one
check "when the guest has gone it is removed" unmake 1
