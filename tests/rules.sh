#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Rule files: the shipped ones compile and are complete; each bad file below tests/rules gives
# exactly the errors that stand in its .expected, and exit status 3. Regenerate with UPDATE=1.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}"
status=0
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

fail() {
	echo "FAIL: $*"
	status=1
}

"$TCP_ADVISE" rules --check "$srcdir"/rules/*.ini || fail "the shipped rules have errors"

data=$(cd "$srcdir/tests/rules" && pwd)
for file in "$data"/*.ini; do
	name=$(basename "$file" .ini)
	(cd "$data" && "$TCP_ADVISE" rules --check "$name.ini") >"$tmp/out" 2>"$tmp/err"
	[ $? -eq 3 ] || fail "$name: exit status is not 3"
	[ -s "$tmp/out" ] && fail "$name: wrote to standard output"
	[ -n "${UPDATE-}" ] && cp "$tmp/err" "$data/$name.expected"
	diff -u "$data/$name.expected" "$tmp/err" || fail "$name: other errors than expected"
done

# What no text file can hold well.
printf '[nul]\ntitle = a\0b\n' >"$tmp/nul.ini"
printf '[control]\ntitle = a\033[31mb\n' >"$tmp/control.ini"
printf '' >"$tmp/none.ini"
head -c 1100000 /dev/zero | tr '\0' '#' >"$tmp/huge.ini"
printf '\357\273\277[mark]\r\ntitle = t\r\nseverity = info\r\nwhen = 1 == 1\r\n' >"$tmp/mark.ini"
printf '[%s]\ntitle = t\n' "an-id-of-fifty-bytes-is-one-byte-longer-than-an-id" >"$tmp/long.ini"
expect() {
	"$TCP_ADVISE" rules --rules "$tmp/$1" >"$tmp/out" 2>&1
	grep -qF "$2" "$tmp/out" || fail "$1: expected '$2', got: $(cat "$tmp/out")"
}
expect nul.ini "nul.ini:2:10: this line contains a NUL byte"
expect control.ini "control.ini:2:10: this line contains a control byte"
expect long.ini "long.ini:1:2: the id of a rule has at most 49 bytes"
expect none.ini "no rules were found"
expect huge.ini "longer than 1 MiB"
expect missing.ini "No such file or directory"
expect mark.ini "mark"
if grep -q "$(printf '\033')" "$tmp/out"; then
	fail "a control byte reached the terminal"
fi

# The rulebook as a whole says its version and licence; its files say the same licence.
"$TCP_ADVISE" rules --check --rules "$srcdir/rules" >"$tmp/out" 2>&1 ||
	fail "the shipped rulebook: $(cat "$tmp/out")"
licence=$(sed -n 's/^licence *= *//p' "$srcdir/rules/rulebook.ini")
for file in "$srcdir"/rules/*.ini; do
	[ "$(head -n 1 "$file")" = "# SPDX-License-Identifier: $licence" ] ||
		fail "$file: the first line is not '# SPDX-License-Identifier: $licence'"
done
"$TCP_ADVISE" rules --check --rules "$srcdir/rules/listen.ini" >"$tmp/out" 2>&1
grep -qF "no file has a section [rulebook]" "$tmp/out" || fail "a rulebook without a version passes"

# A citation stays exact: the version is that of [rulebook], and the checksum follows every byte.
cited() {
	"$TCP_ADVISE" explain close-wait-leak --rules "$1" | sed -n '/^CITE AS/,$p' | tail -n +2 | tr -s ' \n' ' '
}
cp -r "$srcdir/rules" "$tmp/edition"
chmod -R u+w "$tmp/edition"
# The sum is that of the names and the bytes, however the lines end.
printf '# CRLF, a blank at the end of a line, and none behind the last one\r\n\r\n# \n# end' >"$tmp/edition/zz.ini"
LC_ALL=C
export LC_ALL
sum=$(for file in "$tmp/edition"/*.ini; do
	printf '%s\0' "${file##*/}"
	cat "$file"
done | sha256sum)
case $(cited "$tmp/edition") in
*" sha256 ${sum%% *} "*) ;;
*) fail "the checksum is ${sum%% *}, but cited as '$(cited "$tmp/edition")'" ;;
esac
rm "$tmp/edition/zz.ini"
ours=$(cited "$srcdir/rules")
[ "$(cited "$tmp/edition")" = "$ours" ] || fail "a copy is cited as '$(cited "$tmp/edition")'"
echo '# one more line' >>"$tmp/edition/ports.ini"
case $(cited "$tmp/edition") in
"$ours") fail "a changed rulebook is cited as the same" ;;
*" close-wait-leak, tcp-advise rulebook 0"*", sha256 "*) ;;
*) fail "cited as '$(cited "$tmp/edition")'" ;;
esac
sed -i 's/^version = .*/version = 7.8~rc1/' "$tmp/edition/rulebook.ini"
case $(cited "$tmp/edition") in
*" rulebook 7.8~rc1, sha256 "*) ;;
*) fail "version 7.8~rc1 is cited as '$(cited "$tmp/edition")'" ;;
esac
rm "$tmp/edition/rulebook.ini"
case $(cited "$tmp/edition") in
*" rulebook without a version, sha256 "*) ;;
*) fail "no version is cited as '$(cited "$tmp/edition")'" ;;
esac

# A site's rules, read beside the shipped ones as an installed program does: an id that is taken is
# refused with both places, and so is a second [rulebook].
mkdir "$tmp/site"
cat >"$tmp/site/ours.ini" <<'END'
[rulebook]
version = 1
licence = MIT

[site-sack-off]
title = Our own rule
severity = info
when = net.ipv4.tcp_sack == 0

[close-wait-leak]
title = Taken
severity = info
when = 1 == 1
END
"$TCP_ADVISE" rules --check "$srcdir/rules" "$tmp/site" >"$tmp/out" 2>&1
[ $? -eq 3 ] || fail "site rules that clash: exit status is not 3"
line=$(grep -n '^\[close-wait-leak\]' "$srcdir/rules/close-wait.ini" | cut -d: -f1)
for text in "$tmp/site/ours.ini:10:2: rule 'close-wait-leak' stands already at $srcdir/rules/close-wait.ini:$line" \
	"$tmp/site/ours.ini:1:2: [rulebook] stands already at $srcdir/rules/rulebook.ini:"; do
	grep -qF "$text" "$tmp/out" || fail "site rules that clash: expected '$text', got: $(cat "$tmp/out")"
done

# A site's own rule need not be complete, only a shipped one.
"$TCP_ADVISE" rules --ids --rules "$data/incomplete.ini" >"$tmp/out" || fail "an incomplete site rule is refused"
[ "$(cat "$tmp/out")" = incomplete ] || fail "rules --ids"

# Thresholds from the command line.
threshold() {
	"$TCP_ADVISE" rules --rules "$srcdir/rules" --ids --let "$1" >"$tmp/out" 2>&1
	grep -qF "$2" "$tmp/out" || fail "--let $1: expected '$2', got: $(cat "$tmp/out")"
}
threshold no-such-rule.many=5 "there is no rule 'no-such-rule'"
threshold close-wait-leak.mny=5 "has no threshold of that name"
threshold close-wait-leak.many=5s "expected count"
threshold close-wait-leak.many=x "expected a number with its unit"
threshold close-wait-leak "expected ID.NAME=VALUE"
threshold close-wait-leak.many=500 "close-wait-leak"
threshold proxy.clients=500 "port-range-narrow-for-proxy"
threshold proxy.cleints=500 "has no threshold of that name"

# Roles from the command line.
role() {
	"$TCP_ADVISE" plan --rules "$1" --role "$2" >"$tmp/out" 2>&1
	grep -qF "$3" "$tmp/out" || fail "--role $2: expected '$3', got: $(cat "$tmp/out")"
}
role "$srcdir/rules" proxy "role  proxy: yes, --role says"
role "$srcdir/rules" server "role  proxy: no, --role says"
role "$srcdir/rules" auto "role  proxy: its sockets tell"
role "$srcdir/rules" prxy "there is no role 'prxy'; did you mean 'proxy'?"
role "$srcdir/rules" "" "there is no role ''"
role "$tmp/mark.ini" proxy "there is no role 'proxy': no [role NAME] section was read"
exit $status
