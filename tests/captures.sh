#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What other programs captured of a host: a sosreport made of a recording tells the same of what it holds,
# as a folder, as archives and as the output of 'sysctl -a' alone; what it does not hold is not evaluated;
# captures that are broken or made to do harm get one clear message. tests/unit/test_capture.c has the rest.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}"
export TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# check STATUS TEXT FROM [OPTION...]: the status of a report, and a text in it or on stderr.
check() {
	status=$1 text=$2 from=$3
	shift 3
	timeout 120 "$TCP_ADVISE" --from "$from" "$@" >"$tmp/out" 2>&1
	got=$?
	if [ $got -eq "$status" ] && tr '\n' ' ' <"$tmp/out" | tr -s ' ' | grep -qF -- "$text"; then
		pass
	else
		fail "$from $*: status $got, expected $status and '$text'; got: $(head -n 30 "$tmp/out")"
	fi
}

# ---- a sosreport ----
sos=$tmp/sosreport-web1-2026
mkdir "$tmp/recording" "$sos" && tar xzf "$srcdir/tests/recordings/fin-timeout-180.tar.gz" -C "$tmp/recording" || exit 99
mkdir -p "$sos/proc" "$sos/sos_commands/kernel" "$sos/sos_commands/date" "$sos/sos_commands/networking"
cp -r "$tmp/recording/proc/net" "$tmp/recording/proc/meminfo" "$sos/proc/" && chmod -R u+w "$sos" || exit 99
(cd "$tmp/recording/proc/sys" && find . -type f) | sed 's|^\./||' | sort | while read -r file; do
	printf '%s = %s\n' "$(echo "$file" | tr / .)" "$(cat "$tmp/recording/proc/sys/$file")"
done >"$tmp/sysctls"
{
	printf 'net.ipv4.ip_local_port_range = 40000\t40199\nnet.ipv4.tcp_tw_reuse = 0\n'
	echo 'sysctl: permission denied on key "net.ipv4.tcp_fastopen_key"'
	grep -v '^net.ipv4.ip_local_port_range\|^net.ipv4.tcp_tw_reuse ' "$tmp/sysctls"
} >"$sos/sos_commands/kernel/sysctl_-a"
echo 'Linux web1 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) x86_64 GNU/Linux' \
	>"$sos/sos_commands/kernel/uname_-a"
echo 'Wed Feb 14 10:20:30 UTC 2024' >"$sos/sos_commands/date/date"
head='  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
awk -v head="$head" 'BEGIN {
	print head
	for (port = 40000; port < 40200; port++)
		printf "%4d: 0700020A:%04X 0800020A:1F90 06 00000000:00000000 03:00000100 00000000     0        0 0 3 0\n",
			port - 40000, port
}' >"$sos/proc/net/tcp"
echo "$head" >"$sos/proc/net/tcp6"
tar cf "$tmp/sos.tar" -C "$tmp" "${sos##*/}"
tar czf "$tmp/sos.tar.gz" -C "$sos" .
tar cJf "$tmp/sos.tar.xz" -C "$tmp" "${sos##*/}"

# The same settings lead to the same findings.
"$TCP_ADVISE" --from "$tmp/recording" >"$tmp/out" 2>&1
rule=$(sed -n 's/^ *\[\(.*fin-timeout.*\)\].*/\1/p' "$tmp/out" | head -n 1)
[ -n "$rule" ] || { echo "FAIL: the recording has no finding"; cat "$tmp/out"; exit 1; }

for capture in "$sos" "$tmp/sos.tar" "$tmp/sos.tar.gz" "$tmp/sos.tar.xz"; do
	check 2 "10.2.0.7 -> 10.2.0.8:8080" "$capture" --only path-ports-exhausted
	check 2 "2024-02-14T10:20:30Z" "$capture"
	check 2 "[$rule]" "$capture"
	check 2 "holds no sos_commands/networking/ss_-peaonmi; sockets were read from /proc/net/tcp" "$capture"
	"$TCP_ADVISE" --from "$capture" --format json 2>&1 | sed 's|/tmp/[^ "]* holds|X holds|g' >"$tmp/json.${capture##*/}"
	if cmp -s "$tmp/json.${sos##*/}" "$tmp/json.${capture##*/}"; then
		pass
	else
		fail "$capture tells something else than the folder"
	fi
done
all=$sos/sos_commands/kernel/sysctl_-a
check 0 "[$rule]" "$all"
check 0 "the recording does not hold TcpExt.TCPTimeWaitOverflow" "$all"
check 0 "holds no sos_commands/networking/ss_-peaonmi and no proc/net/tcp" "$all"

# ---- as sos itself leaves it: /proc/net is a link, which it follows ----
cp -r "$sos" "$tmp/linked"
mkdir "$tmp/linked/proc/16081" && mv "$tmp/linked/proc/net" "$tmp/linked/proc/16081/net" &&
	ln -s 16081/net "$tmp/linked/proc/net" || exit 99
tar cJf "$tmp/linked.tar.xz" -C "$tmp" linked
for capture in "$tmp/linked" "$tmp/linked.tar.xz"; do
	check 2 "10.2.0.7 -> 10.2.0.8:8080" "$capture" --only path-ports-exhausted
	"$TCP_ADVISE" --from "$capture" --format json 2>&1 | sed 's|/tmp/[^ "]* holds|X holds|g' >"$tmp/json.linked"
	if cmp -s "$tmp/json.${sos##*/}" "$tmp/json.linked"; then
		pass
	else
		fail "$capture tells something else than one without a link"
	fi
done
# Of two processes nobody knows which is the host's.
cp -r "$tmp/linked/proc/16081" "$tmp/linked/proc/16082"
check 0 "and no proc/net/tcp" "$tmp/linked"

# ---- two of one host: counters are subtracted where the boot is the same ----
for name in first second other; do
	cp -r "$sos" "$tmp/$name"
	echo "kernel.random.boot_id = d3bfcb37-6fca-4f7f-bb7d-$([ $name = other ] && echo 2 || echo 1)" \
		>>"$tmp/$name/sos_commands/kernel/sysctl_-a"
done
for name in second other; do
	echo 'Wed Feb 14 10:21:30 UTC 2024' >"$tmp/$name/sos_commands/date/date"
	awk '$1 == "Tcp:" && ++n == 1 { for (i = 2; i <= NF; i++) if ($i == "ActiveOpens") at = i }
		n == 2 && $1 == "Tcp:" { $at += 1200; n = 3 } { print }' "$sos/proc/net/snmp" >"$tmp/$name/proc/net/snmp"
done
"$TCP_ADVISE" diff "$tmp/first" "$tmp/second" >"$tmp/out" 2>&1
if grep -q '^counter: Tcp.ActiveOpens  *+1,200  20/s$' "$tmp/out" && ! grep -q '^state: .* 0 -> 0$' "$tmp/out"; then
	pass
else
	fail "two sosreports of one host do not compare: $(cat "$tmp/out")"
fi
"$TCP_ADVISE" diff "$tmp/first" "$tmp/other" >"$tmp/out" 2>&1
if grep -q '^note: The host was started in between' "$tmp/out"; then pass; else fail "$(cat "$tmp/out")"; fi

# ---- network namespaces: blue as sos has it now, 'gre en' as it did before ----
cp -r "$sos" "$tmp/many"
blue=$tmp/many/sos_commands/networking/namespaces/blue/ip_netns_exec_blue
old=$tmp/many/sos_commands/networking/ip_netns_exec_gre_en
mkdir -p "${blue%/*}"
{
	echo 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process'
	awk 'BEGIN { for (port = 40000; port < 40200; port++) printf "tcp TIME-WAIT 0 0 10.9.0.1:%d 10.9.0.2:8080 " \
		"timer:(timewait,59sec,0) ino:0 sk:%x\n\t\n", port, port }'
} >"${blue}_ss_-peaonmi"
sed 's/^net.ipv4.tcp_fin_timeout = .*/net.ipv4.tcp_fin_timeout = 41/' "$all" >"${blue}_sysctl_-a"
printf '#kernel\nTcpExtTCPTimeouts                 4711               0.0\nTcpActiveOpens  12  0.0\n' >"${blue}_nstat_-zas"
echo 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process' >"${old}_ss_-peaonmi"
tar cJf "$tmp/many.tar.xz" -C "$tmp" many
for capture in "$tmp/many" "$tmp/many.tar.xz"; do
	check 2 "10.2.0.7 -> 10.2.0.8:8080" "$capture" --only path-ports-exhausted
	check 2 "10.2.0.7 -> 10.2.0.8:8080" "$capture" --only path-ports-exhausted --netns host
	check 2 "10.9.0.1 -> 10.9.0.2:8080" "$capture" --only path-ports-exhausted --netns blue
	check 0 ", gre_en 1 of 1 rules evaluated" "$capture" --netns gre_en --only path-ports-exhausted
	check 0 "the recording does not hold net.ipv4.tcp_fin_timeout" "$capture" --netns gre_en
	check 2 "in 2 of 3 network namespaces" "$capture" --netns all --only path-ports-exhausted
	check 3 "--netns blu: nothing that is read was captured of it, but of host, blue, gre_en; did you mean 'blue'?" \
		"$capture" --netns blu
	for pair in TcpExt.TCPTimeouts=4,711 Tcp.ActiveOpens=12 net.ipv4.tcp_fin_timeout=41; do
		if "$TCP_ADVISE" facts --from "$capture" --netns blue "${pair%=*}" | grep -q "^${pair%=*}  *${pair#*=}\( s\)*\$"; then
			pass
		else
			fail "$capture, blue: not $pair"
		fi
	done
done
check 3 "a recording is of one network namespace, so --from goes without" "$tmp/recording" --netns all
check 3 "a recording is of one network namespace, so --from goes without" "$tmp/recording" --netns blue

# Where ss was not run, netstat was: in a namespace it has the sockets, elsewhere who holds them.
{
	echo 'Proto Recv-Q Send-Q Local Address Foreign Address State User Inode PID/Program name Timer'
	awk 'BEGIN { for (port = 40000; port < 40200; port++)
		print "tcp 0 0 10.9.0.7:" port " 10.9.0.2:8080 TIME_WAIT 0 0 - timewait (59.00/0/0)" }'
} >"${blue%/*}/ip_netns_exec_blue_netstat_-W_-neopa"
rm "${blue}_ss_-peaonmi"
check 2 "10.9.0.7 -> 10.9.0.2:8080" "$tmp/many" --only path-ports-exhausted --netns blue
check 2 "and netstat was run in its place; sockets were read from /proc/net/tcp" "$tmp/many" --netns blue

# Without tables of /proc/net, counters are those that nstat printed.
cp -r "$sos" "$tmp/counted" && rm "$tmp/counted/proc/net/netstat" "$tmp/counted/proc/net/snmp"
nstat=$tmp/counted/sos_commands/networking/nstat_-zas
counted() {
	"$TCP_ADVISE" facts --from "$tmp/counted" TcpExt.TCPTimeouts TcpExt.ListenDrops Tcp.ActiveOpens |
		grep '^Tcp' | tr -s ' ' | sort >"$tmp/out"
	printf '%s\n' "$@" | sort | diff - "$tmp/out" && pass || fail "nstat"
}
printf '#kernel\nTcpExtTCPTimeouts 4711 0.0\nTcpActiveOpens 12 0.0\nTcpExtTCPTimeoutsMore 1 0.0\n' >"$nstat"
counted 'TcpExt.TCPTimeouts 4,711' 'TcpExt.ListenDrops TcpExt.ListenDrops does not exist on this kernel' \
	'Tcp.ActiveOpens 12'
printf '#kernel\nTcpExtTCPTimeouts 4711 0.0\nTcpExtTCPTimeouts 4712 0.0\nTcpActiveOpens 12 0.0\n' >"$nstat"
counted 'TcpExt.TCPTimeouts TcpExt.TCPTimeouts is there, but not in the expected form' \
	'TcpExt.ListenDrops TcpExt.ListenDrops is there, but not in the expected form' 'Tcp.ActiveOpens 12'
printf '#kernel\nTcpExtTCPTimeouts 4711 0.0\nTcpActiveOpens 1' >"$nstat"
counted 'TcpExt.TCPTimeouts the recording does not hold TcpExt.TCPTimeouts' \
	'TcpExt.ListenDrops the recording does not hold TcpExt.ListenDrops' \
	'Tcp.ActiveOpens the recording does not hold Tcp.ActiveOpens'

# ---- what it does not hold ----
cp -r "$sos" "$tmp/less"
rm "$tmp/less/proc/net/netstat" "$tmp/less/proc/net/tcp"
ln -s /proc/net/netstat "$tmp/less/proc/net/netstat"
ln -s /proc/net/tcp "$tmp/less/proc/net/tcp"
tar cf "$tmp/less.tar" -C "$tmp" less
for capture in "$tmp/less" "$tmp/less.tar"; do
	check 0 "the recording does not hold TcpExt" "$capture"
	check 0 "and no proc/net/tcp" "$capture"
	check 0 "the recording does not hold these sockets path-ports-exhausted" "$capture" --only path-ports-exhausted
done

# ---- what ss printed ----
cp -r "$sos" "$tmp/printed"
printed=$tmp/printed/sos_commands/networking/ss_-peaonmi
{
	echo 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process'
	awk 'BEGIN { for (port = 40000; port < 40200; port++) printf "tcp TIME-WAIT 0 0 10.2.0.9:%d 10.2.0.8:8080 " \
		"timer:(timewait,59sec,0) ino:0 sk:%x\n\t\n", port, port }'
} >"$printed"
tar cJf "$tmp/printed.tar.xz" -C "$tmp" printed
for capture in "$tmp/printed" "$tmp/printed.tar.xz"; do
	check 2 "10.2.0.9 -> 10.2.0.8:8080" "$capture" --only path-ports-exhausted
	check 2 "note: sockets are as ss printed them (sos_commands/networking/ss_-peaonmi)" "$capture"
done
head -c -20 "$printed" >"$tmp/half" && cp "$tmp/half" "$printed"
check 0 "sos_commands/networking/ss_-peaonmi ends in the middle of a line" "$tmp/printed"
sed 1d "$tmp/half" >"$printed"
check 0 "the beginning of sos_commands/networking/ss_-peaonmi is missing" "$tmp/printed"
head -c 100000 "$TCP_ADVISE" >"$printed"
check 2 "ss_-peaonmi is not read: Bad message; $tmp/printed holds" "$tmp/printed"
: >"$printed"
check 2 "sockets were read from /proc/net/tcp" "$tmp/printed"

# ---- files of sysctls ----
sed 's/$/\r/' "$all" >"$tmp/crlf"
check 0 "[$rule]" "$tmp/crlf"
sed 's/^\(net.ipv4.tcp_fin_timeout = 1\)/\1@/' "$all" | tr @ '\0' >"$tmp/nul"
check 0 "tcp_fin_timeout is there, but not in the expected form" "$tmp/nul"
sed 's/^net.ipv4.tcp_fin_timeout = .*/&\nnet.ipv4.tcp_fin_timeout = 60/' "$all" >"$tmp/twice"
check 0 "tcp_fin_timeout is there, but not in the expected form" "$tmp/twice"
iconv -t UTF-16 "$all" >"$tmp/utf16" && check 3 "is neither a recording nor" "$tmp/utf16"
{ echo '# tuned'; cat "$all"; } >"$tmp/conf"
check 3 "is a sysctl.conf" "$tmp/conf"
head -c 100000 "$TCP_ADVISE" >"$tmp/binary"
check 3 "is neither a recording nor" "$tmp/binary"
truncate -s 8G "$tmp/endless" 2>/dev/null && check 3 "is neither a recording nor" "$tmp/endless"
check 3 "is neither a recording nor" /dev/zero
mkdir "$tmp/none"
check 3 "nor a sosreport" "$tmp/none"

# ---- archives that are broken, or made to do harm ----
half=$(($(wc -c <"$tmp/sos.tar") / 2))
head -c "$half" "$tmp/sos.tar" >"$tmp/cut.tar"
check 3 "breaks off after entry" "$tmp/cut.tar"
head -c 3000 "$tmp/sos.tar.xz" >"$tmp/cut.tar.xz"
check 3 "after entry" "$tmp/cut.tar.xz"
tar czPf "$tmp/absolute.tgz" "$all"
check 3 "is an absolute path" "$tmp/absolute.tgz"
tar czPf "$tmp/above.tgz" --transform 's|^|x/../../|' -C "$sos" proc
check 3 "leaves the archive with '..'" "$tmp/above.tgz"
tar cf "$tmp/two.tar" -C "$tmp" "${sos##*/}" less
check 3 "holds more than one capture" "$tmp/two.tar"
cp "$tmp/sos.tar" "$tmp/twice.tar" && tar rf "$tmp/twice.tar" -C "$tmp" "${sos##*/}/proc/net/netstat"
check 3 "is there twice" "$tmp/twice.tar"
check 3 "is a recording in an archive" "$srcdir/tests/recordings/fin-timeout-180.tar.gz"

# Bombs: a file that is wanted, and 5 GiB that are not; sparse files keep them small here.
mkdir -p "$tmp/bomb/sos_commands/kernel" "$tmp/bomb/var/log"
if truncate -s 5G "$tmp/bomb/var/log/messages" 2>/dev/null; then
	tar cSf "$tmp/sparse.tar" -C "$tmp" bomb
	check 3 "makes the archive larger than is unpacked" "$tmp/sparse.tar"
	truncate -s 0 "$tmp/bomb/var/log/messages"
fi
truncate -s 64M "$tmp/bomb/sos_commands/kernel/sysctl_-a"
tar czf "$tmp/bomb.tgz" -C "$tmp" bomb
check 3 "sos_commands/kernel/sysctl_-a: File too large" "$tmp/bomb.tgz"
check 3 "sos_commands/kernel/sysctl_-a: File too large" "$tmp/bomb"

verdict
