/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of settings, counters and states. */
#include "report/explain.h"

#include <string.h>

#include "base/text.h"
#include "fact/folklore.h"
#include "fact/sysctl.h"
#include "report/wording.h"

struct page {
	struct buf *out;
	const struct topic *topic;
	const struct explain_here *here;
	const struct rulebook *book;
	const struct look *look;
};

static bool is_sysctl(const struct topic *topic)
{
	return topic->fact && sysctl_is(topic->fact);
}

static unsigned number_of(const struct fact *fact)
{
	return (unsigned)(fact - fact_catalogue);
}

/* A line of a section. */
static void put_line(const struct page *page, const struct buf *line)
{
	look_hang(page->out, page->look, EXPLAIN_MARGIN, buf_text(line));
}

/* ---- what it is here ---- */

static void put_default(struct buf *line, unsigned first, unsigned kernel)
{
	struct sysctl_initial initial;

	if (!sysctl_initial(&initial, first, kernel))
		buf_puts(line, "follows from the memory of the host or the build of the kernel");
	else
		buf_printf(line, "%s%s", initial.text,
			   initial.sized ? ", or less on a host with little memory" : "");
}

static unsigned kernel_here(const struct page *page)
{
	const struct reading *kernel = &page->here->now->readings[fact_find("host.kernel")];

	return kernel->why == WHY_KNOWN && kernel->text ? kernel_version(kernel->text) : 0;
}

static bool is_default(const struct page *page, unsigned first, const char *text)
{
	struct sysctl_initial initial;

	return sysctl_initial(&initial, first, kernel_here(page)) && strcmp(initial.text, text) == 0;
}

static void put_sysctl_here(const struct page *page)
{
	unsigned first = number_of(page->topic->fact);
	const struct reading *reading = &page->here->now->readings[first];
	autobuf struct buf line = BUF_INIT, boot = BUF_INIT;

	if (!reading->text || reading->why == WHY_HOST_WIDE) {
		word_reason(&line, value_unknown(reading->why ? reading->why : WHY_MALFORMED, first));
	} else {
		buf_printf(&line, "%s = %s", page->topic->fact->key,
			   *reading->text ? reading->text : "(empty)");
		if (is_default(page, first, reading->text))
			buf_puts(&line, ", which is the kernel's default");
	}
	put_line(page, &line);
	if (reading->configured)
		buf_printf(&boot, "set at boot by %s", reading->configured);
	else if (page->here->now->configured == WHY_KNOWN && reading->text)
		buf_puts(&boot, "no file sets it at boot");
	if (boot.len)
		put_line(page, &boot);
}

static void put_fact_here(const struct page *page)
{
	const struct fact *fact = page->topic->fact;
	const struct reading *reading = &page->here->now->readings[number_of(fact)];
	const struct wording wording = { .now = page->here->now };
	autobuf struct buf line = BUF_INIT;

	if (fact->scope == FACT_SOCKET) {
		buf_puts(&line, "each socket has its own; ss(8) shows them");
	} else if (reading->why != WHY_KNOWN) {
		word_reason(&line, value_unknown(reading->why, number_of(fact)));
	} else if (fact->unit == UNIT_TEXT) {
		buf_puts(&line, reading->text ? reading->text : "");
	} else if (fact->unit == UNIT_BOOL) {
		buf_puts(&line, reading->number != 0 ? "yes" : "no");
	} else {
		unit_print(&line, fact->unit, reading->number);
		if (fact->kind == FACT_COUNTER)
			word_age(&line, fact, &wording);
	}
	put_line(page, &line);
}

static void put_state_here(const struct page *page)
{
	const struct report_state *state =
		&page->here->report->vitals.states[page->topic->state->state];
	autobuf struct buf line = BUF_INIT;

	if (state->known) {
		buf_puts(&line, state->reason ? "at least " : "");
		unit_print(&line, UNIT_COUNT, (double)state->count);
		buf_puts(&line, state->count == 1 ? " socket" : " sockets");
	}
	if (state->reason)
		buf_printf(&line, "%s%s", line.len ? ": " : "", state->reason);
	put_line(page, &line);
}

static void put_here(const struct page *page)
{
	explain_heading(page->out, page->look, "HERE");
	if (page->topic->state)
		put_state_here(page);
	else if (is_sysctl(page->topic))
		put_sysctl_here(page);
	else
		put_fact_here(page);
}

/* ---- what a setting takes ---- */

/* "1,000 to 120,000 milliseconds", in the unit that is written. */
static const char *written_unit(const struct fact *fact)
{
	static const struct {
		double scale;
		const char *name;
	} times[] = { { 0, "seconds" }, { 1, "seconds" }, { 1e-3, "milliseconds" },
		      { 1e-6, "microseconds" }, { 1e-9, "nanoseconds" } };
	unsigned i;

	if (fact->unit == UNIT_PAGES)
		return "pages of memory";
	if (fact->unit == UNIT_BYTES)
		return "bytes";
	for (i = 0; fact->unit == UNIT_SECONDS && i < countof(times); i++)
		if (fact->scale == times[i].scale)
			return times[i].name;
	return NULL;
}

static void put_range(struct buf *line, const struct fact *fact)
{
	const double all_bits = 9.2e18; /* whatever the kernel's long holds is no limit to name */
	const char *unit = written_unit(fact);

	if (fact->least == 0 && fact->most == 0) {
		buf_puts(line, fact->unit == UNIT_TEXT ? "a text" : "numbers");
	} else {
		buf_printf(line, fact->most < all_bits ? "%.0f to %.0f" : "%.0f or more", fact->least,
			   fact->most);
	}
	if (unit)
		buf_printf(line, " %s", unit);
}

static void put_takes(const struct page *page)
{
	unsigned first = number_of(page->topic->fact), words = sysctl_words(first), i;

	explain_heading(page->out, page->look, "TAKES");
	for (i = 0; i < words; i++) {
		const struct fact *fact = &fact_catalogue[first + i];
		autobuf struct buf line = BUF_INIT;

		if (words > 1)
			buf_printf(&line, "%s: ", fact->name + strlen(fact->key) + 1);
		if (fact->read_only)
			buf_puts(&line, "nothing: it can only be read");
		else
			put_range(&line, fact);
		put_line(page, &line);
	}
}

static void put_origin(const struct page *page)
{
	unsigned first = number_of(page->topic->fact);
	const struct fact *fact = page->topic->fact;
	autobuf struct buf initial = BUF_INIT, scope = BUF_INIT, kernels = BUF_INIT;

	explain_heading(page->out, page->look, "THE KERNEL'S OWN");
	if (!fact->read_only) {
		buf_puts(&initial, "default: ");
		put_default(&initial, first, kernel_here(page));
		put_line(page, &initial);
	}
	buf_puts(&scope, fact->host_wide ? "one for the whole host" :
					   "each network namespace has its own");
	put_line(page, &scope);
	if (fact->since)
		buf_printf(&kernels, "since Linux %s", fact->since);
	if (fact->until)
		buf_printf(&kernels, "%s%s in Linux %s", fact->since ? ", " : "",
			   fact->inert ? "without effect from then on:" : "removed", fact->until);
	if (kernels.len)
		put_line(page, &kernels);
}

/* ---- where else it is found ---- */

static void put_names(const struct page *page)
{
	const struct fact *fact = page->topic->fact;
	autobuf struct buf line = BUF_INIT;

	if (page->topic->state) {
		buf_printf(&line, "state == %s in rules, %s in RFC 9293", page->topic->state->symbol,
			   page->topic->state->name);
	} else if (fact->origin == FROM_TABLE) {
		buf_printf(&line, "%s%s in nstat(8), from /%s", fact->prefix, fact->key, fact->path);
	} else if (fact->path) {
		buf_printf(&line, "/%s", fact->path);
	} else {
		return;
	}
	explain_heading(page->out, page->look, "FOUND AS");
	put_line(page, &line);
}

/* ---- folklore, rules ---- */

static void put_folklore(const struct page *page)
{
	const struct folklore *lore = NULL;
	const char *key = topic_key(page->topic);
	bool any = false;

	while ((lore = folklore_next(key, lore))) {
		autobuf struct buf line = BUF_INIT;

		if (!any)
			explain_heading(page->out, page->look, "FOLKLORE");
		any = true;
		buf_printf(&line, "\"%s\" %s", lore->claim, lore->truth);
		put_line(page, &line);
	}
}

static bool uses(const struct page *page, const struct rule *rule)
{
	const struct topic *topic = page->topic;
	unsigned first, words, i;

	if (topic->state)
		return rule_names_state(rule, topic->state->state);
	first = number_of(topic->fact);
	words = is_sysctl(topic) ? sysctl_words(first) : 1;
	for (i = 0; i < words; i++)
		if (rule_uses_fact(rule, first + i))
			return true;
	return false;
}

/* A few with their titles; of many the ids. */
static void put_rules(const struct page *page)
{
	enum { FEW = 12 };
	autobuf struct buf ids = BUF_INIT, lines = BUF_INIT;
	unsigned count = 0, i;

	for (i = 0; i < page->book->count; i++) {
		const struct rule *rule = page->book->rules[i];
		autobuf struct buf line = BUF_INIT;

		if (!uses(page, rule))
			continue;
		buf_printf(&ids, "%s%s", count++ ? ", " : "", rule->id);
		buf_printf(&line, "%s: %s (%s)", severity_name(rule->severity), rule->id, rule->title);
		look_hang(&lines, page->look, EXPLAIN_MARGIN, line.text);
	}
	explain_heading(page->out, page->look, "RULES THAT USE IT");
	if (count > FEW)
		text_wrap(page->out, ids.text, EXPLAIN_MARGIN, 0, look_width(page->look));
	else
		buf_puts(page->out, count ? lines.text : "    none\n");
}

/* ---- the page ---- */

static const char *kind_of(const struct topic *topic)
{
	if (topic->state)
		return "state";
	if (is_sysctl(topic))
		return "sysctl";
	return topic->fact->kind == FACT_COUNTER ? "counter" : "fact";
}

/* Of a sysctl of several words, each. */
static void put_help(const struct page *page)
{
	const struct topic *topic = page->topic;
	unsigned first, words, i;

	if (topic->state) {
		autobuf struct buf line = BUF_INIT;

		buf_printf(&line, "%s.", topic->state->help);
		text_wrap(page->out, line.text, EXPLAIN_MARGIN, 0, look_width(page->look));
		return;
	}
	first = number_of(topic->fact);
	words = is_sysctl(topic) ? sysctl_words(first) : 1;
	for (i = 0; i < words; i++) {
		const struct fact *fact = &fact_catalogue[first + i];
		autobuf struct buf line = BUF_INIT;

		if (words > 1)
			buf_printf(&line, "%s: ", fact->name + strlen(fact->key) + 1);
		buf_printf(&line, "%s.", fact->help);
		put_line(page, &line);
	}
}

void explain_topic(struct buf *out, const struct rulebook *book, const struct topic *topic,
		   const struct explain_here *here, const struct look *look)
{
	const struct page page = { out, topic, here, book, look };
	size_t start = out->len;

	buf_printf(out, "%s: ", kind_of(topic));
	look_strong(out, look, topic_name(topic));
	buf_putc(out, '\n');
	put_help(&page);
	put_here(&page);
	if (topic->state) {
		explain_section(out, look, "ON LINUX", topic->state->shown);
		explain_section(out, look, "ENDS BY", topic->state->ends);
	}
	if (is_sysctl(topic)) {
		put_takes(&page);
		put_origin(&page);
	}
	put_folklore(&page);
	put_rules(&page);
	put_names(&page);
	look_finish(out, start, look);
}
