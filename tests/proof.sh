#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/proof.sh: proves every shipped rule that a condition of tcp-provoke fires: the rule finds
# the condition, and neither the healthy control nor the condition after its remedy. PROOF_ONLY, an
# extended regular expression, picks lines 'CONDITION RULE OPTIONS'. Recordings of all three forms
# stand in for conditions that the whole host would feel; HOST_WIDE=--host-wide makes these too.
set -eu

: "${srcdir:=.}" "${builddir:=$srcdir/build}"
: "${TCP_PROVOKE:=$builddir/tests/provoke/tcp-provoke}" "${PROOF:=$builddir/tests/provoke/proof}"
: "${TCP_ADVISE:=$builddir/src/tcp-advise}" "${TCP_ADVISE_RULES:=$srcdir/rules}"
export TCP_PROVOKE TCP_ADVISE TCP_ADVISE_RULES

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! reason=$("$TCP_PROVOKE" healthy-traffic --check 2>&1); then
	echo "$reason"
	exit 77
fi

# CONDITION RULE, one proof a line; the slow ones first, so that none is waited for alone.
"$TCP_ADVISE" rules --ids | sort >"$work/ids"
"$TCP_PROVOKE" --table | sort -t "$(printf '\t')" -k3,3r -s |
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

cut -d ' ' -f 2 "$work/proofs" | sort -u >"$work/proved"
comm -13 "$work/ids" "$work/proved" | sed 's/^/not a rule: /' | tee "$work/unknown"

xargs -P 2 -L 1 "$PROOF" <"$work/proofs" >"$work/out" || true
sort "$work/out"

if [ -z "${PROOF_ONLY-}" ] && comm -23 "$work/ids" "$work/proved" >"$work/unproved" &&
   [ -s "$work/unproved" ]; then
	echo "rules without a condition:"
	sed 's/^/  /' "$work/unproved"
fi

passed=$(grep -c '^passed' "$work/out" || true)
skipped=$(grep -c '^skipped' "$work/out" || true)
failed=$(($(wc -l <"$work/proofs") - passed - skipped + $(wc -l <"$work/unknown")))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
