#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/advice.sh: no rule gives one of twenty folk remedies. Each is an entry of the table below; a
# rule of tests/rules/never/bad.ini for each shows that it would be found, and those of good.ini
# that a rule may warn of a remedy without being taken for one that gives it.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}"
status=0
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

fail() {
	echo "FAIL: $*"
	status=1
}

# NUMBER NAME, then what to look for, as extended regular expressions for text in lower case without
# the prefixes net.ipv4. and net.core.:
#   set     in 'KEY = VALUE' of a rule's set
#   say     in a sentence of its advice, unless that forbids it
#   claim   in a sentence of its title, why or advice, unless that denies it
#   when    in its condition
#   unless  what the rule must also have (per, severity, title, when, advice) to be right after all
#   only    what it must have to be wrong
#   told    the rules that say so where a host follows the remedy; '-' where no setting shows it
# LOWER RAISE OFF ON TO stand for the verbs people use.
cat >"$tmp/table" <<'END'
1 lower tcp_fin_timeout to be rid of TIME_WAIT
	set     ^tcp_fin_timeout = ([^6]|6[^0]|60[^s])
	say     LOWER .*tcp_fin_timeout|tcp_fin_timeout TO [1-5]?[0-9]( |s|$)
	told    fin-timeout-not-time-wait fin-timeout-too-short
2 lower tcp_max_tw_buckets
	set     ^tcp_max_tw_buckets = ([0-9]+$|[0-9]?[0-9]% [*] tcp_max_tw)
	say     LOWER .*tcp_max_tw_buckets|tcp_max_tw_buckets TO [0-9]
	told    tw-buckets-lowered
3 turn on tcp_tw_recycle
	set     ^tcp_tw_recycle = [^0]
	say     ON .*tcp_tw_recycle|tcp_tw_recycle (on|TO [1-9])
	told    tw-recycle-breaks-nat tw-recycle-enabled tw-recycle-dead-key
4 call TIME_WAIT on a server an error
	claim   time_wait.* (is|are|means) (an?|the) (error|fault|problem|leak|failure|danger)
	claim   (not|never) (be|stay|remain) in time_wait
	when    ^(critical|warning) .*(state == time_wait|tcp[.]tw >)
	unless  side == client|tcp_max_tw_buckets
	told    time-wait-on-server
5 raise tcp_max_syn_backlog while SYN cookies are on
	set     ^tcp_max_syn_backlog =
	say     RAISE .*tcp_max_syn_backlog|tcp_max_syn_backlog TO [0-9]
	unless  tcp_syncookies == 0
	told    max-syn-backlog-inert
6 raise somaxconn and not tell that the program must listen again
	set     ^somaxconn =
	say     RAISE .*somaxconn|somaxconn TO [0-9]
	unless  listen(\(\))?( on it)? again|restart
	told    accept-queue-overflow-application somaxconn-raised-unused
7 turn off timestamps
	set     ^tcp_timestamps = 0
	say     OFF .*timestamps|timestamps (off|TO 0)
	told    timestamps-off tw-reuse-without-timestamps
8 set tcp_syncookies to 2 or 0
	set     ^tcp_syncookies = [^1]
	say     OFF .*(syn cookies|syncookies)|(syn cookies|syncookies) (off|TO [02])
	told    syncookies-always syncookies-off-public syn-dropped-without-cookies
9 turn on tcp_abort_on_overflow
	set     ^tcp_abort_on_overflow = [^0]
	say     ON .*abort_on_overflow|abort_on_overflow (on|TO [1-9])
	told    abort-on-overflow-resets-clients
10 raise rmem_max or wmem_max for the throughput of TCP
	set     ^[rw]mem_max =
	say     RAISE .*[rw]mem_max|[rw]mem_max TO [0-9]
	unless  so_(rcv|snd)buf|fixed size
	told    -
11 set SO_LINGER to zero to save sockets
	say     (^|[^a-z])(use|using|set|setting|ON|give) .*linger.*(zero|0|rst|reset)
	told    linger-zero-resets
12 widen ip_local_port_range and forget the ports of services
	set     ^ip_local_port_range
	say     (widen|widening|extend|extending|RAISE|LOWER|set) .*ip_local_port_range
	say     ip_local_port_range TO [0-9]
	unless  ip_local_reserved_ports
	told    port-range-overlaps-services
13 lower tcp_orphan_retries
	set     ^tcp_orphan_retries = [1-9]
	say     LOWER .*tcp_orphan_retries|tcp_orphan_retries TO [1-7]( |$)
	told    orphan-retries-truncate-responses
14 cure CLOSE_WAIT with keepalive
	set     ^tcp_keepalive_
	say     (LOWER|ON|set|setting|use|using) .*keepalive
	only    close_wait
	told    close-wait-leak
15 limit a server to 65535 connections
	claim   6[45],?[0-9][0-9][0-9].* (connections|clients|sockets)
	claim   (connections|clients|sockets).* 6[45],?[0-9][0-9][0-9]
	when    (count\(|currestab)[^<>]*[<>]=? *6[45][0-9][0-9][0-9]([^0-9]|$)
	told    -
16 put a threshold on a lifetime counter
	when    lifetime\(
	unless  [a-z_)] / |lifetime\([a-z_]*\) <|delta\(|rate\(
	told    -
17 demand the queueing discipline fq for BBR
	set     ^default_qdisc =
	claim   bbr.* (needs?|requires?|wants?|depends on) .*fq
	say     (use|using|set|setting|ON) .*(default_qdisc|( |")fq[^_])
	told    -
18 turn on tcp_low_latency
	set     ^tcp_low_latency =
	say     (ON|set|setting) .*tcp_low_latency|tcp_low_latency (on|TO [1-9])
	told    dead-keys-set
19 turn off SACK
	set     ^tcp_sack = 0
	say     OFF (.*[^a-z])?(sack|tcp_sack|selective ack)|tcp_sack (off|TO 0)
	told    sack-off
20 compare all TIME_WAIT with the range of ports
	when    (tcp[.]tw|state == time_wait).*(ephemeral_ports|range[.]high - )
	when    (ephemeral_ports|range[.]high - ).*(tcp[.]tw|state == time_wait)
	say     compare .*time_wait.*(range|ports)
	unless  per (path|destination)
	told    -
END

cat >"$tmp/scan.awk" <<'AWK'
function verbs(pattern)
{
	gsub(/LOWER/, "(lower|reduc|decreas|shorten)(e|ing)?", pattern)
	gsub(/RAISE/, "(rais|increas|enlarg|doubl)(e|ing)", pattern)
	gsub(/OFF/, "((turn|switch)(ing)? off|disabl(e|ing))", pattern)
	gsub(/ON/, "((turn|switch)(ing)? on|enabl(e|ing)|activat(e|ing))", pattern)
	gsub(/TO/, "(back )?(to|=)", pattern)
	return pattern
}

# The clause before what was found, or the verb after it, takes it back.
function denied(before, found, after, kind)
{
	sub(/^.*(, | but )/, "", before)
	if (before ~ /(^|[^a-z])(not|never|no|nothing|cannot|without|instead of|rather than)( |$)/)
		return 1
	if (after ~ /^[a-z0-9_]* (does|do|is|are|will|would|can) ?(not|no|nothing) /)
		return 1
	if (found ~ / (instead of|rather than|in place of) /)
		return 1
	return kind == "claim" && found ~ / (no|not|never|neither) /
}

function report(ban, text)
{
	printf "%s\t%d\t%s\t%s\n", id, number[ban], title[ban], text
}

function sentences(ban, kind, pattern, text,    n, i, part, from, to)
{
	n = split(text, part, /[.;:!?] +/)
	for (i = 1; i <= n; i++) {
		if (!match(part[i], pattern))
			continue
		from = RSTART
		to = RSTART + RLENGTH
		if (!denied(substr(part[i], 1, from - 1), substr(part[i], from, to - from),
			    substr(part[i], to), kind))
			report(ban, part[i])
	}
}

function look(ban, kind, pattern,    n, i, part)
{
	if (kind == "set") {
		n = split(key["set"], part, /\n/)
		for (i = 1; i <= n; i++)
			if (part[i] ~ pattern)
				report(ban, part[i])
	} else if (kind == "when") {
		if ((key["severity"] " " key["when"]) ~ pattern)
			report(ban, key["when"])
	} else {
		sentences(ban, kind, pattern, key["advice"])
		if (kind == "claim") {
			sentences(ban, kind, pattern, key["title"])
			sentences(ban, kind, pattern, key["why"])
		}
	}
}

function judge(    ban, i, whole)
{
	if (id == "")
		return
	rules++
	whole = "per " key["per"] " severity " key["severity"] " " key["title"] \
		" " key["when"] " " key["advice"]
	for (ban = 1; ban <= bans; ban++) {
		if ((ban in unless) && whole ~ unless[ban])
			continue
		if ((ban in only) && whole !~ only[ban])
			continue
		for (i = 1; i <= patterns[ban]; i++)
			look(ban, kinds[ban, i], verbs(regexes[ban, i]))
	}
	split("", key)
}

FNR == NR && /^[0-9]/ {
	bans++
	number[bans] = $1
	sub(/^[0-9]+ /, "")
	title[bans] = $0
	next
}
FNR == NR {
	kind = $1
	sub(/^[ \t]*[a-z]+[ \t]*/, "")
	if (kind == "unless")
		unless[bans] = $0
	else if (kind == "only")
		only[bans] = $0
	else if (kind != "told") {
		kinds[bans, ++patterns[bans]] = kind
		regexes[bans, patterns[bans]] = $0
	}
	next
}

/^[#;]/ || /^$/ { next }
/^\[/ {
	judge()
	id = substr($0, 2, index($0, "]") - 2)
	next
}
{
	line = tolower($0)
	gsub(/net[.](ipv4|core)[.]/, "", line)
	continued = line ~ /^[ \t]/
	if (!continued) {
		name = line
		sub(/[ \t]*=.*$/, "", name)
		sub(/^[^=]*=[ \t]*/, "", line)
	}
	sub(/^[ \t]+/, "", line)
	sub(/[ \t]+$/, "", line)
	if (line != ".")
		key[name] = key[name] (continued ? (name == "set" ? "\n" : " ") : "") line
}
END {
	judge()
	if (bans != 20 || rules == 0)
		print "table\t0\tthere are " bans " entries and " rules + 0 " rules"
}
AWK

scan() {
	awk -f "$tmp/scan.awk" "$tmp/table" "$@"
}

# Nothing must be found in these files.
clean() {
	scan "$@" >"$tmp/found"
	[ -s "$tmp/found" ] || return 0
	fail "advice that must never be given:"
	cat "$tmp/found"
}

clean "$srcdir"/rules/*.ini

# The test can fail: the program takes all these rules, and the scan finds each for its reason.
never=$srcdir/tests/rules/never
"$TCP_ADVISE" rules --ids --rules "$never/bad.ini" >"$tmp/bad" || fail "bad.ini does not compile"
scan "$never/bad.ini" >"$tmp/found"
while read -r id; do
	number=${id#never-}
	number=${number%%-*}
	cut -f 1,2 "$tmp/found" | grep -qx "$id$(printf '\t')$number" || fail "$id is not found"
done <"$tmp/bad"
for number in $(sed -n 's/^\([0-9][0-9]*\) .*/\1/p' "$tmp/table"); do
	grep -q "^never-$number-" "$tmp/bad" || fail "bad.ini has no rule for $number"
done

"$TCP_ADVISE" rules --ids --rules "$never/good.ini" >/dev/null || fail "good.ini does not compile"
clean "$never/good.ini"

# Counters of a namespace need no scan: the compiler refuses a threshold on their lifetime.
cat >"$tmp/lifetime.ini" <<'END'
[never-16-counter]
title    = Many retransmissions
severity = warning
when     = Tcp.RetransSegs > 1000
END
"$TCP_ADVISE" rules --ids --rules "$tmp/lifetime.ini" >"$tmp/out" 2>&1
[ $? -eq 3 ] && grep -q 'delta(' "$tmp/out" || fail "a threshold on a lifetime counter compiles"

# Where a host follows such advice, a rule says so.
"$TCP_ADVISE" rules --ids >"$tmp/ids"
for id in $(sed -n 's/^[[:space:]]*told[[:space:]]*//p' "$tmp/table"); do
	[ "$id" = - ] || grep -qx "$id" "$tmp/ids" || fail "there is no rule '$id'"
done

echo "$(wc -l <"$tmp/ids") rules, $(grep -c '^[0-9]' "$tmp/table") remedies," \
	"$(wc -l <"$tmp/bad") bad rules found"
exit $status
