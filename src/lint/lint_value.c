/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values: what the kernel refuses, misreads, or has already. */
#include <string.h>

#include "base/text.h"
#include "lint/inside.h"

struct value_line {
	struct lint *lint;
	const struct config_line *line;
	unsigned fact, kernel;
	struct sysctl_write write;
	const char *after; /* what the file reads, "?" for words that were not set */
};

static void say(const struct value_line *v, enum severity severity, const char *check,
		const char *text)
{
	const struct remark remark = { .severity = severity,
				       .check = check,
				       .key = fact_catalogue[v->fact].key,
				       .line = v->line,
				       .text = text };

	remarks_add(&v->lint->remarks, &remark);
}

/* The last word of a name: "default" of net.ipv4.tcp_rmem.default. */
static const char *word_name(unsigned fact)
{
	return strrchr(fact_catalogue[fact].name, '.') + 1;
}

/* ---- refused ---- */

static void refused(const struct value_line *v)
{
	autobuf struct buf text = BUF_INIT;
	bool comment = strpbrk(v->line->value, "#;") != NULL;

	buf_printf(&text, "The kernel refuses the value: %s.", buf_text(&v->write.reason));
	if (comment)
		buf_puts(&text, " A comment must have a line of its own.");
	if (v->write.count > 0)
		buf_printf(&text, " By then it has set %s, and keeps that.", word_name(v->fact));
	say(v, SEVERITY_WARNING, "refused-value", buf_text(&text));
}

/* net/ipv4/sysctl_net_ipv4.c ipv4_local_port_range(): the limit of another key. */
static void port_range(const struct value_line *v)
{
	const double *n = v->write.numbers;

	if (strcmp(fact_catalogue[v->fact].key, "net.ipv4.ip_local_port_range") != 0 ||
	    v->write.count < 2)
		return;
	if (n[1] < n[0])
		say(v, SEVERITY_WARNING, "refused-value",
		    "The kernel refuses the value: the last port is below the first.");
	else if (n[0] < 1024)
		say(v, SEVERITY_WARNING, "refused-value",
		    "The kernel refuses a range that begins below"
		    " net.ipv4.ip_unprivileged_port_start, which is 1024 unless it was lowered before.");
}

/* What Linux itself has under a name (net/ipv4/Kconfig, net/sched/Kconfig): the kernel loads the
 * module that is called so, and refuses a name that none has. */
static void unknown_name(const struct value_line *v)
{
	static const struct {
		const char *key, *what;
		const char *names[32];
	} tables[] = {
		{ "net.ipv4.tcp_congestion_control", "congestion control",
		  { "bbr", "bic", "cdg", "cubic", "dctcp", "highspeed", "htcp", "hybla",
		    "illinois", "lp", "nv", "reno", "scalable", "vegas", "veno", "westwood",
		    "yeah" } },
		{ "net.core.default_qdisc", "queueing discipline",
		  { "bfifo", "cake", "choke", "codel", "drr", "dualpi2", "etf", "fq", "fq_codel",
		    "fq_pie", "gred", "hhf", "mq", "multiq", "netem", "noqueue", "pfifo",
		    "pfifo_fast", "pie", "plug", "prio", "qfq", "red", "sfb", "sfq", "skbprio",
		    "taprio", "tbf", "teql" } },
	};
	struct nearest nearest = { .name = v->line->value };
	autobuf struct buf text = BUF_INIT, hint = BUF_INIT;
	unsigned i, j;

	for (i = 0; i < countof(tables); i++)
		if (strcmp(fact_catalogue[v->fact].key, tables[i].key) == 0)
			break;
	if (i == countof(tables))
		return;
	for (j = 0; j < countof(tables[i].names) && tables[i].names[j]; j++) {
		if (strcmp(tables[i].names[j], v->line->value) == 0)
			return;
		nearest_try(&nearest, tables[i].names[j]);
	}
	nearest_hint(&nearest, &hint);
	buf_printf(&text, "No %s known here has this name%s The kernel refuses it, unless a module"
			  " brings it.", tables[i].what, hint.len ? hint.text : ".");
	say(v, SEVERITY_WARNING, "unknown-name", buf_text(&text));
}

/* ---- misread ---- */

/* As text_printable() writes one. */
static const char backslash[] = "\\x5c";

static void trailing(const struct value_line *v)
{
	autobuf struct buf text = BUF_INIT;

	if (!*v->write.rest)
		return;
	if (strchr("#;/", *v->write.rest)) {
		say(v, SEVERITY_NOTICE, "trailing-comment",
		    "The kernel happens to ignore what follows the number. Comments stand on lines of"
		    " their own: after a name or a list of ports this one would make the line fail.");
		return;
	}
	buf_printf(&text, "The kernel takes %u value%s and ignores '%s'.%s", sysctl_words(v->fact),
		   sysctl_words(v->fact) > 1 ? "s" : "", v->write.rest,
		   strcmp(v->write.rest, backslash) == 0 ? " Lines cannot be continued." : "");
	say(v, SEVERITY_WARNING, "extra-values", buf_text(&text));
}

static void missing_words(const struct value_line *v)
{
	autobuf struct buf text = BUF_INIT;
	unsigned i, words = sysctl_words(v->fact);

	if (fact_catalogue[v->fact].unit == UNIT_TEXT || v->write.count >= words)
		return;
	buf_printf(&text, "This key takes %u values (", words);
	for (i = 0; i < words; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", word_name(v->fact + i));
	buf_puts(&text, "), and the line sets only ");
	for (i = 0; i < v->write.count; i++)
		buf_printf(&text, "%s%s to %.0f", i ? " and " : "", word_name(v->fact + i),
			   v->write.numbers[i]);
	buf_puts(&text, "; what is not named stays as it is.");
	say(v, SEVERITY_WARNING, "missing-values", buf_text(&text));
}

static void octal(const struct value_line *v)
{
	autobuf struct buf text = BUF_INIT;
	const char *word = v->line->value;
	unsigned i;

	for (i = 0; i < v->write.count; i++) {
		if (word[0] == '0' && word[1] >= '0' && word[1] <= '9') {
			buf_printf(&text, "A leading 0 means octal: the kernel reads %.0f.",
				   v->write.numbers[i]);
			say(v, SEVERITY_WARNING, "octal-value", buf_text(&text));
			return;
		}
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
}

/* The kernel's own largest is 9.4 % of memory (net/ipv4/tcp.c tcp_init_mem()); what is meant as
 * bytes is 4096 times too much. */
static void pages(const struct value_line *v)
{
	enum { PAGE = 4096, GIB = 1 << 30 };
	const double most = v->write.numbers[v->write.count - 1] * PAGE / GIB;
	autobuf struct buf text = BUF_INIT;

	if (fact_catalogue[v->fact].unit != UNIT_PAGES || most < 64)
		return;
	buf_printf(&text,
		   "The unit is pages, not bytes: with pages of 4 KiB this lets TCP have %.0f GiB."
		   " The kernel itself gives so much to a host of %.0f GiB.",
		   most, most / 0.094);
	say(v, SEVERITY_WARNING, "bytes-for-pages", buf_text(&text));
}

/* ---- already so ---- */

static void print_version(struct buf *out, unsigned version)
{
	buf_printf(out, "%u.%u", version >> 16, version & 0xffff);
}

/* An old guide's numbers are often those of an old kernel. */
static void old_default(const struct value_line *v, const struct sysctl_initial *newest)
{
	autobuf struct buf text = BUF_INIT;
	struct sysctl_initial older = *newest;

	while (older.since && sysctl_initial(&older, v->fact, older.since - 1)) {
		if (strcmp(older.text, v->after) != 0)
			continue;
		buf_puts(&text, "This was the kernel's own until ");
		print_version(&text, older.until);
		buf_printf(&text, ", and is '%s' now: the line holds newer kernels back.",
			   newest->text);
		say(v, SEVERITY_NOTICE, "old-default", buf_text(&text));
		return;
	}
}

static void is_default(const struct value_line *v)
{
	autobuf struct buf text = BUF_INIT;
	struct sysctl_initial initial;

	if (v->line->of_fix || !sysctl_initial(&initial, v->fact, v->kernel))
		return;
	if (strcmp(initial.text, v->after) != 0) {
		old_default(v, &initial);
		return;
	}
	buf_puts(&text, "This is the kernel's own value");
	if (initial.since && !v->kernel) {
		buf_puts(&text, " since ");
		print_version(&text, initial.since);
	}
	if (initial.sized)
		buf_puts(&text, ", unless the host has little memory");
	buf_puts(&text, ".");
	say(v, SEVERITY_INFO, "default-value", buf_text(&text));
}

void lint_value(struct lint *lint, const struct config_line *line, unsigned fact, unsigned kernel)
{
	struct value_line v = { .lint = lint, .line = line, .fact = fact, .kernel = kernel };
	autobuf struct buf after = BUF_INIT;

	sysctl_write(&v.write, fact, line->value);
	sysctl_after(&after, fact, &v.write, line->value, NULL);
	v.after = buf_text(&after);
	if (!v.write.taken) {
		refused(&v);
	} else if (fact_catalogue[fact].unit == UNIT_TEXT) {
		unknown_name(&v);
		is_default(&v);
	} else {
		port_range(&v);
		trailing(&v);
		missing_words(&v);
		octal(&v);
		pages(&v);
		is_default(&v);
	}
	buf_fini(&v.write.reason);
}
