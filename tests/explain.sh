#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Pages of settings, counters and states: what they are in a recording, under each of their names, and
# what is said of a word that is none.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}"
export TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# says WORD TEXT...: the page of the word in the recording has each text, alone on its line or not.
says() {
	word=$1
	shift
	"$TCP_ADVISE" explain "$word" --from "$tmp/recording" >"$tmp/out" 2>"$tmp/err" ||
		fail "$word: $(cat "$tmp/err")"
	for text; do
		if grep -qF -- "$text" "$tmp/out"; then pass; else fail "$word: does not say: $text"; fi
	done
	if grep -q '.\{81\}' "$tmp/out"; then fail "$word: wider than 80 columns"; else pass; fi
}

# refuses WORD TEXT: status 3, and the text on stderr.
refuses() {
	"$TCP_ADVISE" explain "$1" --from "$tmp/recording" >"$tmp/out" 2>"$tmp/err"
	if [ $? -eq 3 ] && grep -qF -- "$2" "$tmp/err"; then pass; else fail "$1: $(cat "$tmp/err")"; fi
}

mkdir "$tmp/recording"
tar -xzf "$srcdir/tests/recordings/close-wait-leak.tar.gz" -C "$tmp/recording" || exit 1

for word in tcp_fin_timeout net.ipv4.tcp_fin_timeout /proc/sys/net/ipv4/tcp_fin_timeout; do
	says $word 'sysctl: net.ipv4.tcp_fin_timeout' \
		"net.ipv4.tcp_fin_timeout = 60, which is the kernel's default" 'seconds' \
		'each network namespace has its own' '"Lower it to get rid of TIME_WAIT."' \
		'info: fin-timeout-not-time-wait ('
done
for word in CLOSE_WAIT close-wait; do
	says $word 'state: CLOSE-WAIT' '120 sockets' 'warning: close-wait-leak (' \
		'No setting ends CLOSE-WAIT' 'close() by the program makes it LAST-ACK'
done
for word in TCPAbortOnData TcpExt.TCPAbortOnData TcpExtTCPAbortOnData; do
	says $word 'counter: TcpExt.TCPAbortOnData' 'since the namespace began' \
		'"It is SO_LINGER with 0."' 'notice: linger-zero-resets ('
done
says tcp_mem 'first network namespace only' 'pages of memory' \
	'one for the whole host'
says tcp_tw_recycle 'removed in Linux 4.12' 'does not exist on this kernel'
says tcp_rmem 'min: Receive buffer' 'max: Largest receive buffer' '"rmem_max is its ceiling."'
says rtt 'each socket has its own'
says default_qdisc '"bbr needs fq."'
says close-wait-leak 'FIRES WHEN'

# What people act on and is not so, or half: some page says what is. Lines of a page are joined.
tab=$(printf '\t')
while IFS=$tab read -r word text; do
	case $word in "#"*) continue ;; esac
	"$TCP_ADVISE" explain "$word" --from "$tmp/recording" 2>&1 | tr -s ' \n' ' ' >"$tmp/out"
	if grep -qF -- "$text" "$tmp/out"; then pass; else fail "$word: does not say: $text"; fi
done <"$srcdir/tests/claims"

# A setting that was changed is not called the default, and what is not recorded is not guessed.
echo 90 >"$tmp/recording/proc/sys/net/ipv4/tcp_fin_timeout"
says tcp_fin_timeout 'net.ipv4.tcp_fin_timeout = 90'
if grep -q 'kernel.s default' "$tmp/out"; then fail "90 is no default"; else pass; fi
rm "$tmp/recording/sockets/sockets.inet"
says CLOSE_WAIT 'HERE'
if grep -q '^    0 sockets' "$tmp/out"; then fail "no sockets, where none were recorded"; else pass; fi
printf 'x\033[2Jy\n' >"$tmp/recording/proc/sys/net/ipv4/tcp_congestion_control"
says tcp_congestion_control 'x\x1b[2Jy'

# Every name of the catalogue has a page.
"$TCP_ADVISE" facts --from "$tmp/recording" | sed 's/ .*//' >"$tmp/names"
# shellcheck disable=SC2046
split -l 60 "$tmp/names" "$tmp/part." && for part in "$tmp"/part.*; do
	if "$TCP_ADVISE" explain --from "$tmp/recording" $(cat "$part") >"$tmp/out" 2>"$tmp/err"; then pass; else
		fail "a fact without a page: $(cat "$tmp/err")"
	fi
	[ "$(grep -c '^HERE$' "$tmp/out")" -eq "$(wc -l <"$part")" ] || fail "not a page for each fact"
done

refuses InCsumErrors "'InCsumErrors' may be Tcp.InCsumErrors or IpExt.InCsumErrors: say which"
refuses tcp_fin_timeuot "did you mean 'tcp_fin_timeout'?"
refuses TCPAbortOnDate "did you mean 'TCPAbortOnData'?"
refuses CLOSEWAYT "did you mean 'CLOSE-WAIT'?"
refuses '' "there is no rule ''"
refuses "$(printf 'a\033b')" 'a\x1bb'
verdict
