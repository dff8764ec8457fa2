#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/reference.sh: doc/rules.md is what the rulebook says now, with an anchor for every rule; and
# whatever a rule's texts are, both references show them and do nothing else. That the table of proofs
# has no hole unnoticed.
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
rules=$(wc -l <"$tmp/ids")
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

# ---- the table of proofs ----

tree=$tmp/tree table=$srcdir/tests/proof-table.sh
mkdir -p "$tree/doc" "$tree/tests/provoke"
printf '%s\n' a b c d >"$tmp/ids"
printf '%s\t-\t-\thost\t-\t-\t-\t-\n' "healthy" >"$tmp/table"
printf '%s\t%s\t-\thost\t-\t-\t-\t-\n' make-a a make-b b >>"$tmp/table"
# holes EXPECTED...: what tests/proof-table.sh says of this tree, a line each.
holes() {
	printf '%s\n' "$@" >"$tmp/expected"
	srcdir=$tree sh "$table" check "$tmp" >"$tmp/said"
	status=$?
	diff "$tmp/expected" "$tmp/said" || fail "holes in the table of proofs: expected $1"
	[ $status -eq 1 ] || fail "holes in the table of proofs: status $status"
}
row() {
	printf '| [%s](rules.md#%s) | %s | | | | | | 1/1 |\n' "$1" "$1" "$2"
}
stale="doc/proof.md is stale; make it anew, as root, by make -C build proof"
none="neither a condition fires it nor does tests/provoke/unprovoked say why"
{ row a make-a; row b make-b; row c -; row d -; } >"$tree/doc/proof.md"
printf '# comment\nc: no machine has it\nd: it takes a day\n' >"$tree/tests/provoke/unprovoked"
srcdir=$tree sh "$table" check "$tmp" || fail "a table without holes is refused"
printf 'c: no machine has it\n' >"$tree/tests/provoke/unprovoked"
holes "d: $none" "doc/proof.md still has: d -" "$stale"
printf 'a: no\nc: no\nd: no\nx: no\ny: no\nz: no\n' >"$tree/tests/provoke/unprovoked"
holes "a: a condition fires it, and tests/provoke/unprovoked says why none does" \
	"x: in tests/provoke/unprovoked, but no rule" "y: in tests/provoke/unprovoked, but no rule" \
	"z: in tests/provoke/unprovoked, but no rule" "more than 5 rules in tests/provoke/unprovoked" \
	"doc/proof.md does not have: a -" "doc/proof.md does not have: x -" \
	"doc/proof.md does not have: y -" "doc/proof.md does not have: z -" "$stale"
printf 'c: no\nd: no\n' >"$tree/tests/provoke/unprovoked"
{ row a make-a; row a other-a; row c -; row d -; } >"$tree/doc/proof.md"
holes "doc/proof.md still has: a other-a" "doc/proof.md does not have: b make-b" "$stale"

echo "$rules rules, $faults faults"
[ "$faults" -eq 0 ]
