#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/provoke/soak.sh [N [REGEX]]: makes every condition, or those whose names match, N times in its
# three forms beside a busy loop. Prints how often it held, the median of the seconds it took, and which
# took more than 3 s; ends with 1 if one did not hold.
set -eu
: "${builddir:=build}" "${TCP_PROVOKE:=$builddir/tests/provoke/tcp-provoke}"
runs=${1:-20} only=${2:-.}

if ! reason=$("$TCP_PROVOKE" healthy-traffic --check 2>&1); then
	echo "$reason"
	exit 77
fi

work=$(mktemp -d)
while :; do :; done &
busy=$!
trap 'kill "$busy"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# soak CONDITION FORM: the number that held, and the median.
soak() {
	held=0
	: >"$work/times"
	for _ in $(seq "$runs"); do
		start=$(date +%s%N)
		if "$TCP_PROVOKE" "$1" $2 -- true >"$work/said" 2>&1; then
			held=$((held + 1))
		else
			echo "$1 $2: $(cat "$work/said")" >>"$work/faults"
		fi
		echo $(($(date +%s%N) - start)) >>"$work/times"
	done
	median=$(sort -n "$work/times" | sed -n "$(((runs + 1) / 2))p")
	[ "$median" -le 3000000000 ] || echo "$1 $2" >>"$work/slow"
	printf ' %10s %5d.%02d' "$held/$runs" $((median / 1000000000)) $((median / 10000000 % 100))
}

: >"$work/faults"
: >"$work/slow"
printf '%-34s %19s %19s %19s\n' condition plain healthy fixed
for condition in $("$TCP_PROVOKE" --table | cut -f 1 | awk '!seen[$1]++' | grep -E -e "$only"); do
	if ! reason=$("$TCP_PROVOKE" "$condition" --check 2>&1); then
		printf '%-34s %s\n' "$condition" "$reason"
		continue
	fi
	printf '%-34s' "$condition"
	for form in '' --healthy --fixed; do
		soak "$condition" "$form"
	done
	echo
done
sed 's/^/more than 3 s: /' "$work/slow"
sort "$work/faults" | uniq -c | sort -rn
[ ! -s "$work/faults" ]
