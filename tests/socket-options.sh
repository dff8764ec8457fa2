#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/socket-options.sh: --socket-options, with and without the right to it. Each report is made
# inside the condition listener-linger-zero; its findings are tests/proof.sh's.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}"

. "$srcdir/tests/count.sh"

reason=$("$TCP_PROVOKE" listener-linger-zero --check 2>&1) || { echo "$reason"; exit 77; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# The build may stand where nobody may not go.
cp "$TCP_ADVISE" "$work/tcp-advise" && cp -r "$srcdir/rules" "$work/rules" || exit 99
TCP_ADVISE_RULES=$work/rules
COLUMNS=200
export TCP_ADVISE_RULES COLUMNS
mkdir -m 777 "$work/out"

# inside NAME COMMAND...: what the command says in the condition, at most 2 as status.
inside() {
	name=$1
	shift
	"$TCP_PROVOKE" listener-linger-zero -- "$@" >"$work/out/$name" 2>"$work/out/$name.err"
	[ $? -le 2 ] && return
	fail "$name: $(cat "$work/out/$name.err")"
}

# says NAME TEXT, never NAME TEXT: whether the report has a line of it; lines are joined, as they wrap.
joined() {
	tr '\n' ' ' <"$work/out/$1" | tr -s ' '
}
says() {
	if joined "$1" | grep -qF -- "$2"; then pass; return; fi
	fail "$1 does not say '$2':"
	cat "$work/out/$1"
}
never() {
	if ! joined "$1" | grep -qF -- "$2"; then pass; return; fi
	fail "$1 says '$2':"
	cat "$work/out/$1"
}
advise="$work/tcp-advise --window 0"

# ---- by default ----
# Words of the command.
# shellcheck disable=SC2086
inside quiet $advise
says quiet "more with --socket-options;"
never quiet "listener-linger-zero"
never quiet "socket options of"

# shellcheck disable=SC2086
inside listed $advise --format json
says listed '"needs_socket_options": [ "'
says listed '"listener-linger-zero"'
says listed '"not_evaluated": '
never listed '"reason": "socket options'

# ---- with the option ----
# shellcheck disable=SC2086
inside asked $advise --socket-options
says asked "[listener-linger-zero]"
says asked "note: socket options of 1 listener were read, each of them held open for at most"
never asked "more with --socket-options"

# ---- recordings: what was not asked for is not in them ----
# shellcheck disable=SC2086
inside recorded $advise record --socket-options "$work/out/with"
# shellcheck disable=SC2086
inside recorded-without $advise record "$work/out/without"
$advise --from "$work/out/with" >"$work/out/replayed"
if cmp -s "$work/out/recorded" "$work/out/replayed"; then pass; else
	fail "the replay differs:"
	diff "$work/out/recorded" "$work/out/replayed"
fi
$advise --from "$work/out/without" --socket-options >"$work/out/unrecorded"
says unrecorded "more with --socket-options;"
if [ -e "$work/out/without/options.txt" ]; then
	fail "options were recorded unasked"
fi
# A recording that lies about it: lines of another listener, cut, or no lines.
for lines in 'listener	1	so_linger=1	so_linger_time=0' 'end' "$(printf 'listener\t\033[31m\nend')" \
	"$(head -c 40 "$work/out/with/options.txt")"; do
	printf '%s\n' "$lines" >"$work/out/with/options.txt"
	$advise --from "$work/out/with" --only listener-linger-zero >"$work/out/lied"
	says lied "0 of 1 rules evaluated"
done

# ---- without the right ----
if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
	skip "not root, or no setpriv: nothing was tried as nobody"
else
	nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	# shellcheck disable=SC2086
	inside denied $nobody $advise --socket-options
	says denied "socket options of 1 listener may not be read: it takes CAP_SYS_PTRACE"
	says denied "not evaluated: no permission to read so_linger listener-linger-zero"
	never denied "[listener-linger-zero]"
	# Where another test leaves sockets open now, what processes have open may want it as well.
	if [ "$(grep -c "it takes CAP_SYS_PTRACE" "$work/out/denied")" -ne 1 ]; then
		fail "CAP_SYS_PTRACE is not said once"
	fi

	# Processes of others are not even named.
	hidden="mount -t proc -o hidepid=2 proc /proc && exec $nobody $advise --socket-options"
	if unshare -m sh -c "mount -t proc -o hidepid=2 proc /proc" 2>/dev/null; then
		inside hidden unshare -m sh -c "$hidden"
		says hidden "were not read: /proc shows no process that has them"
		never hidden "[listener-linger-zero]"
	else
		skip "proc cannot be mounted here"
	fi

	# Process numbers that are of another process namespace name the wrong processes.
	if unshare -p -f true 2>/dev/null; then
		# shellcheck disable=SC2086
		inside elsewhere unshare -p -f $advise --socket-options
		says elsewhere "were not read"
		never elsewhere "[listener-linger-zero]"
	fi
fi

verdict
