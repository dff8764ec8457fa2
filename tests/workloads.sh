#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/workloads.sh: no rule cries wolf at healthy servers. Each workload of tests/workloads/ runs
# real servers under load, in namespaces of its own, while tcp-advise looks again and again, as root
# and as nobody, and once more right after the load: nothing at warning or above may be found, and at
# notice or info only what tests/workloads/expected justifies.
#
#     tests/workloads.sh [WORKLOAD...]     all of them, or these; WORKLOAD_SECONDS=10 of load each,
#                                          WORKLOAD_FORMS='loopback veth'
#
# In the form 'loopback' client and servers share a host, in 'veth' each host of a workload is a
# network namespace, joined to the next by a wire.
set -eu

: "${srcdir:=.}" "${TCP_ADVISE:=${builddir:-$srcdir/build}/src/tcp-advise}"
: "${TCP_ADVISE_RULES:=$srcdir/rules}" "${WORKLOAD_SECONDS:=10}"
: "${WORKLOAD_FORMS:=loopback veth}"
PATH=${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022

skip() {
	echo "$*"
	exit 77
}

[ "$(id -u)" -eq 0 ] || skip "not root: servers under load need namespaces and other users"
for tool in ip nsenter setpriv ss unshare; do
	command -v $tool >/dev/null || skip "$tool is not installed"
done
unshare --net --mount --pid --ipc --fork true 2>/dev/null || skip "no permission to make namespaces"

work=$(mktemp -d)
running=
# unshare kills the first process of the process namespace when it ends, and the kernel all others.
end() {
	[ -z "$running" ] || kill -KILL "$running" 2>/dev/null || :
	wait
	rm -rf "$work"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Nobody must be able to run it, and the build may stand where nobody may not go.
chmod 755 "$work"
mkdir "$work/data"
cp "$TCP_ADVISE" "$work/tcp-advise"
cp -r "$TCP_ADVISE_RULES" "$work/rules"
cp "$srcdir"/tests/workloads/* "$work"
: >"$work/seen"

passed=0 failed=0 skipped=0

# run WORKLOAD FORM: in namespaces for the network, files, processes and shared memory; they end with
# this script, by whatever signal.
run() {
	setpriv --pdeathsig KILL unshare --net --mount --pid --ipc --fork --kill-child --mount-proc \
		--propagation private sh "$work/inside.sh" "$work" "$1" "$2" "$WORKLOAD_SECONDS" \
		</dev/null &
	running=$!
	status=0
	wait "$running" || status=$?
	running=
	case $status in
	0) passed=$((passed + 1)) ;;
	77) skipped=$((skipped + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
}

picked=$#
# shellcheck disable=SC2046 # one word each
[ $# -gt 0 ] || set -- $(cd "$srcdir/tests/workloads" && ls ./*.load | sed 's,^\./,,; s,\.load$,,')
for workload; do
	if [ ! -e "$work/$workload.load" ]; then
		echo "FAILED: $workload: there is no such workload"
		failed=$((failed + 1))
		continue
	fi
	for form in $WORKLOAD_FORMS; do
		run "$workload" "$form"
	done
done

# What was justified and did not come; luck decides about some, so this is no fault.
[ "$picked" -gt 0 ] || sed '/^#/d; /^$/d' "$work/expected" | while read -r rule where _; do
	grep -qxF "$rule $where" "$work/seen" || echo "justified, but not seen: $rule in $where"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
