/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which namespace is which: by its name, or by its cookie where that is of a process that is
 * another now. */
#include "report/diffs.h"

#include <string.h>

#include "base/markdown.h"
#include "report/json.h"

/* ---- comparing ---- */

static bool is_same_namespace(const struct account *a, const struct account *b)
{
	if (strcmp(account_namespace(a), account_namespace(b)) == 0)
		return true;
	return a->cookie && a->cookie == b->cookie && a->boot && b->boot &&
	       strcmp(a->boot, b->boot) == 0;
}

static const struct account *find(const struct accounts *accounts, const struct account *wanted)
{
	unsigned i;

	for (i = 0; i < accounts->count; i++)
		if (is_same_namespace(accounts->list[i], wanted))
			return accounts->list[i];
	return NULL;
}

struct diffs *diffs_new(const struct accounts *a, const struct accounts *b)
{
	struct diffs *diffs = xcalloc(1, sizeof *diffs);
	const struct account *before;
	unsigned i;

	diffs->gone = xcalloc(a->count + 1, sizeof *diffs->gone);
	diffs->come = xcalloc(b->count + 1, sizeof *diffs->come);
	diffs->list = xcalloc(b->count + 1, sizeof *diffs->list);
	for (i = 0; i < b->count; i++) {
		before = find(a, b->list[i]);
		if (before)
			diffs->list[diffs->count++] = diff_new(before, b->list[i]);
		else
			diffs->come[diffs->come_count++] = b->list[i];
	}
	for (i = 0; i < a->count; i++)
		if (!find(b, a->list[i]))
			diffs->gone[diffs->gone_count++] = a->list[i];
	return diffs;
}

void diffs_free(struct diffs *diffs)
{
	unsigned i;

	for (i = 0; i < diffs->count; i++)
		diff_free(diffs->list[i]);
	free(diffs->list);
	free(diffs->gone);
	free(diffs->come);
	free(diffs);
}

int diffs_status(const struct diffs *diffs)
{
	int status = 0, of;
	unsigned i, j;

	for (i = 0; i < diffs->count; i++) {
		of = diff_status(diffs->list[i]);
		status = of > status ? of : status;
	}
	for (i = 0; i < diffs->come_count; i++)
		for (j = 0; j < diffs->come[i]->finding_count; j++) {
			of = account_status(&diffs->come[i]->findings[j]);
			status = of > status ? of : status;
		}
	return status;
}

static bool is_unchanged(const struct diff *diff)
{
	return diff->finding_count == diff->by_change[DIFF_WENT_ON] && !diff->sysctl_count;
}

/* ---- words ---- */

static void put_count(struct buf *out, const struct diffs *diffs)
{
	buf_printf(out, "%u network namespace%s compared, %u ended, %u began", diffs->count,
		   diffs->count == 1 ? "" : "s", diffs->gone_count, diffs->come_count);
}

/* "blue (2 findings)" */
static void put_one(struct buf *out, const struct account *account)
{
	buf_printf(out, "%s (%u finding%s)", account_namespace(account), account->finding_count,
		   account->finding_count == 1 ? "" : "s");
}

static void put_names(struct buf *out, const struct account *const *list, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++) {
		buf_puts(out, i ? "; " : "");
		put_one(out, list[i]);
	}
}

static void put_unchanged(struct buf *out, const struct diffs *diffs)
{
	unsigned i;

	for (i = 0; i < diffs->count; i++)
		if (is_unchanged(diffs->list[i])) {
			buf_puts(out, out->len ? "; " : "");
			put_one(out, diffs->list[i]->b);
		}
}

/* ---- formats ---- */

static void put_line(struct buf *out, const struct look *look, const char *label,
		     const struct buf *text)
{
	if (text->len)
		look_line(out, look, 0, label, 2, text->text);
}

void diffs_print_text(struct buf *out, const struct diffs *diffs, const struct look *look)
{
	autobuf struct buf count = BUF_INIT, gone = BUF_INIT, come = BUF_INIT, unchanged = BUF_INIT;
	size_t start = out->len;
	unsigned i;

	put_count(&count, diffs);
	put_names(&gone, diffs->gone, diffs->gone_count);
	put_names(&come, diffs->come, diffs->come_count);
	put_unchanged(&unchanged, diffs);
	look_hang(out, look, 0, count.text);
	put_line(out, look, "namespaces that ended:", &gone);
	put_line(out, look, "namespaces that began:", &come);
	put_line(out, look, "findings and settings as before:", &unchanged);
	look_finish(out, start, look);
	for (i = 0; i < diffs->count; i++) {
		if (is_unchanged(diffs->list[i]))
			continue;
		buf_printf(out, "\n---- %s ----\n", account_namespace(diffs->list[i]->b));
		diff_print_text(out, diffs->list[i], look);
	}
}

static void put_item(struct buf *out, const char *label, const struct buf *text)
{
	if (!text->len)
		return;
	buf_printf(out, "- %s: ", label);
	markdown_words(out, text->text);
	buf_putc(out, '\n');
}

void diffs_print_markdown(struct buf *out, const struct diffs *diffs, const struct look *look)
{
	autobuf struct buf count = BUF_INIT, gone = BUF_INIT, come = BUF_INIT, unchanged = BUF_INIT;
	unsigned i;

	put_count(&count, diffs);
	put_names(&gone, diffs->gone, diffs->gone_count);
	put_names(&come, diffs->come, diffs->come_count);
	put_unchanged(&unchanged, diffs);
	buf_printf(out, "# tcp-advise: %s\n\n", count.text);
	put_item(out, "ended", &gone);
	put_item(out, "began", &come);
	put_item(out, "findings and settings as before", &unchanged);
	for (i = 0; i < diffs->count; i++) {
		if (is_unchanged(diffs->list[i]))
			continue;
		buf_putc(out, '\n');
		diff_print_markdown(out, diffs->list[i], look);
	}
}

static json_t *names(const struct account *const *list, unsigned count)
{
	json_t *array = json_array();
	unsigned i;

	for (i = 0; i < count; i++) {
		json_t *object = json_object();

		json_set_text(object, "name", account_namespace(list[i]));
		json_set_count(object, "findings", list[i]->finding_count);
		json_array_append_new(array, object);
	}
	return array;
}

void diffs_print_json(struct buf *out, const struct diffs *diffs, const struct look *look)
{
	json_t *root = json_begin(), *array = json_array();
	unsigned i;

	(void)look;
	json_set_text(root, "schema", "tcp-advise/diffs/1");
	json_set_count(root, "status", (unsigned)diffs_status(diffs));
	json_object_set_new(root, "ended", names(diffs->gone, diffs->gone_count));
	json_object_set_new(root, "began", names(diffs->come, diffs->come_count));
	for (i = 0; i < diffs->count; i++)
		json_array_append_new(array, diff_json(diffs->list[i]));
	json_object_set_new(root, "diffs", array);
	json_finish(out, root);
}
