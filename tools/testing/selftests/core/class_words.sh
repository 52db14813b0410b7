#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What is written to the attribute class: words that are no class, classes that the
# parent does not serve, classes without a module.
. "${0%/*}/../lib.sh"
. "${0%/*}/../lib-mdev.sh"

need "the modules load" load_nic
need "a slice" add one

for word in "" nothing Virtio virtio0 "virtio none" 0 -1 default; do
	check_fail "\"$word\" is no class" "Invalid argument" set_class one "$word"
done
check_fail "a page of them is no class" "Invalid argument" \
	set_class one "$(printf '%04000d' 0)"
for class in virtio vhost vfio vendor; do
	case " $(attr one classes) " in
	*" $class "*) ;;
	*) check_fail "$class is not served" "Operation not supported" set_class one $class ;;
	esac
done
check_fail "vendor is not served" "Operation not supported" set_class one vendor
if [ ! -e /sys/module/mdev_vfio ]; then
	check_fail "vfio is served by no module" "Operation not supported" set_class one vfio
fi
check_eq "the slice is where it was" "$(attr one class)" virtio
check_eq "with its driver" "$(attr one state)" "ready bound"
check "a word without a newline is taken" sh -c "printf none >$SLICES/one/class"
check_eq "and works" "$(attr one class)" none
