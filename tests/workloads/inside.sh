# SPDX-License-Identifier: GPL-2.0-or-later
# inside.sh WORK WORKLOAD FORM SECONDS: one workload in one form, in namespaces made for it by
# workloads.sh. The workload's file is read by this shell. It sets
#
#     needs      what it cannot do without: commands
#     watched    the hosts at which tcp-advise looks
#     begin      a function: joins hosts, starts servers, waits until they listen
#     load       a function: the clients, for $seconds; their words are the result
#     rate       a function: requests a second from these words; nothing if a request failed
#
# and finds the functions below. Ends with 0, 1, or 77 and a sentence.
set -eu

work=$1 workload=$2 form=$3 seconds=$4
data=$work/data
name="$workload, $form"
hosts=

fail() {
	echo "FAILED: $name: $*"
	exit 1
}

# ---- hosts ----

# new_host HOST: a network namespace, held by a file.
new_host() {
	case " $hosts " in
	*" $1 "*) return ;;
	esac
	hosts="$hosts $1"
	: >"$data/$1.net"
	unshare --net="$data/$1.net" true
	on "$1" ip link set lo up
}

# on HOST COMMAND...
on() {
	host=$1
	shift
	if [ "$form" = loopback ]; then
		"$@"
	else
		nsenter --net="$data/$host.net" "$@"
	fi
}

# wire HOST ADDRESS HOST ADDRESS: joins two hosts; the addresses have prefix lengths.
wire() {
	[ "$form" != loopback ] || return 0
	new_host "$1"
	new_host "$3"
	on "$1" ip link add "to-$3" type veth peer name "to-$1" netns "$data/$3.net"
	on "$1" ip address add "$2" dev "to-$3"
	on "$3" ip address add "$4" dev "to-$1"
	on "$1" ip link set "to-$3" up
	on "$3" ip link set "to-$1" up
}

# at ADDRESS: where servers listen and clients connect to: ADDRESS, or this host.
at() {
	if [ "$form" = loopback ]; then
		echo 127.0.0.1
	else
		echo "$1"
	fi
}

# ---- servers and clients ----

as_root=
as_nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'

# serve HOST COMMAND...: until the workload ends.
serve() {
	where=$1
	shift
	# shellcheck disable=SC2086 # words
	on "$where" $as_nobody "$@" >>"$data/servers.log" 2>&1 &
}

# until_true COMMAND...: polls, 20 s at most.
until_true() {
	tries=400
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		if [ "$tries" -le 0 ]; then
			cat "$data/servers.log"
			fail "not within 20 s: $*"
		fi
		sleep 0.05
	done
}

listens() {
	[ -n "$(on "$1" ss -Hltn "sport = :$2")" ]
}

# ---- looking ----

# look WHEN WHO: a report of every watched host at the same moment: WHEN-NUMBER-HOST.json.
look() {
	looking=
	for watched_host in $watched; do
		report=$1-$looks-$watched_host
		# shellcheck disable=SC2086 # words, or none
		on "$watched_host" $2 "$work/tcp-advise" --format json >"$report.json" 2>"$report.err" &
		looking="$looking $!:$report"
	done
	for look in $looking; do
		status=0
		wait "${look%%:*}" || status=$?
		[ $status -le 2 ] || {
			cat "${look#*:}.err"
			fail "tcp-advise ended with $status"
		}
	done
	looks=$((looks + 1))
}

# findings REPORT...: SEVERITY RULE, each once.
findings() {
	awk '
	/^  "findings": \[$/ { inside = 1 }
	/^  \]/ { inside = 0 }
	inside && /^      "rule": / { gsub(/[",]/, ""); rule = $2 }
	inside && /^      "severity": / { gsub(/[",]/, ""); severity = $2 }
	inside && /^    }/ { print severity, rule }' "$@" | sort -u
}

# evidence RULE REPORT...: its finding, from the first report that has it.
evidence() {
	rule=$1
	shift
	awk -v rule="$rule" '
	/^    {/ { text = ""; found = 0 }
	{ text = text $0 "\n" }
	$0 == "      \"rule\": \"" rule "\"," { found = 1 }
	/^    }/ && found { printf "%s: %s", FILENAME, text; exit }' "$@"
}

# justified RULE: in this workload, and if only at its end, then only there.
justified() {
	steady=no
	! grep -q "^      \"rule\": \"$1\"" ./during-*.json || steady=yes
	awk -v rule="$1" -v workload="$workload" -v steady=$steady '
	$1 == rule && ($2 == "*" || index("," $2 ",", "," workload ",")) && (steady == "no" || $3 == "always") {
		print rule, $2
		found = 1
		exit
	}
	END { exit !found }' "$work/expected" >>"$work/seen"
}

# ---- the workload ----

mount -t tmpfs -o mode=1777 tmpfs "$data"
mount -t tmpfs -o mode=1777 tmpfs /dev/shm 2>/dev/null || : # PostgreSQL's, which would outlive it
ip link set lo up
HOME=$data TMPDIR=$data
export HOME TMPDIR
cd "$data"
: >servers.log

. "$work/$workload.load"
for command in $needs; do
	command -v "$command" >/dev/null || {
		echo "skipped: $name: $command is not installed"
		exit 77
	}
done
[ "$form" = veth ] || watched=here

TCP_ADVISE_RULES=$work/rules
export TCP_ADVISE_RULES
begin || fail "its servers did not start"
looks=0
load >result 2>&1 &
loading=$!
sleep 1
while kill -0 $loading 2>/dev/null; do
	look during "$as_root"
	kill -0 $loading 2>/dev/null || break
	look during "$as_nobody"
done
# This one saw the end of the load.
for report in during-$((looks - 1))-*; do
	mv "$report" "end${report#during}"
done
loaded=0
wait $loading || loaded=$?
look after "$as_root"
look after "$as_nobody"
rate=$(rate <result)
if [ $loaded -ne 0 ] || [ "${rate:-0}" -lt 100 ]; then
	cat servers.log result
	fail "status $loaded, ${rate:-no} requests/s: that is no load"
fi

verdict=passed found=
findings ./*.json >findings
while read -r severity rule; do
	found="$found $rule ($severity)"
	case $severity in
	notice | info) ! justified "$rule" || continue ;;
	esac
	verdict=FAILED
	echo "$name: $severity $rule in $(grep -l "^      \"rule\": \"$rule\"" ./*.json | tr '\n' ' ')"
	evidence "$rule" ./*.json
done <findings
rules=$(sed -n 's/^    "rules": \([0-9]*\).*/\1/p' ./*.json | head -n 1)
open=$(sed -n 's/^    "not_evaluated": \([0-9]*\).*/\1/p' ./*.json | sort -n | tail -n 1)
echo "$verdict: $name: $rate requests/s, $(ls ./*.json | wc -l) reports," \
	"$((rules - open)) of $rules rules evaluated, found:${found:- nothing}"
[ $verdict = passed ]
