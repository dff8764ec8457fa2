#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# HTML reports of recordings: complete in themselves, well-formed whatever the system and the rules say,
# with the sockets of the recording on the states of the diagram. PAGES=FOLDER keeps them, for
# tests/browser.sh.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
export TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
pages=${PAGES:-$tmp/pages}
mkdir -p "$pages"
. "$srcdir/tests/count.sh"

# unpack NAME: a recording, and its options in $options, one a word.
unpack() {
	[ -d "$tmp/$1" ] || { mkdir "$tmp/$1" && tar -xzf "$srcdir/tests/recordings/$1.tar.gz" -C "$tmp/$1"; }
	options=
	[ -f "$srcdir/tests/recordings/$1.options" ] && options=$(cat "$srcdir/tests/recordings/$1.options")
}

# page NAME OPTION...: a report in HTML.
page() {
	name=$1
	shift
	"$TCP_ADVISE" --format html "$@" >"$pages/$name.html" 2>"$tmp/err"
	[ $? -le 2 ] || { fail "$name: no report: $(cat "$tmp/err")"; return 1; }
	pass
}

# has NAME TEXT: the page has it, as it stands there.
has() {
	if grep -qF -- "$2" "$pages/$1.html"; then pass; else fail "$1: does not have: $2"; fi
}

for name in accept-queue-overflow close-wait-leak healthy-traffic hostile-cgroup-path hostile-process-names \
	one-destination-loses port-exhaustion port-exhaustion-mapped; do
	unpack $name
	# shellcheck disable=SC2086
	page $name --from "$tmp/$name" $options
	cp "$pages/$name.html" "$tmp/pushed"
	# shellcheck disable=SC2086
	page $name --from "$tmp/$name" --no-push-down $options
	if cmp -s "$tmp/pushed" "$pages/$name.html"; then pass; else fail "$name: push-down changes the page"; fi
done

# ---- the diagram and the counters say what the recording holds ----

has close-wait-leak '>CLOSE-WAIT</text><text class="count" x="406" y="391">120</text>'
has close-wait-leak '>FIN-WAIT-2</text><text class="count" x="70" y="489">120</text>'
has close-wait-leak '<a class="some warning" href="#r1-close-wait-leak"><title>CLOSE-WAIT: 120.'
has port-exhaustion '>TIME-WAIT</text><text class="count" x="238" y="587">200</text>'
has accept-queue-overflow '<th class="code">TcpExt.ListenOverflows</th>'
has healthy-traffic '<h1>nothing to advise</h1>'

# A rule that wants no sockets changes none of that.
unpack close-wait-leak
page only --from "$tmp/close-wait-leak" --only sack-off
has only '>CLOSE-WAIT</text><text class="count" x="406" y="391">120</text>'

# ---- what is not known is not zero ----

page part --from "$tmp/close-wait-leak/sockets/sockets.inet"
has part '>LISTEN</text><text class="count" x="70" y="117">?</text>'
has part '>CLOSE-WAIT</text><text class="count" x="406" y="391">'
has part 'There was one sample only'
cp -r "$tmp/close-wait-leak" "$tmp/cut"
head -c 4000 "$tmp/close-wait-leak/sockets/sockets.inet" >"$tmp/cut/sockets/sockets.inet"
page cut --from "$tmp/cut"
has cut '>at least '
has cut 'Not fully counted: '

# ---- hostile texts ----

hostile='"><script>window.hostile=1</script><img src=x onerror=hostile=1>&amp;&lt;'\'' ]]> <!-- \x1b[2J'
cp -r "$tmp/close-wait-leak" "$tmp/hostile"
# In the manifest, as a setting and as the name of a congestion control; the escape is a real one.
printf '%s\033]0;t\007\302\233\377' "$hostile" >"$tmp/text"
printf '%s\n' "$hostile" >"$tmp/hostile/proc/sys/net/ipv4/tcp_congestion_control"
awk -v text="$hostile" '/^(hostname|kernel|netns) = / { print $1 " = " text; next } { print }' \
	"$tmp/close-wait-leak/manifest.ini" >"$tmp/hostile/manifest.ini"
cat "$tmp/text" >>"$tmp/hostile/proc/sys/net/ipv4/tcp_available_congestion_control"
cat >"$tmp/rules.ini" <<END
[hostile-rule]
title = </title></h3><script>hostile=1</script> "quoted" 'and' &quot; &#x22; ]]> <!-- a
severity = critical
when = count(state == close_wait) > 0
show = net.ipv4.tcp_congestion_control as "</th><script>hostile=1</script>",
       top(remote, state == close_wait) as "<b onclick='hostile=1'>"
why = </p></section></article></body></html><script>hostile=1</script>
      .
      </style></svg><script>hostile=1</script> Grüße, 日本
advice = <iframe src="http://example.org/"></iframe> <a href="javascript:hostile=1">x</a>
risk = <style>@import "http://example.org/"</style>
set = net.ipv4.tcp_congestion_control = "<u>"
cite = <script>hostile=1</script>
END
page hostile --from "$tmp/hostile" --rules "$tmp/rules.ini"
has hostile '&lt;script&gt;window.hostile=1&lt;/script&gt;'
if grep -aq "$(printf '\033')" "$pages/hostile.html"; then fail "an escape got through"; else pass; fi

# ---- all of them ----

set -- "$pages"/*.html
if "$PYTHON" "$srcdir/tests/page.py" "$@"; then pass; else fail "pages that are not what they should be"; fi
# The test must be able to fail.
for bad in 's/<h1>/<h1><script>1<\/script>/' 's/<h1>/<h1 onclick="1">/' 's/<\/h1>//' \
	's/<h1>/<h1><a href="https:\/\/example.org">x<\/a>/' 's/<h1>/<h1><img src="x"\/>/'; do
	sed "$bad" "$pages/healthy-traffic.html" >"$tmp/bad.html"
	"$PYTHON" "$srcdir/tests/page.py" "$tmp/bad.html" >"$tmp/out"
	if grep -q "^$tmp/bad.html: " "$tmp/out"; then pass; else fail "not found: $bad"; fi
done
verdict
