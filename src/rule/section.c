/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One section to one rule. Keys are gathered as they come, in any order, and compiled at the end
 * of the section: thresholds first, then the expressions that use them. */
#include "rule/section.h"

#include "base/text.h"
#include "rule/roles.h"
#include "rule/settings.h"

#include <ctype.h>
#include <string.h>

enum key {
	KEY_TITLE, KEY_SEVERITY, KEY_PER, KEY_WHEN, KEY_SHOW, KEY_WHY, KEY_ADVICE, KEY_SET, KEY_RISK,
	KEY_VERIFY, KEY_WRONG_WHEN, KEY_CITE, KEY_KERNEL, KEY_ENTER, KEY_LEAVE, KEY_WORSE, KEYS,
	LETS_MAX = countof(((struct rule *)0)->lets),
	FRAGMENTS_MAX = 64,
	RUNS_MOST = 1000,
};

enum { /* who must have it */
	EVERY_RULE = 1,
	SHIPPED_RULE = 2, /* rules --check */
	ROLE = 4,	  /* and a role has no others */
};

static const struct {
	const char *name;
	unsigned needed;
} keys[KEYS] = {
	[KEY_TITLE] = { "title", EVERY_RULE },
	[KEY_SEVERITY] = { "severity", EVERY_RULE },
	[KEY_PER] = { "per", 0 },
	[KEY_WHEN] = { "when", EVERY_RULE | ROLE },
	[KEY_SHOW] = { "show", SHIPPED_RULE | ROLE },
	[KEY_WHY] = { "why", SHIPPED_RULE | ROLE },
	[KEY_ADVICE] = { "advice", 0 },	[KEY_SET] = { "set", 0 },
	[KEY_RISK] = { "risk", SHIPPED_RULE }, [KEY_VERIFY] = { "verify", SHIPPED_RULE },
	[KEY_WRONG_WHEN] = { "wrong-when", SHIPPED_RULE },
	[KEY_CITE] = { "cite", SHIPPED_RULE }, [KEY_KERNEL] = { "kernel", 0 },
	[KEY_ENTER] = { "enter", 0 },	[KEY_LEAVE] = { "leave", 0 }, [KEY_WORSE] = { "worse", 0 },
};

/* A value while its lines come in. */
struct gathered {
	struct place key; /* where its key stands; line 0: not there */
	struct buf text;
	struct fragment *fragments;
	unsigned count, room;
};

struct section {
	struct arena *arena;
	struct rule *rule;
	struct gathered *last; /* what a continuation continues */
	struct gathered values[KEYS];
	struct gathered lets[LETS_MAX];
	const char *let_names[LETS_MAX];
	unsigned let_count;
	struct buf prose; /* lines being joined */
};

/* ---- gathering ---- */

static void check_id(const struct ini_line *line, struct errors *errors)
{
	const char *id = line->section;

	if (!islower((unsigned char)id[0]) || id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] ||
	    id[strlen(id) - 1] == '-')
		errors_add_at(errors, &line->place, "'%s' is no rule id: expected small letters, digits "
			      "and '-', beginning with a letter", id);
	if (strlen(id) > INI_NAME_MAX)
		errors_add_at(errors, &line->place, "the id of a rule has at most 49 bytes");
}

struct section *section_new(struct arena *arena)
{
	struct section *section = xcalloc(1, sizeof *section);

	section->arena = arena;
	return section;
}

static void gathered_fini(struct gathered *g)
{
	buf_fini(&g->text);
	free(g->fragments);
}

void section_free(struct section *section)
{
	unsigned i;

	for (i = 0; i < KEYS; i++)
		gathered_fini(&section->values[i]);
	for (i = 0; i < LETS_MAX; i++)
		gathered_fini(&section->lets[i]);
	buf_fini(&section->prose);
	free(section);
}

/* Keeps the memory for the next section. */
static void gathered_clear(struct gathered *g)
{
	g->key.line = 0;
	buf_clear(&g->text);
	g->count = 0;
}

static void section_clear(struct section *section)
{
	unsigned i;

	for (i = 0; i < KEYS; i++)
		gathered_clear(&section->values[i]);
	for (i = 0; i < section->let_count; i++)
		gathered_clear(&section->lets[i]);
	section->let_count = 0;
	section->last = NULL;
}

void section_begin(struct section *section, const struct ini_line *line, struct errors *errors)
{
	const char *role = role_of_section(line->section);
	struct rule *rule = arena_alloc(section->arena, sizeof *rule);

	section_clear(section);
	section->rule = rule;
	rule->role = role != NULL;
	rule->id = role ? role : line->section;
	if (role)
		role_check_name(&line->place, role, errors);
	else
		check_id(line, errors);
	rule->place = line->place;
}

static void grow(struct gathered *g)
{
	g->room = g->room ? 2 * g->room : 8;
	g->fragments = xrealloc(g->fragments, g->room, sizeof *g->fragments);
}

static void gather(struct section *section, const struct ini_line *line, struct errors *errors)
{
	struct gathered *g = section->last;

	if (g->count == FRAGMENTS_MAX) {
		errors_add_at(errors, &line->place, "a value of more than %d lines", FRAGMENTS_MAX);
		return;
	}
	if (g->count == g->room)
		grow(g);
	if (g->count)
		buf_putc(&g->text, '\n');
	g->fragments[g->count++] = (struct fragment){
		.offset = g->text.len,
		.line = line->value_place.line,
		.column = line->value_place.column,
		.source = line->value_place.source,
	};
	buf_puts(&g->text, line->value);
}

static struct gathered *let_value(struct section *section, const struct ini_line *line,
				  struct errors *errors)
{
	const char *name = line->name + strlen("let.");
	unsigned i;

	for (i = 0; i < section->let_count; i++)
		if (strcmp(section->let_names[i], name) == 0)
			return &section->lets[i];
	if (!*name || name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] ||
	    !islower((unsigned char)*name)) {
		errors_add_at(errors, &line->place, "'%s' is no name for a threshold: expected small "
			      "letters, digits and '_'", name);
		return NULL;
	}
	if (strcmp(name, TUNING_SEVERITY) == 0) {
		errors_add_at(errors, &line->place, "'%s' is no name for a threshold: [tune] has "
			      "another meaning for it", name);
		return NULL;
	}
	if (fact_find(name) != FACT_NONE) {
		errors_add_at(errors, &line->place, "'%s' is the name of a fact; choose another", name);
		return NULL;
	}
	if (expr_is_keyword(name)) {
		errors_add_at(errors, &line->place, "'%s' is a word of the language; choose another",
			      name);
		return NULL;
	}
	if (section->let_count == LETS_MAX) {
		errors_add_at(errors, &line->place, "more than %d thresholds", LETS_MAX);
		return NULL;
	}
	section->let_names[section->let_count] = name;
	return &section->lets[section->let_count++];
}

static struct gathered *key_value(struct section *section, const struct ini_line *line,
				  struct errors *errors)
{
	struct nearest nearest = { .name = line->name };
	autobuf struct buf hint = BUF_INIT;
	bool role = section->rule->role;
	unsigned i;

	if (strncmp(line->name, "let.", 4) == 0)
		return let_value(section, line, errors);
	for (i = 0; i < KEYS; i++)
		if (*keys[i].name == *line->name && strcmp(keys[i].name, line->name) == 0 &&
		    (!role || keys[i].needed & ROLE))
			return &section->values[i];
	for (i = 0; i < KEYS; i++)
		if (!role || keys[i].needed & ROLE)
			nearest_try(&nearest, keys[i].name);
	errors_add_at(errors, &line->place, "'%s' is not a key of a %s%s", line->name,
		      role ? "role" : "rule", nearest_hint(&nearest, &hint));
	return NULL;
}

void section_add(struct section *section, const struct ini_line *line, struct errors *errors)
{
	if (!line->continuation) {
		section->last = key_value(section, line, errors);
		if (section->last && section->last->key.line) {
			errors_add_at(errors, &line->place, "'%s' stands already in line %u", line->name,
				      section->last->key.line);
			section->last = NULL;
		}
		if (section->last)
			section->last->key = line->place;
	}
	if (section->last)
		gather(section, line, errors);
}

/* ---- compiling ---- */

struct compiling {
	struct section *section;
	struct rule *rule;
	const struct rulebook_options *options;
	const struct tunings *tunings;
	struct expr_context context;
	bool let_used[LETS_MAX];
	struct errors *errors;
};

static struct source_text source_of(struct section *section, const struct gathered *g)
{
	struct fragment *fragments = arena_alloc(section->arena, g->count * sizeof *fragments);

	memcpy(fragments, g->fragments, g->count * sizeof *fragments);
	return (struct source_text){ g->key.file, arena_strdup(section->arena, buf_text(&g->text)),
				     fragments, g->count };
}

/* Lines joined by blanks; a lone '.' ends a paragraph. */
static const char *prose(struct section *section, enum key key)
{
	const struct gathered *g = &section->values[key];
	struct buf *out = &section->prose;
	unsigned i;

	if (!g->key.line)
		return NULL;
	buf_clear(out);
	for (i = 0; i < g->count; i++) {
		const char *start = g->text.text + g->fragments[i].offset;
		size_t len = strcspn(start, "\n");
		bool paragraph = len == 1 && *start == '.';

		if (paragraph)
			buf_putc(out, '\n');
		else if (out->len && out->text[out->len - 1] != '\n')
			buf_putc(out, ' ');
		if (!paragraph)
			text_printable(out, start, len);
	}
	return arena_strdup(section->arena, buf_text(out));
}

/* The number of the word among names, or -1 with an error that says what was expected. */
static int word_of(const struct compiling *c, enum key key, const char *(*name)(unsigned), unsigned count)
{
	const struct gathered *g = &c->section->values[key];
	struct nearest nearest = { .name = buf_text(&g->text) };
	autobuf struct buf expected = BUF_INIT, hint = BUF_INIT;
	struct place place = g->key;
	unsigned i;

	for (i = 0; i < count; i++)
		if (strcmp(name(i), nearest.name) == 0)
			return (int)i;
	for (i = 0; i < count; i++) {
		nearest_try(&nearest, name(i));
		buf_printf(&expected, "%s%s", i ? ", " : "", name(i));
	}
	place.column = g->fragments[0].column;
	return errors_add_at(c->errors, &place, "'%s' is not a %s: expected %s%s", nearest.name,
			     keys[key].name, buf_text(&expected), nearest_hint(&nearest, &hint));
}

static const char *severity_word(unsigned i)
{
	return severity_name((enum severity)i);
}

static const char *grouping_word(unsigned i)
{
	return grouping_name((enum grouping_key)i);
}

static void compile_words(struct compiling *c)
{
	int word;

	if (c->section->values[KEY_SEVERITY].key.line) {
		word = word_of(c, KEY_SEVERITY, severity_word, SEVERITIES);
		c->rule->severity = word < 0 ? SEVERITY_INFO : (enum severity)word;
	}
	if (!c->section->values[KEY_PER].key.line)
		return;
	word = word_of(c, KEY_PER, grouping_word, GROUPING_KEYS);
	c->rule->per = word < 0 ? PER_HOST : (enum grouping_key)word;
}

/* How many runs; without the key 'runs' stays. */
static void compile_runs(struct compiling *c, enum key key, unsigned *runs)
{
	const struct gathered *g = &c->section->values[key];
	struct place place = g->key;
	uint64_t number;

	if (!g->key.line)
		return;
	place.column = g->fragments[0].column;
	if (!text_u64(buf_text(&g->text), &number) || number < 1 || number > RUNS_MOST)
		errors_add_at(c->errors, &place, "expected a number of runs from 1 to %d", RUNS_MOST);
	else
		*runs = (unsigned)number;
}

/* What stands is told at once, and is over when it does not come back soon. What grew within the
 * time between two runs flickers: it is told once it came twice, and what comes every now and then
 * is one finding for an hour of runs by cron. Nobody waits for a critical one. */
static void compile_hysteresis(struct compiling *c)
{
	struct rule *rule = c->rule;
	bool growth = rule_rests_on_growth(rule);

	rule->enter = growth && rule->severity < SEVERITY_CRITICAL ? 2 : 1;
	rule->leave = growth ? 12 : 3;
	compile_runs(c, KEY_ENTER, &rule->enter);
	compile_runs(c, KEY_LEAVE, &rule->leave);
	if (rule->severity == SEVERITY_CRITICAL)
		rule->enter = 1;
}

/* The site or the command line may have another severity for a rule. */
static void tune_severity(struct compiling *c)
{
	const struct tuning *tuning = tunings_find(c->tunings, c->rule->id, TUNING_SEVERITY);
	unsigned i;

	if (!tuning || c->rule->role)
		return;
	for (i = 0; i < SEVERITIES && strcmp(severity_word(i), tuning->value) != 0; i++)
		;
	if (i < SEVERITIES)
		c->rule->severity = (enum severity)i;
	else
		tuning_refuse(tuning, "expected critical, warning, notice or info", c->errors);
}

/* Gives a threshold the value of what changes it. */
static void tune_let(struct compiling *c, struct let *let, const struct tuning *tuning)
{
	const struct place *place = &tuning->value_place;
	const struct fragment fragment = { 0, place->line, place->column, place->source };
	const char *option = arena_printf(c->context.arena, "--let %s.%s=%s", tuning->id, let->name,
					  tuning->value);
	const struct source_text text = { place->file ? place->file : option, tuning->value,
					  &fragment, place->file != NULL };
	struct let override = { 0 };
	autobuf struct buf why = BUF_INIT;

	if (expr_literal(&c->context, &text, &override) < 0)
		return;
	buf_printf(&why, "expected %s, as the rule has it", unit_name(let->unit));
	if (override.unit != let->unit && override.number != 0)
		tuning_refuse(tuning, why.text, c->errors);
	let->number = override.number;
}

static void compile_let(struct compiling *c, unsigned i)
{
	struct source_text text = source_of(c->section, &c->section->lets[i]);
	struct let *let = &c->rule->lets[i];

	let->name = c->section->let_names[i];
	c->rule->tuned[i] = tunings_find(c->tunings, c->rule->id, let->name);
	if (expr_literal(&c->context, &text, let) == 0 && c->rule->tuned[i])
		tune_let(c, let, c->rule->tuned[i]);
}

static void compile_lets(struct compiling *c)
{
	unsigned i;

	c->rule->let_count = c->section->let_count;
	for (i = 0; i < c->section->let_count; i++)
		compile_let(c, i);
	tunings_check_names(c->tunings, c->rule, c->errors);
	c->context.lets = c->rule->lets;
	c->context.let_count = c->rule->let_count;
}

static void compile_expressions(struct compiling *c)
{
	struct section *section = c->section;
	struct rule *rule = c->rule;
	struct source_text show;
	unsigned i;

	if (section->values[KEY_WHEN].key.line) {
		rule->when_text = source_of(section, &section->values[KEY_WHEN]);
		rule->when = expr_condition(&c->context, &rule->when_text);
	}
	if (section->values[KEY_SHOW].key.line) {
		show = source_of(section, &section->values[KEY_SHOW]);
		expr_show(&c->context, &show, rule->show, &rule->show_count);
	}
	settings_compile(rule, &c->context, &section->values[KEY_SET].text, section->values[KEY_SET].fragments,
			 section->values[KEY_SET].count);
	for (i = 0; i < rule->let_count; i++)
		if (!c->let_used[i])
			errors_add_at(c->errors, &section->lets[i].key,
				      "the threshold '%s' is not used", rule->lets[i].name);
}

static void check_keys(const struct compiling *c)
{
	bool role = c->rule->role;
	unsigned needed = c->options->complete ? EVERY_RULE | SHIPPED_RULE : EVERY_RULE, i;

	for (i = 0; i < KEYS; i++)
		if (!c->section->values[i].key.line && keys[i].needed & (role ? ROLE : needed))
			errors_add_at(c->errors, &c->rule->place, "%s '%s' has no '%s'",
				      role ? "role" : "rule", c->rule->id, keys[i].name);
	if (!role && c->options->complete && !c->rule->advice && !c->rule->setting_count)
		errors_add_at(c->errors, &c->rule->place, "rule '%s' has neither 'advice' nor 'set'",
			      c->rule->id);
}

struct rule *section_compile(struct section *section, const struct rulebook_options *options,
			     const struct tunings *tunings, struct errors *errors)
{
	struct compiling c = { .section = section, .rule = section->rule, .options = options,
			       .tunings = tunings,
			       .context = { .arena = section->arena, .errors = errors },
			       .errors = errors };
	const struct {
		const char **text;
		enum key key;
	} texts[] = {
		{ &c.rule->title, KEY_TITLE },	 { &c.rule->why, KEY_WHY },
		{ &c.rule->advice, KEY_ADVICE }, { &c.rule->risk, KEY_RISK },
		{ &c.rule->verify, KEY_VERIFY }, { &c.rule->wrong_when, KEY_WRONG_WHEN },
		{ &c.rule->cite, KEY_CITE },	 { &c.rule->kernel, KEY_KERNEL },
		{ &c.rule->worse, KEY_WORSE },
	};
	unsigned before = errors->count, i;

	c.context.let_used = c.let_used;
	c.context.roles = section->rule->role ? NULL : &section->rule->role_uses;
	c.context.of_role = section->rule->role;
	for (i = 0; i < countof(texts); i++)
		*texts[i].text = prose(section, texts[i].key);
	c.rule->worse_place = section->values[KEY_WORSE].key;
	compile_words(&c);
	c.context.grouped = section->rule->per != PER_HOST && section->rule->per != PER_PROCESS;
	tune_severity(&c);
	compile_lets(&c);
	compile_expressions(&c);
	compile_hysteresis(&c);
	check_keys(&c);
	return errors->count == before ? section->rule : NULL;
}
