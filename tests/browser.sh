#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The pages of tests/html.sh in a real browser, headless: tests/browser.py says what is looked at.
# PICTURES=FOLDER keeps what they look like: wide and narrow, light and dark, and on paper.
set -u
: "${srcdir:=.}" "${PYTHON:=python3}" "${TCP_ADVISE:=${builddir:-$srcdir/build}/src/tcp-advise}"
export TCP_ADVISE srcdir PYTHON
for browser in "${BROWSER-}" chromium chromium-browser google-chrome ''; do
	[ -n "$browser" ] && command -v "$browser" >/dev/null && break
done
[ -n "$browser" ] || { echo "no Chromium is installed: ./bootstrap browser installs it on Debian"; exit 77; }
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
PAGES=$tmp sh "$srcdir/tests/html.sh" || exit 1
set -- "$tmp"/*.html
pages=$#
"$PYTHON" "$srcdir/tests/browser.py" ${PICTURES:+--pictures "$PICTURES"} "$browser" "$tmp"/*.html || exit 1
echo "$pages pages in $("$browser" --version --no-sandbox 2>/dev/null): no faults"
