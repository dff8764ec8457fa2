#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/examples.sh: runs every command of the EXAMPLES of the manuals, as it stands there. A comment
# before it has the exit statuses it may end with; without one it is 0. What would wait for a user
# is interrupted once it prints that it waits, and long windows are cut.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# Where the user would have them.
mkdir "$tmp/bin"
ln -s "$TCP_ADVISE" "$tmp/bin/tcp-advise"
ln -s "$TCP_PROVOKE" "$tmp/bin/tcp-provoke"
PATH=$tmp/bin:$PATH
export PATH
unset TCP_ADVISE

# STATUS... TAB COMMAND of a manual's examples.
examples() {
	awk '
	/^\.Sh / { inside = $2 == "EXAMPLES" }
	!inside { next }
	/^\.\\" status / { sub(/^.*status /, ""); status = $0 }
	/^\.Dl / { sub(/^\.Dl /, ""); print (status == "" ? "0" : status) "\t" $0; status = "" }
	' "$1" | sed "s,/var/tmp/,$tmp/,g; s/--window 10s/--window 200ms/"
}

# Those that show and hold, and no others, print this line.
run() {
	timeout 20 sh -c "exec env $1" >"$tmp/out" 2>&1 &
	tries=1000
	while kill -0 $! 2>/dev/null && [ $((tries -= 1)) -gt 0 ]; do
		if grep -q '^It stays until interrupted' "$tmp/out"; then
			kill -TERM $!
			break
		fi
		sleep 0.02
	done
	wait $!
}

tab=$(printf '\t')
for page in tcp-advise.8 tcp-provoke.8; do
	examples "$srcdir/doc/$page" >"$tmp/examples"
	[ -s "$tmp/examples" ] || fail "$page has no examples"
	while IFS=$tab read -r expected command; do
		if [ "${command%% *}" = tcp-provoke ] &&
		   ! reason=$(tcp-provoke healthy-traffic --check 2>&1); then
			skip "$command: $reason"
			continue
		fi
		run "$command"
		status=$?
		case " $expected " in
		*" $status "*) pass ;;
		*)
			fail "$page: $command: status $status, expected $expected: $(cat "$tmp/out")"
			;;
		esac
	done <"$tmp/examples"
done
verdict
