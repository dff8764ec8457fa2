/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcp-advise-facts(7): a section for each kind of fact, a paragraph for each fact. */
#include "fact/manual.h"

#include <string.h>

#include "base/roff.h"
#include "fact/folklore.h"
#include "fact/state.h"
#include "fact/sysctl.h"

/* The catalogue is in manual order: each heading says with which fact its part begins. */
struct heading {
	const char *first;
	const char *section;    /* .Sh, or NULL: the part belongs to the section above */
	const char *subsection; /* .Ss */
};

static const struct heading headings[] = {
	{ "host.kernel", "THE HOST", NULL },
	{ "net.ipv4.tcp_fin_timeout", "SETTINGS", "Closing and giving up" },
	{ "net.core.somaxconn", NULL, "Listening" },
	{ "net.ipv4.ip_local_port_range.low", NULL, "Local ports" },
	{ "net.ipv4.tcp_mem.low", NULL, "Memory and buffers" },
	{ "net.ipv4.tcp_timestamps", NULL, "Protocol features and congestion control" },
	{ "net.netfilter.nf_conntrack_max", NULL, "Connection tracking" },
	{ "TcpExt.ListenOverflows", "COUNTERS", "Listening" },
	{ "TcpExt.TW", NULL, "Closing" },
	{ "TcpExt.TCPOrigDataSent", NULL, "Loss and recovery" },
	{ "TcpExt.TCPMemoryPressures", NULL, "Memory and queues" },
	{ "TcpExt.TCPKeepAlive", NULL, "Acknowledgments, probes and checks" },
	{ "Tcp.ActiveOpens", NULL, "TCP and IP" },
	{ "sockstat.sockets.used", NULL, "Socket statistics" },
	{ "softnet.processed", NULL, "Queues of the network softirq" },
	{ "conntrack.found", NULL, "Connection tracking" },
	{ "state", "SOCKETS", "Who it is" },
	{ "owned", NULL, "Derived" },
	{ "timer", NULL, "Timers" },
	{ "recv_q", NULL, "Queues and memory" },
	{ "congestion", NULL, "Options" },
	{ "so_linger", NULL, "Options of listeners, with --socket-options" },
	{ "ca_state", NULL, "The tcp_info of the kernel" },
	{ "process.files", "PROCESSES", NULL },
};

static const char opening[] =
	".\\\" SPDX-License-Identifier: GPL-2.0-or-later\n"
	".\\\" Made from the catalogue of facts in src/fact; edit that.\n"
	".Dd November 21, 2026\n"
	".Dt TCP-ADVISE-FACTS 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm tcp-advise-facts\n"
	".Nd what tcp-advise can ask the kernel\n"
	".Sh DESCRIPTION\n"
	"The rules of\n"
	".Xr tcp-advise 1\n"
	"are written over facts:\n"
	"named numbers and texts the kernel can tell.\n"
	"Facts of the host have one value for each network namespace and sample,\n"
	"facts of sockets have one for each socket,\n"
	"those of processes one for each process that holds a socket;\n"
	"both stand inside aggregates only, each kind in its own\n"
	"(see\n"
	".Xr tcp-advise-rules 5 ) .\n"
	".Pp\n"
	"Below each name stand its unit and what else is special about it.\n"
	"A\n"
	".Em counter\n"
	"grows since the namespace was made or the socket began,\n"
	"so that only its change tells about now.\n"
	".Em Host-wide\n"
	"facts exist in the first network namespace only,\n"
	"or speak of the whole host in every namespace.\n"
	"Durations are held in seconds and sizes in bytes,\n"
	"whatever the kernel uses.\n"
	"A kernel that does not have a fact makes it unknown, not zero.\n"
	"Versions are those of the kernels of kernel.org:\n"
	"distributions add facts to older ones,\n"
	"and what is there is used, whatever the version says.\n";

static const char closing[] =
	".Sh SEE ALSO\n"
	"One fact or state on a page of its own, with its value on this host and the rules that use it:\n"
	".Ql tcp-advise explain CLOSE_WAIT .\n"
	".Pp\n"
	".Xr tcp-advise 1 ,\n"
	".Xr tcp-advise-rules 5 ,\n"
	".Xr tcp 7 ,\n"
	".Xr ss 8 ,\n"
	".Xr sysctl 8\n";

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len >= end_len && strcmp(s + len - end_len, end) == 0;
}

static void put_symbols(struct buf *line, const struct fact *fact)
{
	buf_puts(line, "one of ");
	for (const struct symbol *symbol = fact->symbols; symbol->name; symbol++)
		buf_printf(line, "%s%s", symbol == fact->symbols ? "" : ", ", symbol->name);
}

/* "bytes, counter; since 4.7; host-wide" */
static void put_properties(struct buf *out, const struct fact *fact)
{
	autobuf struct buf line = BUF_INIT;

	if (fact->unit == UNIT_SYMBOL)
		put_symbols(&line, fact);
	else
		buf_puts(&line, unit_name(fact->unit));
	if (fact->kind == FACT_COUNTER)
		buf_puts(&line, "; counter");
	if (fact->since)
		buf_printf(&line, "; since %s", fact->since);
	if (fact->until)
		buf_printf(&line, "; removed or without effect since %s", fact->until);
	if (fact->host_wide)
		buf_puts(&line, "; host-wide");
	if (fact->read_only && strncmp(fact->name, "net.", 4) == 0)
		buf_puts(&line, "; read-only");
	if (fact_needs_info(fact))
		buf_puts(&line, "; needs the socket's lock");
	roff_text(out, buf_text(&line));
	buf_puts(out, ".br\n");
}

/* What is said of it, and is not so. */
static void put_folklore(struct buf *out, const char *about)
{
	const struct folklore *lore = NULL;

	while ((lore = folklore_next(about, lore))) {
		autobuf struct buf line = BUF_INIT;

		buf_puts(out, ".Pp\n");
		buf_printf(&line, "Folklore: \"%s\" %s", lore->claim, lore->truth);
		roff_text(out, buf_text(&line));
	}
}

/* Of a sysctl the first of its words. */
static const char *folklore_name(const struct fact *fact)
{
	if (!sysctl_is(fact))
		return fact->name;
	return fact == &fact_catalogue[sysctl_find(fact->key)] ? fact->key : "";
}

static void put_fact(struct buf *out, const struct fact *fact)
{
	autobuf struct buf help = BUF_INIT;

	buf_printf(out, ".It Va %s\n", fact->name);
	put_properties(out, fact);
	buf_printf(&help, "%s%s", fact->help, ends_with(fact->help, ".") ? "" : ".");
	roff_text(out, buf_text(&help));
	put_folklore(out, folklore_name(fact));
}

static void put_state(struct buf *out, const struct state_page *page)
{
	autobuf struct buf text = BUF_INIT;

	buf_printf(out, ".It Cm %s\n", page->symbol);
	buf_printf(&text, "%s.", page->help);
	roff_text(out, buf_text(&text));
	buf_puts(out, ".Pp\n");
	roff_text(out, page->shown);
	buf_puts(out, ".Pp\nIt ends by:\n");
	roff_text(out, page->ends);
	put_folklore(out, page->symbol);
}

static void put_states(struct buf *out)
{
	buf_puts(out, ".Sh STATES\n"
		      "What the values of\n"
		      ".Va state\n"
		      "mean on Linux.\n"
		      ".Bl -tag -width Ds\n");
	for (unsigned i = 0; i < state_page_count; i++)
		put_state(out, &state_pages[i]);
	buf_puts(out, ".El\n");
}

static void put_heading(struct buf *out, const struct heading *heading, bool open)
{
	if (open)
		buf_puts(out, ".El\n");
	if (heading->section)
		buf_printf(out, ".Sh %s\n", heading->section);
	if (heading->subsection)
		buf_printf(out, ".Ss %s\n", heading->subsection);
	buf_puts(out, ".Bl -tag -width Ds\n");
}

void fact_manual(struct buf *out)
{
	unsigned next = 0;

	buf_puts(out, opening);
	for (unsigned i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];

		if (next < countof(headings) && strcmp(fact->name, headings[next].first) == 0) {
			put_heading(out, &headings[next], next > 0);
			next++;
		}
		put_fact(out, fact);
	}
	buf_puts(out, ".El\n");
	put_states(out);
	buf_puts(out, closing);
}
