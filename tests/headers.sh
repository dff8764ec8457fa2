#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/headers.sh: every header includes what it needs, so that it compiles alone, and twice.
set -eu

cd "${srcdir:-.}/src"
faults=0
headers=0
for header in */*.h; do
	headers=$((headers + 1))
	# CC and TEST_CPPFLAGS are lists of words.
	# shellcheck disable=SC2086
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		${CC:-cc} -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -I. ${TEST_CPPFLAGS-} \
			-fsyntax-only -xc - || {
		echo "src/$header does not compile alone"
		faults=$((faults + 1))
	}
done
echo "$headers headers, $faults faults"
[ "$headers" -gt 0 ] && [ "$faults" -eq 0 ]
