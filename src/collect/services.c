/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of cgroups.txt (collect/holders.h). They may come from a recording. */
#include "collect/services.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "collect/host.h"
#include "collect/service.h"

enum { CGROUPS_MAX = 1 << 16 };

void services_fini(struct services *services)
{
	free(services->list);
}

static int compare_cgroups(const void *a, const void *b)
{
	const struct cgroup *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* NUMBER  PATH */
static void take_cgroup(struct services *services, struct names *names, char *line)
{
	autobuf struct buf path = BUF_INIT, service = BUF_INIT;
	const char *word = strsep(&line, "\t");
	uint64_t number;

	if (!text_u64(word, &number) || !line || *line != '/' || services->count == CGROUPS_MAX)
		return;
	if (services->count == services->size) {
		services->size = services->size ? 2 * services->size : 64;
		services->list = xrealloc(services->list, services->size, sizeof *services->list);
	}
	text_harmless(&path, line, strlen(line));
	service_of_cgroup(&service, buf_text(&path));
	services->list[services->count++] = (struct cgroup){
		number, names_intern(names, buf_text(&service), service.len),
	};
}

void services_read(struct services *services, struct names *names, struct source *source)
{
	autobuf struct buf text = BUF_INIT;
	char *rest, *line;

	if (services->why != WHY_NOT_RECORDED)
		return;
	if (!source->ops->cgroups)
		return;
	services->why = why_of_errno(source->ops->cgroups(source, &text));
	if (services->why != WHY_KNOWN)
		return;
	rest = text.text;
	while (rest && (line = strsep(&rest, "\n")) != NULL)
		take_cgroup(services, names, line);
	services->why = services->count ? WHY_KNOWN : WHY_NO_CGROUPS;
	if (services->count)
		qsort(services->list, services->count, sizeof *services->list, compare_cgroups);
}

unsigned services_name(struct services *services, struct names *names, uint64_t cgroup)
{
	const struct cgroup wanted = { .number = cgroup };
	const struct cgroup *found = NULL;
	char text[40];

	if (services->seen.name && services->seen.number == cgroup)
		return services->seen.name;
	if (services->count)
		found = bsearch(&wanted, services->list, services->count, sizeof *services->list,
				compare_cgroups);
	snprintf(text, sizeof text, "cgroup %" PRIu64, cgroup);
	services->seen = (struct cgroup){
		cgroup, found ? found->name : names_intern(names, text, strlen(text)),
	};
	return services->seen.name;
}
