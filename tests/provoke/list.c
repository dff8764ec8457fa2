/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list. Conditions do not know the rulebook, so tcp-advise is asked for its rules. */
#include "list.h"

#include <string.h>

#include "base/buf.h"

enum { LINE_LEN = 256 };

struct list {
	const struct condition *const *families;
	size_t count;
};

/* Calls fn for each condition until it returns true; whether it did. */
static bool any(const struct list *list, bool (*fn)(const struct condition *condition, void *arg),
		void *arg)
{
	const struct condition *condition;
	size_t i;

	for (i = 0; i < list->count; i++)
		for (condition = list->families[i]; condition->name; condition++)
			if (fn(condition, arg))
				return true;
	return false;
}

static bool show_line(const struct condition *condition, void *arg)
{
	(void)arg;
	printf("%-32s %4.1f s  %s%s\n", condition->name, condition->seconds,
	       condition->rules ? condition->rules : "-",
	       condition->needs & NEEDS_HOST ? " (--host-wide)" : "");
	return false;
}

static bool show_longer(const struct condition *condition, void *arg)
{
	bool *titled = arg;

	if (!condition->longer)
		return false;
	if (!*titled)
		printf("\nmay take more than 3 s:\n");
	*titled = true;
	printf("  %s: %s\n", condition->name, condition->longer);
	return false;
}

static bool fires(const struct condition *condition, void *arg)
{
	const char *rule = arg, *at = condition->rules;
	size_t len;

	for (; at && *at; at += len + strspn(at + len, " ")) {
		len = strcspn(at, " ");
		if (strlen(rule) == len && strncmp(at, rule, len) == 0)
			return true;
	}
	return false;
}

/* Reads ids, one a line. Returns how many there were. */
static size_t show_unfired(const struct list *list, FILE *ids)
{
	char rule[LINE_LEN];
	size_t count = 0, unfired = 0;

	for (; fgets(rule, sizeof rule, ids); count++) {
		rule[strcspn(rule, "\n")] = '\0';
		if (any(list, fires, rule))
			continue;
		if (!unfired++)
			printf("\nrules that no condition fires:\n");
		printf("  %s\n", rule);
	}
	if (count && !unfired)
		printf("\nEach of the %zu rules is fired by a condition.\n", count);
	return count;
}

static void show_rules(const struct list *list)
{
	autobuf struct buf command = BUF_INIT;
	const char *program = getenv("TCP_ADVISE");
	size_t count = 0;
	FILE *ids;

	buf_printf(&command, "%s rules --ids 2>/dev/null", program ? program : "tcp-advise");
	fflush(stdout);
	ids = popen(buf_text(&command), "r");
	if (ids) {
		count = show_unfired(list, ids);
		pclose(ids);
	}
	if (!count)
		printf("\nrules that no condition fires: unknown, as there is no tcp-advise to ask "
		       "for its rules (see TCP_ADVISE)\n");
}

void list_show(const struct condition *const families[], size_t count)
{
	const struct list list = { families, count };
	bool titled = false;

	any(&list, show_line, NULL);
	any(&list, show_longer, &titled);
	show_rules(&list);
}
