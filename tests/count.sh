# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/count.sh: what a script that tries many things says of each, and in the end. To be sourced:
#     . "$srcdir/tests/count.sh"
passed=0 failed=0 skipped=0

pass() {
	passed=$((passed + 1))
}

fail() {
	echo "FAIL: $*"
	failed=$((failed + 1))
}

skip() {
	echo "SKIP: $*"
	skipped=$((skipped + 1))
}

# The last line of a script.
verdict() {
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
}
