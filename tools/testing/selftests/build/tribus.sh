#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command tribus compiles without a warning, is installed whole, and what comes with it is
# well-formed: manual pages, unit, schema, completion.
# timeout: 240
. "${0%/*}/../lib.sh"

source=$SRC/tools/vdpa
out=$lib_scratch/out
root=$lib_scratch/root

build() {
	make -C "$source" OUT="$out" CFLAGS="-O2 -Wshadow -Wmissing-prototypes -Werror" "$@"
}

pages() {
	for page in "$source"/man/*; do
		mandoc -T lint -W warning "$page" || return 1
	done
}

# Every page that is mentioned is there, or belongs to somebody else.
mentioned() {
	for page in $(grep -ho 'tribus[a-z-]*\\*-*[a-z]* ([58])\|^\.BR tribus[.\\a-z-]* ([58])' "$source"/man/* |
		sed 's/^\.BR //; s/\\//g; s/ (\(.\))/.\1/' | sort -u); do
		[ -e "$source/man/$page" ] || { echo "$page is not there"; return 1; }
	done
}

# The unit names a program that is installed here only.
unit() {
	sed "s,/usr/sbin/tribus,$root/usr/sbin/tribus," "$source/tribus-restore@.service" \
		>"$lib_scratch/tribus-restore@.service"
	SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$lib_scratch/tribus-restore@.service"
}

check "it compiles without a warning" build
check "it is installed" build install DESTDIR="$root"
for file in sbin/tribus share/man/man8/tribus.8 share/man/man8/tribus-slice.8 share/man/man5/tribus.conf.5 \
	share/bash-completion/completions/tribus share/tribus/tribus.schema.json \
	lib/systemd/system/tribus-restore@.service lib/udev/rules.d/61-tribus-restore.rules \
	lib/udev/rules.d/60-mdev-vhost.rules; do
	check "$file" test -s "$root/usr/$file"
done
check "elsewhere" build install DESTDIR="$root" PREFIX=/opt/x
check "there" test -x "$root/opt/x/sbin/tribus"
check "manual pages have no mistakes" pages
check "and refer to pages that are there" mentioned
check "the unit has no mistakes" unit
check "the schema is JSON" jq -e '."$defs" | length > 5' "$source/tribus.schema.json"
check "the completion is bash" bash -n "$source/tribus.bash"
check "nothing is left in the source" sh -c "! ls '$source'/*.o"
