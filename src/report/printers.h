/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report/printers.h: the print functions of the table in report/format.c, one a file. */
#ifndef REPORT_PRINTERS_H
#define REPORT_PRINTERS_H

#include "report/report.h"

void print_text(struct buf *out, const struct report *report, const struct look *look);
void print_json(struct buf *out, const struct report *report, const struct look *look);
void print_markdown(struct buf *out, const struct report *report, const struct look *look);
void print_nagios(struct buf *out, const struct report *report, const struct look *look);
void print_prometheus(struct buf *out, const struct report *report, const struct look *look);
void print_sysctl(struct buf *out, const struct report *report, const struct look *look);
void print_markdown_survey(struct buf *out, const struct survey *survey, const struct look *look);
void print_prometheus_survey(struct buf *out, const struct survey *survey, const struct look *look);
void fail_nagios(struct buf *out, const char *errors);
void print_html(struct buf *out, const struct report *report, const struct look *look);
void print_text_survey(struct buf *out, const struct survey *survey, const struct look *look);
void print_json_survey(struct buf *out, const struct survey *survey, const struct look *look);
void print_html_survey(struct buf *out, const struct survey *survey, const struct look *look);
void print_nagios_survey(struct buf *out, const struct survey *survey, const struct look *look);
/* One report of print_json_survey(): without a newline, its lines indented but for the first. */
void put_json_report(struct buf *out, const struct report *report, unsigned indent);

#endif
