/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base/buf.h: text that grows. 'struct buf b = BUF_INIT;' and 'autobuf' frees it. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/base.h"

struct buf {
	char *text; /* always NUL-terminated once anything was added; NULL before */
	size_t len;
	size_t size;
};
#define BUF_INIT { NULL, 0, 0 }
#define autobuf __attribute__((cleanup(buf_fini)))

void buf_fini(struct buf *buf);
void buf_clear(struct buf *buf); /* keeps the memory */
void buf_putc(struct buf *buf, char c);
void buf_puts(struct buf *buf, const char *s);
void buf_write(struct buf *buf, const void *data, size_t len);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Makes room for at least so many bytes behind the text, up to size - 1; says how many were filled. */
void buf_room(struct buf *buf, size_t room);
void buf_added(struct buf *buf, size_t len);
const char *buf_text(const struct buf *buf); /* "" when empty, never NULL */
char *buf_steal(struct buf *buf);	     /* the caller frees; never NULL */

#endif
