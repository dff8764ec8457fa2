/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of facts and states, as people write them. */
#include "fact/topic.h"

#include <string.h>
#include <strings.h>

#include "fact/sysctl.h"

/* Behind the last dot. */
static const char *short_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

/* net/ipv4/tcp_sack is net.ipv4.tcp_sack, as in sysctl(8), and so is the file's path. */
static bool is_path(const struct fact *fact, const char *word)
{
	static const char root[] = "proc/sys/";
	const char *path = fact->path + strlen(root);

	if (*word == '/')
		word++;
	if (strncmp(word, root, strlen(root)) == 0)
		word += strlen(root);
	return strcmp(path, word) == 0;
}

/* nstat puts line and column together. */
static bool is_nstat_name(const struct fact *fact, const char *word)
{
	size_t len = strlen(fact->prefix);

	return strncasecmp(word, fact->prefix, len) == 0 && strcasecmp(word + len, fact->key) == 0;
}

static bool is_meant(const struct fact *fact, const char *word)
{
	if (strcasecmp(fact->name, word) == 0)
		return true;
	if (sysctl_is(fact))
		return strcmp(fact->key, word) == 0 || strcmp(short_name(fact->key), word) == 0 ||
		       is_path(fact, word);
	if (fact->origin == FROM_TABLE)
		return strcasecmp(fact->key, word) == 0 || is_nstat_name(fact, word);
	return false;
}

static const struct fact *first_word(const struct fact *fact)
{
	return sysctl_is(fact) ? &fact_catalogue[sysctl_find(fact->key)] : fact;
}

unsigned topic_find(struct topic *topics, unsigned max, const char *word)
{
	const struct state_page *state = state_find(word);
	const struct fact *last = NULL;
	unsigned count = 0, i;

	if (state && max > 0)
		topics[0] = (struct topic){ .state = state };
	for (i = 0; i < fact_count && !state; i++) {
		const struct fact *fact = &fact_catalogue[i];

		if (!is_meant(fact, word) || first_word(fact) == last)
			continue;
		last = first_word(fact);
		if (count < max)
			topics[count] = (struct topic){ .fact = last };
		count++;
	}
	return state ? 1 : count;
}

const char *topic_name(const struct topic *topic)
{
	if (topic->state)
		return topic->state->name;
	return sysctl_is(topic->fact) ? topic->fact->key : topic->fact->name;
}

const char *topic_key(const struct topic *topic)
{
	return topic->state ? topic->state->symbol : topic_name(topic);
}

void topic_nearest(struct nearest *nearest)
{
	unsigned i;

	for (i = 0; i < state_page_count; i++) {
		nearest_try(nearest, state_pages[i].name);
		nearest_try(nearest, state_pages[i].symbol);
	}
	for (i = 0; i < fact_count; i++) {
		const struct fact *fact = &fact_catalogue[i];

		nearest_try(nearest, fact->name);
		if (sysctl_is(fact))
			nearest_try(nearest, short_name(fact->key));
		else if (fact->origin == FROM_TABLE)
			nearest_try(nearest, fact->key);
	}
}
