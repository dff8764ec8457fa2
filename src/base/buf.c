/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing text: doubled when full, terminated after every addition. */
#include "base/buf.h"

#include <stdarg.h>
#include <string.h>

enum { LIKELY = 40 }; /* bytes that most formats come to */

void buf_fini(struct buf *buf)
{
	free(buf->text);
	*buf = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->text)
		buf->text[0] = '\0';
}

void buf_room(struct buf *buf, size_t room)
{
	size_t need = buf->len + room + 1;

	if (need <= buf->size)
		return;
	if (need < 2 * buf->size)
		need = 2 * buf->size;
	buf->text = xrealloc(buf->text, need, 1);
	buf->size = need;
	buf->text[buf->len] = '\0';
}

void buf_write(struct buf *buf, const void *data, size_t len)
{
	buf_room(buf, len);
	if (len)
		memcpy(buf->text + buf->len, data, len);
	buf->len += len;
	buf->text[buf->len] = '\0';
}

void buf_putc(struct buf *buf, char c)
{
	buf_write(buf, &c, 1);
}

void buf_puts(struct buf *buf, const char *s)
{
	buf_write(buf, s, strlen(s));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	buf_room(buf, LIKELY);
	len = vsnprintf(buf->text + buf->len, buf->size - buf->len, format, args);
	va_end(args);
	if (len > 0 && (size_t)len >= buf->size - buf->len) {
		buf_room(buf, (size_t)len);
		vsnprintf(buf->text + buf->len, (size_t)len + 1, format, again);
	}
	va_end(again);
	buf->len += len > 0 ? (size_t)len : 0;
	buf->text[buf->len] = '\0';
}

void buf_added(struct buf *buf, size_t len)
{
	buf->len += len;
	buf->text[buf->len] = '\0';
}

const char *buf_text(const struct buf *buf)
{
	return buf->text ? buf->text : "";
}

char *buf_steal(struct buf *buf)
{
	char *text = buf->text ? buf->text : xstrdup("");

	*buf = (struct buf)BUF_INIT;
	return text;
}
