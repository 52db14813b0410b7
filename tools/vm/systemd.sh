# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Part of guest.sh: systemd becomes the first process, with the journal, udev and all that
# Debian starts early, and the job is a service of it.

units=/run/systemd/system
mkdir -p $units

# What a system does at its first boot, and at times, takes longer than all the rest.
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
touch /etc/.updated /var/.updated
ln -s /dev/null $units/timers.target

cat >$units/tribus-vm.service <<END
[Unit]
Description=What the virtual machine is for

[Service]
ExecStart=/bin/sh /tribus/tools/vm/guest.sh job
END
exec /lib/systemd/systemd --unit=tribus-vm.service
