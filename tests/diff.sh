#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Recordings and JSON reports compared: what began and ended, what grew, what may not be subtracted,
# and files that are no reports.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
export TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# compare STATUS A B OPTION...: compares them, into $tmp/out.
compare() {
	expected=$1
	shift
	"$TCP_ADVISE" diff "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	if [ $status -eq "$expected" ]; then pass; else
		fail "diff $*: status $status, expected $expected: $(cat "$tmp/err")"
	fi
}

# said TEXT..., unsaid TEXT...: the last comparison has each, or has none.
said() {
	for text; do
		if cat "$tmp/out" "$tmp/err" | grep -qF -- "$text"; then pass; else fail "not said: $text"; fi
	done
}
unsaid() {
	for text; do
		if grep -qF -- "$text" "$tmp/out"; then fail "said: $text"; else pass; fi
	done
}

for name in healthy-traffic accept-queue-overflow close-wait-leak; do
	mkdir "$tmp/$name" && tar -xzf "$srcdir/tests/recordings/$name.tar.gz" -C "$tmp/$name" || exit 1
done

# The same host a minute later: its counters and one setting have changed, by a copy of the recording.
a=$tmp/close-wait-leak b=$tmp/later
cp -r "$a" "$b"
was=$(date -u -d "$(sed -n 's/^time = //p' "$a/manifest.ini")" +%s)
sed -i "s/^time = .*/time = $(date -u -d "@$((was + 60))" +%Y-%m-%dT%H:%M:%SZ)/" "$b/manifest.ini"
awk '{ printf "%.2f %s\n", $1 + 60, $2 }' "$a/proc/uptime" >"$b/proc/uptime"
echo 30 >"$b/proc/sys/net/ipv4/tcp_fin_timeout"
awk '$1 == "TcpExt:" && ++n == 1 { for (i = 2; i <= NF; i++) if ($i == "ListenDrops") at = i }
	n == 2 { $at += 1200; n = 3 } { print }' "$a/proc/net/netstat" >"$b/proc/net/netstat"
cp "$b/proc/net/netstat" "$b/earlier/proc/net/netstat"

leak=--let=close-wait-leak.age=100ms
compare 0 "$a" "$b" $leak
said 'findings: 0 began, 0 ended, 0 unclear, 1 went on; 60 s between them' \
	'setting: net.ipv4.tcp_fin_timeout: 60 -> 30' \
	'counter: TcpExt.ListenDrops               +1,200  20/s' \
	'state: close_wait            120 -> 120'
unsaid 'note:' 'TcpExt.ListenOverflows'

# JSON reports say the same, alone and beside a recording.
cp "$tmp/out" "$tmp/text"
for name in close-wait-leak later; do
	"$TCP_ADVISE" --from "$tmp/$name" --format json $leak >"$tmp/$name.json"
done
for pair in "$a.json $b.json" "$a $b.json" "$a.json $b"; do
	# shellcheck disable=SC2086
	compare 0 $pair $leak
	if cmp -s "$tmp/text" "$tmp/out"; then pass; else fail "$pair: not as the recordings"; fi
done

# In the other formats.
compare 0 "$a" "$b" $leak --format json
cp "$tmp/out" "$tmp/diff.json"
said '"schema": "tcp-advise/diff/1"' '"growth": 1200' '"per_second": 20' '"change": "went on"'
"$PYTHON" "$srcdir/tests/schema.py" "$tmp/diff.json" "$tmp"/*.json
case $? in
0) pass ;;
77) skip "its schema was not tried" ;;
*) fail "JSON does not keep its schema" ;;
esac
compare 0 "$a" "$b" $leak --format markdown
# shellcheck disable=SC2016
said '## tcp-advise: 0 began, 0 ended' '| `net.ipv4.tcp_fin_timeout` | `60` | `30` |' \
	'| `TcpExt.ListenDrops` | 1,200 | 20/s |' '| `close_wait` | 120 | 120 |'
compare 3 "$a" "$b" --format html
said 'diff: --format html: expected text, json or markdown'

# ---- what began and ended, and what is unclear ----

compare 1 "$tmp/healthy-traffic" "$a" $leak
said 'began: warning: The application does not close'
compare 0 "$a" "$tmp/healthy-traffic" $leak
said 'ended: warning: The application does not close'
compare 2 "$tmp/healthy-traffic" "$tmp/accept-queue-overflow"
said 'began: critical:'
# A list of sockets that was cut is no end of what they showed.
cp -r "$b" "$tmp/cut"
rm "$tmp/cut/sockets/sockets.inet" "$tmp/cut/sockets/info.inet"
compare 0 "$a" "$tmp/cut" $leak
said 'unclear: warning: The application does not close' '(not evaluated after:'
unsaid 'ended: warning: The application does not close'

# ---- several network namespaces, as --netns all prints them ----

# survey FILE NAME=JSON...: a survey of reports, each under a name.
survey() {
	file=$1
	shift
	{
		printf '{ "schema": "tcp-advise/reports/1", "summary": {}, "skipped": [], "reports": [\n'
		comma=
		for pair; do
			printf '%s' "$comma"
			sed "s/^    \"netns\": \"net:.*/    \"name\": \"${pair%%=*}\",\\n&/" "${pair#*=}"
			comma=,
		done
		printf '] }\n'
	} >"$file"
}
"$TCP_ADVISE" --from "$tmp/healthy-traffic" --format json $leak >"$tmp/healthy.json"
survey "$tmp/before.json" host="$a.json" blue="$a.json" red="$tmp/healthy.json"
survey "$tmp/after.json" host="$a.json" blue="$b.json" green="$a.json"
compare 1 "$tmp/before.json" "$tmp/after.json"
said '2 network namespaces compared, 1 ended, 1 began' 'namespaces that ended: red (0 findings)' \
	'namespaces that began: green (' 'findings and settings as before: host (' '---- blue ----' \
	'setting: net.ipv4.tcp_fin_timeout: 60 -> 30'
unsaid '---- host ----'
compare 1 "$tmp/before.json" "$tmp/after.json" --format json
cp "$tmp/out" "$tmp/diffs.json"
said '"schema": "tcp-advise/diffs/1"' '"name": "green"'
"$PYTHON" "$srcdir/tests/schema.py" "$tmp/diffs.json"
case $? in
0) pass ;;
77) skipped=$((skipped + 1)) ;;
*) fail "diffs do not keep their schema" ;;
esac
compare 1 "$tmp/before.json" "$tmp/after.json" --format markdown
said '# tcp-advise: 2 network namespaces compared, 1 ended, 1 began' '- ended: red' '### Settings that changed'
compare 0 "$tmp/before.json" "$tmp/after.json" --netns blue
said 'before: ' 'setting: net.ipv4.tcp_fin_timeout: 60 -> 30'
unsaid '---- blue ----'
compare 3 "$tmp/before.json" "$tmp/after.json" --netns blu
said "before.json has no report of it; did you mean 'blue'?"
compare 3 "$tmp/before.json" "$a.json"
said 'before.json has no report of it'
"$TCP_ADVISE" --from "$b" --format json $leak |
	sed 's/^    "netns": .*/    "name": "blue",\n&/' >"$tmp/one.json"
compare 0 "$tmp/before.json" "$tmp/one.json"
said 'setting: net.ipv4.tcp_fin_timeout: 60 -> 30'
compare 3 "$a" "$b" --netns all
said 'make reports first, with --from, --netns all and --format json'

# ---- what may not be subtracted ----

# no_growth NOTE: the last comparison gives the reason and no counter.
no_growth() {
	said "$1"
	unsaid 'counter: '
}
compare 0 "$b" "$a" $leak
no_growth 'note: The first is the later one, so counters are not subtracted.'
cp -r "$b" "$tmp/other"
sed -i 's/^hostname = .*/hostname = other/' "$tmp/other/manifest.ini"
compare 0 "$a" "$tmp/other" $leak
no_growth 'note: These are different hosts, so counters are not subtracted.'
cp -r "$b" "$tmp/booted"
echo '12.00 24.00' >"$tmp/booted/proc/uptime"
compare 0 "$a" "$tmp/booted" $leak
no_growth 'note: The host was started in between, so counters are not subtracted.'
cp -r "$b" "$tmp/namespace"
sed -i 's/^netns = .*/netns = net:[4026539999]/' "$tmp/namespace/manifest.ini"
compare 0 "$a" "$tmp/namespace" $leak
no_growth 'note: These are different network namespaces, so counters are not subtracted.'
# What is not known of one of them is no difference.
cp -r "$b" "$tmp/unknown"
sed -i '/^\(hostname\|kernel\) = /d' "$tmp/unknown/manifest.ini"
compare 0 "$a" "$tmp/unknown" $leak
no_growth 'note: It is not known whether these are one host, so counters'
unsaid 'kernels differ'
cp -r "$b" "$tmp/nowhere"
sed -i '/^netns = /d' "$tmp/nowhere/manifest.ini"
compare 0 "$a" "$tmp/nowhere" $leak
no_growth 'note: It is not known whether these are one network namespace'
# The two recordings were made one after the other, and the kernel gave the number out again.
compare 2 "$tmp/healthy-traffic" "$tmp/accept-queue-overflow"
no_growth 'note: Counters went back: another network namespace has the number now'
sed '/^  "vitals": {/,/^  }/d; s/^\(    "uptime_seconds".*\)/\1/' "$b.json" |
	sed '$!N; /^  },\n}$/ { s/},/}/ }; P; D' >"$tmp/old.json"
compare 0 "$a.json" "$tmp/old.json"
no_growth 'note: A report of an older program has no counters, settings and states to'
unsaid 'unknown'
sed 's/"sha256": "[0-9a-f]*"/"sha256": "0"/' "$b.json" >"$tmp/rules.json"
compare 0 "$a" "$tmp/rules.json" $leak
said 'note: They were made by different rules'

# ---- what is no report ----

# refused TEXT CONTENT: a file of that content, beside a good one.
refused() {
	printf '%b' "$2" >"$tmp/bad.json"
	compare 3 "$a.json" "$tmp/bad.json"
	said "$1"
	[ -s "$tmp/out" ] && fail "output beside an error"
}
schema='"schema": "tcp-advise/report/1"'
refused "bad.json:2:" '{ "a": 1,\n oops }'
refused "bad.json:" '{ "schema": '
refused "no JSON" '{ "a": 1 } and more'
refused "no JSON" '{ "a": 1, "a": 2 }'
refused "no JSON" '{ "a": "\377\376" }'
refused "no JSON" '{ "a": "\\u0000" }'
refused "has no member 'schema'" '{}'
refused 'its schema is tcp-advise/report/2, of a newer program: this one reads tcp-advise/report/1' \
	'{ "schema": "tcp-advise/report/2" }'
refused 'its schema is tcp-advise/diff/1; expected tcp-advise/report/1' '{ "schema": "tcp-advise/diff/1" }'
refused 'its schema is \x1b[2J; expected' '{ "schema": "\\u001b[2J" }'
refused 'reports: expected a list of at most 4096' '{ "schema": "tcp-advise/reports/1" }'
refused 'bad.json: reports[0]: its schema is tcp-advise/diff/1; expected tcp-advise/report/1' \
	'{ "schema": "tcp-advise/reports/1", "reports": [ { "schema": "tcp-advise/diff/1" } ] }'
refused 'reports[0]: no report of tcp-advise' '{ "schema": "tcp-advise/reports/1", "reports": [ 1 ] }'
refused 'its schema is tcp-advise/reports/2, of a newer program: this one reads' '{ "schema": "tcp-advise/reports/2" }'
refused 'bad.json: host: expected an object' "{ $schema }"
refused 'bad.json: summary.rules: expected a number from 0 on' \
	"{ $schema, \"host\": {}, \"source\": {}, \"rulebook\": {}, \"summary\": { \"rules\": -1 } }"
refused 'bad.json: findings[0].rule: expected a text' \
	"{ $schema, \"host\": {}, \"source\": {}, \"rulebook\": {}, \"summary\": { \"rules\": 1, \"more\": 0 },
	\"not_evaluated\": [], \"findings\": [ 5 ] }"
refused 'bad.json: vitals.states: expected an object' \
	"{ $schema, \"host\": {}, \"source\": {}, \"rulebook\": {}, \"summary\": { \"rules\": 1, \"more\": 0 },
	\"not_evaluated\": [], \"findings\": [], \"vitals\": { \"sysctls\": {}, \"counters\": {} } }"
refused 'bad.json: vitals.counters: expected numbers from 0 on' \
	"{ $schema, \"host\": {}, \"source\": {}, \"rulebook\": {}, \"summary\": { \"rules\": 1, \"more\": 0 },
	\"not_evaluated\": [], \"findings\": [], \"vitals\": { \"sysctls\": {}, \"counters\": { \"a\": 1.5 } } }"
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "[" }' >"$tmp/deep"
refused "no JSON" "{ \"a\": $(head -c 5000 "$tmp/deep")"
{ printf '{ %s, "findings": [' "$schema"; awk 'BEGIN { for (i = 0; i < 5000; i++) printf "{}," }'; printf '{}],'
	printf '"host": {}, "source": {}, "rulebook": {}, "summary": { "rules": 1, "more": 0 }, "not_evaluated": [] }'
} >"$tmp/many.json"
compare 3 "$a.json" "$tmp/many.json"
said 'findings: expected a list of at most 4096'
head -c 34000000 /dev/zero | tr '\0' ' ' >"$tmp/large.json"
compare 3 "$tmp/large.json" "$a"
said 'large.json: larger than 32 MiB'
compare 3 "$tmp/none" "$a"
said 'none: No such file or directory'
compare 3 "$tmp" "$a"
said 'is not a recording'
compare 3 "$a"
said 'diff: expected A B'

# Texts of a report from elsewhere reach no terminal as they are, and no markup.
# shellcheck disable=SC2016
sed 's/"name": "vm"/"name": "\\u001b[2J`<b>|\\u202e"/; s/"title": "[^"]*"/"title": "<b>\\u001b[2J|`"/' \
	"$b.json" >"$tmp/hostile.json"
for format in text json markdown; do
	compare 1 "$tmp/healthy-traffic" "$tmp/hostile.json" --format $format
	if grep -q "$(printf '\033\|\342\200\256')" "$tmp/out"; then fail "$format: an escape got through"; else pass; fi
done
verdict
