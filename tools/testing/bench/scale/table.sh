#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# table.sh VALUES: what was measured, beside the limits and the kernel's own vdpa_sim_net.
# Fails when a limit is not kept, or something was not measured.

values=$1
failed=

get() {
	sed -n "s/^$1 //p" "$values" | tail -n 1
}

# row TEXT UNIT NAME OPERATOR LIMIT [REFERENCE]: OPERATOR -le, -ge or -; a reference is
# the name of a value
row() {
	row_value=$(get "$3")
	row_said=
	row_limit=-
	row_reference=-
	[ -z "${6-}" ] || row_reference=$(get "$6")
	case $4 in
	-) [ "$row_value" ] || row_said=FAIL ;;
	*)
		row_limit="$4 $5"
		row_said=$(awk -v value="$row_value" -v limit="$5" -v operator="$4" 'BEGIN {
			if (value == "")
				print "FAIL"
			else if (operator == "<=")
				print (value + 0 <= limit + 0 ? "pass" : "FAIL")
			else
				print (value + 0 >= limit + 0 ? "pass" : "FAIL")
		}')
		;;
	esac
	[ "$row_said" != FAIL ] || failed=yes
	printf '%-58s %-5s %9s %10s %-5s %10s\n' "$1" "$2" "${row_value:--}" "$row_limit" \
		"$row_said" "${row_reference:--}"
}

printf '\n%-58s %-5s %9s %10s %-5s %10s\n' "" unit here limit "" vdpa_sim
row "parked slices at once" "" parked ">=" 10000 reference
row "slices in class virtio at once" "" virtio ">=" 2000 reference_virtio
row "making number 100" us parked_early_us - - reference_early_us
row "making the last one" us parked_late_us - - reference_late_us
row "a bare network device beside number 100" us netdev_early_us - -
row "a bare network device beside the last one" us netdev_late_us - -
row "growth beyond that of the bare device" "" parked_growth "<=" 1.2
row "making one in class virtio" us virtio_us - - reference_virtio_us
row "kernel time of tribus slice show, all parked slices" ms dump_tribus_ms "<=" 999
row "kernel time of vdpa dev show, all of them" ms dump_vdpa_ms "<=" 999 reference_dump_ms
row "kernel time of tribus slice stats, all of them" ms dump_stats_ms - -
row "lists by tribus under churn that are wrong, of 5" "" dump_tribus_wrong "<=" 0
row "lists by vdpa under churn that are wrong, of 5" "" dump_vdpa_wrong "<=" 0
row "idle memory of a parked slice, without representor" bytes core_bytes "<=" 6144 reference_bytes
row "idle memory of a parked slice, with its representor" bytes parked_bytes - -
row "of that a bare network device" bytes netdev_bytes - -
row "memory of a slice in class virtio, with its interface" bytes virtio_bytes - -
row "removing all parked slices" ms parked_remove_ms "<=" 29999
row "each of them" us parked_remove_us - -
row "each without representor" us core_remove_us - - reference_remove_us
row "removing all in class virtio, each" us virtio_remove_us - - reference_virtio_remove_us
row "slowest request while no slice is stuck in its driver" ms stuck_usual_ms - -
row "while one is" ms stuck_other_ms "<=" "$(get stuck_limit_ms)"
row "a monitor that does not read is told, times" "" deaf_told ">=" 1
row "making slices with such a monitor, times without it" "" deaf_ratio "<=" 1.3
cat <<END

vdpa_sim: the kernel's own vdpa_sim_net, as many devices as are printed, in the same VM after
ours: a name on the bus, a family and a node can have one owner only.
END
[ -z "$failed" ]
