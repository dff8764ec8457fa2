#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the recordings of tests/recordings anew (root, a few seconds): each condition is provoked for
# real and recorded. tests/recordings.sh replays them without privileges; after this run it once
# with UPDATE=1. NAME.options holds options of the replay, such as a shorter age.
set -eu
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}"
export TCP_ADVISE_RULES="$srcdir/rules"
data=$srcdir/tests/recordings
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

if [ $# -eq 0 ]; then
	for archive in "$data"/*.tar.gz; do
		set -- "$@" "$(basename "$archive" .tar.gz)"
	done
fi
for condition; do
	"$TCP_PROVOKE" "$condition" -- sh -c 'sleep 1.2; exec "$@"' sh \
		"$TCP_ADVISE" record "$tmp/$condition" --window 500ms >/dev/null || [ $? -le 2 ]
	tar --sort=name --owner=0 --group=0 --numeric-owner -C "$tmp/$condition" -cf - . | gzip -9n >"$data/$condition.tar.gz"
	ls -l "$data/$condition.tar.gz"
done
