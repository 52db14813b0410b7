#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A machine on which a vfio device is open, and another one is open whose slice is being
# removed, is switched off at once.
# place: host
# timeout: 180
. "${0%/*}/../lib.sh"

cat >"$lib_scratch/job" <<'END'
modprobe -a mdev_net mdev_vdpa vfio vfio_iommu_type1 || exit
for slice in one two; do
	vdpa dev add name $slice mgmtdev mdev_net0 || exit
	echo vfio >/sys/class/mdev_slice/$slice/class || exit
	sleep 1000 | /tribus/build/selftests/vfio/hold \
		$(cat /sys/class/mdev_slice/$slice/uuid) >/run/$slice 2>&1 &
	until grep -q open /run/$slice; do sleep 0.1; done
done
vdpa dev del two || exit
until grep -q asked /run/two; do sleep 0.1; done
echo "one is $(cat /sys/class/mdev_slice/one/state)"
echo "two is $(cat /sys/class/mdev_slice/two/state)"
exit 7
END

# When the job has ended the machine is switched off, whatever still runs, and then ./run ends.
status=0
timeout "$(awk "BEGIN { print 100 * ${RUN_PATIENCE:-1} }")" "$RUN" vm -- sh -c "$(cat "$lib_scratch/job")" \
	>"$lib_scratch/out" 2>"$lib_scratch/err" || status=$?
check_eq "it is switched off" "$status" 7 || comment "$(cat "$lib_scratch/err")"
check_eq "with both devices open" "$(cat "$lib_scratch/out")" "one is ready bound
two is dying bound"
