#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/manuals.sh: the manuals are well formed, and tcp-advise(8) has every option that --help
# prints.
set -eu

: "${builddir:=.}" "${srcdir:=.}"
faults=0
pages=
for page in tcp-advise.8 tcp-advise-rules.5 tcp-advise-facts.7; do
	# The page of facts is made by the build, and shipped.
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
options=$("$TCP_ADVISE" --help | grep -o -e '--[a-z][a-z-]*' | sort -u)
for option in $options; do
	grep -q "Fl \(-\|Fl \)${option#--}\([^a-z-]\|\$\)" "$srcdir/doc/tcp-advise.8" || {
		echo "tcp-advise.8 does not say what $option does"
		faults=$((faults + 1))
	}
done

echo "pages:$pages; $(echo "$options" | wc -l) options; $faults faults"
[ -n "$options" ] && [ "$faults" -eq 0 ]
