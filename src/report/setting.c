/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings as text: the value as sysctl.d wants it, in the unit of the sysctl, beside what the
 * kernel has now. */
#include "report/wording.h"

#include <string.h>

/* Copies 'words' with word number 'index' replaced. Returns false when there is no such word. */
static bool replace_word(struct buf *out, const char *words, unsigned index, const char *with)
{
	unsigned i;
	bool found = false;

	for (i = 0; *words; i++) {
		size_t len = strcspn(words, " ");

		if (i == index)
			buf_puts(out, with);
		else
			buf_write(out, words, len);
		found |= i == index;
		words += len;
		if (*words == ' ')
			buf_putc(out, *words++);
	}
	return found;
}

/* Facts hold base units (seconds), sysctls their own (ms, µs): undo the catalogue's scale. */
static bool put_number(struct buf *out, const struct fact *fact, double number)
{
	double kernel = round(number / (fact->scale > 0 ? fact->scale : 1));

	if (!(fabs(kernel) < 1e15))
		return false;
	buf_printf(out, "%.0f", kernel);
	return true;
}

static const char *put_value(struct buf *out, const struct setting *setting, struct value value,
			     struct buf *reason)
{
	if (setting->value->kind == EXPR_TEXT) {
		buf_puts(out, setting->value->text);
		return NULL;
	}
	if (!value_is_known(value)) {
		word_reason(reason, value);
		return buf_text(reason);
	}
	if (!put_number(out, &fact_catalogue[setting->fact], value.lo))
		return "it would be larger than any sysctl takes";
	return NULL;
}

static struct report_setting *same_key(struct report_setting *settings, unsigned count,
				       const char *key)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (strcmp(settings[i].key, key) == 0)
			return &settings[i];
	return NULL;
}

static const struct reading *reading_of(const struct setting *setting, const struct wording *wording)
{
	return wording->now ? &wording->now->readings[setting->fact] : NULL;
}

static bool is_elsewhere(const struct setting *setting, const struct wording *wording)
{
	const struct reading *reading = reading_of(setting, wording);

	return reading && reading->elsewhere;
}

static const char *current_text(const struct setting *setting, const struct wording *wording)
{
	const struct reading *reading = reading_of(setting, wording);

	if (!reading || reading->why != WHY_KNOWN || !reading->text)
		return NULL;
	return arena_strdup(wording->arena, reading->text);
}

/* A fact like net.ipv4.tcp_rmem.max is one word of its sysctl; the other words stay as they are
 * now, or as an earlier setting of the same sysctl has it. A text is all of them. */
static const char *complete_words(struct buf *value, const struct setting *setting,
				  const struct report_setting *out)
{
	const struct fact *fact = &fact_catalogue[setting->fact];
	const char *words = out->value ? out->value : out->current;
	struct buf whole = BUF_INIT;
	bool found;

	if (setting->value->kind == EXPR_TEXT || strcmp(fact->name, setting->key) == 0)
		return NULL;
	if (!words)
		return "the other values of this sysctl could not be read";
	found = replace_word(&whole, words, fact->field, buf_text(value));
	buf_fini(value);
	*value = whole;
	return found ? NULL : "this sysctl has fewer values here";
}

static void word_setting(struct report_setting *out, const struct setting *setting,
			 struct value value, const struct wording *wording)
{
	autobuf struct buf text = BUF_INIT, why = BUF_INIT;
	const char *reason = put_value(&text, setting, value, &why);

	if (!reason)
		reason = complete_words(&text, setting, out);
	out->value = reason ? NULL : arena_strdup(wording->arena, buf_text(&text));
	out->reason = reason ? arena_strdup(wording->arena, reason) : NULL;
}

unsigned word_settings(struct report_setting *out, const struct verdict *verdict,
		       const struct wording *wording)
{
	const struct rule *rule = verdict->spec->rule;
	unsigned i, count = 0;

	for (i = 0; i < rule->setting_count; i++) {
		const struct setting *setting = &rule->settings[i];
		struct report_setting *known = same_key(out, count, setting->key);

		if (known && known->reason)
			continue;
		if (!known) {
			known = &out[count++];
			*known = (struct report_setting){
				.key = setting->key,
				.current = current_text(setting, wording),
				.elsewhere = is_elsewhere(setting, wording),
			};
		}
		word_setting(known, setting, verdict->settings[i], wording);
	}
	return count;
}
