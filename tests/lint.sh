#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Lints each file of tests/lint and compares with the golden report, as text and as JSON with its
# schema; then what is bad input. UPDATE=1 regenerates.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
TCP_ADVISE=$(realpath "$TCP_ADVISE")
srcdir=$(realpath "$srcdir")
export srcdir TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# lint NAME ARGUMENT...: from the folder of the corpus, so that the paths are the same everywhere.
lint() {
	name=$1
	shift
	(cd "$srcdir/tests/lint" && "$TCP_ADVISE" lint "$@") >"$tmp/out" 2>&1
	echo "exit status $?" >>"$tmp/out"
	# Which rules there are is not the matter here.
	sed -i '/^Rules on these settings/,/^$/d' "$tmp/out"
	[ -n "${UPDATE-}" ] && cp "$tmp/out" "$srcdir/tests/lint/$name.out"
	if diff -u "$srcdir/tests/lint/$name.out" "$tmp/out"; then pass; else fail "$name: not the golden report"; fi
	(cd "$srcdir/tests/lint" && "$TCP_ADVISE" lint --format json "$@") >"$tmp/json" 2>/dev/null
	"$PYTHON" "$srcdir/tests/schema.py" "$tmp/json" >"$tmp/schema" 2>&1
	case $? in
	0) pass ;;
	77) skip "its schema was not tried" ;;
	*) fail "$name: $(cat "$tmp/schema")" ;;
	esac
}

# bad TEXT ARGUMENT...: status 3 and this text; the other files are judged all the same.
bad() {
	text=$1
	shift
	"$TCP_ADVISE" lint "$@" "$tmp/good.conf" >"$tmp/out" 2>"$tmp/err"
	status=$?
	if [ $status -ne 3 ] || ! grep -qF -- "$text" "$tmp/err"; then
		fail "lint $*: status $status, expected 3 and '$text'; got: $(cat "$tmp/err")"
	elif ! grep -q '1 file, 1 setting judged' "$tmp/out"; then
		fail "lint $*: the good file was not judged"
	else
		pass
	fi
}

# says TEXT: of what stands in in.
says() {
	"$TCP_ADVISE" lint - <"$tmp/in" >"$tmp/out" 2>&1
	status=$?
	if [ $status -le 2 ] && grep -qF -- "$1" "$tmp/out"; then
		pass
	else
		fail "standard input: status $status, expected '$1'; got: $(head -c 2000 "$tmp/out")"
	fi
}

lint web web.conf
lint syntax syntax.conf
lint names names.conf
lint keys keys.conf
lint keys-6.1 --kernel 6.1.0-18-amd64 keys.conf
lint values values.conf
lint values-5.4 --kernel 5.4 values.conf
lint vectors vectors.conf
lint order order.d
lint several order.d/20-second.conf order.d/10-first.conf

echo 'net.ipv4.tcp_fin_timeout = 30' >"$tmp/in"
says "fin-timeout-not-time-wait: sockets"
echo 'net.core.somaxconn = 200' >"$tmp/in"
says "accept-queue-overflow-somaxconn: growth of TcpExt.ListenOverflows, sockets"

echo 'net.ipv4.tcp_no_metrics_save = 1' >"$tmp/good.conf"
printf 'a = 1\nb = \0' >"$tmp/nul.conf"
printf '\377\376n\0e\0t\0' >"$tmp/utf16.conf"
mkdir "$tmp/empty"
bad "$tmp/nul.conf:2:5: a byte of value 0: this is no text" "$tmp/nul.conf"
bad "$tmp/utf16.conf:1:1: this is UTF-16" "$tmp/utf16.conf"
bad "/dev/zero: expected a file, a folder" /dev/zero
bad "$tmp/none: No such file or directory" "$tmp/none"
bad "$tmp/empty: no file in it ends in .conf" "$tmp/empty"
truncate -s 9M "$tmp/long.conf"
bad "$tmp/long.conf: longer than 8 MiB" "$tmp/long.conf"
yes "kernel.panic = 1" | head -n 65537 >"$tmp/many.conf"
"$TCP_ADVISE" lint "$tmp/many.conf" >"$tmp/out" 2>"$tmp/err"
if [ $? -eq 3 ] && grep -q "more than 65536 lines" "$tmp/err"; then pass; else fail "lines were passed over silently"; fi
printf 'net.ipv4.tcp_sack = 0' >"$tmp/in"
says "(standard input):1:1: net.ipv4.tcp_sack = 0"
printf 'net.ipv4.tcp_sack = x\r\n' >"$tmp/in"
says "'x' is not a number"
printf '\357\273\277net.ipv4.tcp_sack = 0\n' >"$tmp/in"
says "[byte-order-mark]"
{ printf '#%01100000d\n' 0; echo 'net.ipv4.tcp_sack = x'; } >"$tmp/in"
says "[line-too-long]"
printf 'net.ipv4.x\033]2J = \033c\n' >"$tmp/in"
says 'net.ipv4.x\x1b]2J = \x1bc'
: >"$tmp/in"
says "nothing to advise: 1 file, 0 settings judged"
head -c 300000 /dev/zero | tr '\0' '\n' >"$tmp/in"
says "nothing to advise"
yes 'net.ipv4.tcp_sackk = 1' | head -n 65000 >"$tmp/in"
says "[unknown-key]"

for kernel in linux 6 6.x -1 ''; do
	"$TCP_ADVISE" lint --kernel "$kernel" "$tmp/good.conf" >/dev/null 2>"$tmp/err"
	if [ $? -eq 3 ] && grep -q 'expected a version such as 6.1' "$tmp/err"; then
		pass
	else
		fail "--kernel '$kernel': $(cat "$tmp/err")"
	fi
done

verdict
