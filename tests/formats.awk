# SPDX-License-Identifier: GPL-2.0-or-later
# tests/formats.awk: whether files called *.markdown, *.nagios and *.prometheus are what their formats
# allow, whatever the report. Prints a line for each fault, then how many files there were.

function fault(text) {
	printf "%s:%d: %s: %s\n", name, FNR, text, $0
	faults++
}

FNR == 1 {
	if (files++)
		end_file()
	name = FILENAME
	sub(/^.*\//, "", name)
	format = name
	sub(/^.*\./, "", format)
	bars = 0
	family = ""
	series = rules = 0
	split("", seen)
}

# ---- Markdown: nothing but our own markup is left once code is taken out ----

function without_code(line, out, run, at) {
	out = ""
	while (match(line, /(^|[^\\`])`+/)) {
		out = out substr(line, 1, RSTART + RLENGTH - 1)
		run = substr(line, RSTART, RLENGTH)
		sub(/^[^`]/, "", run)
		sub(/`+$/, "", out)
		line = substr(line, RSTART + RLENGTH)
		# The closing run is of the same length; within a text runs are shorter.
		at = index(line, run)
		if (!at) {
			fault("code that does not end")
			return out
		}
		line = substr(line, at + length(run))
	}
	return out line
}

format == "markdown" {
	plain = without_code($0)
	gsub(/\\[^a-z0-9]/, "", plain)
	if (plain ~ /[<\[\]`@]|:\/\/|[Ww][Ww][Ww]\./)
		fault("HTML, a link, or code in a text")
	cells = $0
	gsub(/\\\|/, "", cells)
	cells = gsub(/\|/, "", cells)
	if ($0 !~ /^\|/)
		bars = 0
	else if (bars && cells != bars)
		fault("a row of " cells " bars below one of " bars)
	else
		bars = cells
}
format == "markdown" && FNR == 1 && !/^## tcp-advise: / { fault("not the heading") }

# ---- Nagios: one status line with performance data, and no bar below ----

format == "nagios" && FNR == 1 {
	if (!/^TCP-ADVISE (OK|WARNING|CRITICAL): [^|]* \|( [a-z_]+=[0-9]+;0?;0?;0;[0-9]+)+$/)
		fault("not a status line")
	next
}
format == "nagios" && /\|/ { fault("performance data below the first line") }

# ---- Prometheus: text format 0.0.4 ----

format == "prometheus" && /^# HELP tcp_advise_[a-z_]+ [^\\]+$/ { family = $3; next }
format == "prometheus" && /^# TYPE / {
	if ($3 != family || $4 != "gauge" || NF != 4)
		fault("not the type of the family above")
	next
}
format == "prometheus" {
	if (!/^[a-z_]+(\{[a-z0-9_]+="([^"\\]|\\[\\"n])*"(,[a-z0-9_]+="([^"\\]|\\[\\"n])*")*\})? [0-9.]+$/)
		fault("not a sample")
	metric = $0
	sub(/[{ ].*$/, "", metric)
	if (metric != family)
		fault("not of the family " family)
	key = $0
	sub(/ [^ ]*$/, "", key)
	if (key in seen)
		fault("a series twice")
	seen[key]
	if (metric == "tcp_advise_rules" && !/state="not_asked"/)
		rules += $NF
	if (metric == "tcp_advise_findings" || metric == "tcp_advise_rule_not_evaluated")
		series++
}

function end_file() {
	if (format == "prometheus" && series != rules)
		fault(rules " rules, but " series " of them have a series")
}

END {
	if (files)
		end_file()
	printf "%d files, %d faults\n", files, faults
	exit faults > 0 || !files
}
