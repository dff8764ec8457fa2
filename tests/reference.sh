#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/reference.sh: doc/rules.md is what the rulebook says now, with an anchor for every rule; and
# whatever a rule's texts are, both references show them and do nothing else.
# UPDATE=1 makes tests/reference/hostile.* anew: read the diff.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}"
export TCP_ADVISE_RULES="$srcdir/rules"
data=$srcdir/tests/reference
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
faults=0

fail() {
	echo "FAIL: $*"
	faults=$((faults + 1))
}

"$TCP_ADVISE" rules --markdown >"$tmp/rules.md" || fail "no reference"
if ! diff -u "$srcdir/doc/rules.md" "$tmp/rules.md" >"$tmp/diff"; then
	head -n 40 "$tmp/diff"
	fail "doc/rules.md is stale; make it anew by ./bootstrap run rules --markdown --output doc/rules.md"
fi

"$TCP_ADVISE" rules --ids | sort >"$tmp/ids"
sed -n 's/^<a id="\([^"]*\)"><\/a>$/\1/p' "$tmp/rules.md" | grep -v '^topic-' | sort >"$tmp/anchors"
diff "$tmp/ids" "$tmp/anchors" || fail "the anchors are not the ids"
sed -n 's/^### //p' "$tmp/rules.md" | sort | diff "$tmp/ids" - || fail "the headings are not the ids"
# Every link leads to an anchor of the page.
grep -o '](#[^)]*)' "$tmp/rules.md" | sed 's/^](#//; s/)$//' | while read -r link; do
	grep -q "^<a id=\"$link\"></a>\$" "$tmp/rules.md" || echo "$link"
done >"$tmp/dead"
[ -s "$tmp/dead" ] && fail "links to nowhere: $(cat "$tmp/dead")"
"$TCP_ADVISE" rules --mdoc >"$tmp/rules.7"
sed -n 's/^\.Ss //p' "$tmp/rules.7" | sort | diff "$tmp/ids" - || fail "the manual lacks rules"

# ---- hostile texts ----

for format in markdown mdoc; do
	name=hostile.$format
	"$TCP_ADVISE" rules --rules "$data/hostile.ini" --$format >"$tmp/$name" || fail "$name: not made"
	[ -n "${UPDATE-}" ] && cp "$tmp/$name" "$data/$name"
	diff -u "$data/$name" "$tmp/$name" || fail "$name: other than expected"
done
# A line of roff that begins with a dot is ours: these macros and no others.
grep "^[.']" "$tmp/hostile.mdoc" |
	grep -v -e '^\.\\" ' -e '^\.\(Dd\|Dt\|Os\|Sh\|Nm\|Nd\|Xr\|Ql\|Fl\|Pp\|Ss\|Em\|Bd\|Ed\|Bl\|It\|El\)\( \|$\)' &&
	fail "a text of a rule became a macro"
# Of backslashes too: an empty character, a backslash, a letter by its number.
sed 's/^\.\\".*//; s/\\[&e]//g; s/\\\[u[0-9A-F]*\]//g' "$tmp/hostile.mdoc" | grep '\\' &&
	fail "a text of a rule became an escape"
if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$tmp/hostile.mdoc" || fail "hostile.mdoc is not well formed"
else
	echo "mandoc is not installed: the manual was not checked"
fi

echo "$(wc -l <"$tmp/ids") rules, $faults faults"
[ "$faults" -eq 0 ]
