# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For tests in which a step is stuck in the driver, by $FAULT/delay_ms. Sourced after
# lib-mdev.sh.
#
# The stuck step ends when it is told to. What waited for it would take as long as the
# step can take at most, a minute.

# at_once COMMAND...: it takes much less than that
at_once() {
	at=$(milliseconds)
	"$@" || return
	[ $(($(milliseconds) - at)) -lt 20000 ]
}
