#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/rootless.sh: the proofs that need no window, and the conditions that no rule speaks of, as
# nobody, in user namespaces. Without root the whole of tests/proof.sh and drills.sh is that already.
set -eu
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${PROOF:?}" "${srcdir:=.}"
umask 022

skip() {
	echo "$*"
	exit 77
}

[ "$(id -u)" -eq 0 ] || skip "not root: tests/proof.sh runs in user namespaces by itself"
command -v setpriv >/dev/null || skip "setpriv is not installed"

# The build may stand where nobody may not go.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cp "$TCP_ADVISE" "$TCP_PROVOKE" "$PROOF" "$srcdir/tests/proof.sh" \
	"$srcdir/tests/drills.sh" "$work"
cp -r "$srcdir/rules" "$work/rules"
mkdir -m 1777 "$work/tmp"
cd "$work"
TCP_ADVISE=$work/$(basename "$TCP_ADVISE") TCP_PROVOKE=$work/$(basename "$TCP_PROVOKE")
PROOF=$work/$(basename "$PROOF") TCP_ADVISE_RULES=$work/rules TMPDIR=$work/tmp
PROOF_ONLY="${PROOF_ONLY:---window 0( |\$)}"
export TCP_ADVISE TCP_PROVOKE PROOF TCP_ADVISE_RULES TMPDIR PROOF_ONLY

# Not exec: the trap is still to come.
as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups sh "$@"
}
status=0
as_nobody "$work/proof.sh" || status=$?
as_nobody "$work/drills.sh" || status=$?
exit "$status"
