/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sysctls say of the host, else what uname(1) and date(1) printed. */
#include "collect/capture_about.h"

#include <string.h>

#include "base/text.h"

struct about {
	struct source *source;
	struct arena *arena;
};

static const char uname_a[] = "sos_commands/kernel/uname_-a";

static const char *const dates[] = {
	"sos_commands/date/date_--utc",
	"sos_commands/date/date",
	"sos_commands/general/date",
};

static bool read_file(const struct about *about, const char *path, struct buf *text)
{
	return about->source->ops->read(about->source, SAMPLE_NOW, path, text) == 0;
}

/* The words of a text, of which the first is number 0; NULL: it has fewer. */
static const char *word(const struct about *about, const struct buf *text, unsigned number)
{
	static const char blanks[] = " \t\r\n";
	const char *p = buf_text(text) + strspn(buf_text(text), blanks);
	autobuf struct buf out = BUF_INIT;

	for (; *p && number; number--) {
		p += strcspn(p, blanks);
		p += strspn(p, blanks);
	}
	text_printable(&out, p, strcspn(p, blanks));
	return out.len ? arena_strdup(about->arena, out.text) : NULL;
}

enum { NOT_IN_UNAME = 0 }; /* the first word is "Linux" */

/* The first word of a file of the kernel, else a word of 'uname -a', which is
 * "Linux host 6.1.0-18-amd64 #1 SMP ... x86_64 GNU/Linux". */
static const char *kernel_word(const struct about *about, const char *path, unsigned in_uname)
{
	autobuf struct buf text = BUF_INIT;
	const char *found = NULL;

	if (read_file(about, path, &text))
		found = word(about, &text, 0);
	if (!found && in_uname && read_file(about, uname_a, &text))
		found = word(about, &text, in_uname);
	return found;
}

/* Machines that have pages of one size only; those of others are not guessed. */
static bool has_pages_of_4096(const char *machine)
{
	static const char *const machines[] = { "x86_64", "i686", "i586", "s390x" };
	size_t i;

	for (i = 0; machine && i < countof(machines); i++)
		if (strcmp(machine, machines[i]) == 0)
			return true;
	return false;
}

/* Bytes of a page, 0: unknown. Where the machine stands in 'uname -a' depends on the distribution. */
static double page_size(const struct about *about)
{
	autobuf struct buf text = BUF_INIT;
	unsigned number;

	if (read_file(about, "proc/sys/kernel/arch", &text))
		return has_pages_of_4096(word(about, &text, 0)) ? 4096 : 0;
	if (!read_file(about, uname_a, &text))
		return 0;
	for (number = 3; number < 64; number++)
		if (has_pages_of_4096(word(about, &text, number)))
			return 4096;
	return 0;
}

/* What date(1) printed where it is in UTC: the names of other zones have several meanings. */
static bool read_date(const char *text, time_t *when)
{
	static const char *const forms[] = {
		"%a %b %d %H:%M:%S UTC %Y",
		"%a %d %b %Y %I:%M:%S %p UTC",
		"%a %d %b %Y %H:%M:%S UTC",
	};
	unsigned i;

	for (i = 0; i < countof(forms); i++) {
		struct tm tm = { .tm_isdst = 0 };
		const char *end = strptime(text, forms[i], &tm);

		if (end && (!*end || strchr("\r\n", *end))) {
			*when = timegm(&tm);
			return true;
		}
	}
	return false;
}

static time_t captured_at(const struct about *about, time_t otherwise)
{
	autobuf struct buf text = BUF_INIT;
	time_t when = otherwise;
	unsigned i;

	for (i = 0; i < countof(dates); i++)
		if (read_file(about, dates[i], &text) &&
		    read_date(buf_text(&text), &when))
			break;
	return when;
}

void capture_about(struct source *source, struct arena *arena, time_t otherwise)
{
	const struct about about = { source, arena };

	source->manifest = (struct manifest){
		.kind = "capture",
		.hostname = kernel_word(&about, "proc/sys/kernel/hostname", 1),
		.kernel = kernel_word(&about, "proc/sys/kernel/osrelease", 2),
		.boot_then = kernel_word(&about, "proc/sys/kernel/random/boot_id", NOT_IN_UNAME),
		.page_size = page_size(&about),
		.time = captured_at(&about, otherwise),
	};
}
