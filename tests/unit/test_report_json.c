/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON for programs: that it parses whatever is in it, and has what its schema promises. */
#include "unit.h"

#include <jansson.h>

#include "sample_report.h"

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("line %d: %s", error.line, error.text);
	return root;
}

static void test_json_of_hostile_bytes_parses(void **state)
{
	struct report report;
	struct report_finding finding;
	autobuf struct buf out = BUF_INIT;
	json_t *root;
	size_t i;

	(void)state;
	make_hostile(&report, &finding);
	print(&out, "json", &report, 0, true);
	for (i = 0; i < out.len; i++)
		assert_true(out.text[i] == '\n' || (out.text[i] >= 0x20 && out.text[i] < 0x7f));
	root = parse(out.text);
	assert_true(json_is_string(json_object_get(json_object_get(root, "host"), "name")));
	json_decref(root);
}

static void assert_string(json_t *object, const char *key, const char *expected)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	assert_string_equal(text, expected);
}

static void test_json_has_what_the_schema_names(void **state)
{
	struct report report = make_report();
	autobuf struct buf out = BUF_INIT;
	json_t *root, *finding, *evidence, *set, *source, *other, *cite;
	json_int_t critical, status, waiting, high;
	double share;

	(void)state;
	print(&out, "json", &report, 0, false);
	root = parse(out.text);
	assert_int_equal(json_unpack(root, "{s:{s:I,s:I},s:[o,o,o],s:[o,o],s:[],s:o,s:{s:s,s:s}}",
				     "summary", "critical", &critical, "status", &status,
				     "findings", &finding, &other, &other, "not_evaluated", &other,
				     &other, "waived", "source", &source, "rulebook", "version",
				     &(const char *){ 0 }, "sha256", &(const char *){ 0 }), 0);
	assert_int_equal(critical, 1);
	assert_int_equal(status, 2);
	assert_string(root, "schema", "tcp-advise/report/1");
	assert_string(finding, "rule", "accept-queue-overflow");
	assert_string(finding, "severity", "critical");
	assert_string(finding, "subject", "[2001:db8:1111:2222::7]:44300");
	assert_int_equal(json_unpack(finding, "{s:[o,o,o,o],s:[o,o,o,o],s:[o,o]}", "evidence",
				     &evidence, &other, &other, &other, "set", &set, &other, &other,
				     &other, "cite", &cite, &other), 0);
	assert_string_equal(json_string_value(cite), "RFC 9293 section 3.9");
	assert_int_equal(json_unpack(evidence, "{s:I}", "value", &waiting), 0);
	assert_int_equal(waiting, 1025);
	assert_null(json_object_get(evidence, "value_high"));
	assert_string(set, "current", "128");
	other = json_array_get(json_object_get(finding, "evidence"), 1);
	assert_true(json_is_null(json_object_get(other, "value_high")));
	other = json_array_get(json_object_get(finding, "evidence"), 3);
	assert_true(json_is_null(json_object_get(other, "value")));
	other = json_array_get(json_object_get(finding, "set"), 2);
	assert_true(json_is_null(json_object_get(other, "value")));
	assert_string(other, "reason", "it was not recorded");
	assert_int_equal(json_unpack(root, "{s:[o,{s:[{s:I}]},{s:[{s:F}]}]}", "findings", &other,
				     "evidence", "value_high", &high, "evidence", "value",
				     &share), 0);
	assert_int_equal(high, 131);
	assert_true(share == 0.8125);
	assert_true(json_is_false(json_object_get(source, "complete")));
	json_decref(root);
}

static void test_json_of_an_empty_report(void **state)
{
	struct report report = { .time = "" };
	autobuf struct buf out = BUF_INIT;
	json_t *root, *source;

	(void)state;
	print(&out, "json", &report, 0, false);
	root = parse(out.text);
	source = json_object_get(root, "source");
	assert_true(json_is_null(json_object_get(source, "window_seconds")));
	assert_true(json_is_null(json_object_get(source, "netns")));
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_of_hostile_bytes_parses),
		cmocka_unit_test(test_json_has_what_the_schema_names),
		cmocka_unit_test(test_json_of_an_empty_report),
	};

	return cmocka_run_group_tests_name("report-json", tests, NULL, NULL);
}
