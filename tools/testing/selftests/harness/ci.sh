#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# .ci/run counts the tests of all kernels that it is told in one last line, and has failed
# when one of them has, or when they could not run.
# place: host
. "${0%/*}/../lib.sh"

unset CI_KERNELS
dir=$(mktemp -d)
cleanup rm -rf "$dir"
mkdir -p "$dir/.ci" "$dir/build/log"
cp "${0%/*}/../../../../.ci/run" "$dir/.ci/"

# A ./run whose tests of a kernel do what the file of its name says
cat >"$dir/run" <<'END'
#!/bin/sh
echo "$*" >>"${0%/*}/called"
case $1 in
build) [ ! -e "${0%/*}/no-$*" ] ;;
*) . "${0%/*}/$4" ;;
esac
END
chmod +x "$dir/run"

# counts TEXT STATUS LAST PLAIN DEBUG: .ci/run with these scripts for both kernels
counts() {
	echo "$4" >"$dir/plain"
	echo "$5" >"$dir/debug"
	status=0
	"$dir/.ci/run" >"$dir/output" 2>&1 || status=$?
	check_eq "$1" "$status, $(tail -n 1 "$dir/output")" "$2, $3" ||
		comment "$(cat "$dir/output")"
	check_eq "$1: one count" "$(grep -c '^[0-9]* passed, [0-9]* failed' "$dir/output")" 1
}

counts "both pass" 0 "5 passed, 0 failed, 1 skipped" \
	'echo "ok 1 a"; echo "3 passed, 0 failed, 1 skipped"' 'echo "2 passed, 0 failed, 0 skipped"'
check "what they say is shown" grep -qx "ok 1 a" "$dir/output"
check "and how many were which" grep -qx "# plain: 3 passed, 0 failed, 1 skipped" "$dir/output"
check_eq "both kernels were built and tested" "$(LC_ALL=C sort "$dir/called" | tr '\n' ';')" \
	"build;build --kernel debug;test --ci --kernel debug;test --ci --kernel plain;"
counts "the plain kernel fails" 1 "4 passed, 1 failed, 0 skipped" \
	'echo "2 passed, 1 failed, 0 skipped"; exit 1' 'echo "2 passed, 0 failed, 0 skipped"'
counts "the debug kernel fails" 1 "4 passed, 2 failed, 0 skipped" \
	'echo "3 passed, 0 failed, 0 skipped"' 'echo "1 passed, 2 failed, 0 skipped"; exit 1'
counts "the debug kernel cannot be had" 1 "3 passed, 1 failed, 0 skipped" \
	'echo "3 passed, 0 failed, 0 skipped"' 'echo "run: no source" >&2; exit 1'
check "and the reason is told" grep -qx "run: no source" "$dir/output"
counts "a run ends badly after its count" 1 "5 passed, 1 failed, 0 skipped" \
	'echo "3 passed, 0 failed, 0 skipped"; exit 1' 'echo "2 passed, 0 failed, 0 skipped"'
rm "$dir/called"
echo 'echo "3 passed, 0 failed, 0 skipped"' >"$dir/plain"
check_eq "one kernel is tested alone" "$(CI_KERNELS=plain "$dir/.ci/run" 2>&1 | tail -n 1)" \
	"3 passed, 0 failed, 0 skipped"
check_eq "and the other one is not built" "$(tr '\n' ';' <"$dir/called")" \
	"build;test --ci --kernel plain;"
touch "$dir/no-build"
CI_KERNELS=plain "$dir/.ci/run" >"$dir/output" 2>&1
check_eq "without the modules there is nothing to test" "$?" 1
