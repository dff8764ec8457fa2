#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Who holds leaked connections, and sockets that no list shows: told by number, command, user and
# service, as root; as nobody by what may be seen of them, also where /proc hides processes; and in the
# right namespace among many.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

[ "$(id -u)" -eq 0 ] && unshare -nm true 2>/dev/null || {
	echo "needs root and network namespaces"
	exit 77
}
# Where nobody may read them too.
cp "$TCP_ADVISE" "$tmp/tcp-advise" && cp -r "$srcdir/rules" "$tmp/rules" && chmod -R a+rX "$tmp" || exit 99
export TCP_ADVISE_RULES="$tmp/rules" advise="$tmp/tcp-advise"
export told="--window 0 --only close-wait-leak --let close-wait-leak.age=1ms --let close-wait-leak.many=5"
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"

# made CONDITION COMMAND: runs the command in it; its words are in $tmp/out on one line, too.
made() {
	"$TCP_PROVOKE" "$1" -- sh -c "$2" >"$tmp/out" 2>"$tmp/err"
	tr -s '\n ' ' ' <"$tmp/out" >"$tmp/line"
}

# has WHAT PATTERN...: basic regular expressions.
has() {
	what=$1
	shift
	for pattern; do
		if grep -q -- "$pattern" "$tmp/line"; then
			pass
		else
			fail "$what: no $pattern in:"
			cat "$tmp/out" "$tmp/err"
		fi
	done
}

can() {
	"$TCP_PROVOKE" "$1" --check >"$tmp/why" 2>&1 && return
	skip "$1: $(cat "$tmp/why")"
	return 1
}

# The pid is one that lives, and has that name.
made close-wait-leak '"$advise" $told --format json >"'"$tmp"'/json"
	pid=$(sed -n "s/.*\"pid\": \([0-9]*\).*/\1/p" "'"$tmp"'/json"); cat "/proc/$pid/comm" "'"$tmp"'/json"'
has 'as root' '^tcp-provoke ' '"kind": "process"' '"user": "root"' '"sockets_looked_at": 2'
made close-wait-leak '"$advise" $told'
has 'as root, text' 'tcp-provoke\[[0-9]*\] (root' 'held by processes: 120'

made close-wait-leak "$nobody"' "$advise" $told'
has 'as nobody' 'a process of root' 'held by processes: 120' \
	'note: the owners of 120 sockets need CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH'
made close-wait-leak 'unshare -m sh -c "mount -t proc -o hidepid=2 proc /proc &&
	exec '"$nobody"' $advise $told"'
has 'where /proc hides processes' 'a process of root' 'the owners of 120 sockets need CAP_SYS_PTRACE'

if can own-cgroup; then
	made own-cgroup '"$advise" $told'
	has 'in a cgroup' 'tcp-provoke\[[0-9]*\] (root, /[a-z]'
	made own-cgroup "$nobody"' "$advise" $told --format json'
	has 'in a cgroup, as nobody' '"kind": "hidden"' '"pid": null' '"service": "/[a-z]'
fi
if can many-namespaces; then
	made many-namespaces '"$advise" $told --netns all'
	has 'among many namespaces' '12 of 1[0-9] network namespaces' \
		'---- \([0-9]*\) (tcp-provoke) ---- .* tcp-provoke\[\1\] (root'
fi

# Sockets that are in no list, and open files: in the namespace of the process that has them, beside twelve
# others; as nobody, that they cannot be counted is said once.
export held="--window 0 --only dead-descriptors,open-files-limit"
made dead-descriptors '"$advise" $held --format json >"'"$tmp"'/json"
	pid=$(sed -n "s/.*\"pid\": \([0-9]*\).*/\1/p" "'"$tmp"'/json"); cat "/proc/$pid/comm" "'"$tmp"'/json"'
has 'unlisted, as root' '^tcp-provoke ' '"kind": "process"' '"user": "root"' \
	'"expression": "sum(process.tcp_unlisted)", "value": 120'
made files-run-out '"$advise" $held'
has 'open files, as root' 'tcp-provoke\[[0-9]*\] (root) its open files: 6[45] its limit of open files: 64 '
hidden='not evaluated: what processes of others have open needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH'
made dead-descriptors "$nobody"' "$advise" $held'
has 'unlisted, as nobody' "$hidden dead-descriptors"
# Other tests may make unlisted sockets at the same time: of open files alone.
made files-run-out "$nobody"' "$advise" --window 0 --only open-files-limit'
has 'open files, as nobody' "$hidden open-files-limit"
made files-run-out 'unshare -m sh -c "mount -t proc -o hidepid=2 proc /proc &&
	exec '"$nobody"' $advise $held"'
has 'open files, where /proc hides processes' 'no permission to read host.fullest_process open-files-limit'
if can many-namespaces; then
	made many-namespaces '"$TCP_PROVOKE" dead-descriptors -- "$advise" $held --netns all'
	has 'unlisted, among many namespaces' '1 warning in 1 of 1[0-9] network namespaces' \
		'---- \([0-9]*\) (tcp-provoke) ---- 1 warning.* its TCP sockets that are in no list of sockets: 120'
fi
# Without /proc there is nothing, and no guess.
made close-wait-leak 'unshare -m sh -c "mount -t tmpfs none /proc && exec $advise $told" 2>&1'
has 'without /proc' 'nothing could be read: neither the files below /proc nor sockets'
# No name makes a line or a word of its own.
made hostile-process-names '"$advise" $told'
has 'hostile names' '"two\\x0alines"\[[0-9]*\] (root' '"a) R 1 (b"\[[0-9]*\] (root'
made hostile-process-names '"$advise" $told --format json'
has 'hostile names, JSON' '"command": "\(\\"\)\{15\}"' '"command": "two\\\\x0alines"'
if can hostile-cgroup-path; then
	made hostile-cgroup-path '"$advise" $told'
	has 'hostile cgroup' 'tcp-provoke\[[0-9]*\] (root, /[^ ]*\\x1b\\x5b31mred\\x0d\\x09\\xff[^ ]*)'
fi

verdict
