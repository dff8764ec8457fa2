#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/proof.sh: proves every shipped rule that a condition of tcp-provoke fires: the rule finds
# the condition, and neither the healthy control nor the condition after its remedy. PROOF_ONLY, an
# extended regular expression, picks lines 'CONDITION RULE OPTIONS'. Recordings of all three forms
# stand in for conditions that the whole host would feel; HOST_WIDE=--host-wide makes these too.
# Each rule must have a condition, or a reason why not, and stand in doc/proof.md. UPDATE=1 writes that,
# RUNS=N with N runs of each proof (make proof).
set -eu

: "${srcdir:=.}" "${builddir:=$srcdir/build}"
: "${TCP_PROVOKE:=$builddir/tests/provoke/tcp-provoke}" "${PROOF:=$builddir/tests/provoke/proof}"
: "${TCP_ADVISE:=$builddir/src/tcp-advise}" "${TCP_ADVISE_RULES:=$srcdir/rules}"
export TCP_PROVOKE TCP_ADVISE TCP_ADVISE_RULES

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$TCP_ADVISE" rules --ids | LC_ALL=C sort >"$work/ids"
"$TCP_PROVOKE" --table >"$work/table"
holes=0
[ -n "${PROOF_ONLY-}" ] || sh "$srcdir/tests/proof-table.sh" check "$work" || holes=1

if ! reason=$("$TCP_PROVOKE" healthy-traffic --check 2>&1); then
	echo "$reason"
	[ $holes -eq 0 ] || exit 1
	exit 77
fi

# CONDITION RULE, one proof a line; the slow ones first, so that none is waited for alone.
sort -t "$(printf '\t')" -k3,3r -s "$work/table" |
	awk -F '\t' '$2 != "-" { print $1, $2, $3 }' |
	grep -E -e "${PROOF_ONLY:-.}" | cut -d ' ' -f 1,2 >"$work/proofs" || true

# unpack: what can be proved by replay, for tests/provoke/proof.c.
unpack() {
	export PROOF_REPLAY="$work/replay"
	for fixed in "$srcdir"/tests/recordings/*--fixed.tar.gz; do
		[ -e "$fixed" ] || continue
		plain=${fixed%--fixed.tar.gz}
		for archive in "$plain" "$plain--healthy" "$plain--fixed"; do
			mkdir -p "$PROOF_REPLAY/${archive##*/}"
			tar -xzf "$archive.tar.gz" -C "$PROOF_REPLAY/${archive##*/}"
		done
	done
}
unpack

# As often as RUNS says.
runs=$(seq "${RUNS:-1}" | sed "s|.*|$work/proofs|")
# shellcheck disable=SC2086
cat $runs >"$work/all"

if ! [ -s "$work/proofs" ]; then
	echo "no proof matches '${PROOF_ONLY:-.}', of lines 'CONDITION RULE OPTIONS' as 'tcp-provoke --table' has them"
	exit 1
fi

cut -d ' ' -f 2 "$work/proofs" | LC_ALL=C sort -u >"$work/proved"
LC_ALL=C comm -13 "$work/ids" "$work/proved" | sed 's/^/not a rule: /' | tee "$work/unknown"

xargs -r -P 2 -L 1 "$PROOF" <"$work/all" >"$work/out" || true
# What failed stands last, where it is looked for.
sort "$work/out" | grep -v '^FAILED' || true
sort "$work/out" | grep '^FAILED' || true

passed=$(grep -c '^passed' "$work/out" || true)
skipped=$(grep -c '^skipped' "$work/out" || true)
failed=$(($(wc -l <"$work/all") - passed - skipped + $(wc -l <"$work/unknown")))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
if [ -n "${UPDATE-}" ] && [ -z "${PROOF_ONLY-}" ]; then
	sh "$srcdir/tests/proof-table.sh" write "$work" >"$work/proof.md"
	cp "$work/proof.md" "$srcdir/doc/proof.md"
fi
[ $holes -eq 0 ]
