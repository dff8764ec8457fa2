#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/bench/bench.sh: what looking costs, and whether it keeps the budgets. Everything is
# compared within one run, on sockets made for it in a network namespace. Run it by
#
#     make bench                      200,000 sockets
#     make bench BENCH_SOCKETS=1000000
#     make bench BENCH_NAMESPACES=20  not 200; 0: none
#
# BENCH_RUNS says how often each command runs (median of 7), BENCH_SLOW=no leaves out ss -tanp,
# BENCH_KEEPALIVE=no leaves the sockets without SO_KEEPALIVE, which a rule has an eye on.
set -eu

: "${builddir:=.}" "${BENCH_SOCKETS:=200000}" "${BENCH_RUNS:=7}" "${BENCH_SLOW:=yes}"
: "${BENCH_KEEPALIVE:=yes}" "${BENCH_NAMESPACES:=200}" "${TCP_ADVISE:=$builddir/src/tcp-advise}"
export TCP_ADVISE BENCH_SOCKETS BENCH_RUNS BENCH_SLOW BENCH_NAMESPACES
bench=$builddir/tests/bench

# result NAME RUNS COMMAND...: keeps "WALL CPU RSS STATUS" in $WORK/NAME.
result() {
	name=$1 runs=$2
	shift 2
	"$bench/measure" "$runs" "$@" >"$WORK/$name" 2>"$WORK/$name.err" || {
		cat "$WORK/$name.err" >&2
		exit 1
	}
}

# turn NAME COMMAND...: the same, once; what is compared takes turns, so that what else the machine does
# meets all alike. medians NAME...: keeps those of the turns, and the largest resident set.
turn() {
	turns=$1.turns
	shift
	result turn 1 "$@"
	cat "$WORK/turn" >>"$WORK/$turns"
}

medians() {
	for turned; do
		middle=$((($(wc -l <"$WORK/$turned.turns") + 1) / 2))
		for column in 1 2; do
			sort -k$column,${column}n "$WORK/$turned.turns" | awk -v n=$middle -v c=$column 'NR == n { print $c }'
		done >"$WORK/turn"
		awk '$3 > rss { rss = $3 } { status = $4 } END { print rss; print status }' \
			"$WORK/$turned.turns" >>"$WORK/turn"
		xargs <"$WORK/turn" >"$WORK/$turned"
	done
}

# field NAME NUMBER
field() {
	awk -v n="$2" '{ print $n }' "$WORK/$1"
}

# asked COMMAND...: the sock_diag dumps it asks for, as arguments of bareloop. What the plan says
# at most is narrowed by what each pass finds, so the requests themselves are the truth.
asked() {
	strace -f -s 4096 -e trace=sendto,sendmsg -e signal=none -o "$WORK/trace" "$@" >/dev/null 2>&1 || :
	awk '
	BEGIN {
		n = split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE " \
			"CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV", state, " ")
		for (i = 1; i <= n; i++)
			bit["1<<TCP_" state[i]] = 2 ^ i
		n = split("MEMINFO INFO VEGASINFO CONG TOS TCLASS SKMEMINFO SHUTDOWN", ext, " ")
		for (i = 1; i <= n; i++)
			bit["1<<(INET_DIAG_" ext[i] "-1)"] = 2 ^ (i - 1)
	}
	function hex(text, i, value) {
		for (i = 3; i <= length(text); i++)
			value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
		return value
	}
	# strace writes flags as names and a rest: 1<<TCP_LISTEN|0x3000
	function mask(name, text, word, i, n, sum) {
		if (!match($0, name "=[^,]*"))
			return 0
		text = substr($0, RSTART + length(name) + 1, RLENGTH - length(name) - 1)
		n = split(text, word, "|")
		for (i = 1; i <= n; i++)
			sum += word[i] ~ /^0x/ ? hex(word[i]) : word[i] in bit ? bit[word[i]] : word[i] + 0
		return sum
	}
	# struct inet_diag_req is shown as bytes behind its first: EXT is the third, STATES from 52nd on.
	/TCPDIAG_GETSOCK/ && match($0, /data="[^"]*"/) {
		n = split(substr($0, RSTART + 7, RLENGTH - 8), byte, "\\\\x")
		sum = 0
		for (i = 4; i >= 1; i--)
			sum = sum * 256 + hex("0x" byte[51 + i])
		printf "both:%d:%d\n", sum, hex("0x" byte[3])
	}
	/SOCK_DIAG_BY_FAMILY.*IPPROTO_TCP/ {
		printf "%s:%d:%d\n", /sdiag_family=AF_INET6/ ? "inet6" : "inet",
			mask("idiag_states"), mask("idiag_ext")
	}' "$WORK/trace"
}

# Of the dumps on stdin those that do not ask connections for tcp_info: EXT 2, STATES beyond LISTEN.
without_info() {
	awk -F: '!(int($3 / 2) % 2) || $2 == 1024'
}

# ---- inside a namespace ----

measure_idle() {
	result idle 20 "$TCP_ADVISE" --window 0
}

# A run more than a second after the last, so that it compares with that and does not wait.
measure_cron() {
	# shellcheck disable=SC2016 # the inner shell's
	result cron 7 sh -c 'sleep 1.1; exec "$0" --cron --history "$1"' "$TCP_ADVISE" "$WORK/history.db"
}

measure_small() {
	result small 3 "$TCP_ADVISE" --window 0
}

# As by default, but for the two seconds it waits between its samples. Without a window rules stay open
# that nothing grew for, and their sockets are counted.
measure_full() {
	if command -v strace >/dev/null; then
		asked "$TCP_ADVISE" --window 100ms >"$WORK/dumps"
	else
		echo "strace is not installed: the bare loop asks for all states and no attribute"
		printf '%s\n' inet:0x3fff:0 inet6:0x3fff:0 >"$WORK/dumps"
	fi
	without_info <"$WORK/dumps" >"$WORK/dumps.first"
	xargs "$bench/bareloop" <"$WORK/dumps" >"$WORK/bytes"
	for _ in $(seq "$BENCH_RUNS"); do
		# shellcheck disable=SC2046 # one word a dump
		turn bare "$bench/bareloop" $(cat "$WORK/dumps")
		turn advise "$TCP_ADVISE" --window 100ms
		turn nowindow "$TCP_ADVISE" --window 0
		turn ss ss -tan
	done
	medians bare advise nowindow ss
	if [ -s "$WORK/dumps.first" ] && ! cmp -s "$WORK/dumps.first" "$WORK/dumps"; then
		# shellcheck disable=SC2046
		result bare.first "$BENCH_RUNS" "$bench/bareloop" $(cat "$WORK/dumps.first")
	fi
	if [ "$BENCH_SLOW" != no ]; then
		result ssp 1 timeout 300 ss -tanp
	fi
}

# A quarter of the sockets in CLOSE_WAIT, over twenty processes: who holds them; and what these processes
# have open, which is only looked at where the host's own numbers say that it may matter.
measure_owners() {
	result quiet 3 "$TCP_ADVISE" --window 0 --only dead-descriptors,open-files-limit
	result census 3 "$TCP_ADVISE" --window 0 --only dead-descriptors --let dead-descriptors.many=0
	result leak 3 "$TCP_ADVISE" --window 0 --let close-wait-leak.age=1ms
	[ "$BENCH_SLOW" = no ] || result leakssp 1 timeout 600 ss -tanp
}

# A thousand in CLOSE_WAIT that one process holds, started after those with all the others.
measure_apart() {
	result apart 3 "$TCP_ADVISE" --window 0 --let close-wait-leak.age=1ms
}

# Network namespaces beside the sockets of this one, which every dump walks past: first without any
# socket, then each with ten of its own.
measure_namespaces() {
	mount -t tmpfs tmpfs /run
	mkfifo "$WORK/ready"
	result one 3 "$TCP_ADVISE" --window 0
	for i in $(seq "$BENCH_NAMESPACES"); do
		ip netns add "n$i"
	done
	result empty 3 "$TCP_ADVISE" --window 0 --netns all
	for i in $(seq "$BENCH_NAMESPACES"); do
		ip netns exec "n$i" "$bench/manysockets" -i -n 10 -l 2 \
			sh -c 'echo ready >"$WORK/ready"; exec sleep 1000' &
		# It ends early where the one before has not closed it yet.
		until read -r _ <"$WORK/ready"; do :; done
	done
	result serving 3 "$TCP_ADVISE" --window 0 --netns all
	# shellcheck disable=SC2016 # the inner shell's
	result ssall 1 sh -c 'for n in /run/netns/*; do ip netns exec "${n##*/}" ss -tan; done'
}

case ${1-} in
idle | cron | small | full | owners | apart | namespaces)
	"measure_$1"
	exit
	;;
esac

# ---- the run and its report ----

unshare -Un true 2>/dev/null || unshare -n true 2>/dev/null || {
	echo "bench: no permission to make a network namespace" >&2
	exit 1
}
WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK"' EXIT
keep=-k
[ "$BENCH_KEEPALIVE" != no ] || keep=

in_namespace() {
	sockets=$1 listeners=$2 part=$3
	# shellcheck disable=SC2086 # nothing, or one word
	"$bench/manysockets" -n "$sockets" -l "$listeners" $keep sh "$0" "$part"
}

echo "tcp-advise benchmark: $BENCH_SOCKETS sockets, median of $BENCH_RUNS," \
	"Linux $(uname -r), $(nproc) processors"
in_namespace 0 0 idle
# Made in memory where there is room: 8,640 runs would wait for a disk.
days=$(mktemp -d /dev/shm/tcp-advise.XXXXXX 2>/dev/null) || days=$WORK
"$bench/manydays" "$days/history.db" >"$WORK/history.bytes"
[ "$days" = "$WORK" ] || { cp "$days/history.db" "$WORK" && rm -r "$days"; }
in_namespace 0 0 cron
in_namespace 1000 4 small
in_namespace "$BENCH_SOCKETS" 4 full
"$bench/manysockets" -n $((BENCH_SOCKETS - BENCH_SOCKETS / 4)) -w $((BENCH_SOCKETS / 4)) -p 20 \
	-l 4 $keep sh "$0" owners
# shellcheck disable=SC2086 # nothing, or one word
"$bench/manysockets" -n "$BENCH_SOCKETS" -w 1000 -a -l 4 $keep sh "$0" apart
if [ "$BENCH_NAMESPACES" -gt 0 ]; then
	"$bench/manysockets" -s -n "$BENCH_SOCKETS" -l 4 unshare -mpf --mount-proc sh "$0" namespaces
fi
[ ! -x "$bench/evalrate" ] || "$bench/evalrate" >"$WORK/evalrate" 2>&1 ||
	{ cat "$WORK/evalrate"; rm "$WORK/evalrate"; }

echo
echo "asked of the kernel, FAMILY:STATES:EXT of idiag requests:"
sed 's/^/    /' "$WORK/bytes"
echo
awk -v sockets="$BENCH_SOCKETS" '
function row(name, file, wall, cpu, rss, status, note) {
	if ((getline <file) < 1)
		return
	wall = $1; cpu = $2; rss = $3; status = $4
	if (name ~ /^bare loop$/)
		bare = cpu
	note = status == 124 ? "  (cut after 300 s)" : status > 2 ? "  (status " status ")" : ""
	printf "%-42s %9.1f %9.1f %9d %9.0f %8.2f%s\n", name, wall * 1e3, cpu * 1e3, rss,
		cpu * 1e9 / sockets, bare ? cpu / bare : 0, note
}
BEGIN {
	dir = ENVIRON["WORK"] "/"
	printf "%-42s %9s %9s %9s %9s %8s\n", "command", "wall ms", "CPU ms", "RSS KiB", "ns/socket", "x bare"
	row("bare loop", dir "bare")
	row("bare loop without the tcp_info pass", dir "bare.first")
	row("tcp-advise --window 100ms", dir "advise")
	row("tcp-advise --window 0", dir "nowindow")
	row("ss -tan >/dev/null", dir "ss")
	row("ss -tanp >/dev/null (run once, it is slow)", dir "ssp")
	row("tcp-advise, owners of 1,000 in CLOSE_WAIT", dir "apart")
	bare = 0
	row("tcp-advise, owners of a quarter, in CLOSE_WAIT", dir "leak")
	row("ss -tanp of these (run once, it is slow)", dir "leakssp")
	row("tcp-advise, what all processes have open", dir "census")
	row("... where the host tells that nobody need look", dir "quiet")
	n = ENVIRON["BENCH_NAMESPACES"]
	row("tcp-advise, that table shared by all", dir "one")
	row("... --netns all, " n " more, no sockets", dir "empty")
	row("... --netns all, " n " more, ten sockets each", dir "serving")
	row("ss -tan in each of these", dir "ssall")
}'
echo

missed=0
# budget WHAT VALUE LIMIT UNIT
budget() {
	awk -v what="$1" -v value="$2" -v limit="$3" -v unit="$4" 'BEGIN {
		ok = value <= limit
		printf "%-6s %-58s %s (budget %s %s)%s\n", ok ? "OK" : "MISSED", what,
			sprintf("%.2f %s", value, unit), limit, unit,
			ok ? "" : sprintf(", over by %.0f %%", 100 * (value / limit - 1))
		exit !ok
	}' || missed=$((missed + 1))
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { print (b > 0 ? a / b : 999) }'
}

echo "budgets:"
budget 'CPU, against a bare loop of the same dumps' "$(ratio "$(field advise 2)" "$(field bare 2)")" 1.25 'x'
budget 'CPU, against ss -tan' "$(ratio "$(field advise 2)" "$(field ss 2)")" 0.6 'x'
budget "memory at $BENCH_SOCKETS sockets" "$(ratio "$(field advise 3)" 1024)" 16 MiB
budget "memory at 1,000 sockets" "$(ratio "$(field small 3)" 1024)" 16 MiB
budget 'memory at both: the same' "$(ratio "$(field advise 3)" "$(field small 3)")" 1.1 'x'
budget 'idle host, wall time (median of 20)' "$(ratio "$(field idle 1)" 0.001)" 10 ms
if [ -s "$WORK/serving" ]; then
	# each WHAT FIELD FACTOR: of one more namespace
	each() {
		awk -v a="$(field "$1" "$2")" -v b="$(field one "$2")" -v f="$3" \
			'BEGIN { print (a - b) * f / ENVIRON["BENCH_NAMESPACES"] }'
	}
	budget 'CPU of one more network namespace without sockets' "$(each empty 2 1000)" 5 ms
	budget '... with sockets, against ss -tan there' \
		"$(ratio "$(each serving 2 1000)" "$(each ssall 2 1000)")" 1 x
	budget 'memory for one more network namespace' "$(each serving 3 1)" 32 KiB
fi
budget 'cron run on an idle host, CPU, 30 days of history' "$(ratio "$(field cron 2)" 0.001)" 30 ms
budget 'its history: 30 days, every 5 min, 20 findings a run' \
	"$(ratio "$(cat "$WORK/history.bytes")" 1048576)" 20 MiB
if [ -s "$WORK/evalrate" ]; then
	budget 'evaluation, for each predicate and row' "$(awk 'END { print $1 }' "$WORK/evalrate")" 15 ns
	sed 's/^[^ ]* /       /' "$WORK/evalrate"
fi
budget 'CPU with the owners of 1,000, against the bare loop' \
	"$(ratio "$(field apart 2)" "$(field bare 2)")" 1.6 x
if [ -s "$WORK/ssp" ]; then
	budget '... against ss -tanp' "$(ratio "$(field apart 2)" "$(field ssp 2)")" 0.05 x
fi
if [ -s "$WORK/leakssp" ]; then
	budget 'CPU with the owners of a quarter, against ss -tanp' \
		"$(ratio "$(field leak 2)" "$(field leakssp 2)")" 0.05 x
	budget 'CPU with what all processes have open, likewise' \
		"$(ratio "$(field census 2)" "$(field leakssp 2)")" 0.05 x
fi
budget 'memory with the owners of a quarter' "$(ratio "$(field leak 3)" 1024)" 16 MiB
[ "$missed" -eq 0 ] || echo "$missed of the budgets missed"
[ "$missed" -eq 0 ]
