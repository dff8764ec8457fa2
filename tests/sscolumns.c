/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sscolumns RECORDING SOSREPORT: whether what ss printed of the sockets of a recording, in a
 * sosreport, becomes the same columns as the messages it was printed of. Prints each column that
 * differs, and how many the text does not tell; exits with 1 if one differs. */
#include "collect/collect.h"
#include "collect/scaling.h"

#include <stdio.h>
#include <string.h>

struct rows {
	struct row *list;
	size_t count, size;
};

static void keep(void *arg, enum pass pass, const struct row *row)
{
	struct rows *rows = arg;

	(void)pass;
	if (rows->count == rows->size) {
		rows->size = rows->size ? 2 * rows->size : 64;
		rows->list = xrealloc(rows->list, rows->size, sizeof *rows->list);
	}
	rows->list[rows->count++] = *row;
}

/* Every number there is of a socket, but for socket options, which no dump has. */
static void fill_plan(struct plan *plan)
{
	unsigned i;

	plan->columns = xcalloc(fact_count, sizeof *plan->columns);
	plan->names = names_new();
	for (i = 0; i < fact_count; i++)
		if (fact_catalogue[i].scope == FACT_SOCKET &&
		    !fact_is_address(&fact_catalogue[i]) &&
		    fact_catalogue[i].origin != FROM_OPTION &&
		    !fact_needs_holder(&fact_catalogue[i]))
			plan->columns[plan->column_count++].fact = (unsigned short)i;
}

static int read_all(const char *path, const struct plan *plan, struct rows *rows)
{
	static const enum pass passes[] = { PASS_LISTEN, PASS_INFO };
	autoerrors struct errors errors = ERRORS_INIT;
	struct source *source = source_recording(path, &errors);
	struct sample *sample = sample_new();
	struct sockets *sockets = sockets_new(plan, sample, NULL, NULL);
	unsigned long malformed = 0;
	unsigned i;

	for (i = 0; source && i < countof(passes); i++) {
		const struct query query = {
			.states = passes[i] == PASS_LISTEN ? STATES_LISTEN
							   : STATES_ALL & ~STATES_LISTEN,
			.ext = 0xff,
		};
		struct pass_result result;

		sockets_pass(sockets, source, passes[i], &query, keep, rows, &result);
		malformed += result.malformed;
		if (result.end != DUMP_COMPLETE)
			printf("%s: %s\n", path, buf_text(&result.reason));
		buf_fini(&result.reason);
	}
	if (!source)
		fputs(buf_text(&errors.text), stderr);
	else
		source->ops->close(source, &errors);
	sockets_free(sockets);
	sample_free(sample);
	if (malformed)
		printf("%s: %lu sockets are not understood\n", path, malformed);
	return source && !malformed ? 0 : -1;
}

static const struct row *find(const struct rows *rows, const struct row *wanted)
{
	size_t i;

	for (i = 0; i < rows->count; i++)
		if (rows->list[i].cookie == wanted->cookie && rows->list[i].state == wanted->state)
			return &rows->list[i];
	return NULL;
}

/* As far as ss prints it: six digits, times cut to milliseconds or more. */
static bool is_same(const struct fact *fact, double recorded, double printed)
{
	const double cut = strcmp(fact->name, "expires") == 0 ? printed >= 600	? 60
								: printed >= 10 ? 1
										: 0
			   : fact->unit == UNIT_SECONDS && fact->kind == FACT_COUNTER ? 1e-3
										      : 0;

	return (recorded >= printed && recorded < printed + cut) ||
	       fabs(recorded - printed) <= 6e-6 * recorded;
}

static unsigned compare(const struct plan *plan, const struct row *recorded,
			const struct row *printed, unsigned long *compared, unsigned *untold)
{
	unsigned i, wrong = 0;

	for (i = 0; i < plan->column_count; i++) {
		const struct fact *fact = &fact_catalogue[plan->columns[i].fact];
		const double was = recorded->value[i], is = printed->value[i];

		if (isnan(is)) {
			untold[i] += !isnan(was);
			continue;
		}
		++*compared;
		if (!isnan(was) && is_same(fact, was, is))
			continue;
		printf("%s of socket %llx in state %u: recorded %.17g (%u), printed %.17g\n",
		       fact->name, (unsigned long long)recorded->cookie, recorded->state, was,
		       isnan(was) ? (unsigned)recorded->unknown[i] : 0u, is);
		wrong++;
	}
	return wrong;
}

int main(int argc, char **argv)
{
	struct plan plan = { .column_count = 0 };
	struct rows recorded = { NULL, 0, 0 }, printed = { NULL, 0, 0 };
	unsigned untold[COLUMNS_MAX] = { 0 }, wrong = 0;
	unsigned long compared = 0;
	size_t i;

	if (argc != 3)
		return 2;
	fill_plan(&plan);
	if (read_all(argv[1], &plan, &recorded) < 0 || read_all(argv[2], &plan, &printed) < 0)
		return 2;
	for (i = 0; i < recorded.count; i++) {
		const struct row *row = find(&printed, &recorded.list[i]);

		if (row)
			wrong += compare(&plan, &recorded.list[i], row, &compared, untold);
		else
			printf("socket %llx is missing\n",
			       (unsigned long long)recorded.list[i].cookie);
		wrong += !row;
	}
	wrong += recorded.count != printed.count;
	printf("%zu recorded, %zu printed, %lu columns compared, %u wrong; not told:",
	       recorded.count, printed.count, compared, wrong);
	for (i = 0; i < plan.column_count; i++)
		if (untold[i])
			printf(" %s:%u", fact_catalogue[plan.columns[i].fact].name, untold[i]);
	putchar('\n');
	names_free(plan.names);
	free(plan.columns);
	free(recorded.list);
	free(printed.list);
	return wrong ? 1 : 0;
}
