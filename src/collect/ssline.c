/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of inet_show_sock() in misc/ss.c. What a process or a cgroup is called, anybody may
 * choose: such names are taken by what must stand around them. */
#include "collect/ssline.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "collect/ssplace.h"

enum {
	COMMAND_MAX = 15, /* bytes of a process's name (TASK_COMM_LEN) */
	MEMORY_WORDS = 9, /* SK_MEMINFO_VARS */
};

/* ---- the message ---- */

static void put_attribute(struct ssline *line, unsigned type, const void *data, size_t len)
{
	const struct nlattr header = { .nla_len = (uint16_t)(NLA_HDRLEN + len),
				       .nla_type = (uint16_t)type };

	if (line->len + NLA_HDRLEN + NLA_ALIGN(len) > sizeof line->message)
		return;
	memcpy(line->message + line->len, &header, sizeof header);
	memcpy(line->message + line->len + NLA_HDRLEN, data, len);
	memset(line->message + line->len + NLA_HDRLEN + len, 0, NLA_ALIGN(len) - len);
	line->len += NLA_HDRLEN + NLA_ALIGN(len);
}

static void put_byte(struct ssline *line, unsigned type, unsigned value)
{
	const unsigned char byte = (unsigned char)value;

	put_attribute(line, type, &byte, sizeof byte);
}

/* A name of at most 15 bytes, and its NUL. */
static void put_name(struct ssline *line, unsigned type, struct span name)
{
	char text[16] = { 0 };
	size_t len = (size_t)(name.end - name.p);

	if (!name.p || len >= sizeof text)
		return;
	memcpy(text, name.p, len);
	put_attribute(line, type, text, len + 1);
}

/* INET_DIAG_ULP_INFO holds an attribute that holds the name. */
static void put_ulp(struct ssline *line, struct span name)
{
	struct {
		struct nlattr header;
		char text[16];
	} nested = { .header = { .nla_type = INET_ULP_INFO_NAME } };
	size_t len = (size_t)(name.end - name.p);

	if (!name.p || len >= sizeof nested.text)
		return;
	memcpy(nested.text, name.p, len);
	nested.header.nla_len = (uint16_t)(NLA_HDRLEN + len + 1);
	put_attribute(line, INET_DIAG_ULP_INFO, &nested, nested.header.nla_len);
}

static void end_message(struct ssline *line, size_t len)
{
	const struct nlmsghdr header = { .nlmsg_len = (uint32_t)len,
					 .nlmsg_flags = NLM_F_MULTI,
					 .nlmsg_type = SOCK_DIAG_BY_FAMILY };

	line->len = NLMSG_ALIGN(len);
	memcpy(line->message, &header, sizeof header);
}

/* ---- users ---- */

/* A name may hold what looks like the end of one, but is too short for another user to follow it.
 */
bool ssline_user(struct span *users, struct ssuser *user)
{
	size_t len;
	uint64_t fd;

	if (!span_skip(users, "(\"") && !span_skip(users, ",(\""))
		return false;
	for (len = 0; len <= COMMAND_MAX && users->p + len < users->end; len++) {
		struct span rest = { users->p + len, users->end };

		if (!span_skip(&rest, "\",pid=") || !span_number(&rest, 10, &user->pid) ||
		    !span_skip(&rest, ",fd=") || !span_number(&rest, 10, &fd) ||
		    !span_skip(&rest, ")"))
			continue;
		if (rest.p < rest.end && *rest.p != ')' &&
		    (rest.end - rest.p < 3 || memcmp(rest.p, ",(\"", 3) != 0))
			continue;
		user->name = (struct span){ users->p, users->p + len };
		users->p = rest.p;
		return true;
	}
	return false;
}

/* Takes "users:((...))" off the front. False: it does not end as it should. */
static bool take_users(struct span *rest, struct span *users)
{
	struct ssuser user;
	struct span list;

	while (rest->p < rest->end && *rest->p == ' ')
		rest->p++;
	list = *rest;
	if (!span_skip(&list, "users:("))
		return true;
	users->p = list.p;
	while (ssline_user(&list, &user))
		;
	users->end = list.p;
	if (!span_skip(&list, ")"))
		return false;
	rest->p = list.p;
	return true;
}

/* ---- words of the first line ---- */

/* "59sec", "1min30sec", "119min", "7.250ms", "200ms" or nothing (misc/ss.c print_ms_timer):
 * milliseconds, cut to seconds from 10 s on and to minutes from 10 min on. */
static uint32_t take_time(struct span text)
{
	static const struct {
		const char *unit;
		uint64_t each;
	} units[] = { { "min", 60000 }, { "sec", 1000 }, { "ms", 1 }, { ".", 1000 } };
	uint64_t total = 0, number;
	size_t i;

	while (span_number(&text, 10, &number))
		for (i = 0; i < countof(units); i++)
			if (span_skip(&text, units[i].unit)) {
				total +=
					(number < UINT32_MAX ? number : UINT32_MAX) * units[i].each;
				break;
			}
	return (uint32_t)(total < UINT32_MAX ? total : UINT32_MAX);
}

/* "(on,200ms,0)": the timer, its time, and how often it ran out. */
static bool take_timer(struct span text, struct inet_diag_msg *diag)
{
	static const char *const names[] = { "on", "keepalive", "timewait", "persist", "unknown" };
	struct span time, name;
	uint64_t repeats = 0;
	size_t i;

	if (!span_skip(&text, "(") || text.p == text.end)
		return false;
	name = (struct span){ text.p, memchr(text.p, ',', (size_t)(text.end - text.p)) };
	if (!name.end)
		return false;
	time.p = name.end + 1;
	time.end = memchr(time.p, ',', (size_t)(text.end - time.p));
	if (!time.end)
		return false;
	text.p = time.end + 1;
	for (i = 0; i < countof(names); i++)
		if (span_is(name, names[i]))
			diag->idiag_timer = (uint8_t)(i + 1);
	span_number(&text, 10, &repeats);
	diag->idiag_retrans = (uint8_t)(repeats < UINT8_MAX ? repeats : UINT8_MAX);
	diag->idiag_expires = take_time(time);
	return diag->idiag_timer != 0;
}

/* What stands between "cgroup:" and the words behind it, blanks and all. */
static struct span take_cgroup(struct span *word, struct span rest)
{
	static const char *const last[] = {
		" <->", " -->", " <--", " ---", " v6only:0", " v6only:1"
	};
	struct span path = { word->p, rest.end };
	size_t i, len;

	while (path.end > path.p && strchr(" \t\r\n", path.end[-1]))
		path.end--;
	for (i = 0; i < countof(last); i++) {
		len = strlen(last[i]);
		if ((size_t)(path.end - path.p) > len && memcmp(path.end - len, last[i], len) == 0)
			path.end -= len;
	}
	word->p = path.end;
	return path;
}

static bool take_number(struct span word, unsigned base, uint64_t max, bool *has, uint64_t *value)
{
	uint64_t number;

	if (*has || !span_number(&word, base, &number) || word.p != word.end || number > max)
		return false;
	*has = true;
	*value = number;
	return true;
}

static int shutdown_of(struct span word)
{
	if (word.end - word.p != 3 || word.p[1] != '-' || !strchr("-<", word.p[0]) ||
	    !strchr("->", word.p[2]))
		return -1;
	return (word.p[0] == '-' ? 1 : 0) | (word.p[2] == '-' ? 2 : 0);
}

static void take_word(struct ssline *line, struct sssaid *said, struct span word, struct span *rest)
{
	uint64_t number;
	bool has = false;

	if (span_skip(&word, "timer:")) {
		said->has_timer |= take_timer(word, &said->diag);
	} else if (span_skip(&word, "uid:")) {
		if (take_number(word, 10, UINT32_MAX, &has, &number))
			said->diag.idiag_uid = (uint32_t)number;
	} else if (span_skip(&word, "ino:")) {
		if (take_number(word, 10, UINT32_MAX, &said->has_inode, &number))
			said->diag.idiag_inode = (uint32_t)number;
	} else if (span_skip(&word, "sk:")) {
		if (take_number(word, 16, UINT64_MAX, &said->has_cookie, &number)) {
			said->diag.id.idiag_cookie[0] = (uint32_t)number;
			said->diag.id.idiag_cookie[1] = (uint32_t)(number >> 32);
		}
	} else if (span_skip(&word, "fwmark:0x")) {
		take_number(word, 16, UINT32_MAX, &said->has_mark, &said->mark);
	} else if (span_skip(&word, "cgroup:")) {
		line->cgroup = take_cgroup(&word, *rest);
		rest->p = word.p;
	} else if (span_skip(&word, "v6only:")) {
		said->v6only = span_is(word, "1");
	} else if (shutdown_of(word) >= 0) {
		said->shutdown = shutdown_of(word);
	}
}

/* ---- the lines that follow ---- */

/* "(r0,rb131072,...)": SK_MEMINFO_* in their order, of which old ones sent fewer. */
static void put_memory(struct ssline *line, struct span text)
{
	static const char *const names[MEMORY_WORDS] = { "r", "rb", "t",  "tb", "f",
							 "w", "o",  "bl", "d" };
	uint32_t memory[MEMORY_WORDS];
	uint64_t number;
	unsigned count;

	span_skip(&text, "(");
	for (count = 0; count < MEMORY_WORDS; count++) {
		if (!span_skip(&text, names[count]) || !span_number(&text, 10, &number) ||
		    number > UINT32_MAX)
			break;
		memory[count] = (uint32_t)number;
		if (!span_skip(&text, ","))
			break;
	}
	/* What is not there was not sent, unless the line breaks off. */
	if (span_skip(&text, ")"))
		put_attribute(line, INET_DIAG_SKMEMINFO, memory, (count + 1) * sizeof *memory);
}

/* Takes the memory off the front of what follows. p NULL: there is none. */
static struct span take_memory(struct span *more)
{
	struct span rest = *more, word;

	if (!span_word(&rest, &word) || !span_skip(&word, "skmem:"))
		return (struct span){ NULL, NULL };
	*more = rest;
	return word;
}

void ssline_hear(struct sstongue *tongue, struct span more)
{
	struct ssinfo info;

	take_memory(&more);
	ssinfo_read(&info, tongue, more);
	sstongue_hear(tongue, &info);
}

uint64_t ssline_cgroup(struct span cgroup)
{
	uint64_t number;

	if (span_skip(&cgroup, "unreachable:"))
		return span_number(&cgroup, 16, &number) ? number : 0;
	/* 0 is none. */
	return hash_bytes(cgroup.p, (size_t)(cgroup.end - cgroup.p)) | 1;
}

static void put_attributes(struct ssline *line, const struct sssaid *said,
			   const struct sstongue *tongue, struct span more)
{
	const struct span memory = take_memory(&more);
	const uint32_t mark = (uint32_t)said->mark;
	const uint64_t cgroup = line->cgroup.p ? ssline_cgroup(line->cgroup) : 0;
	unsigned char untold[UNTOLD_BYTES] = { 0 };
	struct ssinfo info;

	ssinfo_read(&info, tongue, more);
	if (info.any)
		ssinfo_finish(&info, tongue, untold);
	if (said->diag.id.idiag_if > LOOPBACK_INTERFACE)
		untold_add(untold, fact_find("interface"));
	if (!said->has_cookie)
		untold_add(untold, fact_find("cookie"));
	if (line->cgroup.p && *line->cgroup.p == '/')
		untold_add(untold, fact_find("cgroup"));
	put_attribute(line, MESSAGE_UNTOLD, untold, sizeof untold);
	if (memory.p)
		put_memory(line, memory);
	if (info.any) {
		put_attribute(line, INET_DIAG_INFO, info.bytes, sizeof info.bytes);
		put_name(line, INET_DIAG_CONG, info.congestion);
		put_ulp(line, info.ulp);
	}
	if (said->shutdown >= 0)
		put_byte(line, INET_DIAG_SHUTDOWN, (unsigned)said->shutdown);
	if (said->v6only >= 0)
		put_byte(line, INET_DIAG_SKV6ONLY, (unsigned)said->v6only);
	if (said->has_mark)
		put_attribute(line, INET_DIAG_MARK, &mark, sizeof mark);
	if (cgroup)
		put_attribute(line, INET_DIAG_CGROUP_ID, &cgroup, sizeof cgroup);
}

/* ---- a socket ---- */

/* v6only, which only sockets of IPv6 have, tells which '*' it is. */
static bool has_family(struct sssaid *said)
{
	if (said->v6only < 0 || said->diag.idiag_family == AF_INET6)
		return true;
	said->diag.idiag_family = AF_INET6;
	return !said->diag.id.idiag_src[0] && !said->diag.id.idiag_dst[0];
}

static bool read_first(struct ssline *line, const struct ssform *form, struct span rest,
		       struct sssaid *said)
{
	struct span word;

	if (!ssplace_read(&rest, form, &said->diag))
		return false;
	if (!take_users(&rest, &line->users))
		return false;
	while (span_word(&rest, &word))
		take_word(line, said, word, &rest);
	return said->has_inode && has_family(said);
}

enum ssline_kind ssline_read(struct ssline *line, const struct ssform *form, struct span first)
{
	struct span netid;

	if (form->netid && (!span_word(&first, &netid) || !span_is(netid, "tcp")))
		return SSLINE_OTHER;
	line->users = line->cgroup = (struct span){ NULL, NULL };
	line->said = (struct sssaid){ .v6only = -1, .shutdown = -1 };
	return read_first(line, form, first, &line->said) ? SSLINE_TCP : SSLINE_BROKEN;
}

void ssline_message(struct ssline *line, enum ssline_kind kind, const struct sstongue *tongue,
		    struct span more)
{
	if (kind != SSLINE_TCP) {
		end_message(line, NLMSG_LENGTH(0));
		return;
	}
	memcpy(line->message + NLMSG_HDRLEN, &line->said.diag, sizeof line->said.diag);
	line->len = NLMSG_LENGTH(MESSAGE_SIZE);
	put_attributes(line, &line->said, tongue, more);
	end_message(line, line->len);
}
