#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/drills.sh [CONDITION...]: conditions that no rule speaks of come about in their three forms, as
# tcp-provoke itself sees it. Those that have a rule are for tests/proof.sh.
set -eu

: "${srcdir:=.}" "${builddir:=$srcdir/build}"
: "${TCP_PROVOKE:=$builddir/tests/provoke/tcp-provoke}"
export TCP_PROVOKE

# One line for each: it is this script that does the work too, two at a time.
if [ $# -gt 0 ]; then
	for condition; do
		if ! reason=$("$TCP_PROVOKE" "$condition" --check 2>&1); then
			echo "skipped: $condition: $reason"
			continue
		fi
		outcome=passed said=
		for form in '' --healthy --fixed; do
			made=false
			# A machine with other things to do may be late for it once.
			for _ in 1 2 3; do
				# shellcheck disable=SC2086
				reason=$("$TCP_PROVOKE" "$condition" $form -- true 2>&1) &&
					made=true && break
				said="$said: ${form:-plain}: $reason"
			done
			$made || outcome=FAILED
		done
		echo "$outcome: $condition$said"
	done
	exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! reason=$("$TCP_PROVOKE" healthy-traffic --check 2>&1); then
	echo "$reason"
	exit 77
fi
"$TCP_PROVOKE" --table | awk -F '\t' '$2 == "-" { print $1 }' >"$work/names"
xargs -P 2 -L 1 sh "$0" <"$work/names" >"$work/out" || true
sort "$work/out"

passed=$(grep -c '^passed' "$work/out" || true)
skipped=$(grep -c '^skipped' "$work/out" || true)
failed=$(($(wc -l <"$work/names") - passed - skipped))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
