/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes: dumps of both families, cut into messages, made rows. */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "collect/collect.h"
#include "collect/earlier.h"
#include "collect/host.h"
#include "collect/listeners.h"
#include "collect/message.h"
#include "collect/procnet.h"
#include "collect/row.h"

struct sockets {
	const struct plan *plan;
	struct listeners *listeners;
	const struct earlier *earlier; /* NULL: there was no first sample */
	struct row_decoder *decoder;
	struct option_table options;
	bool proc[2];	    /* of IPv4, IPv6: sock_diag was not to be had, do not ask again */
	struct buf refusal; /* why */
	double before[COLUMNS_MAX];
};

/* One pass. */
struct walk {
	struct sockets *sockets;
	const struct query *query;
	enum pass pass;
	enum pass file; /* the pass as which a recording has the dump */
	unsigned sample;
	row_fn *fn; /* NULL: only remember the listeners of the first sample ... */
	void *arg;
	struct earlier *keep; /* ... here */
	struct pass_result *result;
	struct row row;
};

struct sockets *sockets_new(const struct plan *plan, const struct sample *sample,
			    const struct earlier *earlier, struct owners *owners)
{
	struct sockets *s = xcalloc(1, sizeof *s);
	unsigned i;

	s->plan = plan;
	s->earlier = earlier;
	s->listeners = listeners_new();
	s->decoder = row_decoder_new(plan, sample, s->listeners, owners);
	for (i = 0; i < COLUMNS_MAX; i++)
		s->before[i] = NAN;
	return s;
}

void sockets_free(struct sockets *s)
{
	if (!s)
		return;
	row_decoder_free(s->decoder);
	option_table_fini(&s->options);
	listeners_free(s->listeners);
	buf_fini(&s->refusal);
	free(s);
}

/* ---- listeners ---- */

static const double *find_before(struct sockets *s, const struct row *row)
{
	const double *cell = s->earlier ? earlier_find(s->earlier, row->cookie) : NULL;
	unsigned i;

	if (!cell)
		return NULL;
	for (i = 0; i < s->plan->column_count; i++)
		if (s->plan->columns[i].before)
			s->before[i] = *cell++;
	return s->before;
}

/* ---- messages ---- */

static void deliver(struct walk *w)
{
	struct sockets *s = w->sockets;
	struct listener listener;

	w->result->rows++;
	if (!w->fn) {
		earlier_row(w->keep, s->plan, &w->row);
		return;
	}
	w->row.before = w->row.state == STATE_LISTEN ? find_before(s, &w->row) : NULL;
	if (w->pass == PASS_LISTEN && w->row.state == STATE_LISTEN) {
		listener = row_listener(s->decoder, &w->row);
		listeners_add(s->listeners, &listener);
	}
	w->fn(w->arg, w->pass, &w->row);
}

static void take_message(struct walk *w, unsigned type, const unsigned char *payload, size_t len)
{
	enum row_result result = ROW_MALFORMED;

	if (type < NLMSG_MIN_TYPE)
		return; /* control */
	if (type == SOCK_DIAG_BY_FAMILY || type == TCPDIAG_GETSOCK)
		result = row_decode(w->sockets->decoder, payload, len, &w->row);
	if (result == ROW_READY)
		deliver(w);
	else if (result == ROW_MALFORMED)
		w->result->malformed++;
}

static int take_datagram(void *arg, const void *data, size_t left)
{
	struct walk *w = arg;
	struct messages messages = { data, left };
	const unsigned char *payload;
	unsigned type;
	size_t len;

	while (messages_next(&messages, &type, &payload, &len))
		take_message(w, type, payload, len);
	w->result->malformed += messages.left > 0;
	return 0;
}

/* ---- dumps ---- */

/* /proc/net/tcp stands in for sock_diag where no tcp_info is asked for. */
static bool proc_will_do(const struct walk *w)
{
	return w->pass != PASS_INFO || !(w->query->ext & 1u << (INET_DIAG_INFO - 1));
}

static bool no_diag(enum dump_end end)
{
	return end == DUMP_NO_DIAG || end == DUMP_REFUSED;
}

/* A kernel without IPv6 has no such file, and nothing to dump. */
static bool has_ipv6(struct source *source, unsigned sample)
{
	int fd = source->ops->open(source, sample, "proc/net/tcp6");

	if (fd >= 0)
		close(fd);
	return fd != -ENOENT;
}

static enum dump_end dump_proc(struct walk *w, struct source *source, int family)
{
	struct buf *reason = &w->result->reason;
	autobuf struct buf more = BUF_INIT;
	enum dump_end end;

	w->result->proc = true;
	row_decoder_begin(w->sockets->decoder, w->pass, w->query, true, &w->row);
	end = procnet_dump(source, w->sample, family, w->query, take_datagram, w, &more);
	if (reason->len == 0)
		buf_puts(reason, buf_text(&w->sockets->refusal));
	if (more.len)
		buf_printf(reason, "%s%s", reason->len ? "; " : "", more.text);
	return end;
}

/* One family. */
static enum dump_end dump_family(struct walk *w, struct source *source, int family)
{
	struct sockets *s = w->sockets;
	bool *proc = &s->proc[family == AF_INET6];
	autobuf struct buf reason = BUF_INIT;
	enum dump_end end;

	if (*proc && proc_will_do(w))
		return dump_proc(w, source, family);
	row_decoder_begin(s->decoder, w->pass, w->query, false, &w->row);
	end = source->ops->dump(source, w->sample, w->file, family, w->query, take_datagram, w,
				&reason);
	if (no_diag(end) && family == AF_INET6 && !has_ipv6(source, w->sample))
		return DUMP_COMPLETE;
	if (no_diag(end) && proc_will_do(w) && w->fn) {
		*proc = true;
		buf_clear(&s->refusal);
		buf_puts(&s->refusal, buf_text(&reason));
		return dump_proc(w, source, family);
	}
	if (end != DUMP_COMPLETE && w->result->reason.len == 0)
		buf_puts(&w->result->reason, buf_text(&reason));
	return end;
}

/* Both families in one walk of the kernel's table. False: to be asked apart, as each may fail
 * for a reason of its own. */
static bool dump_together(struct walk *w, struct source *source)
{
	struct sockets *s = w->sockets;
	autobuf struct buf reason = BUF_INIT;
	enum dump_end end;

	if (!source->ops->together || s->proc[0] || s->proc[1])
		return false;
	row_decoder_begin(s->decoder, w->pass, w->query, false, &w->row);
	end = source->ops->dump(source, w->sample, w->file, AF_UNSPEC, w->query, take_datagram, w,
				&reason);
	if (no_diag(end))
		return false;
	if (end > w->result->end)
		w->result->end = end;
	buf_puts(&w->result->reason, buf_text(&reason));
	return true;
}

static void dump_both(struct walk *w, struct source *source)
{
	static const int families[] = { AF_INET, AF_INET6 };
	enum dump_end end;
	unsigned i;

	if (dump_together(w, source))
		return;
	for (i = 0; i < countof(families); i++) {
		end = dump_family(w, source, families[i]);
		if (end > w->result->end)
			w->result->end = end;
	}
}

void sockets_earlier(const struct plan *plan, struct source *source, const struct sample *sample,
		     struct earlier *earlier)
{
	struct pass_result result = { .end = DUMP_COMPLETE, .reason = BUF_INIT };
	struct walk walk = {
		.sockets = sockets_new(plan, sample, NULL, NULL),
		.query = &plan->query[PASS_LISTEN],
		.pass = PASS_LISTEN,
		.file = PASS_LISTEN,
		.sample = 0,
		.keep = earlier,
		.result = &result,
	};

	if (walk.query->states)
		dump_both(&walk, source);
	earlier_sort(earlier);
	buf_fini(&result.reason);
	sockets_free(walk.sockets);
}

/* Before the listeners are dumped: their rows have the options. */
static void read_options(struct sockets *s, struct source *source)
{
	autobuf struct buf lines = BUF_INIT;

	int error = source->ops->options ? source->ops->options(source, &lines) : ENODATA;

	if (error == ENODATA)
		return;
	if (error)
		s->options.why = why_of_errno(error);
	else
		option_table_read(&s->options, &lines);
	row_decoder_options(s->decoder, &s->options);
}

static void note_options(const struct sockets *s, struct buf *note)
{
	autobuf struct buf options = BUF_INIT;

	option_table_note(&s->options, &options);
	if (options.len)
		buf_printf(note, "%s%s", note->len ? "; " : "", options.text);
}

/* Why a socket that belongs to no known listener may belong to an unknown one. */
static enum why why_incomplete(enum dump_end end)
{
	static const enum why why[] = {
		[DUMP_COMPLETE] = WHY_KNOWN,	 [DUMP_DEADLINE] = WHY_CUT,
		[DUMP_CUT] = WHY_CUT,		 [DUMP_NO_DIAG] = WHY_NO_SOCKETS,
		[DUMP_REFUSED] = WHY_NO_SOCKETS, [DUMP_NOT_RECORDED] = WHY_NOT_RECORDED,
	};

	return why[end];
}

/* Listeners have a table of their own, and their dump takes no lock: PASS_INFO asks for them
 * apart. */
void sockets_pass(struct sockets *s, struct source *source, enum pass pass,
		  const struct query *query, row_fn *fn, void *arg, struct pass_result *result)
{
	struct query again = *query, others = *query;
	struct walk walk = {
		.sockets = s, .query = &again, .pass = pass, .file = PASS_LISTEN, .sample = 1,
		.fn = fn, .arg = arg, .result = result,
	};

	again.states &= pass == PASS_INFO ? STATES_LISTEN : 0;
	again.ext &= ~(1u << (INET_DIAG_INFO - 1));
	others.states &= ~again.states;
	*result = (struct pass_result){ .end = DUMP_COMPLETE, .reason = BUF_INIT };
	if (source->ops->printed)
		row_decoder_printed(s->decoder);
	if (query->options)
		read_options(s, source);
	if (again.states)
		dump_both(&walk, source);
	walk.query = &others;
	walk.file = pass;
	if (others.states)
		dump_both(&walk, source);
	if (pass != PASS_LISTEN || !query->states)
		return;
	listeners_done(s->listeners, why_incomplete(result->end));
	note_options(s, &result->reason);
}
