# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Runs in the VM: what ./run shell shows.

cat <<-END
	Tribus in a virtual machine: Linux $(uname -r).
	The modules are installed: modprobe mdev_net. The source is in /tribus, read-only.
	Everything written here is gone when you leave (exit, or Ctrl-D).
END
export PS1='\[\033[1m\]vm:\w#\[\033[0m\] '
cd /tribus || exit
exec bash --norc -i
