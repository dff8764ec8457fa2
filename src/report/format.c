/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats: one line here, one file each. */
#include "report/printers.h"

#include <string.h>

const struct format formats[] = {
	{ "text", "for a person at a terminal: verdict, findings, what was not evaluated",
	  print_text, NULL },
	{ "json", "for programs: tcp-advise/report/1, see tcp-advise-report.schema.json",
	  print_json, NULL },
	{ "markdown", "for a postmortem: what was found, with numbers, remedy and sources",
	  print_markdown, NULL },
	{ "nagios", "for Nagios and Icinga: a status line with performance data, then the findings",
	  print_nagios, fail_nagios },
	{ "prometheus", "for the textfile collector of node_exporter",
	  print_prometheus, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct format *format_find(const char *name)
{
	const struct format *format;

	for (format = formats; format->name; format++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}
