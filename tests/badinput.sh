#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input and a hostile surrounding: one clear message, the right exit status, and nothing lost that
# could be said. Rule files are tests/rules.sh's, cut recordings tests/recordings.sh's.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}"
export TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# expect STATUS TEXT COMMAND...: the status, and the text on stderr (or stdout where nothing is there).
expect() {
	status=$1 text=$2
	shift 2
	"$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	if [ $got -ne "$status" ] || ! cat "$tmp/err" "$tmp/out" | grep -qF -- "$text"; then
		fail "$*: status $got, expected $status and '$text'; got: $(cat "$tmp/err")"
	elif [ "$status" -eq 3 ] && [ ! -s "$tmp/err" ]; then
		fail "$*: an error without a word on stderr"
	else
		pass
	fi
}
advise="$TCP_ADVISE"

# ---- the command line ----
expect 3 "'advice' is not a command; did you mean 'advise'?" "$advise" advice
expect 3 "'--widnow' is not an option; did you mean '--window'?" "$advise" --widnow 3s
expect 3 "expected a value" "$advise" --window
expect 3 "expected a duration" "$advise" --window 5
expect 3 "expected a duration" "$advise" --window 2d
expect 3 "--window soon: expected a duration" "$advise" --window soon
expect 3 "'-x' is not an option" "$advise" -hxy
expect 3 "--let close-wait-leak.many=abc: expected a number" "$advise" --let close-wait-leak.many=abc
expect 3 "--only: expected ID,..." "$advise" --only ""
expect 3 "advise: it does not take --since" "$advise" --since 2h
expect 3 "explain: it does not take --netns" "$advise" explain time-wait --netns all
expect 3 "facts: it does not take --ids" "$advise" facts --ids
expect 3 "--format yaml: expected text, json" "$advise" --format yaml
expect 3 "explain: expected WORD..." "$advise" explain
expect 3 "did you mean 'close-wait-leak'?" "$advise" explain close-wait-leek
expect 3 "did you mean 'close-wait-leak'?" "$advise" --window 0 --only close-wait-leek
expect 3 "one word too many" "$advise" plan now
expect 3 "drift: it does not take --netns" "$advise" drift --netns all
expect 3 "drift: there is no --format html of it: expected text or json" "$advise" drift --format html
expect 3 "did you mean 'net.core.somaxconn'?" "$advise" facts net.core.somaxcon
expect 3 "--color sometimes: expected" "$advise" --color sometimes
expect 3 "No such file or directory" "$advise" --rules "$tmp/nowhere"
expect 0 "Usage: tcp-advise" "$advise" --help
expect 0 "tcp-advise " "$advise" --version

# ---- where it goes ----
mkfifo "$tmp/pipe" && { timeout 10 cat "$tmp/pipe" >"$tmp/piped" & }
timeout 10 "$advise" rules --ids --output "$tmp/pipe"
wait
[ -p "$tmp/pipe" ] || fail "a pipe was replaced"
grep -q close-wait-leak "$tmp/piped" || fail "nothing came by a pipe"
ln -s /proc/self/fd/1 "$tmp/stdout"
expect 3 "is a link: name the file itself" "$advise" rules --ids --output "$tmp/stdout"
[ -L "$tmp/stdout" ] || fail "a link was replaced"
expect 3 "standard output: " sh -c '"$1" rules --ids >&-' sh "$advise"
for command in "rules --ids" --help --version; do
	expect 3 "standard output: " sh -c '"$1" $2 >/dev/full' sh "$advise" "$command"
done

# ---- recordings ----
mkdir "$tmp/empty"
expect 3 "is not a recording" "$advise" --from "$tmp/empty"
expect 3 "No such file or directory" "$advise" --from "$tmp/none"
printf 'this is no netlink message, whatever it is' >"$tmp/text"
expect 3 "" "$advise" --from "$tmp/text"
mkfifo "$tmp/fifo"
expect 3 "" timeout 10 "$advise" --from "$tmp/fifo"
expect 3 "" "$advise" record "$tmp/none/deeper/recording"
mkdir "$tmp/full" && echo x >"$tmp/full/x"
expect 3 "$tmp/full" "$advise" --window 0 record "$tmp/full"

# ---- output ----
expect 3 "No space left on device" sh -c '"$0" rules >/dev/full' "$advise"
expect 3 "Bad file descriptor" sh -c '"$0" rules >&-' "$advise"
expect 3 "No such file or directory" "$advise" --window 0 --output "$tmp/none/report"
"$advise" rules | head -n 1 >"$tmp/out" 2>"$tmp/err"
if [ -s "$tmp/err" ]; then
	fail "a reader that stops early causes noise: $(cat "$tmp/err")"
fi
"$advise" --window 0 --output "$tmp/report" --format json
[ -s "$tmp/report" ] || fail "--output wrote nothing"

# ---- the surroundings, through strace's fault injection where that is allowed ----
if strace -qq -o /dev/null true 2>/dev/null; then
	inject() {
		status=$1 text=$2
		shift 2
		expect "$status" "$text" env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null "$@" \
			"$advise" --window 0 --only listener-in-ephemeral-range,sack-off,close-wait-leak
	}
	# No netlink at all: /proc/net/tcp stands in, and the report says so.
	inject 0 "/proc/net/tcp" -e inject=socket:error=EAFNOSUPPORT
	inject 0 "/proc/net/tcp" -e inject=socket:error=EPERM
	# Neither netlink nor /proc: a mount namespace of our own hides it.
	# (The address sanitizer finds its options through /proc.)
	if unshare -m true 2>/dev/null && ! grep -q __asan_init "$advise"; then
		expect 3 "nothing could be read" env ASAN_OPTIONS=detect_leaks=0 unshare -m \
			strace -f -qq -o /dev/null -e inject=socket:error=EPERM \
			sh -c 'mount -t tmpfs none /proc && exec "$0" --window 0' "$advise"
	else
		skip "no mount namespace, or a sanitizer needs /proc: it stays visible"
	fi
else
	skip "strace may not trace here, so no faults are injected"
fi
verdict
