/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The formats: one line here, one file each. */
#include "report/printers.h"

#include <string.h>

const struct format formats[] = {
	{ .name = "text", .print = print_text, .print_survey = print_text_survey,
	  .help = "for a person at a terminal: verdict, findings, what was not evaluated" },
	{ .name = "json", .print = print_json, .print_survey = print_json_survey, .vitals = true,
	  .help = "for programs: tcp-advise/report/1, see tcp-advise-report.schema.json" },
	{ .name = "markdown", .print = print_markdown, .print_survey = print_markdown_survey,
	  .help = "for a postmortem: what was found, with numbers, remedy and sources" },
	{ .name = "html", .print = print_html, .print_survey = print_html_survey, .vitals = true,
	  .help = "one page for a postmortem, complete in itself, with the diagram of states" },
	{ .name = "nagios", .print = print_nagios, .print_survey = print_nagios_survey, .failed = fail_nagios,
	  .help = "for Nagios and Icinga: a status line with performance data, then the findings" },
	{ .name = "prometheus", .print = print_prometheus, .print_survey = print_prometheus_survey,
	  .help = "for the textfile collector of node_exporter" },
	{ .name = "sysctl", .print = print_sysctl,
	  .help = "a fix file for sysctl.d: the settings of the findings, with risks and how to undo" },
	{ .name = NULL },
};

const struct format *format_find(const char *name)
{
	const struct format *format;

	for (format = formats; format->name; format++)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}
