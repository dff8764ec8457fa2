#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed below the system's folders: "make install" puts each file where distributions have
# it, over nothing that was edited, and "make uninstall" takes it away. The command of the cron file runs
# where cron would run it, the service makes no system call that its filter refuses, the configuration
# is true once it is uncommented, and both completions complete.
set -u
: "${TCP_ADVISE:?}" "${TCP_PROVOKE:?}" "${srcdir:=.}" "${builddir:=.}"
export TCP_ADVISE_RULES="$srcdir/rules"
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/count.sh"

# ---- make install, make uninstall ----

root=$tmp/root
run_make() {
	MAKEFLAGS='' make -C "$builddir" "$1" DESTDIR="$root" prefix=/usr sysconfdir=/etc localstatedir=/var \
		>"$tmp/make" 2>&1 || fail "make $1: $(tail -n 5 "$tmp/make")"
}

run_make install-etc
for file in /etc/tcp-advise/tcp-advise.ini /etc/cron.d/tcp-advise \
	/usr/lib/systemd/system/tcp-advise.service /usr/lib/systemd/system/tcp-advise.timer \
	/usr/share/bash-completion/completions/tcp-advise; do
	[ "$(stat -c %a "$root$file" 2>/dev/null)" = 644 ] || fail "not installed, or not for all to read: $file"
done
find "$root/usr/share/zsh" -name _tcp-advise -perm 644 | grep -qE '/(site-functions|vendor-completions)/' ||
	fail "the completion of zsh is not installed"
[ -d "$root/var/lib/tcp-advise" ] || fail "there is no folder for the history"
grep -q '^ExecStart=.*/bin/tcp-advise --cron' "$root/usr/lib/systemd/system/tcp-advise.service" ||
	fail "the service does not run the program"
# Nothing is enabled by itself.
grep -v -e '^#' -e '^[A-Z]*=' "$root/etc/cron.d/tcp-advise" | grep . && fail "cron.d: a job is enabled"
find "$root" -type l | grep . && fail "a unit is enabled"
cp "$root/etc/tcp-advise/tcp-advise.ini" "$tmp/commented.ini"
cp "$root/etc/cron.d/tcp-advise" "$tmp/cron.d"
cp "$root"/usr/lib/systemd/system/tcp-advise.* "$tmp"

# What an administrator has edited stays.
echo '# edited' >>"$root/etc/cron.d/tcp-advise"
run_make install-etc
grep -q '^# edited' "$root/etc/cron.d/tcp-advise" || fail "an edited file was replaced"
run_make uninstall-etc
[ "$(cd "$root" && find . -type f)" = ./etc/cron.d/tcp-advise ] ||
	fail "uninstalled: $(cd "$root" && find . -type f)"

# ---- the configuration ----

"$TCP_ADVISE" rules --ids --config "$tmp/commented.ini" >"$tmp/out" 2>&1 || fail "tcp-advise.ini: $(cat "$tmp/out")"
# Without the comments that are prose it is a configuration.
sed -n 's/^#\(\[.*\|[a-z]* *=.*\| \{9,\}.*\)/\1/p' "$tmp/commented.ini" >"$tmp/site.ini"
grep -c '^\[' "$tmp/site.ini" | grep -qx 3 || fail "tcp-advise.ini: not all sections are shown"
"$TCP_ADVISE" rules --ids --config "$tmp/site.ini" >"$tmp/out" 2>&1 ||
	fail "tcp-advise.ini, uncommented: $(cat "$tmp/out")"

# ---- cron ----

grep -q '^#\*/5 \* \* \* \* root /[^ ]*/tcp-advise --cron$' "$tmp/cron.d" || fail "cron.d: not the line expected"
command=$(sed -n 's,^#\*/5 \* \* \* \* root /[^ ]*/tcp-advise ,,p' "$tmp/cron.d")
command="$TCP_ADVISE $command --history $tmp/history.db --rules $srcdir/rules"

# check_mails WHO FIRST SECOND: two runs in a namespace in which something is found and nothing changes.
check_mails() {
	grep -qF '[sack-off]' "$2" || fail "$1: the first run does not say: $(cat "$2")"
	[ -s "$3" ] && fail "$1: nothing changed, and there is a mail: $(cat "$3")"
	LC_ALL=C grep -n '[^ -~]' "$2" && fail "$1: the mail is not plain text"
	[ -s "$tmp/history.db" ] || fail "$1: no history"
	pass
}

# As cron has it: no terminal, nothing on standard input, hardly any variable; output is a mail.
cat >"$tmp/as-cron" <<END
echo 0 >/proc/sys/net/ipv4/tcp_sack
for run in first second; do
	setsid env -i PATH=/usr/bin:/bin SHELL=/bin/sh LANG=C HOME=/ LOGNAME=root \\
		/bin/sh -c "$command" </dev/null >"$tmp/\$run" 2>&1
	echo \$? >>"$tmp/statuses"
done
END
private=
unshare -n true 2>/dev/null && private="unshare -n"
[ -n "$private" ] || { unshare -rn true 2>/dev/null && private="unshare -rn"; }
if [ -n "$private" ]; then
	$private sh "$tmp/as-cron"
	status=$(tail -n 1 "$tmp/statuses")
	[ "$(uniq "$tmp/statuses" | wc -l)" -eq 1 ] && [ "$status" -le 2 ] ||
		fail "cron: status $(tr '\n' ' ' <"$tmp/statuses"): $(cat "$tmp/first" "$tmp/second")"
	check_mails "as cron" "$tmp/first" "$tmp/second"
	rm "$tmp/history.db"
else
	skip "no network namespace may be made, so the cron job was not run"
fi

# Debian's cron, in namespaces of its own: it sees our file and no other, its /run is new, and sendmail
# keeps the mail. A job of @reboot runs when cron starts, so nobody has to wait for the next minute; cron
# is started anew for the second run.
cat >"$tmp/real-cron" <<END
set -e
echo 0 >/proc/sys/net/ipv4/tcp_sack
mkdir -p "$tmp/upper" "$tmp/work" "$tmp/mails" "$tmp/empty"
mount -t tmpfs none /run
mount --bind "$tmp/empty" /var/spool/cron
mkdir /var/spool/cron/crontabs
mount --bind "$tmp/etc-cron.d" /etc/cron.d
[ ! -e /etc/crontab ] || mount --bind /dev/null /etc/crontab
mount -t tmpfs none "$tmp/work"
mkdir "$tmp/work/upper" "$tmp/work/work"
mount -t overlay -o "lowerdir=/usr/sbin,upperdir=$tmp/work/upper,workdir=$tmp/work/work" none /usr/sbin
rm -f /usr/sbin/sendmail
printf '#!/bin/sh\ncat >"%s/mails/\$\$" && mv "%s/mails/\$\$" "%s/mails/\$\$.mail"\n' \\
	"$tmp" "$tmp" "$tmp" >/usr/sbin/sendmail
chmod 755 /usr/sbin/sendmail
for run in first second; do
	rm -f /run/crond.* "$tmp/done"
	cron -f -L 0 & cron=\$!
	tries=0
	until [ -e "$tmp/done" ] && ! pgrep -P \$cron >/dev/null; do
		[ \$((tries += 1)) -lt 600 ] || break
		sleep 0.1
	done
	kill \$cron; wait \$cron || :
	cat "$tmp/mails"/*.mail >"$tmp/\$run" 2>/dev/null || :
	rm -f "$tmp/mails"/*.mail
done
END
if command -v cron >/dev/null && unshare -mnp --fork true 2>/dev/null; then
	mkdir -p "$tmp/etc-cron.d"
	# The line as it is once it is uncommented, with an end that can be seen; the mail is on its way
	# once cron has no child any more.
	sed -n "s,^#\*/5 \* \* \* \* root .*,@reboot root $command; : >$tmp/done,p; /^#/!p" "$tmp/cron.d" \
		>"$tmp/etc-cron.d/tcp-advise"
	chmod 644 "$tmp/etc-cron.d/tcp-advise"
	unshare -mnp --fork --mount-proc sh "$tmp/real-cron" >"$tmp/out" 2>&1 || fail "cron: $(cat "$tmp/out")"
	grep -q '^Subject: Cron <root@' "$tmp/first" || fail "cron: no mail: $(cat "$tmp/first" "$tmp/out")"
	check_mails cron "$tmp/first" "$tmp/second"
else
	skip "cron is not installed, or may not be run in namespaces of its own"
fi

# ---- systemd ----

if command -v systemd-analyze >/dev/null; then
	# Warnings about units of this host are not about ours.
	sed "s,^ExecStart=[^ ]*,ExecStart=$TCP_ADVISE," "$tmp/tcp-advise.service" >"$tmp/out" && mkdir "$tmp/units" &&
		cp "$tmp/out" "$tmp/units/tcp-advise.service" && cp "$tmp/tcp-advise.timer" "$tmp/units/"
	systemd-analyze verify --man=no "$tmp/units/tcp-advise.timer" "$tmp/units/tcp-advise.service" >"$tmp/out" 2>&1
	grep -E 'tcp-advise\.(service|timer)' "$tmp/out" && fail "systemd-analyze verify has complaints"
	if systemd-analyze security --help 2>/dev/null | grep -q -e --offline; then
		systemd-analyze security --offline=true --threshold=20 "$tmp/units/tcp-advise.service" >"$tmp/out" 2>&1 ||
			fail "systemd-analyze security: $(tail -n 1 "$tmp/out")"
		sed -n 's/^.*\(Overall exposure level.*: [0-9.]*\).*/\1/p' "$tmp/out"
	else
		skip "this systemd-analyze cannot judge a unit offline"
	fi
	# The filter as names of system calls. A set lists those in it, and sets, below its own name.
	expand() {
		while read -r name; do
			case $name in
			@*) systemd-analyze syscall-filter "$name" 2>/dev/null |
				sed -n 's/^ \{2,\}\([a-z0-9_@-]*\)$/\1/p' ;;
			*) echo "$name" ;;
			esac
		done | sort -u
	}
	filter() {
		sed -n "s/^SystemCallFilter=\($1\)/\1/p" "$tmp/tcp-advise.service" | tr -d '~' | tr ' ' '\n' |
			expand | expand | expand
	}
	filter '[^~]' >"$tmp/allowed"
	filter '~' >"$tmp/refused"
	# trace OPTION...: no call of the program is refused by the filter, and no socket is of a family that
	# is. It runs as the service does: as somebody, with two capabilities. (For root, SQLite keeps a
	# file's owner.)
	trace() {
		rm -f "$tmp/trace"
		# Words: commands and options.
		# shellcheck disable=SC2086
		$inside strace -f -qq -o "$tmp/trace" $somebody "$tmp/copy/tcp-advise" --cron --history "$tmp/state/history.db" "$@" \
			>"$tmp/out" 2>&1
		[ $? -le 2 ] && [ -s "$tmp/state/history.db" ] || fail "as somebody: $(cat "$tmp/out")"
		# Up to there the calls are those of setpriv.
		sed -i '0,/ execve("[^"]*tcp-advise"/d' "$tmp/trace"
		sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$tmp/trace" | sort -u >"$tmp/calls"
		[ "$(wc -l <"$tmp/calls")" -gt 10 ] || fail "hardly a system call was seen"
		{
			comm -23 "$tmp/calls" "$tmp/allowed"
			comm -12 "$tmp/calls" "$tmp/refused"
			sed -n 's/^[0-9]* *socket(\(AF_[A-Z0-9]*\),.*/\1/p' "$tmp/trace" | sort -u | while read -r family; do
				grep -qw "^RestrictAddressFamilies=.*$family" "$tmp/tcp-advise.service" || echo "$family"
			done
		} >"$tmp/refusals"
		if [ -s "$tmp/refusals" ]; then fail "$*: the service refuses: $(tr '\n' ' ' <"$tmp/refusals")"; else pass; fi
	}
	if strace -qq -o /dev/null true 2>/dev/null && [ -s "$tmp/allowed" ] && [ -s "$tmp/refused" ]; then
		# The build may stand where nobody may not go.
		mkdir "$tmp/copy" && cp -rL "$TCP_ADVISE" "$srcdir/rules" "$tmp/copy" &&
			chmod -R u+w,a+rX "$tmp/copy" && TCP_ADVISE_RULES=$tmp/copy/rules
		with() {
			[ "$(id -u)" -ne 0 ] || somebody="setpriv --reuid=65534 --regid=65534 --clear-groups
				--inh-caps=$1 --ambient-caps=$1"
		}
		somebody='' inside=''
		with +sys_ptrace,+dac_read_search
		mkdir -m 777 "$tmp/state"
		chmod 755 "$tmp"
		trace
		if "$TCP_PROVOKE" listener-linger-zero --check >/dev/null 2>&1; then
			inside="$TCP_PROVOKE listener-linger-zero --"
			# A child has 0.2 s to ask; where each of its calls is traced, that may be too short.
			tries=0
			until trace --socket-options && grep -qx pidfd_getfd "$tmp/calls"; do
				# shellcheck disable=SC2154 # count.sh has it
				[ $((tries += 1)) -lt 20 ] && [ "$failed" -eq 0 ] ||
					{ fail "no listener was asked for its options"; break; }
			done
			inside=
		fi
		with +sys_ptrace,+dac_read_search,+sys_admin # which a drop-in may give
		[ "$(id -u)" -ne 0 ] || trace --netns all --window 0
	else
		skip "no strace, or no sets of system calls"
	fi
else
	skip "systemd-analyze is not installed"
fi

# ---- completions ----

mkdir "$tmp/bin" && ln -s "$TCP_ADVISE" "$tmp/bin/tcp-advise"
PATH=$tmp/bin:$PATH

# complete_bash WORD...: what bash would offer for the last of them.
complete_bash() {
	bash --norc -c '. "$1" && shift && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _tcp_advise &&
		printf "%s\n" "${COMPREPLY[@]}"' bash "$srcdir/etc/bash-completion/tcp-advise" "$@" 2>&1
}

# complete_zsh WORD...: the same of zsh, asked through a terminal, as it completes nowhere else.
complete_zsh() {
	zsh -f "$srcdir/tests/complete.zsh" "$srcdir/etc/zsh" "$*" 2>&1
}

offers() {
	how=$1 expected=$2
	shift 2
	if "complete_$how" "$@" | tr -d '\r' | grep -qxF -e "$expected"; then pass; else
		fail "$how: $* does not offer $expected, but $("complete_$how" "$@" | head -n 5)"
	fi
}

completes() {
	offers "$1" explain tcp-advise ex
	offers "$1" history tcp-advise hist
	offers "$1" --history tcp-advise --hi
	offers "$1" --window tcp-advise plan --win
	offers "$1" close-wait-leak tcp-advise explain close-wait-l
	offers "$1" TcpExt.ListenOverflows tcp-advise explain TcpExt.ListenOverf
	offers "$1" prometheus tcp-advise --format pro
	offers "$1" proxy tcp-advise --role pro
	offers "$1" net.core.somaxconn tcp-advise facts net.core.som
}

if command -v bash >/dev/null; then
	completes bash
	offers bash half-open-pile,close-wait-leak tcp-advise --only half-open-pile,close-wait-l
	for word in $("$TCP_ADVISE" --help | sed -n 's/^  \([a-z-][a-z-]*\) .*/\1/p'); do
		offers bash "$word" tcp-advise "$word"
	done
	complete_bash tcp-advise explain '' >"$tmp/out"
	"$TCP_ADVISE" rules --ids | grep -vxF -f "$tmp/out" && fail "bash: not all rules are offered"
	# Options and commands come from the program, formats do not.
	for format in $("$TCP_ADVISE" --format no-such-format 2>&1 | sed 's/.*expected //; s/;.*//; s/,//g'); do
		offers bash "$format" tcp-advise --format "$format"
		grep -q "compadd text .*\<$format\>" "$srcdir/etc/zsh/_tcp-advise" || grep -q "compadd $format" "$srcdir/etc/zsh/_tcp-advise" ||
			fail "zsh: does not offer the format $format"
	done
else
	skip "bash is not installed"
fi
if command -v zsh >/dev/null; then
	completes zsh
else
	skip "zsh is not installed"
fi
verdict
