/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What drift says of what runs beside what the files would set. */
#include "unit.h"

#include <jansson.h>
#include <string.h>

#include "collect/collect.h"
#include "lint/drift.h"

static const struct drift_case {
	const char *key, *running; /* NULL: not there */
	const char *file;
	const char *said; /* "warning changes-at-boot, ..." */
	const char *text; /* part of the first, or NULL */
} cases[] = {
	{ "net.ipv4.tcp_sack", "1", "", "", NULL },
	{ "net.ipv4.tcp_sack", "0", "net.ipv4.tcp_sack=0", "", NULL },
	{ "net.ipv4.tcp_sack", "0", "net.ipv4.tcp_sack = 0x0 # hex", "", NULL },
	{ "net.ipv4.tcp_sack", "0", "", "notice no-file-explains",
	  "It is '0', which no file explains; the kernel's own is '1'" },
	{ "net.ipv4.tcp_sack", "1", "\nnet.ipv4.tcp_sack=0", "warning changes-at-boot",
	  "It is '1', and will be '0' after the next boot: /f:2 sets it." },
	{ "net.ipv4.tcp_sack", "0", "net.ipv4.tcp_sack=0\n-net.ipv4.tcp_sack",
	  "notice readers-differ, notice no-file-explains", "'sysctl --system' sets '0' (/f:1)" },
	{ "net.ipv4.tcp_sack", "1", "net.ipv4.tcp_sack=\"0\"", "warning refused-value",
	  "/f:1 sets '\"0\"', which the kernel refuses" },
	{ "net.ipv4.tcp_sack", NULL, "net.ipv4.tcp_sack=0", "notice absent-key", "/f:1 sets it" },
	{ "net.ipv4.tcp_sack", NULL, "net.ipv4.tcp_sac*=0", "", NULL },
	{ "net.ipv4.tcp_rmem", "16777216 131072 33554432", "net.ipv4.tcp_rmem=16777216", "", NULL },
	{ "net.ipv4.tcp_rmem", "4096 131072 33554432", "net.ipv4.tcp_rmem=16777216",
	  "warning changes-at-boot", "'16777216 131072 33554432'" },
	{ "net.ipv4.tcp_rmem", "4096 131072 8388608", "", "", NULL }, /* a small host */
	{ "net.ipv4.tcp_rmem", "4096 131072 67108864", "", "notice no-file-explains", NULL },
	{ "net.ipv4.tcp_max_tw_buckets", "4096", "", "", NULL }, /* its own depends on memory */
	{ "net.ipv4.tcp_max_tw_buckets", "4096", "net.ipv4.tcp_max_tw_buckets=5000",
	  "warning changes-at-boot", NULL },
	{ "net.ipv4.ip_local_reserved_ports", "1-3,8", "net.ipv4.ip_local_reserved_ports=8,1-2,3",
	  "", NULL },
	{ "net.ipv4.ip_local_reserved_ports", "", "", "", NULL },
	{ "net.ipv4.tcp_congestion_control", "bbr", "", "", NULL },
	{ "net.ipv4.tcp_congestion_control", "bbr", "net.ipv4.tcp_congestion_control=cubic",
	  "warning changes-at-boot", NULL },
	{ "net.ipv4.tcp_invalid_ratelimit", "252", "net.ipv4.tcp_invalid_ratelimit=249", "", NULL },
};

static struct drift *make(const struct drift_case *c, struct config *config, struct sample *sample)
{
	unsigned fact = sysctl_find(c->key), i;

	for (i = 0; i < sysctl_words(fact); i++)
		sample->readings[fact + i] = (struct reading){
			.why = c->running ? WHY_KNOWN : WHY_ABSENT, .text = c->running,
		};
	config_add(config, "/f", FOR_BOTH, c->file, strlen(c->file));
	return drift_new(config, sample, "6.18.0");
}

static void check(const struct drift_case *c)
{
	struct config *config = config_new();
	struct sample *sample = sample_new();
	struct drift *drift = make(c, config, sample);
	autobuf struct buf said = BUF_INIT, out = BUF_INIT;
	json_t *json;

	for (unsigned i = 0; i < drift->remarks.count; i++)
		buf_printf(&said, "%s%s %s", i ? ", " : "",
			   severity_name(drift->remarks.all[i].severity), drift->remarks.all[i].check);
	if (strcmp(buf_text(&said), c->said) != 0)
		fail_msg("%s %s '%s': says '%s'", c->key, c->running, c->file, buf_text(&said));
	if (c->text && !strstr(drift->remarks.all[0].text, c->text))
		fail_msg("%s '%s': '%s'", c->key, c->file, drift->remarks.all[0].text);
	drift_text(&out, drift, NULL);
	assert_non_null(strstr(buf_text(&out), drift->remarks.count ? c->key : "nothing to advise"));
	buf_clear(&out);
	drift_json(&out, drift);
	json = json_loads(buf_text(&out), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "findings")), drift->remarks.count);
	json_decref(json);
	drift_free(drift);
	sample_free(sample);
	config_free(config);
}

static void test_what_drift_says(void **state)
{
	(void)state;
	for (unsigned i = 0; i < countof(cases); i++)
		check(&cases[i]);
}

static void test_it_says_where_and_what_it_does_not_know(void **state)
{
	struct config *config = config_new();
	struct sample *sample = sample_new();
	struct drift *drift = make(&cases[0], config, sample);
	autobuf struct buf out = BUF_INIT;

	(void)state;
	drift->files = WHY_DENIED;
	drift->namespace_known = true;
	drift_text(&out, drift, NULL);
	assert_non_null(strstr(out.text, "Not all files could be read"));
	assert_non_null(strstr(out.text, "This is not the first network namespace"));
	drift_free(drift);
	sample_free(sample);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_drift_says),
		cmocka_unit_test(test_it_says_where_and_what_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
