/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rulebook from text, readings and rows made by hand: what the tests of eval/ evaluate. */
#ifndef TESTS_EVAL_WORLD_H
#define TESTS_EVAL_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/buf.h"
#include "eval/eval.h"

struct world {
	struct rulebook *book;
	struct plan *plan;
	struct eval *eval;
	struct sample before, now;
	bool open[256];
	struct row row; /* the next one */
	const struct verdict *verdicts;
	unsigned count, more;
};

static inline struct reading *world_reading(struct sample *sample, const char *name)
{
	unsigned fact = fact_find(name);

	if (fact == FACT_NONE)
		fail_msg("%s is not a fact", name);
	return &sample->readings[fact];
}

static inline void world_know(struct sample *sample, const char *name, double number)
{
	*world_reading(sample, name) = (struct reading){
		.why = WHY_KNOWN,
		.number = number,
		.raw = (uint64_t)number,
	};
}

/* 'role' as --role has it, or NULL. */
static inline void world_load(struct world *w, const char *text, const char *role)
{
	char path[] = "/tmp/tcp-advise-test-XXXXXX";
	const char *paths[] = { path };
	autoerrors struct errors errors = ERRORS_INIT;
	struct rulebook_options options = { .role = role };
	/* Which sockets they are changes no verdict. */
	struct plan_options what = { .flagged = true };
	autoclose int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	w->book = rulebook_load(paths, 1, &options, &errors);
	unlink(path);
	if (!w->book)
		fail_msg("%s", buf_text(&errors.text));
	w->plan = plan_build(w->book, &what, &errors);
	if (!w->plan)
		fail_msg("%s", buf_text(&errors.text));
	assert_true(w->plan->verdict_count <= countof(w->open));
}

static inline void world_init_as(struct world *w, const char *text, const char *role)
{
	struct sample *samples[] = { &w->before, &w->now };
	unsigned i, j;

	memset(w, 0, sizeof *w);
	world_load(w, text, role);
	for (j = 0; j < countof(samples); j++) {
		samples[j]->readings = xcalloc(fact_count, sizeof *samples[j]->readings);
		for (i = 0; i < fact_count; i++)
			samples[j]->readings[i].why = WHY_NOT_RECORDED;
	}
	w->eval = eval_new(w->plan);
}

static inline void world_init(struct world *w, const char *text)
{
	world_init_as(w, text, NULL);
}

/* The same rules and readings, but no rows. */
static inline void world_again(struct world *w)
{
	eval_free(w->eval);
	w->eval = eval_new(w->plan);
}

static inline void world_fini(struct world *w)
{
	eval_free(w->eval);
	plan_free(w->plan);
	rulebook_free(w->book);
	free(w->before.readings);
	free(w->now.readings);
}

static inline void world_host(struct world *w, double window)
{
	eval_host(w->eval, window > 0 ? &w->before : NULL, &w->now, window);
}

/* ---- rows ---- */

static inline int world_column(const struct world *w, const char *name)
{
	unsigned i;

	for (i = 0; i < w->plan->column_count; i++)
		if (strcmp(fact_catalogue[w->plan->columns[i].fact].name, name) == 0)
			return (int)i;
	return -1;
}

/* Columns the rules do not use are passed over. */
static inline void world_set(struct world *w, const char *name, double value)
{
	int column = world_column(w, name);

	if (column < 0)
		return;
	w->row.value[column] = value;
	w->row.unknown[column] = isnan(value) ? WHY_NO_ATTRIBUTE : WHY_KNOWN;
}

static inline void world_address(struct address *address, unsigned number)
{
	memset(address, 0, sizeof *address);
	address->family = AF_INET;
	address->bytes[0] = 10;
	address->bytes[1] = (unsigned char)(number >> 16);
	address->bytes[2] = (unsigned char)(number >> 8);
	address->bytes[3] = (unsigned char)number;
}

/* A connection to peer number 'peer', all else unknown. */
static inline void world_row(struct world *w, enum tcp_state state, unsigned peer)
{
	unsigned i;

	memset(&w->row, 0, sizeof w->row);
	for (i = 0; i < w->plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[w->plan->columns[i].fact];

		w->row.value[i] = NAN;
		w->row.unknown[i] = fact_needs_info(fact) ? WHY_KNOWN : WHY_NO_ATTRIBUTE;
	}
	w->row.why = WHY_INFO_DEADLINE;
	w->row.state = state;
	world_address(&w->row.local, 1);
	w->row.local_port = 40000;
	if (state != STATE_LISTEN) {
		world_address(&w->row.remote, peer + 2);
		w->row.remote_port = 443;
	}
	world_set(w, "state", state);
}

/* A listener on this port, or a connection that belongs to it. */
static inline void world_listener(struct world *w, enum tcp_state state, unsigned port,
				  unsigned peer)
{
	world_row(w, state, peer);
	w->row.local_port = (uint16_t)port;
	w->row.listener_address = w->row.local;
	world_set(w, "side", state == STATE_LISTEN ? SIDE_LISTEN : SIDE_SERVER);
}

static inline void world_feed(struct world *w, enum pass pass)
{
	eval_row(w->eval, pass, &w->row);
}

static inline void world_feed_times(struct world *w, enum pass pass, unsigned times)
{
	while (times-- > 0)
		world_feed(w, pass);
}

/* All passes as they are when there is nothing to say. */
static inline void world_complete(struct world *w)
{
	unsigned pass;

	for (pass = 0; pass < PASSES; pass++)
		eval_pass_done(w->eval, (enum pass)pass, WHY_KNOWN);
}

/* ---- verdicts ---- */

static inline void world_judge(struct world *w)
{
	w->verdicts = eval_verdicts(w->eval, 10, &w->count, &w->more);
}

/* The first verdict of a rule. */
static inline const struct verdict *world_verdict(const struct world *w, const char *id)
{
	unsigned i;

	for (i = 0; i < w->count; i++)
		if (strcmp(w->verdicts[i].spec->rule->id, id) == 0)
			return &w->verdicts[i];
	fail_msg("no verdict of %s", id);
	return NULL;
}

static inline enum outcome world_outcome(struct world *w, const char *id)
{
	world_judge(w);
	return world_verdict(w, id)->outcome;
}

static inline bool world_open(struct world *w, enum pass next, const char *id)
{
	unsigned i;

	eval_open(w->eval, next, w->open);
	for (i = 0; i < w->plan->verdict_count; i++)
		if (strcmp(w->plan->verdicts[i].rule->id, id) == 0)
			return w->open[i];
	fail_msg("no rule %s", id);
	return false;
}

#define RULE(id, lines) "[" id "]\ntitle = T\nseverity = warning\n" lines "\n"

#endif
