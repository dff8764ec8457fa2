/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults, printed. */
#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

static void say(const char *format, va_list args, const char *reason)
{
	autobuf struct buf line = BUF_INIT;
	autofree char *message = NULL;

	if (vasprintf(&message, format, args) < 0)
		message = NULL;
	buf_puts(&line, "tcp-provoke: ");
	if (message)
		text_printable(&line, message, strlen(message));
	if (reason)
		buf_printf(&line, ": %s", reason);
	fprintf(stderr, "%s\n", buf_text(&line));
}

int fault(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args, NULL);
	va_end(args);
	return -1;
}

int fault_errno(const char *format, ...)
{
	const char *reason = strerror(errno);
	va_list args;

	va_start(args, format);
	say(format, args, reason);
	va_end(args);
	return -1;
}
