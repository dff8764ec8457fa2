/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why something is not known, in one sentence of a report. */
#include "fact/value.h"

#include <linux/inet_diag.h>
#include <string.h>

/* What may follow the sentence in brackets. */
enum detail {
	DETAIL_NONE,
	DETAIL_PRESENCE, /* which kernels have it, or the module it wants */
	DETAIL_KERNEL,	 /* the first kernel that sends it */
	DETAIL_SENT,	 /* the privilege it wants, else as above */
};

/* The name of the fact stands between before and after; 'after' NULL: the sentence needs none. */
struct reason {
	const char *before;
	const char *after;
	enum detail detail;
};

static const struct reason reasons[WHYS] = {
	[WHY_KNOWN] = { "", " is known", DETAIL_NONE },
	[WHY_ABSENT] = { "", " does not exist on this kernel", DETAIL_PRESENCE },
	[WHY_HOST_WIDE] = { "settings of the whole host are in its first network namespace only,"
			    " out of reach from here", NULL, DETAIL_NONE },
	[WHY_DENIED] = { "no permission to read ", "", DETAIL_NONE },
	[WHY_MALFORMED] = { "", " is there, but not in the expected form", DETAIL_NONE },
	[WHY_NOT_RECORDED] = { "the recording does not hold ", "", DETAIL_NONE },
	[WHY_NO_WINDOW] = { "growth needs two samples, as --window takes them", NULL, DETAIL_NONE },
	[WHY_WENT_BACK] = { "", " went back between the samples: it was reset", DETAIL_NONE },
	[WHY_NO_VALUE] = { "", " has no value yet, or none in this state", DETAIL_NONE },
	[WHY_SHORT] = { "", " is not in what this kernel sends", DETAIL_KERNEL },
	[WHY_NO_ATTRIBUTE] = { "some sockets came without ", "", DETAIL_SENT },
	[WHY_INFO_DEADLINE] = { "", " needs tcp_info, and reading that took too long",
				DETAIL_NONE },
	[WHY_NO_DIAG] = { "no sock_diag, and /proc/net/tcp does not have ", "", DETAIL_NONE },
	[WHY_NO_SOCKETS] = { "no socket list: neither sock_diag nor /proc/net/tcp could be read",
			     NULL, DETAIL_NONE },
	[WHY_CUT] = { "the list of sockets ended early", NULL, DETAIL_NONE },
	[WHY_GROUPS] = { "there are more groups than are kept", NULL, DETAIL_NONE },
	[WHY_ESTIMATE] = { "an estimate: there are more different values than are kept", NULL,
			   DETAIL_NONE },
	[WHY_DIVISION] = { "division by zero", NULL, DETAIL_NONE },
	[WHY_UNSEEN] = { "nothing is there at this moment to judge it by", NULL, DETAIL_NONE },
	[WHY_NO_CGROUPS] = { "", " is not known: no cgroup tree of version 2 is mounted",
			     DETAIL_NONE },
	[WHY_OWNERS_LATE] = { "looking through /proc for who holds sockets took too long", NULL,
			      DETAIL_NONE },
	[WHY_PROCESSES_HIDDEN] = { "what processes of others have open needs CAP_SYS_PTRACE and"
				   " CAP_DAC_READ_SEARCH", NULL, DETAIL_NONE },
	[WHY_SECOND_LOOK] = { "", " is told by a second look at the sockets, which did not end",
			      DETAIL_NONE },
	[WHY_NO_OPTIONS] = { "socket options of listeners are read with --socket-options only", NULL,
			     DETAIL_NONE },
	[WHY_LISTENERS] = { "", " is read of listeners only", DETAIL_NONE },
	[WHY_NO_HOLDER] = { "no process that holds the listener could be asked for ", "",
			    DETAIL_NONE },
	[WHY_UNTOLD] = { "what ss printed does not tell ", "", DETAIL_NONE },
	[WHY_LISTENERS_ONLY] = { "changes of ", " are followed for listeners only", DETAIL_NONE },
};

static void put_kernel(struct buf *out, const struct fact *fact)
{
	if (fact->since)
		buf_printf(out, " (needs %s)", fact->since);
}

static void put_presence(struct buf *out, const struct fact *fact)
{
	if (fact->until)
		buf_printf(out, " (removed in %s)", fact->until);
	else if (strstr(fact->name, "conntrack"))
		buf_printf(out, " (needs nf_conntrack%s%s)", fact->since ? " of " : "",
			   fact->since ? fact->since : "");
	else
		put_kernel(out, fact);
}

static void put_detail(struct buf *out, enum detail detail, const struct fact *fact)
{
	if (detail == DETAIL_PRESENCE)
		put_presence(out, fact);
	else if (detail == DETAIL_SENT && fact->attr == INET_DIAG_MARK)
		buf_puts(out, " (needs CAP_NET_ADMIN)");
	else if (detail != DETAIL_NONE)
		put_kernel(out, fact);
}

void value_reason(struct buf *out, struct value v)
{
	const struct reason *reason = &reasons[v.why < WHYS ? v.why : WHY_MALFORMED];
	const struct fact *fact = v.fact < fact_count ? &fact_catalogue[v.fact] : NULL;
	const char *after = reason->after;

	if (v.why == WHY_SHORT && fact && fact->attr == INET_DIAG_INFO)
		after = " is not in this kernel's tcp_info";
	buf_puts(out, reason->before);
	if (!after)
		return;
	/* What a recording lacks without being one fact is the sockets. */
	buf_printf(out, "%s%s", fact ? fact->name : v.why == WHY_NOT_RECORDED ? "these sockets" : "it",
		   after);
	if (fact)
		put_detail(out, reason->detail, fact);
}
