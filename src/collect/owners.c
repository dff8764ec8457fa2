/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of owners.txt and cgroups.txt (collect/holders.h) become numbers that rows can carry.
 * They may come from a recording, so nothing in them is believed further than it can be counted. */
#include "collect/owners.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "collect/host.h"
#include "collect/service.h"
#include "collect/services.h"

enum {
	USERS_MAX = 1 << 12,
	OWNERS_MAX = 1 << 16,
	UNSEEN_MAX = 64, /* users and services whose processes are not known; the rest count as one */
};

struct user {
	unsigned uid;
	const char *name;
};

struct owners {
	struct names *names;
	struct arena *texts;
	struct owner *list; /* the first one has number 1 */
	unsigned count, size;
	struct user *users;
	unsigned user_count, user_size;
	struct services services;
	struct inodes sockets;
	struct inodes pids; /* of the processes in the list */
	struct owner_counts *counts;
	size_t counts_count, counts_size;
	enum why counts_why;
	struct unseen {
		enum owner_kind kind;
		uint32_t uid;
		int service; /* -1: not known */
		unsigned number;
	} unseen[UNSEEN_MAX + 1];
	unsigned unseen_count;
	unsigned last; /* the process whose lines are read; 0: none */
	enum why why;  /* WHY_KNOWN: looked for holders, and the source could say */
	bool late;     /* the look was given up */
	bool everywhere; /* it saw into all processes */
};

struct owners *owners_new(struct names *names)
{
	struct owners *owners = xcalloc(1, sizeof *owners);

	owners->names = names;
	owners->texts = arena_new();
	owners->services.why = owners->counts_why = WHY_NOT_RECORDED;
	owners->why = WHY_SECOND_LOOK;
	return owners;
}

void owners_free(struct owners *owners)
{
	if (!owners)
		return;
	inodes_fini(&owners->sockets);
	inodes_fini(&owners->pids);
	arena_free(owners->texts);
	free(owners->list);
	free(owners->counts);
	free(owners->users);
	services_fini(&owners->services);
	free(owners);
}

/* ---- texts ---- */

/* Printable, however the source wrote it. */
static const char *printable(const struct owners *owners, const char *text)
{
	autobuf struct buf out = BUF_INIT;

	text_harmless(&out, text, strlen(text));
	return arena_strdup(owners->texts, buf_text(&out));
}

/* The next word of a line, which ends at a tab. */
static bool next_number(char **rest, uint64_t max, uint64_t *number)
{
	const char *word = strsep(rest, "\t");

	return word && text_u64(word, number) && *number <= max;
}

/* "-": its user is not known. */
static bool next_uid(char **rest, uint64_t *uid)
{
	if (*rest && strncmp(*rest, "-\t", 2) == 0) {
		*rest += 2;
		*uid = UINT32_MAX;
		return true;
	}
	return next_number(rest, UINT32_MAX, uid);
}

static const char *user_name(const struct owners *owners, unsigned uid)
{
	unsigned i;

	for (i = 0; i < owners->user_count; i++)
		if (owners->users[i].uid == uid)
			return owners->users[i].name;
	return NULL;
}

/* ---- services ---- */

void owners_read_services(struct owners *owners, struct source *source)
{
	services_read(&owners->services, owners->names, source);
}

enum why owners_services_why(const struct owners *owners)
{
	return owners->services.why;
}

unsigned owners_service(struct owners *owners, uint64_t cgroup)
{
	return services_name(&owners->services, owners->names, cgroup);
}

/* ---- reading what the search found ---- */

static unsigned add_owner(struct owners *owners, const struct owner *owner)
{
	if (owners->count == OWNERS_MAX)
		return 0;
	if (owners->count == owners->size) {
		owners->size = owners->size ? 2 * owners->size : 16;
		owners->list = xrealloc(owners->list, owners->size, sizeof *owners->list);
	}
	owners->list[owners->count++] = *owner;
	return owners->count;
}

/* user  UID  NAME */
static void take_user(struct owners *owners, char *rest)
{
	uint64_t uid;

	if (!next_number(&rest, UINT32_MAX, &uid) || !rest || owners->user_count == USERS_MAX ||
	    user_name(owners, (unsigned)uid))
		return;
	if (owners->user_count == owners->user_size) {
		owners->user_size = owners->user_size ? 2 * owners->user_size : 64;
		owners->users = xrealloc(owners->users, owners->user_size, sizeof *owners->users);
	}
	owners->users[owners->user_count++] = (struct user){ (unsigned)uid, printable(owners, rest) };
}

/* What runs in the root of the tree is of no service. */
static bool is_root(const char *service)
{
	return strcmp(service, "/") == 0;
}

static const char *service_name(struct owners *owners, const char *cgroup)
{
	autobuf struct buf service = BUF_INIT;

	if (*cgroup != '/' || is_root(cgroup))
		return NULL;
	service_of_cgroup(&service, printable(owners, cgroup));
	return arena_strdup(owners->texts, buf_text(&service));
}

static bool same_process(const struct owner *a, const struct owner *b)
{
	return a->pid == b->pid && a->uid == b->uid && strcmp(a->command, b->command) == 0;
}

/* process  PID  UID  CGROUP  COMMAND: known already if an earlier look found it too. */
static void take_process(struct owners *owners, char *rest)
{
	struct owner owner = { .kind = OWNER_SEEN };
	struct inode *place;
	uint64_t pid, uid;
	const char *cgroup;

	owners->last = 0;
	if (!next_number(&rest, INT32_MAX, &pid) || !pid || !next_uid(&rest, &uid))
		return;
	cgroup = strsep(&rest, "\t");
	place = inodes_add(&owners->pids, (uint32_t)pid, 0);
	if (!cgroup || !rest || !place)
		return;
	owner.pid = (unsigned)pid;
	owner.uid = (unsigned)uid;
	owner.command = printable(owners, rest);
	owner.service = service_name(owners, cgroup);
	if (!place->number || !same_process(&owners->list[place->number - 1], &owner))
		place->number = add_owner(owners, &owner);
	owners->last = place->number;
}

/* holds  INODE INODE ...: of the process of the line before. A socket that is held already is
 * shared; it stays with the process that was named first. */
static void take_holds(struct owners *owners, char *rest)
{
	unsigned shared_with = 0;
	struct inode *socket;
	uint64_t inode;
	const char *word;

	while (owners->last && (word = strsep(&rest, " ")) != NULL) {
		if (!text_u64(word, &inode) || inode > UINT32_MAX)
			return;
		socket = inodes_find(&owners->sockets, (uint32_t)inode);
		if (!socket || socket->number == owners->last || socket->looked)
			continue;
		if (!socket->number) {
			socket->number = owners->last;
		} else if (socket->number != shared_with) {
			shared_with = socket->number;
			owners->list[shared_with - 1].sharers++;
		}
	}
}

/* files  PID OPEN LIMIT SOCKETS TCP UNLISTED */
static void take_files(struct owners *owners, char *rest)
{
	const struct inode *place;
	struct owner_counts *counts;
	uint64_t number;
	const char *word;
	unsigned i;

	if (!next_number(&rest, INT32_MAX, &number) || owners->counts_count == OWNERS_MAX)
		return;
	place = inodes_find(&owners->pids, (uint32_t)number);
	if (!place || !place->number)
		return;
	if (owners->counts_count == owners->counts_size) {
		owners->counts_size = owners->counts_size ? 2 * owners->counts_size : 64;
		owners->counts =
			xrealloc(owners->counts, owners->counts_size, sizeof *owners->counts);
	}
	counts = &owners->counts[owners->counts_count++];
	counts->number = place->number;
	for (i = 0; i < DESCRIPTOR_COUNTS; i++) {
		word = strsep(&rest, "\t");
		counts->count[i] = word && text_u64(word, &number) ? (double)number : NAN;
	}
}

/* descriptors  complete|deadline|full */
static void take_descriptors(struct owners *owners, char *rest)
{
	owners->counts_why = rest && strcmp(rest, "complete") == 0 ? WHY_KNOWN :
			     rest && strcmp(rest, "full") == 0	   ? WHY_CUT :
								     WHY_OWNERS_LATE;
}

/* end  complete|deadline  DENIED  EVERYWHERE */
static void take_end(struct owners *owners, char *rest)
{
	const char *how = strsep(&rest, "\t");
	uint64_t denied, everywhere;

	if (!how || !next_number(&rest, ULONG_MAX, &denied) || !next_number(&rest, 1, &everywhere))
		return;
	owners->late |= strcmp(how, "complete") != 0;
	owners->everywhere = everywhere && !denied;
}

static void take_line(struct owners *owners, char *line)
{
	static const struct {
		const char *word;
		void (*take)(struct owners *owners, char *rest);
	} takers[] = {
		{ "user", take_user },
		{ "process", take_process },
		{ "holds", take_holds },
		{ "files", take_files },
		{ "descriptors", take_descriptors },
		{ "end", take_end },
	};
	const char *word = strsep(&line, "\t");
	unsigned i;

	for (i = 0; i < countof(takers); i++)
		if (strcmp(word, takers[i].word) == 0)
			takers[i].take(owners, line);
}

/* ---- finding ---- */

void owners_want(struct owners *owners, const struct who *who, bool asked)
{
	struct inode *socket = inodes_add(&owners->sockets, who->inode, who->uid);

	if (socket)
		socket->asked |= asked;
}

/* A recording has the lines of the search that was made then: it is read once, and again for each
 * socket wanted since. */
void owners_find(struct owners *owners, struct source *source, bool descriptors)
{
	autobuf struct buf text = BUF_INIT;
	char *rest, *line;
	size_t i;

	owners->why = why_of_errno(source->ops->owners ?
				   source->ops->owners(source, &owners->sockets, descriptors,
						       &text) : ENODATA);
	if (owners->why != WHY_KNOWN)
		buf_clear(&text);
	rest = text.text;
	while (rest && (line = strsep(&rest, "\n")) != NULL)
		take_line(owners, line);
	owners->last = 0;
	for (i = 0; i < owners->sockets.size; i++)
		owners->sockets.entries[i].looked = true;
	for (i = 0; i < owners->count; i++)
		owners->list[i].user = user_name(owners, owners->list[i].uid);
}

bool owners_late(const struct owners *owners)
{
	return owners->late;
}

enum why owners_why(const struct owners *owners)
{
	return owners->why;
}

const struct owner_counts *owners_counts(const struct owners *owners, size_t i)
{
	return i < owners->counts_count ? &owners->counts[i] : NULL;
}

enum why owners_counts_why(const struct owners *owners)
{
	if (owners->why != WHY_KNOWN || owners->counts_why != WHY_KNOWN)
		return owners->why != WHY_KNOWN ? owners->why : owners->counts_why;
	return owners->everywhere ? WHY_KNOWN : WHY_PROCESSES_HIDDEN;
}

/* ---- telling ---- */

static unsigned find_unseen(const struct owners *owners, const struct unseen *wanted)
{
	unsigned i;

	for (i = 0; i < owners->unseen_count; i++) {
		const struct unseen *unseen = &owners->unseen[i];

		if (unseen->kind == wanted->kind && unseen->uid == wanted->uid &&
		    unseen->service == wanted->service)
			return unseen->number;
	}
	return 0;
}

/* Those past the first ones are of any user and service. */
static unsigned unseen_owner(struct owners *owners, enum owner_kind kind, uint32_t uid, int service)
{
	const struct unseen rest = { .kind = OWNER_UNKNOWN, .uid = UINT32_MAX, .service = -2 };
	struct unseen unseen = { .kind = kind, .uid = uid, .service = service };
	struct owner owner = { .kind = kind, .uid = uid, .user = user_name(owners, uid) };
	unsigned number = find_unseen(owners, &unseen);

	if (!number && owners->unseen_count >= UNSEEN_MAX) {
		unseen = rest;
		service = -1;
		owner.user = "other users";
		number = find_unseen(owners, &unseen);
	}
	if (number)
		return number;
	if (service >= 0 && !is_root(names_text(owners->names, (unsigned)service)))
		owner.service = arena_strdup(owners->texts,
					     names_text(owners->names, (unsigned)service));
	unseen.number = add_owner(owners, &owner);
	if (unseen.number)
		owners->unseen[owners->unseen_count++] = unseen;
	return unseen.number;
}

unsigned owners_number(struct owners *owners, const struct who *who)
{
	const struct inode *socket = inodes_find(&owners->sockets, who->inode);
	enum owner_kind kind = OWNER_HIDDEN;
	int service = -1;

	if (!who->inode || (socket && socket->number))
		return socket ? socket->number : 0;
	if (!socket || !socket->looked || owners->why != WHY_KNOWN || owners->late)
		kind = OWNER_UNKNOWN;
	else if (owners->everywhere)
		kind = OWNER_NOBODY;
	if (owners->services.why == WHY_KNOWN && who->cgroup)
		service = (int)owners_service(owners, who->cgroup);
	return unseen_owner(owners, kind, who->uid, service);
}

const struct owner *owners_at(const struct owners *owners, unsigned number)
{
	return number && number <= owners->count ? &owners->list[number - 1] : NULL;
}

static unsigned long count_missed(const struct owners *owners)
{
	unsigned long missed = 0;
	size_t i;

	for (i = 0; i < owners->sockets.size; i++) {
		const struct inode *socket = &owners->sockets.entries[i];

		missed += socket->inode && socket->asked && !socket->number;
	}
	return missed;
}

void owners_note(const struct owners *owners, bool findings, struct buf *out)
{
	unsigned long missed = count_missed(owners);

	if (findings && owners->why == WHY_NOT_RECORDED)
		buf_puts(out, "who holds the sockets of findings was not recorded");
	if (owners->why != WHY_KNOWN || (!missed && !owners->sockets.refused))
		return;
	if (owners->late)
		buf_printf(out, "looking for the owners of sockets took too long: %lu were not found",
			   missed);
	else if (missed && !owners->everywhere)
		buf_printf(out, "the owners of %lu sockets need CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH",
			   missed);
	else if (owners->sockets.refused)
		buf_printf(out, "the owners of only %d sockets were looked for", INODES_MAX);
}
