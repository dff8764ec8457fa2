/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page: its head, and of each report the verdict and what is said of it as a whole. */
#include "report/html.h"

#include "base/html.h"
#include "report/printers.h"
#include "report/summary.h"

/* ---- words ---- */

void html_element(struct buf *out, const char *tag, const char *class, const char *text)
{
	buf_printf(out, "<%s%s%s%s>", tag, class ? " class=\"" : "", class ? class : "",
		   class ? "\"" : "");
	html_text(out, text);
	buf_printf(out, "</%s>\n", tag);
}

void html_paragraphs(struct buf *out, const char *heading, const char *text)
{
	size_t len;

	for (; text && *text; text += len + (text[len] == '\n')) {
		autobuf struct buf line = BUF_INIT;

		len = 0;
		while (text[len] && text[len] != '\n')
			len++;
		if (!len)
			continue;
		buf_write(&line, text, len);
		buf_puts(out, "<p>");
		if (heading)
			html_element(out, "b", NULL, heading);
		html_text(out, line.text);
		buf_puts(out, "</p>\n");
		heading = NULL;
	}
}

void html_id(const struct html *html, const char *rule)
{
	buf_printf(html->out, "r%u-", html->number);
	html_text(html->out, rule);
}

/* ---- the verdict ---- */

const char *html_worst(const struct report *report)
{
	unsigned severity;

	for (severity = SEVERITIES; severity-- > 0;)
		if (report->by_severity[severity])
			return severity_name(severity);
	if (!report->complete || (report->rule_count && report_evaluated(report) == 0))
		return "unknown";
	return "quiet";
}

static void put_index(const struct html *html)
{
	const struct report *report = html->report;
	struct buf *out = html->out;
	unsigned i;

	if (!report->finding_count)
		return;
	buf_puts(out, "<ul class=\"index\">\n");
	for (i = 0; i < report->finding_count; i += summary_same_rule(report, i)) {
		const struct rule *rule = report->findings[i].rule;
		unsigned count = summary_same_rule(report, i);

		buf_puts(out, "<li>");
		html_element(out, "span", severity_name(rule->severity),
			     severity_name(rule->severity));
		buf_puts(out, "<a href=\"#");
		html_id(html, rule->id);
		buf_puts(out, "\">");
		html_text(out, rule->title);
		buf_puts(out, "</a>");
		if (count > 1)
			buf_printf(out, " <span class=\"aside\">%u times</span>", count);
		buf_puts(out, "</li>\n");
	}
	buf_puts(out, "</ul>\n");
}

static void put_verdict(const struct html *html)
{
	autobuf struct buf verdict = BUF_INIT, host = BUF_INIT, circumstances = BUF_INIT;
	autobuf struct buf news = BUF_INIT;
	struct buf *out = html->out;

	summary_verdict(&verdict, html->report);
	summary_host(&host, html->report);
	summary_circumstances(&circumstances, html->report);
	buf_printf(out, "<header class=\"verdict %s\">\n", html_worst(html->report));
	html_element(out, "h1", NULL, buf_text(&verdict));
	buf_puts(out, "<p class=\"host\">");
	html_element(out, "bdi", NULL, buf_text(&host));
	buf_puts(out, "</p>\n");
	html_element(out, "p", "aside", buf_text(&circumstances));
	if (html->report->news) {
		summary_news(&news, html->report);
		html_element(out, "p", "aside", buf_text(&news));
	}
	put_index(html);
	buf_puts(out, "</header>\n");
}

/* ---- what is said at the end ---- */

static void put_unknown(const struct html *html)
{
	const struct report *report = html->report;
	struct buf *out = html->out;
	unsigned i;

	if (!report->unknown_count)
		return;
	buf_printf(out, "<section>\n<h2>Not evaluated</h2>\n<p class=\"aside\">%u of %u rules: what "
			"they need could not be read. They may hold or not.</p>\n<dl>\n",
		   report->unknown_count, report->rule_count);
	for (i = 0; i < report->unknown_count; i++) {
		autobuf struct buf ids = BUF_INIT;

		if (!summary_unknown(&ids, report, i))
			continue;
		html_element(out, "dt", NULL, report->unknown[i].reason);
		html_element(out, "dd", "code", buf_text(&ids));
	}
	buf_puts(out, "</dl>\n</section>\n");
}

static void put_closed(const struct html *html)
{
	const struct report *report = html->report;
	struct buf *out = html->out;
	unsigned i;

	if (!report->closed_count)
		return;
	buf_puts(out, "<section>\n<h2>No longer told</h2>\n<dl>\n");
	for (i = 0; i < report->closed_count; i++) {
		const struct report_closed *closed = &report->closed[i];
		autobuf struct buf title = BUF_INIT, line = BUF_INIT;

		buf_printf(&title, "%s: %s: %s (%s)", summary_closing(closed->why), closed->subject,
			   closed->title, closed->rule);
		summary_closed(&line, closed);
		html_element(out, "dt", NULL, title.text);
		html_element(out, "dd", NULL, line.text);
	}
	buf_puts(out, "</dl>\n</section>\n");
}

static void put_waived(const struct html *html)
{
	const struct report *report = html->report;
	struct buf *out = html->out;
	unsigned i;

	if (!report->waived_count)
		return;
	buf_puts(out, "<section>\n<h2>Waived</h2>\n<p class=\"aside\">Found, and known to this site: "
		      "in no count above.</p>\n<dl>\n");
	for (i = 0; i < report->waived_count; i++) {
		autobuf struct buf what = BUF_INIT, why = BUF_INIT;

		buf_printf(&what, "%s: %s", report->waived[i].rule->id, report->waived[i].subject);
		summary_reason(&why, report->waived[i].waiver);
		html_element(out, "dt", NULL, what.text);
		html_element(out, "dd", NULL, why.text);
	}
	buf_puts(out, "</dl>\n");
	if (report->waived_more)
		buf_printf(out, "<p>And %u more of these, not listed.</p>\n", report->waived_more);
	buf_puts(out, "</section>\n");
}

static void put_waivers(const struct html *html)
{
	const struct report *report = html->report;
	struct buf *out = html->out;
	unsigned i;

	if (!report->waiver_count)
		return;
	buf_puts(out, "<section>\n<h2>Waivers that need a hand</h2>\n<ul>\n");
	for (i = 0; i < report->waiver_count; i++) {
		autobuf struct buf line = BUF_INIT;

		summary_waiver(&line, &report->waivers[i]);
		html_element(out, "li", NULL, line.text);
	}
	buf_puts(out, "</ul>\n</section>\n");
}

static void put_list(struct buf *out, const char *heading, const char *const *texts,
		     unsigned count)
{
	unsigned i;

	if (!count)
		return;
	buf_puts(out, "<section>\n");
	html_element(out, "h2", NULL, heading);
	buf_puts(out, "<ul>\n");
	for (i = 0; i < count; i++)
		html_element(out, "li", NULL, texts[i]);
	buf_puts(out, "</ul>\n</section>\n");
}

static void put_roles(const struct html *html)
{
	const struct report *report = html->report;
	struct buf *out = html->out;
	unsigned i;

	if (!report->role_count)
		return;
	buf_puts(out, "<section>\n<h2>What this host is to others</h2>\n<ul>\n");
	for (i = 0; i < report->role_count; i++) {
		autobuf struct buf line = BUF_INIT;

		summary_role(&line, &report->roles[i]);
		html_element(out, "li", NULL, buf_text(&line));
	}
	buf_puts(out, "</ul>\n</section>\n");
}

/* Whoever cites a finding needs the rules it was found by. */
static void put_footer(const struct html *html)
{
	const struct report *report = html->report;
	const char *sha256 = checksum_hex(report->rulebook_checksum);
	autobuf struct buf line = BUF_INIT;

	buf_printf(&line, "tcp-advise " PACKAGE_VERSION ", rulebook %s, sha256 %s",
		   report->rulebook_version ? report->rulebook_version : "without a version",
		   sha256 ? sha256 : "unknown");
	html_element(html->out, "footer", NULL, buf_text(&line));
}

void html_report(const struct html *html)
{
	struct buf *out = html->out;

	buf_printf(out, "<article id=\"r%u\">\n", html->number);
	put_verdict(html);
	html_states(html);
	html_findings(html);
	put_closed(html);
	html_vitals(html);
	put_waived(html);
	put_waivers(html);
	put_unknown(html);
	put_roles(html);
	put_list(out, "Notes", html->report->notes, html->report->note_count);
	put_footer(html);
	buf_puts(out, "</article>\n");
}

/* ---- the page ---- */

/* The policy is a second lock: should a text get through, it can neither run nor fetch. */
void html_head(struct buf *out, const char *title)
{
	buf_puts(out, "<!DOCTYPE html>\n"
		      "<html lang=\"en\">\n"
		      "<head>\n"
		      "<meta charset=\"utf-8\"/>\n"
		      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; "
		      "style-src &#39;unsafe-inline&#39;; img-src data:; base-uri &#39;none&#39;; "
		      "form-action &#39;none&#39;\"/>\n"
		      "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		      "<meta name=\"generator\" content=\"tcp-advise " PACKAGE_VERSION "\"/>\n"
		      "<link rel=\"icon\" href=\"data:,\"/>\n");
	html_element(out, "title", NULL, title);
	buf_printf(out, "<style>\n%s</style>\n</head>\n<body>\n", html_style);
}

void html_tail(struct buf *out)
{
	buf_puts(out, "</body>\n</html>\n");
}

void print_html(struct buf *out, const struct report *report, const struct look *look)
{
	const struct html html = { out, report, 1 };
	autobuf struct buf title = BUF_INIT;

	(void)look;
	summary_verdict(&title, report);
	buf_puts(&title, ": ");
	summary_host(&title, report);
	html_head(out, buf_text(&title));
	html_report(&html);
	html_tail(out);
}
