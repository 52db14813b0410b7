# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# ./run check: what reviewers of the kernel would ask for.

# checkpatch is only in Debian's package of the kernel's source.
developer_check() {
	command_prepare
	linux_source_get
	mkdir -p "$KERNEL_DIR/check"
	build_inside -- sh /run/source/tools/vm/check.sh "$KERNEL_HEADERS"
}
