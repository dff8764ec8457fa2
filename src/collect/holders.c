/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search for holders, which ends when all sockets are found: processes of the same user and network
 * namespace first, as nearly all sockets are held by these; of them those with a million descriptors
 * after the others; init last, since it holds listeners for services that it starts when somebody
 * connects (systemd.socket(5)), and who else holds them is who serves. */
#include "collect/holders.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "collect/descriptors.h"
#include "collect/procfd.h"
#include "collect/proctext.h"
#include "collect/watched.h"

enum {
	INIT = 1,
	MANY = 4096, /* descriptors */
	UNLIKELY = 64, /* above any number of bits */
	CHILDREN_MAX = 4096, /* of all holders together */
	USERS_MAX = 2 * INODES_USERS,
	FILE_MAX = 1 << 16,
	PASSWD_MAX = 1 << 20,
};

struct search {
	struct inodes *wanted;
	struct descriptors *descriptors; /* NULL: nobody asks what processes have open */
	struct buf *out;
	int proc;		/* the folder /proc */
	char ours[NETNS_NAME];	/* the network namespace looked at; "": not known */
	size_t left;	  /* sockets not found yet */
	bool sharing;	  /* those found count again */
	struct buf holds; /* of the process at hand */
	unsigned *holders;
	size_t holder_count, holder_size;
	uint32_t uids[USERS_MAX]; /* whose names are wanted */
	unsigned uid_count;
};

/* ---- what a process is ---- */

/* Its cgroup of version 2: the line that begins with "0::" (cgroups(7)). The kernel lets no path
 * hold a newline (kernel/cgroup/cgroup.c cgroup_mkdir). */
static void put_cgroup(struct buf *out, int folder)
{
	autobuf struct buf text = BUF_INIT;
	char *rest, *line;

	if (file_read(folder, "cgroup", FILE_MAX, &text) != 0)
		return;
	rest = text.text;
	while (rest && (line = strsep(&rest, "\n")) != NULL)
		if (strncmp(line, "0::", 3) == 0)
			text_printable(out, line + 3, strlen(line + 3));
}

static bool name_wanted(const struct search *s, uint64_t uid)
{
	unsigned i;

	for (i = 0; i < s->uid_count; i++)
		if (s->uids[i] == uid)
			return true;
	return false;
}

static void want_name(struct search *s, uint32_t uid)
{
	if (s->uid_count < USERS_MAX && !name_wanted(s, uid))
		s->uids[s->uid_count++] = uid;
}

/* Of a process that has ended, fstat() says it is root's (fs/proc/base.c pid_getattr), and nothing
 * can be read: it is told by its command, which is read last. A command may hold newlines. */
static bool put_process(struct buf *out, const struct procfd_process *process, uint32_t *uid)
{
	autobuf struct buf command = BUF_INIT, cgroup = BUF_INIT;
	struct stat st;

	put_cgroup(&cgroup, process->folder);
	if (fstat(process->folder, &st) < 0 ||
	    file_read(process->folder, "comm", FILE_MAX, &command) != 0 || !command.len)
		return false;
	*uid = st.st_uid;
	buf_printf(out, "process\t%u\t%u\t%s\t", process->pid, (unsigned)st.st_uid,
		   buf_text(&cgroup));
	text_printable(out, command.text, command.len - (command.text[command.len - 1] == '\n'));
	buf_putc(out, '\n');
	return true;
}

static void add_holder(struct search *s, unsigned pid)
{
	if (s->holder_count == s->holder_size) {
		s->holder_size = s->holder_size ? 2 * s->holder_size : 64;
		s->holders = xrealloc(s->holders, s->holder_size, sizeof *s->holders);
	}
	s->holders[s->holder_count++] = pid;
}

/* ---- what it holds ---- */

static bool not_init(void *arg, unsigned pid)
{
	(void)arg;
	return pid != INIT;
}

/* Whether it is of a user of the sockets wanted, and in the network namespace that is looked at; or
 * cannot be told apart. */
static bool is_likely(const struct search *s, unsigned pid)
{
	char path[24], theirs[NETNS_NAME];
	struct stat st;

	snprintf(path, sizeof path, "%u", pid);
	if (fstatat(s->proc, path, &st, 0) == 0 && !name_wanted(s, st.st_uid))
		return false;
	snprintf(path, sizeof path, "%u/ns/net", pid);
	procfd_netns(s->proc, path, theirs);
	return !*s->ours || strcmp(s->ours, theirs) == 0;
}

/* How many descriptors it has open is the size of the folder since Linux 6.2 (fs/proc/fd.c
 * proc_fd_getattr), and was 0 before. Of many it is the number of bits; most processes keep their
 * order. */
static unsigned rank_of(void *arg, unsigned pid)
{
	const struct search *s = arg;
	unsigned rank = is_likely(s, pid) ? 0 : UNLIKELY;
	char path[24];
	struct stat st;

	snprintf(path, sizeof path, "%u/fd", pid);
	if (fstatat(s->proc, path, &st, 0) == 0)
		for (; st.st_size > MANY; st.st_size /= 2)
			rank++;
	return rank;
}

/* Whether the pass that goes on is the one that counts descriptors. */
static bool counts(const struct search *s)
{
	return s->descriptors && !s->sharing && !descriptors_ended(s->descriptors);
}

static void take_socket(void *arg, const struct procfd_process *process, int fds, const char *name,
			uint32_t inode)
{
	struct search *s = arg;
	struct inode *entry = inodes_find(s->wanted, inode);

	(void)fds;
	if (counts(s))
		descriptors_socket(s->descriptors, process, name, inode);
	if (!entry || entry->looked || (entry->held && !s->sharing))
		return;
	s->left -= !entry->held;
	entry->held = true;
	buf_printf(&s->holds, "%s%u", s->holds.len ? " " : "", inode);
}

static void take_process(void *arg, const struct procfd_process *process, unsigned long descriptors)
{
	autobuf struct buf line = BUF_INIT;
	struct search *s = arg;
	bool counted = counts(s) && descriptors_leave(s->descriptors, process, descriptors);
	uint32_t uid = 0;
	bool there = (s->holds.len || counted) && put_process(&line, process, &uid);

	if (counted)
		descriptors_keep(s->descriptors, uid, &line);
	if (there && s->holds.len) {
		want_name(s, uid);
		buf_printf(s->out, "%sholds\t%s\n", line.text, s->holds.text);
		if (!s->sharing)
			add_holder(s, process->pid);
	}
	buf_clear(&s->holds);
}

static bool all_found(void *arg)
{
	const struct search *s = arg;

	return !s->left && !s->sharing && !counts(s);
}

/* Children of the first thread of a holder (proc_pid_children(5)), which is where servers fork. */
static void look_for_sharers(struct search *s, struct procfd *look,
			     const struct procfd_visitor *visitor)
{
	unsigned children = 0, pid;
	size_t i;

	s->sharing = true;
	for (i = 0; i < s->holder_count && !look->late; i++) {
		autobuf struct buf text = BUF_INIT;
		char path[64], *word, *rest;

		snprintf(path, sizeof path, "%u/task/%u/children", s->holders[i], s->holders[i]);
		if (file_read(look->proc, path, FILE_MAX, &text) != 0)
			continue;
		rest = text.text;
		while (rest && (word = strsep(&rest, " \n")) != NULL) {
			pid = procfd_pid(word);
			if (pid && children++ < CHILDREN_MAX)
				procfd_one(look, visitor, pid);
		}
	}
}

static void search(struct search *s, struct procfd *look)
{
	const struct procfd_visitor visitor = {
		.socket = take_socket, .leave = take_process, .enough = all_found, .arg = s,
	};
	struct procfd_visitor but_init = visitor;

	but_init.enter = not_init;
	but_init.rank = rank_of;
	procfd_all(look, &but_init);
	if (s->left || counts(s))
		procfd_one(look, &visitor, INIT);
	if (counts(s))
		descriptors_end(s->descriptors, look->late);
	look_for_sharers(s, look, &visitor);
}

/* ---- names of users ---- */

/* "www-data:x:33:..." */
static void put_user(const struct search *s, char *line)
{
	const char *name = strsep(&line, ":"), *uid_text;
	uint64_t uid;

	strsep(&line, ":"); /* the password */
	uid_text = strsep(&line, ":");
	if (!*name || !uid_text || !text_u64(uid_text, &uid) || !name_wanted(s, uid))
		return;
	buf_printf(s->out, "user\t%u\t", (unsigned)uid);
	text_printable(s->out, name, strlen(name));
	buf_putc(s->out, '\n');
}

/* Only of /etc/passwd: other sources of names may ask the network. */
static void put_users(struct search *s, int root)
{
	autobuf struct buf text = BUF_INIT;
	char *rest, *line;
	uint32_t uid;
	size_t i;

	for (i = 0; s->descriptors && descriptors_user(s->descriptors, i, &uid); i++)
		want_name(s, uid);
	if (file_read(root, "etc/passwd", PASSWD_MAX, &text) != 0)
		return;
	rest = text.text;
	while (rest && (line = strsep(&rest, "\n")) != NULL)
		put_user(s, line);
}

/* ---- all ---- */

/* The folder /proc/PID/fd belongs to the process's user, and reading its links takes the right to
 * trace it (fs/proc/fd.c proc_fd_permission, fs/proc/base.c proc_fd_access_allowed). */
static bool may_look_everywhere(int root)
{
	const uint64_t needed = 1 << CAP_SYS_PTRACE | 1 << CAP_DAC_READ_SEARCH;
	autobuf struct buf status = BUF_INIT;
	uint64_t held = 0;

	return file_read(root, "proc/self/status", FILE_MAX, &status) == 0 &&
	       proctext_mask(buf_text(&status), "CapEff", &held) == WHY_KNOWN &&
	       (held & needed) == needed;
}

void holders_find(int root, struct inodes *wanted, struct descriptors *descriptors, double seconds,
		  struct buf *out)
{
	struct search *s = xcalloc(1, sizeof *s);
	struct procfd look = {
		.proc = openat(root, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.until = watched_now() + seconds,
	};
	size_t i;

	s->wanted = wanted;
	s->descriptors = descriptors;
	s->proc = look.proc;
	procfd_netns(look.proc, "thread-self/ns/net", s->ours);
	s->out = out;
	for (i = 0; i < wanted->size; i++)
		s->left += wanted->entries[i].inode && !wanted->entries[i].looked;
	for (i = 0; i < wanted->user_count; i++)
		want_name(s, wanted->users[i]);
	if (look.proc >= 0 && (s->left || counts(s)))
		search(s, &look);
	put_users(s, root);
	buf_printf(out, "end\t%s\t%lu\t%d\n", look.late ? "deadline" : "complete", look.denied,
		   look.proc >= 0 && may_look_everywhere(root));
	cleanup_close(&look.proc);
	buf_fini(&s->holds);
	free(s->holders);
	free(s);
}
