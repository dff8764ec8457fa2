#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/layers.sh: keeps the direction of includes. A file of src/ may include its own folder and
# those to its left here; folders on one line do not know each other.
set -eu

cd "${srcdir:-.}/src"
find . -name '*.[ch]' | sort | xargs awk '
BEGIN {
	split("base|fact|config|expr|rule|plan|collect eval|report|history lint|cli", layers, "|")
	for (rank in layers) {
		n = split(layers[rank], folders, " ")
		for (i = 1; i <= n; i++)
			rank_of[folders[i]] = rank
	}
}
function fault(text) {
	printf "src/%s:%d: %s\n", substr(FILENAME, 3), FNR, text
	faults++
}
FNR == 1 {
	files++
	split(FILENAME, path, "/")
	from = path[2]
	if (!(from in rank_of))
		fault("the folder src/" from " has no place in the order; tests/layers.sh lists it")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	if (split(quoted[2], part, "/") != 2)
		fault("\"" quoted[2] "\" is not written as \"folder/file.h\"")
	else if (!(part[1] in rank_of))
		fault("\"" quoted[2] "\" is of no known folder")
	else if (part[1] != from && rank_of[part[1]] + 0 >= rank_of[from] + 0)
		fault(from " may not include \"" quoted[2] "\"")
}
END {
	printf "%d files, %d faults\n", files, faults
	exit faults > 0 || !files
}'
