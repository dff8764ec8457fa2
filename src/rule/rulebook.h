/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule/rulebook.h: what we advise. One INI section is one rule; all files are one rulebook. */
#ifndef RULE_RULEBOOK_H
#define RULE_RULEBOOK_H

#include "expr/expr.h"
#include "rule/checksum.h"
#include "rule/site.h"

enum severity { SEVERITY_INFO, SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITIES };
const char *severity_name(enum severity severity);

/* What 'per =' may be; the key fact it groups by. */
enum grouping_key {
	PER_HOST,	 /* one verdict for the namespace */
	PER_LISTENER,
	PER_DESTINATION,
	PER_PATH,
	PER_REMOTE,
	PER_PROCESS,
	PER_SERVICE,
	GROUPING_KEYS
};
const char *grouping_name(enum grouping_key per);

enum { ROLES_MAX = 16 };

/* set = net.ipv4.tcp_tw_reuse = 2 */
struct setting {
	unsigned short fact;	  /* a FROM_SYSCTL fact */
	const char *key;	  /* the sysctl's dotted name as sysctl(8) takes it */
	const struct expr *value; /* a text or a number in the fact's unit */
};
/* Appends "net.ipv4.tcp_tw_reuse = 2". */
void setting_print(struct buf *out, const struct setting *setting);

struct rule {
	const char *id;
	bool role; /* of a section [role NAME]: id is NAME, and of the texts it has only 'why' */
	struct place place; /* of its section */
	const char *title, *why, *advice, *risk, *verify, *wrong_when, *cite, *kernel;
	enum severity severity;
	enum grouping_key per;
	const char *worse; /* ids, with ',' between: what it becomes when it gets worse; NULL */
	struct place worse_place;
	unsigned enter, leave; /* runs that find it until it is told, that do not until it is gone */
	const struct expr *when;
	struct source_text when_text;
	struct expr_item show[EXPR_LIST_MAX];
	unsigned show_count;
	struct setting settings[8];
	unsigned setting_count;
	struct let lets[16];
	const struct tuning *tuned[16]; /* what changed lets[i], or NULL */
	unsigned let_count;
	struct role_use *role_uses;	/* in when and show */
	const struct rule *roles[ROLES_MAX]; /* those it uses */
	unsigned role_count;
};

/* Whether it is a worse form of the other: then the other is not gone while this one is there. */
bool rule_is_worse(const struct rule *rule, const struct rule *than);
/* Whether its condition looks at what grew between two samples: delta(), rate(). */
bool rule_rests_on_growth(const struct rule *rule);
/* Whether it reads, shows or sets the fact; whether it looks for sockets in the state. */
bool rule_uses_fact(const struct rule *rule, unsigned fact);
bool rule_names_state(const struct rule *rule, enum tcp_state state);

struct rulebook {
	struct arena *arena;
	struct rule **rules; /* sorted by severity (worst first), then id */
	unsigned count;
	struct rule **roles; /* sorted by id */
	unsigned role_count;
	const char *role;    /* what --role says this host is; NULL: its sockets tell */
	struct site site;    /* what the site says of these rules */
	struct checksum *checksum; /* of the names and bytes of its files, in order of name */
	const char *version; /* as its section [rulebook] has it; NULL: it has none */
	const char *licence; /* the same: an SPDX name */
};

struct rulebook_options {
	const char *const *lets; /* "ID.NAME=VALUE" from --let */
	unsigned let_count;
	const char *role; /* of --role; NULL or "auto": derived */
	const char *site; /* the site's tcp-advise.ini; NULL: none */
	bool complete; /* refuse rules that lack a key a shipped rule must have (rules --check) */
};

/* Loads files, and every *.ini of folders, in order of name. All errors of all files are
 * reported; NULL if there was one. The caller frees. */
struct rulebook *rulebook_load(const char *const *paths, unsigned count,
			       const struct rulebook_options *options, struct errors *errors);
void rulebook_free(struct rulebook *book);
const struct rule *rulebook_find(const struct rulebook *book, const char *id);
const struct rule *rulebook_find_role(const struct rulebook *book, const char *name);

#endif
