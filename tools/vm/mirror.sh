# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Where Debian comes from: wherever this machine gets it from. apt itself is asked,
# so it does not matter in which format its sources are written.

# All sources of this machine as "URI|component|origin|label|codename".
mirror_list() {
	apt-get indextargets \
		--format '$(REPO_URI)|$(COMPONENT)|$(ORIGIN)|$(LABEL)|$(CODENAME)' \
		'Identifier: Packages' 2>/dev/null | sort -u
}

# apt's mirror lists name a file of this machine, which the root file system does
# not have: take the first mirror of that file.
mirror_resolve() {
	case $1 in
	mirror+file:*)
		_file=/${1#mirror+file:/}
		_file=$(printf '%s' "$_file" | sed 's,^//*,/,; s,/$,,')
		grep -oE '^[a-z]+://[^[:space:]]+' "$_file" | head -n 1
		;;
	*)
		printf '%s\n' "$1"
		;;
	esac
}

# mirror_uri LABEL: the first source with main packages that calls itself LABEL
mirror_uri() {
	_uri=$(mirror_list | awk -F'|' -v label="$1" '
		$2 == "main" && $3 == "Debian" && $4 == label &&
		(label ~ /-/ || $5 !~ /-/) { print $1; exit }')
	[ -z "$_uri" ] || mirror_resolve "$_uri"
}

mirror_keyring() {
	for _ring in /usr/share/keyrings/debian-archive-keyring.gpg \
		/usr/share/keyrings/debian-archive-keyring.pgp; do
		if [ -e "$_ring" ]; then
			printf '%s\n' "$_ring"
			return
		fi
	done
}

# The lines of sources.list for suite $1.
mirror_sources() {
	_main=$(mirror_uri Debian)
	_security=$(mirror_uri Debian-Security)
	[ "$_main" ] || return 1
	_by="[signed-by=$(mirror_keyring)]"
	printf 'deb %s %s %s main\n' "$_by" "$_main" "$1"
	[ -z "$_security" ] ||
		printf 'deb %s %s %s-security main\n' "$_by" "$_security" "$1"
}

# What this machine has told apt about the way to the mirror, one setting a line.
mirror_settings() {
	apt-config dump | grep -E '^Acquire::((https?|ftp|Retries|Check-|Max-Valid|Min-Valid|ForceIPv|Queue|PDiffs|By-Hash)[^ ]*) ".+";$' |
		grep -v 'Proxy-Auto-Detect\|ProxyAutoDetect' || :
}
