#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/manuals.sh: the manuals are well formed, and those of the programs have every option that
# --help prints.
set -eu

: "${builddir:=.}" "${srcdir:=.}"
faults=0
pages=
for page in tcp-advise.8 tcp-provoke.8 tcp-advise.ini.5 tcp-advise-rules.5 tcp-advise-facts.7 \
	tcp-advise-rules.7; do
	# The pages of facts and rules are made by the build, and shipped.
	for file in "$builddir/doc/$page" "$srcdir/doc/$page"; do
		[ -f "$file" ] || continue
		pages="$pages $page"
		if command -v mandoc >/dev/null; then
			mandoc -T lint -W warning "$file" || faults=$((faults + 1))
		fi
		break
	done
done
command -v mandoc >/dev/null || echo "mandoc is not installed: the pages were not checked"

# mdoc writes --format as 'Fl -format' or 'Fl Fl format'.
options=0
for program in "$TCP_ADVISE" "$TCP_PROVOKE"; do
	page=$(basename "$program").8
	for option in $("$program" --help | grep -o -e '--[a-z][a-z-]*' | sort -u); do
		options=$((options + 1))
		grep -q "Fl \(-\|Fl \)${option#--}\([^a-z-]\|\$\)" "$srcdir/doc/$page" || {
			echo "$page does not say what $option does"
			faults=$((faults + 1))
		}
	done
done

echo "pages:$pages; $options options; $faults faults"
[ "$options" -gt 20 ] && [ "$faults" -eq 0 ]
