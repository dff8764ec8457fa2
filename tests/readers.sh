#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/readers.sh: what drift says each reader of the sysctl files would set is what that reader
# sets, in mount and network namespaces of the test's own.
set -u
: "${TCP_ADVISE:?}" "${srcdir:=.}" "${PYTHON:=python3}"
TCP_ADVISE=$(realpath "$TCP_ADVISE")

if [ "${INSIDE-}" = "" ]; then
	map=
	[ "$(id -u)" = 0 ] || map=--map-root-user
	unshare $map --mount true 2>/dev/null || { echo "no mount namespaces here"; exit 77; }
	INSIDE=1 exec unshare $map --mount "$0"
fi

tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
mount --make-rprivate / || exit 77
faults=0 compared=0

# The only configuration there is: folders of ours in place of the host's, written where they are
# ours. Where the host lacks one, it is made in an overlay.
new=$tmp/new
for dir in etc/sysctl.d run/sysctl.d usr/local/lib/sysctl.d usr/lib/sysctl.d; do
	mkdir -p "$new/$dir"
	if ! [ -d "/$dir" ]; then
		parent=/${dir%/*}
		mkdir -p "$tmp/over$parent" "$tmp/work$parent"
		if ! mount -t overlay overlay "$parent" 2>/dev/null \
			-o "lowerdir=$parent,upperdir=$tmp/over$parent,workdir=$tmp/work$parent"; then
			echo "no folder /$dir, and none can be made here"
			exit 77
		fi
		mkdir "/$dir" || exit 99
	fi
	mount --bind "$new/$dir" "/$dir" || exit 99
done
if ! [ -e /etc/sysctl.conf ]; then
	echo "no /etc/sysctl.conf here"
	exit 77
fi
: >"$new/etc/sysctl.conf"
mount --bind "$new/etc/sysctl.conf" /etc/sysctl.conf || exit 99

clear_files() {
	find "$new" -path '*/sysctl.d/*' -delete
	: >"$new/etc/sysctl.conf"
}

# $1: the reader's name in drift, then its command. Both in one new namespace.
compare() {
	reader=$1
	shift
	command -v "$1" >/dev/null || { echo "no $1 here"; return; }
	# shellcheck disable=SC2016 # the inner shell expands it
	unshare --net sh -c '"$0" drift --format json >"$1/drift"; shift; "$@" >/dev/null 2>&1
		cd /proc/sys && grep -r "" net/ipv4/tcp_* net/ipv4/ip_* net/core/* 2>/dev/null' \
		"$TCP_ADVISE" "$tmp" "$@" >"$tmp/after"
	"$PYTHON" - "$reader" "$tmp/drift" "$tmp/after" "$scenario" <<'END' || faults=$((faults + 1))
import json, sys
reader, drift, after, scenario = sys.argv[1:]
now = {}
for line in open(after):
    path, _, value = line.rstrip("\n").partition(":")
    now[path] = value.split()
wrong = compared = 0
for key in json.load(open(drift))["keys"]:
    said = next(boot for boot in key["boot"] if boot["reader"] == reader)
    path = key["key"].replace(".", "/")
    if said["value"] is None or path not in now or said["file"] is None and key["running"] != key["default"]:
        continue
    words = said["value"].split()
    compared += 1
    if len(words) != len(now[path]) or any(a not in ("?", b) for a, b in zip(words, now[path])):
        print(f"FAIL: {scenario}: {reader}: {key['key']} is {now[path]}, drift says {words}")
        wrong += 1
print(f"{scenario}: {reader}: {compared} keys")
sys.exit(wrong > 0 or compared < 60)
END
	compared=$((compared + 1))
}

both() {
	compare systemd-sysctl /lib/systemd/systemd-sysctl
	compare "sysctl --system" sysctl --system
}

scenario="no files"
clear_files
both

scenario="lines"
cat >"$new/etc/sysctl.d/10.conf" <<'END'
net.ipv4.tcp_retries1 = 5 # comment
net.ipv4.tcp_retries2 = "12"
- net.ipv4.tcp_syn_retries = 4
/proc/sys/net/ipv4/tcp_synack_retries = 4
net.ipv4.tcp_fin_timeout = 0x20
net.ipv4.tcp_orphan_retries = 010
net.ipv4.tcp_tw_reuse = 1
-net.ipv4.tcp_tw_reuse
net.ipv4.tcp_rmem = 16777216
net.ipv4.tcp_wmem = 8192 87380, 16777216
net.ipv4.ip_local_reserved_ports = 9,8,1-3
net.ipv4.tcp_keepalive_time =
net/ipv4/tcp_keepalive_intvl = 30
net.ipv4/tcp_keepalive_probes = 3
net.ipv4.tcp_sack = 0 ; trailing
net.ipv4.tcp_dsack = 0x
net.ipv4.tcp_frto = 1 2
-net.ipv4.tcp_ecn=1
 net.ipv4.tcp_mtu_probing = +1
net.ipv4.tcp_base_mss = 1e3
net.ipv4.tcp_notsent_lowat = 16k
 ;net.ipv4.tcp_stdurg=1
net.ipv4.tcp_stdurg 1
net.ipv4..tcp_rfc1337 = 1
//net//ipv4//tcp_autocorking = 0
.net.ipv4.tcp_window_scaling = 0
net.ipv4.tcp_reordering = 4=5
net.ipv4.tcp_app_win = 5 \
 6
net.core.somaxconn = 2147483648
END
printf 'net.ipv4.tcp_thin_linear_timeouts = 1\0 x\nnet.ipv4.tcp_pingpong_thresh = 4' >"$new/run/sysctl.d/90-nul.conf"
printf '\357\273\277net.ipv4.tcp_recovery = 3\r\nnet.ipv4.tcp_moderate_rcvbuf=0\r\n' >"$new/run/sysctl.d/91-bom.conf"
both

scenario="files"
clear_files
echo 'net.ipv4.tcp_retries1 = 5' >"$new/etc/sysctl.d/.hidden.conf"
echo 'net.ipv4.tcp_retries1 = 6' >"$new/etc/sysctl.d/.conf"
echo 'net.ipv4.tcp_retries2 = 12' >"$new/etc/sysctl.d/50-a.conf"
echo 'net.ipv4.tcp_retries2 = "13"' >"$new/usr/lib/sysctl.d/60-a.conf"
echo 'net.ipv4.tcp_syn_retries = 3' >"$new/etc/sysctl.conf"
ln -s ../sysctl.conf "$new/etc/sysctl.d/99-sysctl.conf"
echo 'net.ipv4.tcp_syn_retries = 4' >"$new/etc/sysctl.d/99-zz.conf"
echo 'net.ipv4.tcp_synack_retries = 4' >"$new/usr/lib/sysctl.d/70-m.conf"
ln -s nowhere "$new/etc/sysctl.d/70-m.conf"
echo 'net.ipv4.tcp_fin_timeout = 4' >"$new/usr/lib/sysctl.d/71-m.conf"
ln -s /dev/null "$new/etc/sysctl.d/71-m.conf"
echo 'net.ipv4.tcp_sack = 0' >"$new/usr/local/lib/sysctl.d/72-m.conf"
echo 'net.ipv4.tcp_sack = 2' >"$new/run/sysctl.d/72-m.conf"
mkdir "$new/run/sysctl.d/95.conf"
both

scenario="patterns"
clear_files
cat >"$new/run/sysctl.d/80-g.conf" <<'END'
net.ipv4.tcp_keepalive_* = 33
net.ipv4.tcp_keepalive_intvl = 44
-net.ipv4.tcp_keepalive_probes
net.ipv4.tcp_t[h]in* = 1
net.ipv4.*_thin* = 0
net.ipv4.tcp_t[h]in* = 1
net.*.tcp_m*_rcvbuf = 0
net.* = 0
net/ipv4/tcp_no_?etrics_save = 1
net.ipv4.tcp_d*ack = 0
net.ipv4.tcp_{stdurg,rfc1337}* = 1
net.{core,ipv{4,6}}.tcp_early_demu? = 0
net.ipv4.{tcp_reflect_tos,tcp_app_win} = 1
net.ipv4.tcp_dsack = 1
-net.ipv4.tcp_dsack
END
both

[ "$compared" -gt 0 ] || exit 77
echo "$compared runs, $faults with faults"
[ "$faults" -eq 0 ]
