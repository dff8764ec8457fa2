#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/history.sh: what a history lives through. Runs are of a recording whose time is set, so that
# hours pass in seconds: mails of --cron in cron's environment; kill -9 at random moments of
# HISTORY_KILLS runs; a full disk; many runs at once. Whatever was printed must be in the history.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}" "${HISTORY_KILLS:=200}"
export TCP_ADVISE_RULES="$srcdir/rules"

# The full disk is a small one, in a mount namespace of our own.
if [ "${HISTORY_SH_INSIDE-}" != 1 ] && unshare -m true 2>/dev/null; then
	HISTORY_SH_INSIDE=1 exec unshare -m "$0"
fi

tmp=$(mktemp -d) || exit 99
trap 'umount "$tmp/disk" 2>/dev/null; rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"
leak="--let close-wait-leak.age=1ms --only close-wait-leak"

# check WHAT COMMAND...: COMMAND must be true.
check() {
	what=$1
	shift
	if "$@"; then pass; else fail "$what"; fi
}

for name in close-wait-leak healthy-traffic; do
	mkdir "$tmp/$name"
	tar -xzf "$srcdir/tests/recordings/$name.tar.gz" -C "$tmp/$name" || exit 99
	sed -i 's/^hostname = .*/hostname = web1/; s/^netns = .*/netns = net:[1]/' "$tmp/$name/manifest.ini"
done

# at SECONDS NAME: the recording's time.
at() {
	when=$(date -u -d "@$((1767225600 + $1))" +%Y-%m-%dT%H:%M:%SZ) # 2026-01-01, midnight
	sed -i "s/^time = .*/time = $when/" "$tmp/$2/manifest.ini"
}

# stored FILE TIME: whether the history has a number of that time.
stored() {
	"$TCP_ADVISE" history --history "$1" --format json | grep -qF "\"time\": \"$2\""
}

whole() {
	"$TCP_ADVISE" history --history "$1" --format json >"$tmp/json" 2>"$tmp/err" || return 1
	grep -q '"unreadable": 0,' "$tmp/json" || return 1
	"$PYTHON" -c 'import sqlite3' 2>/dev/null || return 0
	[ "$("$PYTHON" -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("PRAGMA integrity_check").fetchone()[0])' "$1")" = ok ]
}

# ---- mails, as cron makes them: hardly any environment, no terminal ----

more= # options

# mail SECONDS NAME STATUS: what it prints is in $tmp/mail.
mail() {
	at "$1" "$2"
	# Words: options.
	# shellcheck disable=SC2086
	env -i PATH=/usr/bin:/bin LANG=C TZ=UTC0 TCP_ADVISE_RULES="$TCP_ADVISE_RULES" \
		ASAN_OPTIONS="${ASAN_OPTIONS-}" "$TCP_ADVISE" --cron --history "$tmp/h.db" \
		--from "$tmp/$2" $leak $more >"$tmp/mail" 2>&1 </dev/null
	status=$?
	[ $status -eq "$3" ] || fail "mail at $1: status $status, not $3: $(cat "$tmp/mail")"
}

quiet() {
	[ ! -s "$tmp/mail" ]
}

says() {
	grep -q "$1" "$tmp/mail" || { cat "$tmp/mail"; return 1; }
}

mail 0 healthy-traffic 0
check "the first mail, of nothing, is not empty" quiet
mail 300 close-wait-leak 1
check "a new finding is not told" says '^  new:  in this run for the first time'
check "the news are not counted" says '^1 new$'
LC_ALL=C grep -q '[^ -~]' "$tmp/mail" && fail "the mail is no plain text"
mail 600 close-wait-leak 1
check "what did not change is told" quiet
mail 900 healthy-traffic 0
mail 1200 close-wait-leak 1
check "what flaps is told" quiet
for seconds in 1500 1800; do
	mail $seconds healthy-traffic 0
	check "what is missing twice is told to be gone" quiet
done
mail 2100 healthy-traffic 0
check "that it is gone is not told" says '^gone: warning: The application'
check "how long it lasted is not told" says '^  gone after 15 min, 2026-01-01T00:05:00Z to 2026-01-01T00:20:00Z$'
mail 40000 close-wait-leak 1
check "a new one is not told" says '^  new:'
mail 86400 close-wait-leak 1
check "everything is not told on another day" says '^  past: since 2026-01-01T11:06:40Z'

# What nobody looks for, or lives with, is not gone.
cat >"$tmp/waive.ini" <<'END'
[waive close-wait-leak]
reason = The vendor knows.
owner = net-team
until = never
END
more="--config $tmp/waive.ini"
mail 86700 close-wait-leak 0
check "what is waived is not told to be" says '^waived: warning: The application'
check "why it is waived is not told" says 'there, and waived: The vendor knows. (owner net-team, never ends)$'
check "what is waived is told to be gone" [ "$(grep -c gone "$tmp/mail")" = 0 ]
mail 87000 close-wait-leak 0
check "that it is waived is told twice" quiet
more=
mail 87300 close-wait-leak 1
check "what is waived no longer is not new" says '^  new:  was waived; since 2026-01-01T11:06:40Z, for 13 h'
more='--let close-wait-leak.many=1000000'
for seconds in 87600 87900; do
	mail $seconds close-wait-leak 0
	check "one run with another threshold ends a finding" quiet
done
mail 88200 close-wait-leak 0
check "that the rule was changed is not told" says '^rule changed: warning: The application'
check "what another threshold does not find is told to be gone" [ "$(grep -c gone "$tmp/mail")" = 0 ]
more=
mail 88500 close-wait-leak 1
check "what the rule finds again is not new" says '^  new:  in this run for the first time'
# The same for programs.
keeps_schema() {
	"$PYTHON" "$srcdir/tests/schema.py" "$1"
	[ $? -ne 1 ]
}
for told in 88560:waive.ini:'"why": "waived"' 88620:none.ini:'"change": "new"'; do
	file=${told#*:}
	: >"$tmp/none.ini"
	more="--format json --config $tmp/${file%%:*}"
	mail "${told%%:*}" close-wait-leak $((${told%%:*} == 88620))
	check "JSON does not say ${told##*.ini:}" says "${told##*.ini:}"
	check "JSON of news does not keep its schema" keeps_schema "$tmp/mail"
done
more=
sed '/^\[close-wait-leak\]/,/^\[/d' "$srcdir/rules/close-wait.ini" >"$tmp/others.ini"
sed -i '1i [other-rule]\ntitle = t\nseverity = info\nwhen = 1 == 2\n' "$tmp/others.ini"
leak_before=$leak leak="--rules $tmp/others.ini"
for seconds in 88800 89100; do
	mail $seconds close-wait-leak 0
	check "one run with other rules ends a finding" quiet
done
mail 89400 close-wait-leak 0
check "that the rule was removed is not told" says '^rule removed: warning: The application'
leak=$leak_before
mail 89700 close-wait-leak 1
check "the history of the mails is damaged" whole "$tmp/h.db"
"$TCP_ADVISE" history --history "$tmp/h.db" --format json >"$tmp/json" || fail "history in JSON"
check "the JSON of the history does not keep its schema" keeps_schema "$tmp/json"
TCP_ADVISE_RULES='' "$TCP_ADVISE" history --history "$tmp/h.db" close-wait-leak >"$tmp/mail" || fail "history"
check "the history does not say when it began" says '^  2026-01-01 00:05Z to 2026-01-01 00:20Z, for 15 min, in 3 runs$'

# Where it cannot be printed, it was not told.
mail 90000 healthy-traffic 0
mail 90300 healthy-traffic 0
at 90600 healthy-traffic
if [ -w /dev/full ]; then
	# shellcheck disable=SC2086
	"$TCP_ADVISE" --cron --history "$tmp/h.db" --from "$tmp/healthy-traffic" $leak >/dev/full 2>/dev/null
	[ $? -eq 3 ] || fail "a full standard output is not said"
	mail 90900 healthy-traffic 0
	check "what was lost on the way is not told again" says '^gone:'
fi

# Trouble is said, and everything with it.
head -c 10000 /dev/urandom >"$tmp/h.db"
cp "$tmp/h.db" "$tmp/copy"
mail 0 close-wait-leak 1
check "a damaged history hides the report" says '^warning: '
check "a damaged history is not said" says 'note: the history was not used: .*'
check "a damaged history was touched" cmp "$tmp/h.db" "$tmp/copy"

# ---- kill -9 ----

# Delays from 0 to twice the time of a run, which is measured: on a loaded machine it is longer.
kills=$tmp/kills.db
printed=0
at 0 close-wait-leak
began=$(date +%s%N)
# shellcheck disable=SC2086
"$TCP_ADVISE" --history "$kills" --from "$tmp/close-wait-leak" $leak >/dev/null
took=$(($(date +%s%N) - began))
i=0
while [ $i -lt "$HISTORY_KILLS" ]; do
	i=$((i + 1))
	at $((i * 300)) close-wait-leak
	: >"$tmp/out" # it may be killed before it is the program
	# shellcheck disable=SC2086
	"$TCP_ADVISE" --history "$kills" --from "$tmp/close-wait-leak" $leak >"$tmp/out" 2>/dev/null &
	sleep "$(awk -v ns="$took" -v seed="$i" 'BEGIN { srand(seed); printf "%.4f", 1.5 * rand() * ns / 1e9 }')"
	{ kill -9 $! && wait $!; } 2>/dev/null
	[ -s "$tmp/out" ] || continue
	printed=$((printed + 1))
	echo "$when" >>"$tmp/printed"
	if grep -q 'history was not used' "$tmp/out"; then
		fail "run $i after a kill: $(cat "$tmp/out")"
		break
	fi
done
check "killed runs damaged the history" whole "$kills"
"$TCP_ADVISE" history --history "$kills" --format json >"$tmp/json"
grep -o '"time": "[^"]*"' "$tmp/json" | sort -u >"$tmp/times"
while read -r when; do
	grep -qF "$when" "$tmp/times" || { fail "what was printed at $when is lost"; break; }
done <"$tmp/printed"
check "no run was killed before it printed, or all were" \
	[ "$printed" -gt 0 -a "$printed" -lt "$HISTORY_KILLS" ]
echo "$HISTORY_KILLS runs killed, $printed after they had printed"

# ---- many at once ----

many=$tmp/many.db
for i in 1 2 3 4 5 6 7 8; do
	cp -r "$tmp/close-wait-leak" "$tmp/close-wait-leak-$i"
	at $((i * 300)) "close-wait-leak-$i"
	# shellcheck disable=SC2086
	"$TCP_ADVISE" --history "$many" --from "$tmp/close-wait-leak-$i" $leak >"$tmp/out-$i" 2>&1 &
done
wait
for i in 1 2 3 4 5 6 7 8; do
	at $((i * 300)) "close-wait-leak-$i"
	check "one of many printed nothing" grep -q '^warning: ' "$tmp/out-$i"
	grep -q 'another run keeps it locked' "$tmp/out-$i" || check "one of many is lost" stored "$many" "$when"
done
check "many runs damaged the history" whole "$many"

# ---- a full disk ----

mkdir "$tmp/disk"
if [ "${HISTORY_SH_INSIDE-}" = 1 ] && mount -t tmpfs -o size=512k none "$tmp/disk" 2>/dev/null; then
	full=$tmp/disk/h.db
	noted=0 i=0
	: >"$tmp/stored"
	while [ $noted -lt 5 ] && [ $i -lt 600 ]; do
		i=$((i + 1))
		at $((i * 300)) close-wait-leak
		# shellcheck disable=SC2086
		"$TCP_ADVISE" --history "$full" --from "$tmp/close-wait-leak" $leak >"$tmp/out" 2>&1
		status=$?
		[ $status -eq 1 ] || fail "full disk: status $status: $(cat "$tmp/out")"
		grep -q '^warning: ' "$tmp/out" || fail "full disk: no report"
		if grep -q 'note: the history was not used' "$tmp/out"; then
			noted=$((noted + 1))
		else
			echo "$when" >>"$tmp/stored"
		fi
		# What others write, in bits.
		[ $i -gt 3 ] && head -c 20000 /dev/zero >"$tmp/disk/other-$i" 2>/dev/null
	done
	check "the disk did not get full" [ $noted -ge 5 ]
	check "trouble with a full disk is not named" grep -q 'full\|No space\|disk I/O' "$tmp/out"
	rm "$tmp/disk"/other-*
	check "a full disk damaged the history" whole "$full"
	while read -r when; do
		stored "$full" "$when" || fail "full disk: $when is lost"
	done <"$tmp/stored"
	# shellcheck disable=SC2086
	"$TCP_ADVISE" --history "$full" --from "$tmp/close-wait-leak" $leak >"$tmp/out"
	check "with room again, it does not go on" [ "$(grep -c 'was not used' "$tmp/out")" = 0 ]
	echo "disk: $(wc -l <"$tmp/stored") runs stored before it was full"
else
	skip "no disk of our own can be mounted: the full disk was skipped"
fi

verdict
