/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners as text. A command is any 15 bytes its process likes: it stands in quotes unless it looks
 * like a name, so that it cannot say more than one name does. */
#include "report/ownership.h"

#include <ctype.h>
#include <string.h>

static bool is_plain(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._+-:/@", *p))
			return false;
	return p > name;
}

static void put_name(struct buf *out, const char *name)
{
	if (is_plain(name)) {
		buf_puts(out, name);
		return;
	}
	buf_putc(out, '"');
	for (; *name; name++)
		buf_puts(out, *name == '"' ? "\\x22" : (char[]){ *name, '\0' });
	buf_putc(out, '"');
}

static void put_user(struct buf *out, const struct owner *owner)
{
	if (owner->user)
		put_name(out, owner->user);
	else
		buf_printf(out, "user %u", owner->uid);
}

/* "nginx[812] (www-data, nginx.service, shared with 2 children)" */
static void put_seen(struct buf *out, const struct owner *owner)
{
	autobuf struct buf rest = BUF_INIT;

	if (owner->user || owner->uid != UINT32_MAX)
		put_user(&rest, owner);
	if (owner->service)
		buf_printf(&rest, "%s%s", rest.len ? ", " : "", owner->service);
	if (owner->sharers)
		buf_printf(&rest, "%sshared with %u child%s", rest.len ? ", " : "", owner->sharers,
			   owner->sharers == 1 ? "" : "ren");
	put_name(out, owner->command);
	buf_printf(out, "[%u]", owner->pid);
	if (rest.len)
		buf_printf(out, " (%s)", rest.text);
}

static const char *const others[] = {
	[OWNER_HIDDEN] = "a process of ",
	[OWNER_UNKNOWN] = "a process of ",
	[OWNER_NOBODY] = "no process that /proc shows (",
};

bool owner_is_unnamed(const char *text)
{
	unsigned i;

	for (i = 0; i < countof(others); i++)
		if (others[i] && strncmp(text, others[i], strlen(others[i])) == 0)
			return true;
	return false;
}

void owner_print(struct buf *out, const struct owner *owner)
{
	if (owner->kind == OWNER_SEEN) {
		put_seen(out, owner);
		return;
	}
	buf_puts(out, others[owner->kind]);
	put_user(out, owner);
	if (owner->service)
		buf_printf(out, "%s%s", owner->kind == OWNER_NOBODY ? ", " : " in ", owner->service);
	if (owner->kind == OWNER_NOBODY)
		buf_putc(out, ')');
}

struct share {
	unsigned number; /* of the owner */
	unsigned sockets;
};

static int compare_shares(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	if (x->sockets != y->sockets)
		return x->sockets > y->sockets ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static unsigned count_shares(struct share *shares, const struct verdict *verdict,
			     struct owners *owners)
{
	unsigned count = 0, i, j;

	for (i = 0; i < verdict->witness_count; i++) {
		unsigned number = owners_number(owners, &verdict->witnesses[i]);

		if (!number)
			continue; /* there are too many owners */
		for (j = 0; j < count && shares[j].number != number; j++)
			;
		if (j == count)
			shares[count++] = (struct share){ number, 0 };
		shares[j].sockets++;
	}
	qsort(shares, count, sizeof *shares, compare_shares);
	return count;
}

static void put_owners(struct buf *out, const struct report_finding *finding)
{
	unsigned i;

	for (i = 0; i < finding->owner_count; i++) {
		buf_printf(out, "%s%s", i ? "; " : "", finding->owners[i].text);
		if (finding->owner_count > 1)
			buf_printf(out, ": %u", finding->owners[i].sockets);
	}
	if (finding->owner_more)
		buf_printf(out, "; %u more", finding->owner_more);
	if (finding->owner_count > 1)
		buf_printf(out, " of %u sockets looked at", finding->looked_at);
}

static const char *keep_text(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

/* The table of owners does not live as long as the report. */
static struct owner keep(struct arena *arena, const struct owner *owner)
{
	struct owner kept = *owner;

	kept.command = keep_text(arena, owner->command);
	kept.user = keep_text(arena, owner->user);
	kept.service = keep_text(arena, owner->service);
	return kept;
}

static void put_owner(struct report_finding *finding, const struct owner *owner, unsigned sockets,
		      struct arena *arena)
{
	struct report_owner *kept = &finding->owners[finding->owner_count++];
	autobuf struct buf text = BUF_INIT;

	kept->owner = keep(arena, owner);
	kept->sockets = sockets;
	owner_print(&text, &kept->owner);
	kept->text = arena_strdup(arena, buf_text(&text));
}

/* Where processes were counted there are no sockets to ask whose they are: the subject is the owner. */
static void put_subject(struct report_finding *finding, const struct verdict *verdict,
			const struct wording *wording)
{
	const struct owner *owner;

	if (!verdict->grouped || verdict->subject.kind != SOCKET_PROCESS)
		return;
	owner = owners_at(wording->owners, (unsigned)verdict->subject.number);
	if (owner)
		put_owner(finding, owner, 0, wording->arena);
}

void word_owners(struct report_finding *finding, const struct verdict *verdict,
		 const struct wording *wording)
{
	struct share shares[WITNESSES_HOST];
	autobuf struct buf all = BUF_INIT;
	unsigned count, i;

	if (!wording->owners || owners_why(wording->owners) != WHY_KNOWN)
		return;
	if (!verdict->witness_count) {
		put_subject(finding, verdict, wording);
		return;
	}
	count = count_shares(shares, verdict, wording->owners);
	if (!count)
		return;
	for (i = 0; i < count && i < REPORT_OWNERS; i++)
		put_owner(finding, owners_at(wording->owners, shares[i].number), shares[i].sockets,
			  wording->arena);
	finding->owner_more = count - i;
	finding->looked_at = verdict->witness_count;
	if (verdict->grouped && verdict->subject.kind == SOCKET_PROCESS)
		return; /* its subject says it */
	put_owners(&all, finding);
	finding->by = arena_strdup(wording->arena, buf_text(&all));
}
