#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/proof-table.sh check|write FOLDER: the table of proofs, doc/proof.md. FOLDER is that of
# tests/proof.sh, with the ids of all rules, the table of tcp-provoke and, for write, what the proofs
# said. 'check' tells of rules without a proof or a reason, and of rules and conditions that
# the table does not have, or has no more; numbers and times may differ.
set -eu

: "${srcdir:=.}" "${TCP_ADVISE_RULES:=$srcdir/rules}"
command=$1 work=$2
# At most that many rules may have a reason in place of a proof.
most=5
LC_ALL=C
export LC_ALL

# RULE<tab>REASON of rules that no condition fires.
sed -n 's/^\([a-z][a-z0-9-]*\): \(.*\)/\1\t\2/p' "$srcdir/tests/provoke/unprovoked" |
	sort >"$work/reasons"
cut -f 1 "$work/reasons" >"$work/excused"
# RULE CONDITION.
awk -F '\t' '$2 != "-" { print $2, $1 }' "$work/table" | sort -u >"$work/pairs"
cut -d ' ' -f 1 "$work/pairs" | uniq >"$work/fired"

check() {
	sort -u "$work/fired" "$work/excused" | comm -23 "$work/ids" - |
		sed 's/$/: neither a condition fires it nor does tests\/provoke\/unprovoked say why/'
	comm -12 "$work/fired" "$work/excused" |
		sed 's/$/: a condition fires it, and tests\/provoke\/unprovoked says why none does/'
	comm -13 "$work/ids" "$work/excused" | sed 's/$/: in tests\/provoke\/unprovoked, but no rule/'
	[ "$(wc -l <"$work/excused")" -le $most ] ||
		echo "more than $most rules in tests/provoke/unprovoked"
	[ -z "${UPDATE-}" ] || return 0
	# A row begins with a link to the rule; the second cell is the condition.
	sed -n 's/^| \[\([^]]*\)\]([^)]*) | \([^ ]*\) | .*/\1 \2/p' "$srcdir/doc/proof.md" |
		sort -u >"$work/shown"
	sed 's/\t.*/ -/' "$work/reasons" | sort - "$work/pairs" | comm -3 - "$work/shown" |
		sed 's/^\t\(.*\)/doc\/proof.md still has: \1/; t
			s/^/doc\/proof.md does not have: /'
}

# What each rule's own section says: RULE<tab>KEYS OF set<tab>FIRST SENTENCE OF advice.
remedies() {
	cat "$TCP_ADVISE_RULES"/*.ini | awk '
	function flush() {
		if (id != "")
			printf "%s\t%s\t%s\n", id, keys, first(advice)
		keys = advice = key = ""
	}
	function first(text) {
		return match(text, /[.!?] [A-Z"]/) ? substr(text, 1, RSTART) : text
	}
	/^[#;]/ || /^$/ { next }
	/^\[/ { flush(); id = substr($1, 2, length($1) - 2); next }
	/^[^ \t]/ { key = $1; sub(/^[^=]*=[ \t]*/, "") }
	key == "set" { keys = keys (keys == "" ? "" : ", ") $1 }
	key == "advice" { gsub(/^[ \t]+/, ""); advice = advice (advice == "" ? "" : " ") $0 }
	END { flush() }'
}

rows() {
	remedies >"$work/remedies"
	awk -F '\t' -v runs="$runs" '
	function plain(text) { gsub(/[|*<`\\]/, "\\\\&", text); return text }
	# What stands between two marks of a line of tests/provoke/proof.c, of several tries the last.
	function between(line, from, to,  start) {
		start = index(line, from)
		if (!start)
			return ""
		line = substr(line, start + length(from))
		if (to != "" && index(line, to))
			line = substr(line, 1, index(line, to) - 1)
		sub(/.*; (plain|healthy|fixed) again: /, "", line)
		return line
	}
	function fixed_by(rule, remedy) {
		if (set[rule] != "")
			return "its own `set` of " plain(set[rule])
		if (remedy != "-")
			return plain(remedy) ", as its advice says"
		return "no sysctl; advised: " plain(advice[rule])
	}
	FILENAME ~ /\/remedies$/ { set[$1] = $2; advice[$1] = $3; next }
	FILENAME ~ /\/out$/ {
		split($0, word, ": ")
		condition = word[2]
		rule = word[3]
		sub(/[,;].*/, "", rule)
		pair = rule " " condition
		said[pair] = $0
		held[pair] += word[1] == "passed"
		replayed[pair] = index($0, rule ", by replay;") > 0
		next
	}
	$2 == "-" { next }
	{
		pair = $2 " " $1
		line = said[pair]
		printf "| [%s](rules.md#%s) | %s | %s |", $2, $2, $1, $3 == "-" ? "" : "`" $3 "`"
		if (held[pair])
			printf " %s | %s | %s | %s | %s |\n", plain(between(line, "; plain: ", "; healthy: ")),
				between(line, "; healthy: ", "; fixed: "), between(line, "; fixed: ", ""),
				fixed_by($2, $8), replayed[pair] ? "by replay" : held[pair] "/" runs
		else
			printf " not made: %s | | | %s | 0/%d |\n", plain(line), fixed_by($2, $8), runs
	}' "$work/remedies" "$work/out" "$work/table" | sort
	awk -F '\t' '{ printf "| [%s](rules.md#%s) | - | | %s | | | | |\n", $1, $1, $2 }' "$work/reasons"
}

write() {
	cat <<END
<!-- SPDX-License-Identifier: CC0-1.0 -->
<!-- Made by 'make proof' from a run of tests/proof.sh; edit the rules and conditions instead. -->

# Proofs of the rules

Each rule is held against a condition that \`tcp-provoke\` makes for real, in three forms. In the
first the rule must **fire**, about the subject and with the number that stand here. In the control,
the same traffic well behaved, and after the remedy it must be evaluated and stay **quiet**.

- **Told** is what \`tcp-advise\` is told beside \`--only\`: a condition is held for a second, not an
  hour, so ages are lowered.
- **Fixed by**: the settings that the rule itself proposes, as its report printed them; or settings of
  the condition where the rule leaves their choice to people; or, where no sysctl is the
  remedy, whoever caused it behaves as the rule advises.
- **Held**: in how many of the runs all three came true. What the whole host would feel, such as its
  memory for TCP, is recorded once in all three forms and proved by replay.

$(wc -l <"$work/ids") rules, $(wc -l <"$work/pairs") proofs, $(wc -l <"$work/reasons") rules without; Linux $(uname -r | sed 's/-.*//'), $(date -u +%F).

| Rule | Condition | Told | Fires | Control | Fixed | Fixed by | Held |
|---|---|---|---|---|---|---|---|
END
	rows
}

case $command in
check)
	check >"$work/holes"
	cat "$work/holes"
	if grep -q '^doc/proof.md' "$work/holes"; then
		echo "doc/proof.md is stale; make it anew, as root, by make -C build proof"
	fi
	[ ! -s "$work/holes" ]
	;;
write)
	runs=${RUNS:-1}
	write
	;;
esac
