#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/week.sh: a week of a host, a run every five minutes, in seconds: what cron mails, and what the
# history says of it afterwards, are the golden files in tests/golden/week. The sockets and counters are
# those of recordings of real conditions; time is that of the recording, and the connection tracking
# table fills up by writing its number. Regenerate with UPDATE=1, then read the mails as who is on call.
#
#     Mon 10:05   somebody turns off SACK
#     Tue 09:00   the site waives that until Friday
#     Wed 14:00   a client opens connections and never closes them: the connection tracking table
#                 fills up, until it is enlarged at 18:20
#     Thu 03:00   a burst of packets that the reverse path filter drops: once
#     Fri 09:00   the same, every half an hour, until 11:00
#     Sat 00:00   the waiver ends
#     Sun 12:00   SACK is turned on again
#
# In the end an incident is provoked for real, and the history says when it began.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
srcdir=$(cd "$srcdir" && pwd)
export srcdir TCP_ADVISE_RULES="$srcdir/rules" TZ=UTC0
golden=$srcdir/tests/golden/week
# In memory: no mail waits for a disk.
tmp=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 99
trap 'cd / && rm -rf "$tmp"' EXIT
cd "$tmp" || exit 99
# Of what the week is about; what other rules say of these recordings, tests/recordings.sh knows.
only=sack-off,conntrack-table-full,conntrack-table-nearly-full,reverse-path-filter-drops
. "$srcdir/tests/count.sh"

# ---- the host ----

# In Debian's kernel the table is not in the namespace's folder before something uses it.
for part in calm=healthy-traffic table=conntrack-table-full spoofed=reverse-path-filter-drops; do
	mkdir "$tmp/${part%=*}"
	tar -xzf "$srcdir/tests/recordings/${part#*=}.tar.gz" -C "$tmp/${part%=*}" || exit 99
	manifest=$tmp/${part%=*}/manifest.ini
	sed -i 's/^hostname = .*/hostname = web1/; s/^netns = .*/netns = net:[4026531840]/' "$manifest"
	sed '/^time = /,$d' "$manifest" >"$tmp/${part%=*}.head"
	sed '1,/^time = /d' "$manifest" >"$tmp/${part%=*}.tail"
done
calm_head=$(cat "$tmp/calm.head") calm_tail=$(cat "$tmp/calm.tail")
table_head=$(cat "$tmp/table.head") table_tail=$(cat "$tmp/table.tail")
spoofed_head=$(cat "$tmp/spoofed.head") spoofed_tail=$(cat "$tmp/spoofed.tail")

write() {
	for part in calm table spoofed; do echo "$2" >"$tmp/$part/proc/sys/net/$1"; done
}

cat >"$tmp/tcp-advise.ini" <<'END'
[waive sack-off]
reason = The firewall before this host breaks SACK; its vendor has a fix.
owner  = net-team
until  = 2026-01-09
END

# what_happens DAY HHMM: sets the host's state, which is that of the recording $now.
what_happens() {
	now=calm
	case $1 in
	Wed) [ "$2" -lt 1400 ] || [ "$2" -ge 2000 ] || now=table ;;
	esac
	case $1$2 in
	Wed1810) # packets it had no room for: the sum since the namespace began, in hexadecimal
		sed -i '2s/[0-9a-f]* /000004d2 /12' "$tmp/table/proc/net/stat/nf_conntrack" ;;
	Wed1820)
		sed -i '2s/[0-9a-f]* /00000000 /12' "$tmp/table/proc/net/stat/nf_conntrack"
		write netfilter/nf_conntrack_max 524288
		;;
	Mon1005) write ipv4/tcp_sack 0 ;;
	Tue0900) config="--config tcp-advise.ini" ;;
	Wed1400) tracked=131072 ;;
	Thu0300 | Fri0900 | Fri0930 | Fri1000 | Fri1030 | Fri1100) now=spoofed ;;
	Sun1200) write ipv4/tcp_sack 1 ;;
	esac
	if [ $now = table ]; then
		tracked=$((tracked + 2600))
		[ $tracked -le 262144 ] || [ "$2" -ge 1820 ] || tracked=262144
		echo $tracked >"$tmp/table/proc/sys/net/netfilter/nf_conntrack_count"
	fi
}

# ---- the week ----

config='' tracked=0 runs=0
seq 1767571200 300 $((1767571200 + 7 * 86400 - 1)) | sed 's/^/@/' |
	date -u -f - '+%a %H%M %Y-%m-%dT%H:%M:%SZ' >"$tmp/steps"
while read -r day hour time; do
	what_happens "$day" "$hour"
	case $now in
	calm) head=$calm_head tail=$calm_tail ;;
	table) head=$table_head tail=$table_tail ;;
	spoofed) head=$spoofed_head tail=$spoofed_tail ;;
	esac
	printf '%s\ntime = %s\n%s\n' "$head" "$time" "$tail" >"$tmp/$now/manifest.ini"
	# Words: options. It has no terminal, so 80 columns of ASCII.
	# shellcheck disable=SC2086
	LC_ALL=C "$TCP_ADVISE" --cron --history "$tmp/h.db" --from "$tmp/$now" --only $only $config \
		>"$tmp/mail" 2>&1
	status=$?
	runs=$((runs + 1))
	[ $status -le 2 ] || { fail "$day $hour: status $status: $(cat "$tmp/mail")"; break; }
	[ -s "$tmp/mail" ] || continue
	{
		echo "==== $day $time, status $status"
		cat "$tmp/mail"
		echo
	} >>"$tmp/mails"
done <"$tmp/steps"
[ $runs -eq 2016 ] || fail "$runs runs, not 2016"

# ---- afterwards ----

# says NAME: what is in $tmp/NAME is what the golden file has.
says() {
	sed -i 's/[0-9]* of [0-9]* rules evaluated/N rules evaluated/; s/, [0-9]* more with --socket-options//
		s/^  "time": .*/  "time": "-",/; s/\(rulebook `[^ ]* \|"rulebook": "[^ ]* \)[0-9a-f]*/\1-/' "$tmp/$1"
	sed -zi 's/\(rules evaluated;[^\n]*;\)\n\(20[^ \n]*\)\n/\1 \2\n/g' "$tmp/$1"
	[ -z "${UPDATE-}" ] || { mkdir -p "$golden" && cp "$tmp/$1" "$golden/$1"; }
	if diff -u "$golden/$1" "$tmp/$1"; then pass; else fail "$1 is not the golden file"; fi
}

# past NAME OPTION...: what the history says. It needs no rules.
past() {
	name=$1
	shift
	LC_ALL=C.UTF-8 COLUMNS=100 TCP_ADVISE_RULES=/nowhere "$TCP_ADVISE" history --history "$tmp/h.db" "$@" \
		>"$tmp/$name" 2>"$tmp/err" || fail "history $*: $(cat "$tmp/err")"
}

says mails
past history.text --since 2026-01-05
says history.text
past conntrack-table-full.text conntrack-table-full --since 2026-01-07
says conntrack-table-full.text
past conntrack-table-full.markdown conntrack-table-full --since 2026-01-07 --format markdown
says conntrack-table-full.markdown
past history.json conntrack-table-full --since '2026-01-07 17:00' --format json
"$PYTHON" "$srcdir/tests/schema.py" "$tmp/history.json"
case $? in
0 | 77) pass ;;
*) fail "the history's JSON does not keep its schema" ;;
esac
says history.json

# ---- for real ----

cat >"$tmp/incident" <<END
for run in 1 2 3; do
	$TCP_ADVISE --cron --history $tmp/real.db --window 1s >$tmp/real.\$run 2>&1
	echo "status \$?" >>$tmp/real.\$run
done
$TCP_ADVISE history --history $tmp/real.db accept-queue-overflow-application >$tmp/real.history
$TCP_ADVISE history --history $tmp/real.db --format json >$tmp/real.json
END
if "$TCP_PROVOKE" accept-queue-overflow --check >"$tmp/out" 2>&1; then
	"$TCP_PROVOKE" accept-queue-overflow -- sh "$tmp/incident" >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"
	grep -q '^critical: The accept queue overflows' "$tmp/real.1" || fail "no mail: $(cat "$tmp/real.1")"
	grep -q '^  new:  in this run for the first time' "$tmp/real.1" || fail "not new: $(cat "$tmp/real.1")"
	# A queue that grows meanwhile may be worse; it is never new again.
	cat "$tmp/real.2" "$tmp/real.3" | grep '^  new:' && fail "told twice"
	grep -q '^  since .*, in 3 runs$' "$tmp/real.history" || fail "history: $(cat "$tmp/real.history")"
	"$PYTHON" "$srcdir/tests/schema.py" "$tmp/real.json"
	case $? in
	0 | 77) pass ;;
	*) fail "the history's JSON does not keep its schema" ;;
	esac
else
	skip "not provoked for real: $(cat "$tmp/out")"
fi

echo "$(grep -c '^====' "$tmp/mails") mails of $runs runs"
verdict
