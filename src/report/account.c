/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON to account. jansson refuses what is no JSON, deep nesting and broken UTF-8; what a report must
 * have is checked here, member by member. */
#include "report/account.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/json.h"

/* Far above what a report has: comparing takes the square of it. */
enum { LIST_MAX = 4096 };

static const char schema_prefix[] = "tcp-advise/report/";
static const char schema_read[] = "tcp-advise/report/1";
static const char schema_many[] = "tcp-advise/reports/1";
static const char many_prefix[] = "tcp-advise/reports/";

struct reader {
	struct account *account;
	struct errors *errors;
	unsigned before; /* errors there were */
	const json_t *incomplete; /* by state: why there may be more */
};

static void expected(struct reader *r, const char *path, const char *what)
{
	errors_add(r->errors, "%s: %s: expected %s", r->account->label, path, what);
}

/* ---- texts and numbers ---- */

/* One line, as a terminal may show it: text_printable() was there already when it was written. */
static const char *keep(struct reader *r, const char *text)
{
	autobuf struct buf safe = BUF_INIT;

	text_one_line(&safe, text);
	return arena_strdup(r->account->arena, buf_text(&safe));
}

static const char *text_or_null(struct reader *r, const json_t *object, const char *key,
				const char *path)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		return keep(r, json_string_value(value));
	if (value && !json_is_null(value))
		expected(r, path, "a text or null");
	return NULL;
}

static const char *text_of(struct reader *r, const json_t *object, const char *key, const char *list,
			   size_t index)
{
	const json_t *value = json_object_get(object, key);
	autobuf struct buf path = BUF_INIT;

	if (json_is_string(value))
		return keep(r, json_string_value(value));
	buf_printf(&path, "%s[%zu].%s", list, index, key);
	expected(r, path.text, "a text");
	return "";
}

static unsigned count_of(struct reader *r, const json_t *object, const char *key, const char *path)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value) && json_integer_value(value) >= 0 &&
	    json_integer_value(value) <= UINT32_MAX)
		return (unsigned)json_integer_value(value);
	expected(r, path, "a number from 0 on");
	return 0;
}

static const json_t *member(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_object(value))
		expected(r, key, "an object");
	return value;
}

/* "2026-11-21T11:47:10Z"; 0 when it is something else. */
static time_t time_of(const char *text)
{
	struct tm tm = { 0 };
	const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;

	return end && !*end ? timegm(&tm) : 0;
}

/* ---- lists ---- */

static size_t list_of(struct reader *r, const json_t *root, const char *key, const json_t **list)
{
	*list = json_object_get(root, key);
	if (json_is_array(*list) && json_array_size(*list) <= LIST_MAX)
		return json_array_size(*list);
	expected(r, key, "a list of at most 4096");
	return 0;
}

/* An object whose members are a list by name; NULL if it is none. */
static json_t *members_of(struct reader *r, const json_t *object, const char *key, const char *path)
{
	json_t *members = json_object_get(object, key);

	if (json_is_object(members) && json_object_size(members) <= LIST_MAX)
		return members;
	expected(r, path, "an object of at most 4096 members");
	return NULL;
}

static void read_findings(struct reader *r, const json_t *root)
{
	struct account *account = r->account;
	const json_t *list;
	size_t count = list_of(r, root, "findings", &list), i;

	account->findings = arena_alloc(account->arena, count * sizeof *account->findings);
	for (i = 0; i < count && r->errors->count == r->before; i++) {
		const json_t *finding = json_array_get(list, i);

		account->findings[account->finding_count++] = (struct account_finding){
			.rule = text_of(r, finding, "rule", "findings", i),
			.severity = text_of(r, finding, "severity", "findings", i),
			.subject = text_of(r, finding, "subject", "findings", i),
			.title = text_of(r, finding, "title", "findings", i),
		};
	}
}

/* Rules that were not asked for are as unknown as those that could not be evaluated. Reports from
 * before --socket-options have no list of them. */
static void read_unasked(struct reader *r, const json_t *list, size_t count)
{
	struct account *account = r->account;
	size_t i;

	for (i = 0; i < count && r->errors->count == r->before; i++) {
		const json_t *rule = json_array_get(list, i);

		if (!json_is_string(rule))
			expected(r, "needs_socket_options", "a list of texts");
		else
			account->unknown[account->unknown_count++] = (struct account_unknown){
				.rule = keep(r, json_string_value(rule)),
				.reason = "it is evaluated with --socket-options only",
			};
	}
}

static void read_unknown(struct reader *r, const json_t *root)
{
	struct account *account = r->account;
	const json_t *list, *unasked = NULL;
	size_t count = list_of(r, root, "not_evaluated", &list), more = 0, i;

	if (json_object_get(root, "needs_socket_options"))
		more = list_of(r, root, "needs_socket_options", &unasked);
	account->unknown = arena_alloc(account->arena, (count + more) * sizeof *account->unknown);
	for (i = 0; i < count && r->errors->count == r->before; i++)
		account->unknown[account->unknown_count++] = (struct account_unknown){
			.rule = text_of(r, json_array_get(list, i), "rule", "not_evaluated", i),
			.reason = text_of(r, json_array_get(list, i), "reason", "not_evaluated", i),
		};
	read_unasked(r, unasked, more);
}

/* ---- vitals ---- */

/* Takes one member; false: it is not what it must be. */
typedef bool take_fn(struct reader *r, const char *key, const json_t *value);

static bool take_sysctl(struct reader *r, const char *key, const json_t *value)
{
	struct account *account = r->account;

	if (!json_is_string(value))
		return false;
	account->sysctls[account->sysctl_count++] = (struct account_sysctl){
		keep(r, key), keep(r, json_string_value(value)),
	};
	return true;
}

static bool take_counter(struct reader *r, const char *key, const json_t *value)
{
	struct account *account = r->account;

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	account->counters[account->counter_count++] = (struct account_counter){
		keep(r, key), (uint64_t)json_integer_value(value),
	};
	return true;
}

static bool take_state(struct reader *r, const char *key, const json_t *value)
{
	const char *reason = json_string_value(json_object_get(r->incomplete, key));
	bool known = json_is_integer(value) && json_integer_value(value) >= 0;
	struct account *account = r->account;

	account->states[account->state_count++] = (struct account_state){
		.name = keep(r, key),
		.known = known,
		.count = known ? (uint64_t)json_integer_value(value) : 0,
		.reason = reason ? keep(r, reason) : NULL,
	};
	return known || json_is_null(value);
}

static void *room(struct reader *r, const json_t *members, size_t size)
{
	return arena_alloc(r->account->arena, json_object_size(members) * size);
}

static void read_members(struct reader *r, json_t *object, const char *path, const char *what,
			 take_fn *take)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
		if (!take(r, key, value))
			expected(r, path, what);
}

static void read_vitals(struct reader *r, const json_t *root)
{
	const json_t *vitals = json_object_get(root, "vitals");
	struct account *account = r->account;
	json_t *sysctls, *counters, *states;

	if (!vitals || json_is_null(vitals))
		return;
	sysctls = members_of(r, vitals, "sysctls", "vitals.sysctls");
	counters = members_of(r, vitals, "counters", "vitals.counters");
	states = members_of(r, vitals, "states", "vitals.states");
	r->incomplete = json_object_get(vitals, "incomplete");
	account->vitals = true;
	account->sysctls = room(r, sysctls, sizeof *account->sysctls);
	account->counters = room(r, counters, sizeof *account->counters);
	account->states = room(r, states, sizeof *account->states);
	read_members(r, sysctls, "vitals.sysctls", "texts", take_sysctl);
	read_members(r, counters, "vitals.counters", "numbers from 0 on", take_counter);
	read_members(r, states, "vitals.states", "numbers from 0 on, or null", take_state);
}

/* ---- the whole ---- */

static void read_root(struct reader *r, const json_t *root)
{
	const json_t *host = member(r, root, "host"), *source = member(r, root, "source");
	const json_t *book = member(r, root, "rulebook"), *summary = member(r, root, "summary");
	const json_t *uptime = json_object_get(host, "uptime_seconds");
	const json_t *cookie = json_object_get(source, "netns_cookie");
	struct account *account = r->account;
	const char *sha256;

	if (r->errors->count > r->before)
		return;
	account->host = text_or_null(r, host, "name", "host.name");
	account->kernel = text_or_null(r, host, "kernel", "host.kernel");
	account->boot = text_or_null(r, host, "boot", "host.boot");
	account->uptime = json_is_number(uptime) ? json_number_value(uptime) : NAN;
	account->netns = text_or_null(r, source, "netns", "source.netns");
	account->name = text_or_null(r, source, "name", "source.name");
	account->cookie = json_is_integer(cookie) ? (uint64_t)json_integer_value(cookie) : 0;
	account->text_time = text_or_null(r, source, "time", "source.time");
	account->time = time_of(account->text_time);
	sha256 = text_or_null(r, book, "sha256", "rulebook.sha256");
	account->sha256 = sha256 ? sha256 : "";
	account->rules = count_of(r, summary, "rules", "summary.rules");
	account->more = count_of(r, summary, "more", "summary.more");
	read_findings(r, root);
	read_unknown(r, root);
	read_vitals(r, root);
}

static bool is_newer(const char *schema, const char *prefix)
{
	uint64_t version;

	return strncmp(schema, prefix, strlen(prefix)) == 0 &&
	       text_u64(schema + strlen(prefix), &version) && version > 1;
}

/* Ours, and of a version this program knows. */
static void check_schema(struct errors *errors, const char *label, const json_t *root,
			 const char *expected)
{
	const char *schema = json_string_value(json_object_get(root, "schema"));

	if (!schema)
		errors_add(errors, "%s: no report of tcp-advise: it has no member 'schema'", label);
	else if (is_newer(schema, schema_prefix) || is_newer(schema, many_prefix))
		errors_add(errors, "%s: its schema is %s, of a newer program: this one reads %s",
			   label, schema, expected);
	else if (strcmp(schema, expected) != 0)
		errors_add(errors, "%s: its schema is %s; expected %s", label, schema, expected);
}

static void account_free(struct account *account)
{
	arena_free(account->arena);
	free(account);
}

static int add_account(struct accounts *accounts, const char *label, const json_t *root,
		       struct errors *errors)
{
	struct reader r = {
		.account = xcalloc(1, sizeof *r.account), .errors = errors, .before = errors->count,
	};

	r.account->arena = arena_new();
	r.account->label = arena_strdup(r.account->arena, label);
	check_schema(errors, label, root, schema_read);
	if (errors->count == r.before)
		read_root(&r, root);
	if (errors->count == r.before) {
		accounts->list[accounts->count++] = r.account;
		return 0;
	}
	account_free(r.account);
	return -1;
}

static int add_all(struct accounts *accounts, const char *label, const json_t *root,
		   struct errors *errors)
{
	const json_t *list = json_object_get(root, "reports");
	size_t count = json_array_size(list), i;

	if (!json_is_array(list) || count > LIST_MAX)
		return errors_add(errors, "%s: reports: expected a list of at most %d", label,
				  LIST_MAX);
	accounts->many = true;
	accounts->list = xcalloc(count + 1, sizeof *accounts->list);
	for (i = 0; i < count; i++) {
		autobuf struct buf place = BUF_INIT;

		buf_printf(&place, "%s: reports[%zu]", label, i);
		if (add_account(accounts, place.text, json_array_get(list, i), errors) < 0)
			return -1;
	}
	return 0;
}

int accounts_read(struct accounts *accounts, const char *label, const struct buf *text,
		  struct errors *errors)
{
	json_t *root = json_read(label, text, errors);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	int result = -1;

	if (root && schema && strcmp(schema, schema_many) == 0) {
		result = add_all(accounts, label, root, errors);
	} else if (root) {
		accounts->list = xcalloc(1, sizeof *accounts->list);
		result = add_account(accounts, label, root, errors);
	}
	json_decref(root);
	return result;
}

void accounts_fini(struct accounts *accounts)
{
	unsigned i;

	for (i = 0; i < accounts->count; i++)
		account_free(accounts->list[i]);
	free(accounts->list);
}

const char *account_namespace(const struct account *account)
{
	return account->name ? account->name : account->netns ? account->netns : "host";
}

int account_status(const struct account_finding *finding)
{
	if (strcmp(finding->severity, "critical") == 0)
		return 2;
	return strcmp(finding->severity, "warning") == 0;
}
