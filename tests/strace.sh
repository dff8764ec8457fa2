#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/strace.sh: looking changes nothing. Runs every command of the program under strace and
# reads what it asked of the kernel: nothing is opened for writing but the terminal, the
# folder of a recording and a history with its journal, no call that changes the host is made, and the only netlink messages
# sent are sock_diag dump requests.
set -eu

: "${srcdir:=.}" "${TCP_ADVISE:=$srcdir/build/src/tcp-advise}" "${TCP_ADVISE_RULES:=$srcdir/rules}"
export TCP_ADVISE TCP_ADVISE_RULES

skip() {
	echo "$1"
	exit 77
}

command -v strace >/dev/null || skip "strace is not installed"
strace -f -o /dev/null true 2>/dev/null || skip "not permitted to trace processes"

# As root in a namespace of our own: other people's sockets do not decide what is exercised.
if [ "${STRACE_SH_INSIDE-}" != 1 ] && [ "$(id -u)" = 0 ] && unshare -n true 2>/dev/null; then
	STRACE_SH_INSIDE=1 exec unshare -n "$0"
fi

work=$(mktemp -d)
work=$(cd "$work" && pwd -P)
trap 'rm -rf "$work"' EXIT
faults=0
commands=0

# LeakSanitizer uses ptrace itself and cannot run below strace.
ASAN_OPTIONS="${ASAN_OPTIONS-}${ASAN_OPTIONS:+:}detect_leaks=0"
export ASAN_OPTIONS

# check_trace FOLDER TRACE: the only writes may be below FOLDER.
check_trace() {
	awk -v folder="$1" -v borrow="${borrow-}" '
	function fault(why) {
		print "  " why ": " $0
		faults++
	}
	# The path behind the first descriptor or string: -y prints 4</a/folder>, "name".
	function target(line, result, dir, name) {
		if (match(line, / = [0-9]+<[^>]*>$/)) {
			result = substr(line, RSTART, RLENGTH)
			gsub(/^[^<]*<|>$/, "", result)
			return result
		}
		dir = name = ""
		if (match(line, /^[a-z0-9_]+\([^"<]*<[^>]*>/)) {
			dir = substr(line, RSTART, RLENGTH)
			gsub(/^[^<]*<|>$/, "", dir)
		}
		if (match(line, /"[^"]*"/))
			name = substr(line, RSTART + 1, RLENGTH - 2)
		return name ~ /^\// || dir == "" ? name : dir "/" name
	}
	function allowed(path) {
		if (path == "/dev/null" || path == "/dev/tty")
			return 1
		return folder != "" && path !~ /\/\.\.(\/|$)/ && index(path "/", folder "/") == 1
	}
	{ process = $1; sub(/^[0-9]+ +/, "") }
	# A descriptor of another process is asked for options and closed, with nothing in between.
	borrow && /^pidfd_getfd\(/ {
		if (match($0, / = [0-9]+/)) {
			lent = process
			copy = substr($0, RSTART + 3, RLENGTH - 3)
			copies++
		}
		next
	}
	copy != "" && process == lent {
		if ($0 ~ "^close\\(" copy "[<)]")
			copy = ""
		else if ($0 !~ "^getsockopt\\(" copy "[<,]")
			fault("is done while a descriptor is borrowed")
		next
	}
	/^(open|openat|openat2|creat)\(/ && /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE|^creat/ {
		if (!allowed(target($0)))
			fault("opens for writing")
		next
	}
	/^(mkdir|rename|unlink|rmdir|link|symlink|truncate|f?chmod|l?f?chown|mknod|utime|futimes|l?f?setxattr|l?f?removexattr)[a-z0-9]*\(/ {
		if (!allowed(target($0)))
			fault("changes a file")
		next
	}
	# Into another network namespace and back: of this process alone.
	/^setns\(/ && /, CLONE_NEWNET\) / { next }
	/^(setns|unshare|mount|umount|umount2|move_mount|pivot_root|chroot|(f?init|delete)_module|kexec[a-z_]*|bpf|perf_event_open|ptrace|process_vm_writev|pidfd_getfd|pidfd_send_signal|reboot|swapon|swapoff|sethostname|setdomainname|settimeofday|clock_settime|clock_adjtime|adjtimex|syslog|acct|quotactl|io_uring_setup|_sysctl)\(/ {
		fault("may change the host")
		next
	}
	# Its own children it may end: tcp_info is asked for by one, which may hang in the kernel.
	/^(<\.\.\. )?(clone3?|v?fork)[( ].* = [0-9]+/ { child[$NF]; next }
	/^kill\(/ {
		split($0, part, /[(,]/)
		if (!(part[2] in child))
			fault("sends a signal")
		next
	}
	/^(tkill|tgkill)\(/ { fault("sends a signal"); next }
	/^execve(at)?\(/ && execs++ { fault("starts a program"); next }
	/^ioctl\(/ && !/, (TCGETS2?|TIOCGWINSZ)[,)]/ { fault("ioctl"); next }
	/^setsockopt\(/ && !/SOL_(SOCKET|NETLINK), / { fault("socket option"); next }
	/^socket\(/ && !/AF_NETLINK.*NETLINK_SOCK_DIAG/ { fault("opens another kind of socket"); next }
	/^(bind|connect)\(/ && !/sa_family=AF_NETLINK/ { fault("binds or connects"); next }
	/^(listen|accept4?|shutdown)\(/ { fault("uses a connection"); next }
	/^(sendto|sendmsg|sendmmsg|(p?write(v2?)?|pwrite64|splice|sendfile)\([0-9]+<(socket|NETLINK))/ {
		messages = gsub(/nlmsg_type=/, "&")
		# strace does not see the protocol of a socket in another network namespace, but
		# all there are is sock_diag ones: see socket().
		gsub(/nlmsg_type=0x12 \/\* NLMSG_\?\?\? \*\/, nlmsg_flags=NLM_F_REQUEST\|0x300,/,
			"nlmsg_type=TCPDIAG_GETSOCK, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP,")
		gsub(/nlmsg_type=0x14 \/\* NLMSG_\?\?\? \*\/, nlmsg_flags=NLM_F_REQUEST\|0x300,/,
			"nlmsg_type=SOCK_DIAG_BY_FAMILY, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP,")
		requests = gsub(/nlmsg_type=(SOCK_DIAG_BY_FAMILY|TCPDIAG_GETSOCK), nlmsg_flags=NLM_F_REQUEST\|NLM_F_DUMP,/, "&")
		if (!messages || messages != requests || /SOCK_DESTROY/)
			fault("sends what is no dump request")
		dumps += requests
	}
	END {
		if (!NR)
			fault("nothing was traced")
		if (borrow && !copies)
			fault("nothing was borrowed")
		if (copy != "")
			fault("a borrowed descriptor was kept")
		printf "  %d calls, %d dump requests, %d faults\n", NR, dumps, faults
		exit faults > 0
	}' "$2"
}

# run FOLDER ARGUMENT...: FOLDER is what the command may write to, or ''.
run() {
	folder=$1
	shift
	commands=$((commands + 1))
	echo "tcp-advise $*"
	status=0
	# The condition to be in, if any.
	# shellcheck disable=SC2086
	${inside-} strace -f -y -s 4096 -e signal=none -o "$work/trace" "$TCP_ADVISE" "$@" \
		>"$work/out" 2>"$work/err" </dev/null || status=$?
	if [ "$status" -gt 2 ]; then
		echo "  exit status $status"
		cat "$work/err"
		faults=$((faults + 1))
	fi
	check_trace "$folder" "$work/trace" || faults=$((faults + 1))
}

run ''
run '' --window 0
run '' --window 0 --format json
run '' --window 0 --format sysctl
run '' --window 0 --netns all --format json
run '' --window 200ms --netns $$
run "$work/recording" record --window 0 "$work/recording"
run '' --from "$work/recording"
mkdir "$work/reports"
run "$work/reports" --window 0 --output "$work/reports/now.txt"
mkdir "$work/history"
run "$work/history" --window 0 --history "$work/history/h.db"
run "$work/history" --window 0 --history "$work/history/h.db"
run '' history --history "$work/history/h.db"
if [ -n "${TCP_PROVOKE-}" ] && "$TCP_PROVOKE" listener-linger-zero --check >/dev/null 2>&1; then
	inside="$TCP_PROVOKE listener-linger-zero --"
	borrow=1
	run '' --window 0 --socket-options
	unset inside borrow
fi
run '' rules
run '' rules --check "$TCP_ADVISE_RULES"
id=$("$TCP_ADVISE" rules --ids | sed 1q)
run '' explain "$id"
run '' explain tcp_fin_timeout TCPAbortOnData CLOSE_WAIT
run '' --window 0 --format html
run '' diff "$work/recording" "$work/recording"
run '' facts
run '' plan
run '' drift
run '' lint "$srcdir/tests/lint/web.conf"

echo "$commands commands, $faults with faults"
[ "$faults" -eq 0 ]
