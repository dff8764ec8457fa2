/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run of a condition: the same for all of them. */
#include "drill.h"

#include "cgroup.h"
#include "fault.h"
#include "healthy.h"
#include "lost.h"
#include "slow.h"
#include "tun.h"
#include "world.h"

static int has_ipv6(void)
{
	return access("/proc/net/if_inet6", F_OK) < 0 ? fault("this kernel has no IPv6") : 0;
}

static int has_conntrack(void)
{
	return world_has("net.netfilter.nf_conntrack_max") ?
		       0 :
		       fault("this kernel has no connection tracking, or has not loaded it");
}

static int has_mptcp(void)
{
	return world_has("net.mptcp.enabled") ? 0 : fault("this kernel has no MPTCP");
}

static int has_buffer_limits(void)
{
	return world_has("net.core.rmem_max") ?
		       0 :
		       fault("network namespaces of this kernel do not have net.core.rmem_max");
}

int drill_permitted(const struct condition *condition)
{
	static const struct {
		unsigned need;
		int (*permitted)(void);
	} tests[] = {
		{ NEEDS_TUN, tun_permitted },
		{ NEEDS_IPV6, has_ipv6 },
		{ NEEDS_USERFAULT, slow_permitted },
		{ NEEDS_CONNTRACK, has_conntrack },
		{ NEEDS_MPTCP, has_mptcp },
		{ NEEDS_BUFFER_LIMITS, has_buffer_limits },
		{ NEEDS_CGROUP, cgroup_permitted },
	};
	size_t i;

	for (i = 0; i < countof(tests); i++)
		if (condition->needs & tests[i].need && tests[i].permitted() < 0)
			return -1;
	return condition->fault && !condition->lost ? world_has_all(condition->fault) : 0;
}

static int set_if(const char *settings)
{
	return settings ? world_set_all(settings) : 0;
}

static int furnish(const struct drill *drill)
{
	const struct condition *condition = drill->condition;
	bool plain = drill->form == FORM_PLAIN;

	if (condition->lost && lost_put_back(condition->lost) < 0)
		return -1;
	if (condition->configured && world_configure(plain ? condition->configured : NULL) < 0)
		return -1;
	return condition->address ? world_address(condition->address, 8) : 0;
}

static int apply_settings(const struct drill *drill)
{
	const struct condition *condition = drill->condition;
	bool fault = drill->form != FORM_HEALTHY;

	if (drill->host)
		return set_if(condition->world); /* make() does the rest, out there */
	if (set_if(condition->world) < 0 || (fault && set_if(condition->fault) < 0))
		return -1;
	return drill->form == FORM_FIXED ? set_if(drill->remedy) : 0;
}

/* What was written may not be what is in force: the kernel clamps and ignores. */
static int check_settings(const struct drill *drill)
{
	const struct condition *condition = drill->condition;

	if (drill->host)
		return 0;
	if (drill->form == FORM_PLAIN && condition->fault)
		return world_check_all(condition->fault);
	return drill->form == FORM_FIXED && drill->remedy ? world_check_all(drill->remedy) : 0;
}

/* ---- signs ---- */

static bool sign_is_used(const struct sign *sign)
{
	return sign->counter || sign->rows.states;
}

static long sign_value(const struct drill *drill, const struct sign *sign)
{
	return sign->counter ? counters_moved(&drill->before, sign->counter) :
			       watch_rows(&sign->rows);
}

static bool sign_fits(const struct drill *drill, const struct sign *sign, long value)
{
	if (value < 0)
		return false;
	if (drill->form != FORM_PLAIN)
		return value <= sign->control;
	return value >= sign->least && (!sign->most || value <= sign->most);
}

static bool signs_fit(void *arg)
{
	const struct drill *drill = arg;
	const struct sign *sign = drill->condition->signs, *end = sign + SIGNS;

	for (; sign < end && sign_is_used(sign); sign++)
		if (!sign_fits(drill, sign, sign_value(drill, sign)))
			return false;
	return true;
}

static void name_sign(const struct sign *sign, struct buf *out)
{
	unsigned state;

	if (sign->counter) {
		buf_puts(out, sign->counter);
		return;
	}
	buf_puts(out, "sockets in");
	for (state = 1; state < STATES; state++)
		if (sign->rows.states & IN(state))
			buf_printf(out, " %s", diag_state_name(state));
}

static int say_misfits(const struct drill *drill)
{
	const struct sign *sign = drill->condition->signs, *end = sign + SIGNS;

	for (; sign < end && sign_is_used(sign); sign++) {
		autobuf struct buf name = BUF_INIT;
		long value = sign_value(drill, sign);

		if (sign_fits(drill, sign, value))
			continue;
		name_sign(sign, &name);
		if (drill->form == FORM_PLAIN)
			fault("%s does not hold: %s: %ld, wanted at least %ld",
			      drill->condition->name, buf_text(&name), value, sign->least);
		else
			fault("the control of %s does not hold: %s: %ld, wanted at most %ld",
			      drill->condition->name, buf_text(&name), value, sign->control);
	}
	return -1;
}

int drill_run(struct drill *drill)
{
	const struct condition *condition = drill->condition;
	size_t i;

	for (i = 0; i < RECENT; i++)
		drill->recent[i] = -1;
	drill->careless = drill->form == FORM_PLAIN ||
			  (drill->form == FORM_FIXED && condition->remedy);
	if (furnish(drill) < 0 || apply_settings(drill) < 0 || counters_read(&drill->before) < 0)
		return -1;
	if ((condition->make ? condition->make : healthy_traffic)(drill) < 0)
		return -1;
	if (!watch_until(signs_fit, drill, WATCH_BOUND_MS))
		return say_misfits(drill);
	if (condition->verify && condition->verify(drill) < 0)
		return -1;
	return check_settings(drill);
}

void drill_hold(struct drill *drill, int fd)
{
	int *place = &drill->recent[drill->recent_next++ % RECENT];

	if (*place >= 0)
		close(*place);
	*place = fd;
}
