#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/netns.sh: --netns. Each network namespace is found, entered once and reported under a name of
# its own, with its own settings and sockets; what may not be entered or vanishes is said and skipped;
# values of the whole host stand there once. All of it in a mount and process namespace of the test's
# own, where there are no others.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}"

if [ "${NETNS_SH_INSIDE-}" != 1 ]; then
	export NETNS_SH_INSIDE=1
	unshare -mpf --mount-proc true 2>/dev/null && exec unshare -mpf --mount-proc sh "$0"
	unshare -Urnmpf --mount-proc true 2>/dev/null && exec unshare -Urnmpf --mount-proc sh "$0"
	echo "no permission to make namespaces"
	exit 77
fi
if ! mount -t tmpfs tmpfs /run 2>/dev/null || ! ip netns add probe 2>/dev/null || ! ip netns del probe; then
	echo "ip netns does not work here"
	exit 77
fi
tmp=$(mktemp -d) || exit 99
helpers=
trap 'kill $helpers 2>/dev/null; rm -rf "$tmp"' EXIT
# The build may stand where nobody may not go.
chmod 755 "$tmp"
mkdir "$tmp/program"
cp "$TCP_ADVISE" "$tmp/program/tcp-advise"
cp -r "$srcdir/rules" "$tmp/program/rules"
chmod -R u+w,a+rX "$tmp/program"
advise="$tmp/program/tcp-advise"
export TCP_ADVISE_RULES="$tmp/program/rules"
rules=sack-off,timestamps-off,tcp-mem-too-small

. "$srcdir/tests/count.sh"
# What was said last stands below.
fail() {
	echo "FAIL: $*"
	sed 's/^/      /' "$tmp/out" "$tmp/err"
	failed=$((failed + 1))
}

# expect STATUS TEXT COMMAND...: the status, and the text on either output.
expect() {
	status=$1 text=$2
	shift 2
	"$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	if [ $got -ne "$status" ]; then
		fail "$*: status $got, expected $status"
	elif [ "$text" ] && ! cat "$tmp/out" "$tmp/err" | tr '\n' ' ' | sed 's/  */ /g' | grep -qF -- "$text"; then
		fail "$*: '$text' is not there"
	else
		pass
	fi
}

# check WHAT COMMAND...: the command succeeds.
check() {
	what=$1
	shift
	if "$@"; then pass; else fail "$what"; fi
}

# lines COUNT PATTERN: so many lines of the last output match.
lines() {
	check "not $1 lines with '$2'" [ "$(grep -c -- "$2" "$tmp/out")" -eq "$1" ]
}

# ready COMMAND...: until it is true, for ten seconds at most.
ready() {
	tries=500
	until "$@" 2>/dev/null; do
		[ $((tries -= 1)) -gt 0 ] || { fail "never came true: $*"; return 1; }
		sleep 0.02
	done
}

# in_another PID: whether the process has left our network namespace.
in_another() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

has_ended() {
	[ ! -e "/proc/$1" ]
}

# helper COMMAND...: runs until the end of the test; its number is in $helper.
helper() {
	"$@" >/dev/null 2>&1 &
	helper=$!
	helpers="$helpers $helper"
}

first=$([ -e /proc/sys/net/ipv4/tcp_mem ] && echo yes)

# ---- each with its own settings, once ----

ip netns add blue
ip netns add green
ip netns exec blue sysctl -q net.ipv4.tcp_sack=0
expect 0 "nothing to advise in 3 network namespaces" \
	"$advise" --window 0 --only timestamps-off --netns all
expect 1 "1 warning in 1 of 3 network namespaces" "$advise" --window 0 --only $rules --netns all
lines 1 '^  blue: 1 warning$'
lines 1 '^warning:'
lines 1 '^nothing to advise:.*green'
lines 0 '^skipped:'

# --cron: one of three has news, and then none.
expect 1 "1 warning in 1 of 1 network namespace; 2 others as before, not listed" \
	"$advise" --window 0 --only $rules --netns all --cron --history "$tmp/h.db"
expect 1 "" "$advise" --window 0 --only $rules --netns all --cron --history "$tmp/h.db"
check "nothing is new, and something is told" [ ! -s "$tmp/out" ]

# The same one by three names.
touch /run/netns/azure
mount --bind /run/netns/blue /run/netns/azure
mkdir /run/elsewhere
touch /run/elsewhere/blue
mount --bind /run/netns/blue /run/elsewhere/blue
helper ip netns exec blue sleep 1000
inside=$helper
ready in_another "$inside"
expect 1 "1 warning in 1 of 3 network namespaces" "$advise" --window 0 --only $rules --netns all
expect 1 "net:[$(stat -Lc %i /run/netns/blue)]" "$advise" --window 0 --only sack-off --netns azure
expect 1 "" "$advise" --window 0 --only sack-off --netns blue
umount /run/netns/azure /run/elsewhere/blue
rm /run/netns/azure

# ---- one ----

for one in blue "$inside" /run/netns/blue "/proc/$inside/ns/net"; do
	expect 1 ", blue, net:[$(stat -Lc %i /run/netns/blue)]" \
		"$advise" --window 0 --only sack-off --netns "$one"
done
expect 0 ", green, net:[" "$advise" --window 20ms --only sack-off --netns green
expect 3 "--netns blu: there is no such network namespace; did you mean 'blue'?" "$advise" --netns blu
expect 3 "--netns 4194303999: there is no such process" "$advise" --netns 4194303999
expect 3 "--netns /dev/null: is no network namespace" "$advise" --netns /dev/null
expect 3 "--netns /proc/self/ns/mnt: " "$advise" --netns /proc/self/ns/mnt
expect 3 "--netns /nowhere: No such file or directory" "$advise" --netns /nowhere
expect 3 "--netns : there is no such" "$advise" --netns ""
expect 0 "= 0" ip netns exec blue sysctl net.ipv4.tcp_sack
expect 0 "net.ipv4.tcp_sack 0" "$advise" facts net.ipv4.tcp_sack --netns blue

# ---- outputs and recordings ----

expect 1 "" "$advise" --window 0 --only $rules --netns all --format json --output "$tmp/all.json"
python=${PYTHON:-python3}
"$python" "$srcdir/tests/schema.py" "$tmp/all.json" >"$tmp/out" 2>&1
case $? in
0) pass ;;
77) skip "$(cat "$tmp/out")" ;;
*) fail "the schema of many reports" ;;
esac
check "blue is not in the JSON" grep -q '"name": "blue"' "$tmp/all.json"
expect 1 "TCP-ADVISE WARNING: 1 warning in 1 of 3 network namespaces: blue | critical=0;;0;0;" \
	"$advise" --window 0 --only $rules --netns all --format nagios
lines 1 '^network namespace: blue$'
expect 3 "--netns all: --format sysctl makes a file for one network namespace: name it" \
	"$advise" --netns all --format sysctl
expect 1 "network namespace blue, net:" "$advise" --window 0 --only sack-off --netns blue --format sysctl
lines 1 '^# .*run it inside that$'
expect 3 "name it" "$advise" --netns all record "$tmp/recording"
mkdir "$tmp/one" && tar xzf "$srcdir/tests/recordings/fin-timeout-180.tar.gz" -C "$tmp/one" || exit 99
expect 3 "so --from goes without" "$advise" --netns blue --from "$tmp/one"
expect 3 "so --from goes without" "$advise" --netns all --from "$tmp/one"
check "a refused recording was begun" [ ! -e "$tmp/recording" ]
expect 1 "Selective acknowledgments" "$advise" --window 0 --only sack-off --netns blue record "$tmp/recording"
expect 1 ", blue, net:[" "$advise" --only sack-off --from "$tmp/recording"
expect 0 "blue, net:[" "$advise" plan --netns all

# ---- those that are gone, or are another one ----

# waiting: tcp-advise, started in the background, is in its window. Until then it only reads.
waiting() {
	[ "$(cut -d' ' -f3 "/proc/$1/stat")" = S ]
}

helper unshare -n sleep 1000
mortal=$helper
ready in_another "$mortal"
ip netns add red
helper ip netns exec blue sleep 1000
heir=$helper
ready in_another "$heir"
ip netns del blue # which the helpers in it keep
"$advise" --window 4s --only $rules --netns all >"$tmp/out" 2>"$tmp/err" &
survey=$!
ready waiting $survey
kill "$mortal" "$inside"
ip netns del red
ip netns add red # often with the same inode
ready has_ended "$mortal"
ready has_ended "$inside"
wait $survey
check "the status with vanished namespaces" [ $? -eq 1 ]
lines 1 "^skipped: $mortal (sleep): it is there no more"
lines 1 "^skipped: red: it is there no more"
lines 1 "^  $inside (sleep): 1 warning" # the other helper is in it
kill "$heir"
ready has_ended "$heir"

# ---- those that may not be entered ----

ip netns exec green sysctl -q net.ipv4.tcp_sack=0
expect 1 "in 1 of 3 network namespaces" "$advise" --window 0 --only $rules --netns all
if setpriv --bounding-set -sys_admin --inh-caps -sys_admin true 2>/dev/null; then
	for netns in all green; do
		case $netns in
		all) status=0 text="skipped: green: no permission to enter it" ;;
		*) status=3 text="--netns green: no permission to enter it" ;;
		esac
		expect $status "$text" setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
			"$advise" --window 0 --only $rules --netns $netns
	done
else
	skip "no permission to drop capabilities"
fi
ASAN_OPTIONS="${ASAN_OPTIONS-}${ASAN_OPTIONS:+:}detect_leaks=0" # which cannot run below strace
if strace -qq -o /dev/null true 2>/dev/null; then
	export ASAN_OPTIONS
	expect 0 "skipped: green: no permission to enter it" strace -f -qq \
		-o /dev/null -e inject=setns:error=EPERM "$advise" --window 0 --only $rules --netns all
	# It has no socket: nothing is asked, as every answer walks past those of all namespaces.
	# A socket that was closed may count for a moment.
	asks_nothing() {
		expect 1 ", green, net:[" strace -f -qq -o "$tmp/trace" -e trace=sendmsg,sendto \
			"$advise" --window 0 --only $rules,close-wait-leak --netns green
		[ ! -s "$tmp/trace" ]
	}
	ready asks_nothing
	# Refused from the second time on, from the third, ...: a report, or an error that says why.
	for nth in 2 3 4 5 6 7 8 9; do
		strace -f -qq -o /dev/null \
			-e inject=setns:error=EPERM:when=$nth+ \
			"$advise" --window 0 --only $rules --netns green >"$tmp/out" 2>"$tmp/err"
		case $?$(grep -o 'no permission to enter\|does not let this process return' "$tmp/err") in
		1) check "setns refused $nth+: not of green" grep -q ', green, net:' "$tmp/out" ;;
		'3no permission to enter') pass ;;
		'3does not let this process return') pass; stuck=yes ;;
		*) fail "setns refused $nth+" ;;
		esac
	done
	check "no run was kept from returning" [ "${stuck-}" ]
else
	skip "not permitted to trace processes"
fi
chmod 755 "$tmp"
if setpriv --reuid 65534 --regid 65534 --clear-groups "$advise" --version >/dev/null 2>&1; then
	nobody() {
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	}
	expect 0 "cannot be seen (needs CAP_SYS_PTRACE)" \
		nobody "$advise" --window 0 --only sack-off --netns all
	expect 3 "--netns 1: this process does not show its network namespace" \
		nobody "$advise" --window 0 --netns 1
	# What only the whole host knows is one short line.
	expect 1 "settings of the whole host are in its first network namespace only" \
		ip netns exec green setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$advise" --window 0
	lines 1 "settings of the whole host"
else
	skip "nobody may not run the program here"
fi

# ---- values of the whole host ----

expect 1 "" ip netns exec green "$advise" --window 0 --only $rules,tcp-memory-near-pressure
if [ "$first" ]; then
	lines 0 "not evaluated"
	expect 0 "net.ipv4.tcp_mem.max" "$advise" facts net.ipv4.tcp_mem.max --netns green
	lines 0 "out of reach"
	# Where the rule is evaluated: once, for the host.
	expect 2 "1 critical, 1 warning in 2 of 3 network namespaces" \
		"$advise" --window 0 --only $rules --let tcp-mem-too-small.least=1000000GiB --let tcp-mem-too-small.part=1000000% --netns all
	lines 1 '^critical:'
	lines 1 '^  host: 1 critical$'
	cat >"$tmp/rules.ini" <<-'EOF'
		[lower-orphans]
		title = There may be orphans
		severity = warning
		when = net.ipv4.tcp_max_orphans > 1 and not present(net.ipv4.tcp_max_orphans)
		set = net.ipv4.tcp_max_orphans = 1
	EOF
	expect 1 "set: net.ipv4.tcp_max_orphans = 1 (now $(cat /proc/sys/net/ipv4/tcp_max_orphans)), in the host's first" \
		"$advise" --window 0 --rules "$tmp/rules.ini" --netns green
	expect 2 "1 critical, 1 warning" ip netns exec green \
		"$advise" --window 0 --only $rules --let tcp-mem-too-small.least=1000000GiB --let tcp-mem-too-small.part=1000000%
	expect 1 "" ip netns exec green "$advise" --window 0 --only $rules,tcp-memory-near-pressure \
		record "$tmp/green"
	"$advise" --from "$tmp/green" --only $rules,tcp-memory-near-pressure >"$tmp/again" 2>&1
	check "a recording forgets the first namespace" cmp -s "$tmp/out" "$tmp/again"
else
	lines 1 "not evaluated"
fi

# ---- names of strangers ----

ip netns add "$(printf 'a\033[31mred b\\c"')"
cp "$(command -v sleep)" "$tmp/sleep"
mv "$tmp/sleep" "$tmp/$(printf 'x\n\033]0;y\n')"
helper unshare -n "$tmp/$(printf 'x\n\033]0;y\n')" 1000
ready in_another "$helper"
for text in "$helper (x\\x0a\\x1b]0;y" 'a\x1b[31mred b\x5cc"'; do
	expect 1 "$text" "$advise" --window 0 --only $rules --netns all
done
LC_ALL=C tr -d '\n -~' <"$tmp/out" >"$tmp/bad"
check "control characters in the text" [ ! -s "$tmp/bad" ]
"$advise" --window 0 --only $rules --netns all --format json >"$tmp/all.json"
"$python" "$srcdir/tests/schema.py" "$tmp/all.json" >"$tmp/out" 2>&1
case $? in
0 | 77) pass ;;
*) fail "hostile names in JSON" ;;
esac

# ---- many, with sockets, and a condition in each ----

if "$TCP_PROVOKE" many-namespaces --check >"$tmp/out" 2>&1; then
	expect 1 "13 warnings in 13 of" "$TCP_PROVOKE" many-namespaces -- \
		"$advise" --window 100ms --only close-wait-leak,sack-off --netns all \
		--let close-wait-leak.age=1ms --let close-wait-leak.many=10
	lines 12 'in CLOSE_WAIT and held by processes: 10$'
	lines 12 '^ *local ports: *80[89][0-9] (10)$'
else
	skip "$(cat "$tmp/out")"
fi

verdict
