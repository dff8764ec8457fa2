#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/listed.sh: every file that git keeps stands in Makefile.am, or it would be missing from
# the tarball.
set -eu

cd "${srcdir:-.}"
if [ ! -e .git ] || ! git ls-files >/dev/null 2>&1; then
	echo "not a git work tree: nothing to compare with"
	exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Automake adds these by itself.
printf '%s\n' COPYING Makefile.am configure.ac >"$work/listed"
# The last word of a line may be a file; that others are none does no harm.
sed -n 's/[ \t]*\\$//; s/^.*=[ \t]*//; s/^[ \t]*\([A-Za-z0-9._/-][A-Za-z0-9._/-]*\)$/\1/p' \
	Makefile.am >>"$work/listed"
# Unit tests and benchmarks are listed as programs.
sed -n 's/[ \t]*\\$//; s,^[ \t]*\(tests/\(unit\|bench\)/[a-z0-9_]*\)$,\1.c,p' Makefile.am >>"$work/listed"
sort -u "$work/listed" -o "$work/listed"

# New files count too, before they are added; what only developers need does not ship.
git ls-files --cached --others --exclude-standard |
	grep -v -e '^\.gitignore$' -e '^\.ci/' | sort -u >"$work/kept"

# A folder in a list ships with all that is in it.
awk '
FNR == NR { listed[$0]; next }
{
	for (path = $0; path ~ /\//; sub(/\/[^\/]*$/, "", path))
		if (path in listed)
			next
	if (!(path in listed) || path != $0)
		print
}' "$work/listed" "$work/kept" >"$work/forgotten"

faults=0
while read -r file; do
	[ -e "$file" ] || continue
	echo "$file is in no list of Makefile.am"
	faults=$((faults + 1))
done <"$work/forgotten"
echo "$(wc -l <"$work/kept") files, $faults faults"
[ "$faults" -eq 0 ]
