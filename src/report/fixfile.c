/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of all findings as a file for sysctl.d, which people read, apply and undo: one key a
 * line, and above it who wants it, what it was, and what may go wrong. */
#include "report/printers.h"

#include <string.h>

#include "base/text.h"
#include "config/config.h"
#include "fact/sysctl.h"
#include "report/summary.h"

enum { WIDTH = 78, LABEL = 6, WANTS_MAX = 64 };

/* A finding wants a key to be something. */
struct want {
	const struct rule *rule;
	const struct report_setting *setting;
};

/* All that is wanted of one key, worst finding first, each value and rule once. */
struct wanted {
	const char *key, *current;
	bool elsewhere; /* to be set in the first network namespace */
	struct want wants[WANTS_MAX];
	unsigned count;
};

/* ---- comments ---- */

static void comment(struct buf *out, const char *label, const char *text)
{
	unsigned len = (unsigned)strlen(label), indent = len < LABEL ? LABEL : len + 1;
	autobuf struct buf lines = BUF_INIT;
	const char *line;
	size_t length;

	buf_puts(&lines, label);
	text_wrap(&lines, text, len ? indent : 0, len, WIDTH);
	for (line = lines.text; *line; line += length + (line[length] == '\n')) {
		length = strcspn(line, "\n");
		buf_puts(out, length ? "# " : "#");
		buf_write(out, line, length);
		buf_putc(out, '\n');
	}
}

static void comment_list(struct buf *out, const struct wanted *wanted, unsigned from, unsigned to)
{
	unsigned i;

	for (i = from; i < to; i++) {
		autobuf struct buf text = BUF_INIT;
		const struct rule *rule = wanted->wants[i].rule;

		buf_printf(&text, "%s: %s (%s)", rule->id, rule->title,
			   severity_name(rule->severity));
		comment(out, "", buf_text(&text));
	}
}

/* Words that a shell takes as they are. */
static bool is_plain(const char *text)
{
	return strspn(text,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-., ") ==
	       strlen(text);
}

/* One line each, however long: people copy them. */
static void put_undo(struct buf *out, const struct wanted *wanted)
{
	if (!wanted->current) {
		buf_puts(out, "# was:  not known, so that it cannot be undone from here\n");
		return;
	}
	buf_printf(out, "# was:  %s = %s\n", wanted->key, wanted->current);
	if (is_plain(wanted->current))
		buf_printf(out, "# undo: sysctl -w '%s=%s'\n", wanted->key, wanted->current);
}

/* ---- one value of all that are wanted ---- */

/* Two findings may each change another word of one key: words that 'other' changes and 'value' does
 * not are taken over. false where both change the same word. */
static bool merge(struct buf *value, const char *other, const char *current)
{
	autobuf struct buf merged = BUF_INIT;
	const char *a = buf_text(value), *b = other, *was = current ? current : "";

	while (*a && *b) {
		size_t a_len = strcspn(a, " "), b_len = strcspn(b, " "),
		       was_len = strcspn(was, " ");
		bool same = a_len == b_len && memcmp(a, b, a_len) == 0;
		bool a_new = a_len != was_len || memcmp(a, was, a_len) != 0;
		bool b_new = b_len != was_len || memcmp(b, was, b_len) != 0;

		if (!same && a_new && b_new)
			return false;
		if (merged.len)
			buf_putc(&merged, ' ');
		buf_write(&merged, a_new ? a : b, a_new ? a_len : b_len);
		a += a_len + (a[a_len] == ' ');
		b += b_len + (b[b_len] == ' ');
		was += was_len + (was[was_len] == ' ');
	}
	if (*a || *b)
		return false;
	buf_clear(value);
	buf_puts(value, buf_text(&merged));
	return true;
}

/* The worst finding has its way; of equals neither. Returns what must be said of it. */
enum choice { CHOICE_MADE, CHOICE_OPEN, CHOICE_NONE };

static enum choice choose(const struct wanted *wanted, struct buf *value, struct buf *overruled)
{
	const struct want *first = NULL;
	unsigned i;

	for (i = 0; i < wanted->count; i++) {
		const struct want *want = &wanted->wants[i];

		if (!want->setting->value)
			continue;
		if (!first) {
			first = want;
			buf_puts(value, want->setting->value);
		} else if (strcmp(buf_text(value), want->setting->value) != 0 &&
			   !merge(value, want->setting->value, wanted->current)) {
			if (want->rule->severity == first->rule->severity)
				return CHOICE_OPEN;
			buf_printf(overruled, "%s%s wants '%s', and %s is worse",
				   overruled->len ? "; " : "", want->rule->id, want->setting->value,
				   first->rule->id);
		}
	}
	return first ? CHOICE_MADE : CHOICE_NONE;
}

static void put_each(struct buf *out, const struct wanted *wanted)
{
	unsigned i;

	for (i = 0; i < wanted->count; i++)
		if (wanted->wants[i].setting->value) {
			autobuf struct buf text = BUF_INIT;

			buf_printf(&text, "%s = %s   (%s)", wanted->key,
				   wanted->wants[i].setting->value, wanted->wants[i].rule->id);
			comment(out, "", buf_text(&text));
		}
}

/* A line only if the kernel takes it, and it is one line whatever a rule says. */
static void put_line(struct buf *out, const char *key, const char *value)
{
	unsigned fact = sysctl_find(key);
	struct sysctl_write write;

	if (fact == FACT_NONE || strpbrk(value, "\r\n")) {
		comment(out, "not set:", "this is no setting that is known here");
		return;
	}
	sysctl_write(&write, fact, value);
	if (write.taken)
		buf_printf(out, "%s = %s\n", key, value);
	else
		comment(out, "not set:", buf_text(&write.reason));
	buf_fini(&write.reason);
}

static void put_value(struct buf *out, const struct wanted *wanted)
{
	autobuf struct buf value = BUF_INIT, overruled = BUF_INIT;
	enum choice choice = choose(wanted, &value, &overruled);

	if (choice == CHOICE_NONE) {
		comment(out, "not set:", wanted->wants[0].setting->reason);
		return;
	}
	if (choice == CHOICE_OPEN) {
		comment(out, "",
			"Not set: findings of one severity want different values. Choose one:");
		put_each(out, wanted);
		return;
	}
	if (overruled.len)
		comment(out, "", overruled.text);
	if (wanted->elsewhere)
		comment(out, "", "The host's first network namespace has this key, and no other has.");
	if (strncmp(wanted->key, "net.netfilter.", 14) == 0)
		comment(out, "", "At boot nf_conntrack must be loaded before this is read.");
	put_line(out, wanted->key, buf_text(&value));
}

static void put_wanted(struct buf *out, const struct wanted *wanted)
{
	const struct rule *last = NULL;
	unsigned i;

	buf_putc(out, '\n');
	comment_list(out, wanted, 0, wanted->count);
	for (i = 0; i < wanted->count; i++) {
		if (wanted->wants[i].rule != last && wanted->wants[i].rule->risk)
			comment(out, "risk:", wanted->wants[i].rule->risk);
		last = wanted->wants[i].rule;
	}
	put_undo(out, wanted);
	put_value(out, wanted);
}

/* ---- all of it ---- */

static const char apply_here[] =
	"'sysctl -p FILE' applies it now; in /etc/sysctl.d it applies at each boot, unless a file whose"
	" name sorts later sets the key again: 'tcp-advise drift' tells.";
static const char apply_elsewhere[] =
	"'sysctl -p FILE' applies it where it runs: run it inside that namespace. /etc/sysctl.d is for"
	" the first namespace of a host; others get their settings from what makes them.";

static bool is_wanted_before(const struct report *report, unsigned finding, unsigned setting)
{
	const char *key = report->findings[finding].settings[setting].key;
	unsigned i, j;

	for (i = 0; i <= finding; i++)
		for (j = 0; j < (i < finding ? report->findings[i].setting_count : setting); j++)
			if (strcmp(report->findings[i].settings[j].key, key) == 0)
				return true;
	return false;
}

static void add_want(struct wanted *wanted, const struct report_finding *finding,
		     const struct report_setting *setting)
{
	unsigned i;

	/* A rule that fires for many subjects wants the same of the host for each. */
	for (i = 0; i < wanted->count; i++)
		if (wanted->wants[i].rule == finding->rule)
			return;
	if (wanted->count < WANTS_MAX)
		wanted->wants[wanted->count++] = (struct want){ finding->rule, setting };
}

static void put_key(struct buf *out, const struct report *report,
		    const struct report_setting *first)
{
	struct wanted wanted = {
		.key = first->key, .current = first->current, .elsewhere = first->elsewhere,
	};
	unsigned i, j;

	for (i = 0; i < report->finding_count; i++)
		for (j = 0; j < report->findings[i].setting_count; j++)
			if (strcmp(report->findings[i].settings[j].key, first->key) == 0)
				add_want(&wanted, &report->findings[i],
					 &report->findings[i].settings[j]);
	put_wanted(out, &wanted);
}

/* In a namespace that was asked for by name, and is not the first one. */
static bool is_elsewhere(const struct report *report)
{
	return report->name && strcmp(report->name, "host") != 0;
}

static void put_head(struct buf *out, const struct report *report)
{
	autobuf struct buf text = BUF_INIT;

	buf_puts(out, CONFIG_FIX_MARK "\n");
	buf_printf(&text, "For %s, Linux %s, ",
		   report->hostname ? report->hostname : "an unnamed host",
		   report->kernel ? report->kernel : "of unknown version");
	if (is_elsewhere(report))
		buf_printf(&text, "network namespace %s%s", report->name,
			   report->netns ? ", " : "");
	if (report->netns || !is_elsewhere(report))
		buf_puts(&text, report->netns ? report->netns : "its network namespace");
	buf_printf(&text,
		   ", as of %s; rulebook %s. Nothing was changed. Read what each line risks. %s",
		   report->time,
		   report->rulebook_version ? report->rulebook_version : "without a version",
		   is_elsewhere(report) ? apply_elsewhere : apply_here);
	comment(out, "", buf_text(&text));
}

/* Findings that no setting mends, so that nobody takes the file for the whole of the advice. */
static void put_others(struct buf *out, const struct report *report)
{
	const struct rule *last = NULL;
	bool first = true;
	unsigned i;

	for (i = 0; i < report->finding_count; i++) {
		const struct report_finding *finding = &report->findings[i];
		autobuf struct buf text = BUF_INIT;

		if (finding->setting_count || finding->rule == last)
			continue;
		last = finding->rule;
		if (first)
			buf_puts(out, "\n# Found as well, and no setting mends it:\n");
		first = false;
		buf_printf(&text, "%s: %s (%s)", last->id, last->title,
			   severity_name(last->severity));
		comment(out, "", buf_text(&text));
	}
}

/* They ask for no setting here: their waivers say that they are lived with. */
static void put_waived(struct buf *out, const struct report *report)
{
	unsigned i;

	if (report->waived_count)
		buf_puts(out, "\n# Found as well, and waived by the site:\n");
	for (i = 0; i < report->waived_count; i++) {
		autobuf struct buf text = BUF_INIT;

		buf_printf(&text, "%s, %s: ", report->waived[i].rule->id,
			   report->waived[i].subject);
		summary_reason(&text, report->waived[i].waiver);
		comment(out, "", buf_text(&text));
	}
	if (report->waived_more)
		buf_printf(out, "# And %u more of these.\n", report->waived_more);
}

void print_sysctl(struct buf *out, const struct report *report, const struct look *look)
{
	unsigned i, j;
	bool any = false;

	(void)look;
	put_head(out, report);
	for (i = 0; i < report->finding_count; i++)
		for (j = 0; j < report->findings[i].setting_count; j++)
			if (!is_wanted_before(report, i, j)) {
				put_key(out, report, &report->findings[i].settings[j]);
				any = true;
			}
	if (!any)
		buf_puts(out, "\n# No finding asks for a setting.\n");
	put_others(out, report);
	put_waived(out, report);
}
