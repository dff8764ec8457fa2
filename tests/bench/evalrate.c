/* SPDX-License-Identifier: GPL-2.0-or-later */
/* evalrate: what evaluation costs, without the kernel: feeds made-up ESTABLISHED rows to the
 * shipped rules, and prints nanoseconds for each predicate and row first. */
#include <sys/socket.h>
#include <time.h>

#include "base/hash.h"
#include "collect/collect.h"
#include "eval/inside.h"

enum {
	ROWS = 1000000,
	ROUNDS = 3,
	TEMPLATES = 8, /* few enough to stay in the first cache, as the one row of a pass does */
	PEERS = 1000,
};

_Noreturn static void fail(const struct errors *errors)
{
	fprintf(stderr, "evalrate: %s", buf_text(&errors->text));
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Numbers of the right kind, so that comparisons go either way. */
static double made_up(const struct fact *fact, uint64_t random)
{
	if (fact->origin == FROM_MESSAGE && fact->symbols)
		return (double)(random % 4);
	if (fact->bits == 1 || random % 4 == 0)
		return (double)(random & 1);
	return (double)(random % 100000);
}

static void make_row(struct row *row, const struct plan *plan, uint64_t seed)
{
	row->state = STATE_ESTABLISHED;
	row->local = (struct address){ { 10, 0, 0, 1 }, AF_INET };
	row->remote = (struct address){ { 10, 2, 0, 0 }, AF_INET };
	row->local_port = 8000;
	for (unsigned i = 0; i < plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[plan->columns[i].fact];

		row->value[i] = made_up(fact, hash_u64(seed * COLUMNS_MAX + i));
		if (plan->columns[i].fact == fact_find("state"))
			row->value[i] = STATE_ESTABLISHED;
	}
}

static unsigned predicates(const struct eval *eval)
{
	return eval->lanes[LOOK_FIRST].lanes[STATE_ESTABLISHED].count;
}

static double feed(struct eval *eval, const struct plan *plan)
{
	static struct row rows[TEMPLATES];
	double start;

	for (unsigned i = 0; i < TEMPLATES; i++)
		make_row(&rows[i], plan, i);
	start = now();
	for (unsigned i = 0; i < ROWS; i++) {
		struct row *row = &rows[i % TEMPLATES];
		unsigned peer = i % PEERS;

		row->remote.bytes[2] = (unsigned char)(peer >> 8);
		row->remote.bytes[3] = (unsigned char)peer;
		row->remote_port = (uint16_t)(1024 + i / PEERS);
		eval_row(eval, PASS_SOCKETS, row);
	}
	return (now() - start) / ROWS;
}

int main(void)
{
	const struct source_live_options live = { .info_deadline = 2 };
	const struct rulebook_options all = { .let_count = 0 };
	const struct plan_options whole = { .only_count = 0 };
	const char *rules[] = { getenv("TCP_ADVISE_RULES") };
	struct errors errors = ERRORS_INIT;
	struct rulebook *book = rules[0] ? rulebook_load(rules, 1, &all, &errors) : NULL;
	struct plan *plan = book ? plan_build(book, &whole, &errors) : NULL;
	struct source *source = plan ? source_live(&live, &errors) : NULL;
	struct sample *sample = sample_new();
	double best = 0;

	if (!source)
		fail(&errors);
	collect_host(source, plan, 1, sample);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct eval *eval = eval_new(plan);
		unsigned count;
		double ns;

		eval_host(eval, NULL, sample, 0);
		ns = feed(eval, plan);
		count = predicates(eval);
		if (!best || ns < best)
			best = ns;
		eval_free(eval);
		if (i == ROUNDS - 1 && count)
			printf("%.1f %u predicates on each of %d rows, %.0f ns a row\n", best / count,
			       count, ROWS, best);
	}
	sample_free(sample);
	source->ops->close(source, &errors);
	plan_free(plan);
	rulebook_free(book);
	errors_fini(&errors);
	return 0;
}
