/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Roles: derived from sockets, said, unknown, and asked for only when a rule depends on them. */
#include "eval_world.h"

#include "report/report.h"

#define ROLES \
	"[role server]\n" \
	"when = count(side == server) >= 3 given count(side == server) > 0\n" \
	"show = count(side == server) as \"clients\"\n" \
	"why = W\n"
#define ON_SERVER RULE("on-server", "when = net.core.somaxconn < 128 and role == server")
#define ELSEWHERE RULE("elsewhere", "when = net.core.somaxconn < 128 and role != server")
#define CROWDED RULE("crowded", "per = destination\nwhen = count(side == client) >= 2 and role == server")

static void begin(struct world *w, const char *text, const char *role, double somaxconn)
{
	world_init_as(w, text, role);
	world_know(&w->now, "net.core.somaxconn", somaxconn);
	world_host(w, 0);
	eval_open(w->eval, PASS_LISTEN, w->open);
}

static void feed(struct world *w, enum socket_side side, unsigned peer, unsigned times)
{
	world_row(w, STATE_ESTABLISHED, peer);
	world_set(w, "side", side);
	world_feed_times(w, PASS_SOCKETS, times);
}

static struct report *make_report(struct world *w)
{
	const struct report_source source = { .complete = true };

	return report_new(w->plan, w->eval, &source);
}

static void test_sockets_tell(void **state)
{
	static const struct {
		unsigned clients;
		enum outcome on_server, elsewhere;
		int holds;
	} cases[] = {
		{ 3, OUTCOME_FIRES, OUTCOME_QUIET, ROLE_YES },
		{ 2, OUTCOME_QUIET, OUTCOME_FIRES, ROLE_NO },
		{ 0, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN, ROLE_UNKNOWN },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct report *report;
		struct world w;

		begin(&w, ROLES ON_SERVER ELSEWHERE, NULL, 64);
		feed(&w, SIDE_SERVER, 1, cases[i].clients);
		world_complete(&w);
		assert_int_equal(world_outcome(&w, "on-server"), cases[i].on_server);
		assert_int_equal(world_outcome(&w, "elsewhere"), cases[i].elsewhere);
		report = make_report(&w);
		assert_int_equal(report->rule_count, 2);
		assert_int_equal(report->finding_count, cases[i].clients > 0);
		assert_int_equal(report->quiet_count, cases[i].clients > 0);
		assert_int_equal(report->unknown_count, cases[i].clients ? 0 : 2);
		assert_int_equal(report->role_count, 1);
		assert_int_equal(report->roles[0].holds, cases[i].holds);
		assert_string_equal(report->roles[0].role->id, "server");
		assert_false(report->roles[0].given);
		assert_string_equal(report->roles[0].evidence[0].name, "clients");
		assert_true(report->roles[0].evidence[0].number == cases[i].clients);
		if (!cases[i].clients)
			assert_string_equal(report->roles[0].reason,
					    "nothing is there at this moment to judge it by");
		report_free(report);
		world_fini(&w);
	}
}

/* A rule that is quiet whatever the host is does not make the report speak of roles. */
static void test_a_role_that_changes_nothing_is_not_said(void **state)
{
	struct report *report;
	struct world w;

	(void)state;
	begin(&w, ROLES CROWDED, NULL, 64);
	feed(&w, SIDE_CLIENT, 7, 1);
	feed(&w, SIDE_SERVER, 9, 5);
	world_complete(&w);
	report = make_report(&w);
	assert_int_equal(report->quiet_count, 1);
	assert_int_equal(report->role_count, 0);
	report_free(report);
	world_fini(&w);
}

/* A rule that its host facts decide asks for no socket, nor does its role; and the report does not
 * speak of it. */
static void test_a_role_nobody_needs_is_not_asked_for(void **state)
{
	struct report *report;
	struct query query;
	struct world w;

	(void)state;
	begin(&w, ROLES ON_SERVER, NULL, 4096);
	query = plan_query(w.plan, PASS_LISTEN, w.open);
	assert_int_equal(query.states, 0);
	query = plan_query(w.plan, PASS_SOCKETS, w.open);
	assert_int_equal(query.states, 0);
	report = make_report(&w);
	assert_int_equal(report->role_count, 0);
	assert_int_equal(report->quiet_count, 1);
	report_free(report);
	world_fini(&w);
}

static void test_lost_sockets_leave_it_unknown(void **state)
{
	struct world w;

	(void)state;
	begin(&w, ROLES ON_SERVER ELSEWHERE, NULL, 64);
	feed(&w, SIDE_SERVER, 1, 2);
	eval_pass_done(w.eval, PASS_LISTEN, WHY_KNOWN);
	eval_pass_done(w.eval, PASS_SOCKETS, WHY_CUT);
	assert_int_equal(world_outcome(&w, "on-server"), OUTCOME_UNKNOWN);
	assert_int_equal(world_verdict(&w, "on-server")->when.why, WHY_CUT);
	/* What was seen can be enough. */
	feed(&w, SIDE_SERVER, 1, 1);
	assert_int_equal(world_outcome(&w, "on-server"), OUTCOME_FIRES);
	world_fini(&w);
}

/* In a rule per group, what the role counts is counted over the namespace. */
static void test_a_rule_per_group_has_the_hosts_role(void **state)
{
	unsigned clients;

	(void)state;
	for (clients = 2; clients <= 3; clients++) {
		struct world w;

		begin(&w, ROLES CROWDED, NULL, 64);
		feed(&w, SIDE_CLIENT, 7, 2);
		feed(&w, SIDE_CLIENT, 8, 1);
		feed(&w, SIDE_SERVER, 9, clients);
		world_complete(&w);
		world_judge(&w);
		assert_int_equal(world_verdict(&w, "crowded")->outcome,
				 clients == 3 ? OUTCOME_FIRES : OUTCOME_QUIET);
		assert_int_equal(w.count, 2); /* one destination, and the role */
		if (clients == 3)
			assert_int_equal(world_verdict(&w, "crowded")->subject.remote.bytes[3], 9);
		world_fini(&w);
	}
}

static void test_what_is_said_needs_no_sockets(void **state)
{
	static const struct {
		const char *role;
		enum outcome on_server;
	} cases[] = { { "server", OUTCOME_FIRES }, { "client", OUTCOME_QUIET } };
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		struct report *report;
		struct world w;

		begin(&w, ROLES "[role client]\nwhen = 1 == 1\nshow = host.memory\nwhy = W\n" ON_SERVER
		      CROWDED, cases[i].role, 64);
		assert_int_equal(w.plan->verdict_count, 2);
		assert_false(w.plan->verdicts[0].sockets && w.plan->verdicts[1].sockets);
		world_complete(&w);
		assert_int_equal(world_outcome(&w, "on-server"), cases[i].on_server);
		report = make_report(&w);
		assert_int_equal(report->role_count, 1); /* of the two the rules use one */
		assert_true(report->roles[0].given);
		assert_int_equal(report->roles[0].holds, i == 0 ? ROLE_YES : ROLE_NO);
		assert_int_equal(report->roles[0].evidence_count, 0);
		report_free(report);
		world_fini(&w);
	}
}

static void print(struct buf *out, const char *format, const struct report *report)
{
	format_find(format)->print(out, report, &(struct look){ .width = 80 });
}

static void test_reports_say_it(void **state)
{
	static const struct {
		unsigned clients;
		const char *role, *text, *json;
	} cases[] = {
		{ 3, NULL, "\nrole: server: yes; clients: 3\n", "\"holds\": true" },
		{ 1, NULL, "\nrole: server: no; clients: 1\n", "\"holds\": false" },
		{ 0, NULL, "\nrole: server: unknown: nothing is there at this moment to judge it by;"
			   "\n  clients: 0; --role says it\n", "\"holds\": null" },
		{ 0, "server", "\nrole: server: yes, said by --role\n", "\"source\": \"given\"" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < countof(cases); i++) {
		autobuf struct buf text = BUF_INIT, json = BUF_INIT;
		struct report *report;
		struct world w;

		begin(&w, ROLES ON_SERVER, cases[i].role, 64);
		feed(&w, SIDE_SERVER, 1, cases[i].clients);
		world_complete(&w);
		report = make_report(&w);
		print(&text, "text", report);
		print(&json, "json", report);
		if (!strstr(buf_text(&text), cases[i].text))
			fail_msg("%s", buf_text(&text));
		if (!strstr(buf_text(&json), cases[i].json))
			fail_msg("%s", buf_text(&json));
		report_free(report);
		world_fini(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sockets_tell),
		cmocka_unit_test(test_a_role_that_changes_nothing_is_not_said),
		cmocka_unit_test(test_a_role_nobody_needs_is_not_asked_for),
		cmocka_unit_test(test_lost_sockets_leave_it_unknown),
		cmocka_unit_test(test_a_rule_per_group_has_the_hosts_role),
		cmocka_unit_test(test_what_is_said_needs_no_sockets),
		cmocka_unit_test(test_reports_say_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
