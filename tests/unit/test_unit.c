/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people read: numbers with their units, and the reasons why something is not known. */
#include "fact/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_units_print_for_people(void **state)
{
	static const struct {
		enum unit unit;
		double value;
		const char *text;
	} cases[] = {
		{ UNIT_COUNT, 0, "0" },
		{ UNIT_COUNT, 1234, "1,234" },
		{ UNIT_COUNT, 9999999, "9,999,999" },
		{ UNIT_COUNT, 10000000, "10.0 million" },
		{ UNIT_COUNT, 123456789, "123 million" },
		{ UNIT_COUNT, 999999999, "1.0 billion" },
		{ UNIT_COUNT, 2147483647, "2.15 billion" },
		{ UNIT_COUNT, 12.5, "12.5" },
		{ UNIT_COUNT, 1234.56, "1,234.6" },
		{ UNIT_COUNT, 0.5, "0.5" },
		{ UNIT_COUNT, 0.00123, "0.00123" },
		{ UNIT_COUNT, 12.04, "12.0" },
		{ UNIT_COUNT, -3, "-3" },
		{ UNIT_COUNT, 1e30, "1000000000000000000 trillion" },
		{ UNIT_RATIO, 0, "0%" },
		{ UNIT_RATIO, 0.813, "81%" },
		{ UNIT_RATIO, 0.8, "80%" },
		{ UNIT_RATIO, 1, "100%" },
		{ UNIT_RATIO, 0.9999, "99.9%" },
		{ UNIT_RATIO, 1.002, "100.2%" },
		{ UNIT_RATIO, 2, "200%" },
		{ UNIT_RATIO, 0.015, "1.5%" },
		{ UNIT_RATIO, 0.05, "5%" },
		{ UNIT_RATIO, 0.0003, "0.03%" },
		{ UNIT_RATIO, 0.000001, "<0.001%" },
		{ UNIT_RATIO, 50, "5,000%" },
		{ UNIT_BYTES, 0, "0 B" },
		{ UNIT_BYTES, 512, "512 B" },
		{ UNIT_BYTES, 1023, "1,023 B" },
		{ UNIT_BYTES, 4096, "4.0 KiB" },
		{ UNIT_BYTES, 212992, "208 KiB" },
		{ UNIT_BYTES, 6291456, "6.0 MiB" },
		{ UNIT_BYTES, 1048575, "1.0 MiB" },
		{ UNIT_BYTES, 25.2e9, "23.5 GiB" },
		{ UNIT_BYTES, 18446744073709551615.0, "16.0 EiB" },
		{ UNIT_SECONDS, 0, "0 s" },
		{ UNIT_SECONDS, 0.2, "200 ms" },
		{ UNIT_SECONDS, 0.0405, "40.5 ms" },
		{ UNIT_SECONDS, 0.00025, "250 us" },
		{ UNIT_SECONDS, 1e-7, "100 ns" },
		{ UNIT_SECONDS, 0.9999, "1 s" },
		{ UNIT_SECONDS, 1.65, "1.65 s" },
		{ UNIT_SECONDS, 9.999, "10 s" },
		{ UNIT_SECONDS, 25.2, "25 s" },
		{ UNIT_SECONDS, 75, "75 s" },
		{ UNIT_SECONDS, 119.6, "2 min" },
		{ UNIT_SECONDS, 125, "2 min 5 s" },
		{ UNIT_SECONDS, 1500, "25 min" },
		{ UNIT_SECONDS, 7200, "2 h" },
		{ UNIT_SECONDS, 7875, "2 h 11 min" },
		{ UNIT_SECONDS, 432000, "5 d" },
		{ UNIT_SECONDS, 100000000, "1,157 d 9 h" },
		{ UNIT_SECONDS, -1, "-1 s" },
		{ UNIT_PAGES, 1, "1 page" },
		{ UNIT_PAGES, 383867, "383,867 pages" },
		{ UNIT_PER_SECOND, 12.5, "12.5/s" },
		{ UNIT_PER_SECOND, 3, "3/s" },
		{ UNIT_BYTES_PER_SECOND, 6291456, "6.0 MiB/s" },
		{ UNIT_PORT, 60999, "60999" },
		{ UNIT_ID, 1234567, "1234567" },
		{ UNIT_BOOL, 1, "yes" },
		{ UNIT_BOOL, 0, "no" },
		{ UNIT_BYTES, INFINITY, "unlimited" },
		{ UNIT_SECONDS, NAN, "unknown" },
	};

	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		autobuf struct buf out = BUF_INIT;

		unit_print(&out, cases[i].unit, cases[i].value);
		assert_string_equal(buf_text(&out), cases[i].text);
	}
}

static void test_every_unit_has_a_name(void **state)
{
	(void)state;
	for (unsigned unit = 0; unit < UNITS; unit++)
		assert_non_null(unit_name((enum unit)unit));
	assert_string_equal(unit_name(UNIT_BYTES), "bytes");
	assert_string_equal(unit_name(UNIT_SECONDS), "seconds");
}

static void test_reasons_name_the_fact_and_the_kernel(void **state)
{
	static const struct {
		enum why why;
		const char *fact; /* NULL: none */
		const char *text;
	} cases[] = {
		{ WHY_ABSENT, "net.ipv4.tcp_tw_recycle",
		  "net.ipv4.tcp_tw_recycle does not exist on this kernel (removed in 4.12)" },
		{ WHY_ABSENT, "net.ipv4.tcp_tw_reuse_delay",
		  "net.ipv4.tcp_tw_reuse_delay does not exist on this kernel (needs 6.14)" },
		{ WHY_ABSENT, "net.ipv4.tcp_sack",
		  "net.ipv4.tcp_sack does not exist on this kernel" },
		{ WHY_ABSENT, "conntrack.drop",
		  "conntrack.drop does not exist on this kernel (needs nf_conntrack)" },
		{ WHY_ABSENT, NULL, "it does not exist on this kernel" },
		{ WHY_HOST_WIDE, "net.ipv4.tcp_mem.max",
		  "settings of the whole host are in its first network namespace only, out of reach"
		  " from here" },
		{ WHY_DENIED, "net.core.somaxconn", "no permission to read net.core.somaxconn" },
		{ WHY_NO_WINDOW, "TcpExt.ListenDrops",
		  "growth needs two samples, as --window takes them" },
		{ WHY_NO_WINDOW, NULL, "growth needs two samples, as --window takes them" },
		{ WHY_SHORT, "rcv_wnd", "rcv_wnd is not in this kernel's tcp_info (needs 6.2)" },
		{ WHY_SHORT, "drops", "drops is not in what this kernel sends (needs 4.7)" },
		{ WHY_NO_ATTRIBUTE, "mark",
		  "some sockets came without mark (needs CAP_NET_ADMIN)" },
		{ WHY_NO_ATTRIBUTE, "cgroup", "some sockets came without cgroup (needs 5.8)" },
		{ WHY_NO_VALUE, "min_rtt", "min_rtt has no value yet, or none in this state" },
		{ WHY_INFO_DEADLINE, "rtt", "rtt needs tcp_info, and reading that took too long" },
		{ WHY_NO_SOCKETS, "state",
		  "no socket list: neither sock_diag nor /proc/net/tcp could be read" },
		{ WHY_CUT, NULL, "the list of sockets ended early" },
		{ WHY_UNSEEN, NULL, "nothing is there at this moment to judge it by" },
		{ WHY_LISTENERS_ONLY, "drops",
		  "changes of drops are followed for listeners only" },
	};

	(void)state;
	for (unsigned i = 0; i < countof(cases); i++) {
		unsigned fact = cases[i].fact ? fact_find(cases[i].fact) : FACT_NONE;
		autobuf struct buf out = BUF_INIT;

		value_reason(&out, value_unknown(cases[i].why, fact));
		assert_string_equal(buf_text(&out), cases[i].text);
	}
}

static void test_every_reason_fits_a_report_line(void **state)
{
	(void)state;
	for (unsigned why = 0; why <= WHYS; why++)
		for (unsigned fact = 0; fact <= fact_count; fact++) {
			autobuf struct buf out = BUF_INIT;

			value_reason(&out, value_unknown((enum why)why,
							 fact < fact_count ? fact : FACT_NONE));
			assert_in_range(out.len, 5, 120);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units_print_for_people),
		cmocka_unit_test(test_every_unit_has_a_name),
		cmocka_unit_test(test_reasons_name_the_fact_and_the_kernel),
		cmocka_unit_test(test_every_reason_fits_a_report_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
