/* SPDX-License-Identifier: GPL-2.0-or-later */
/* collect/libarchive.h: libarchive, loaded when an archive is to be read. What it links (libxml2,
 * ICU, the C++ library and others) would cost each start of the program two milliseconds and
 * 2.7 MiB, and few runs read an archive. */
#ifndef COLLECT_LIBARCHIVE_H
#define COLLECT_LIBARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#define LIBARCHIVE_FUNCTIONS(FUNCTION)		    \
	FUNCTION(archive_entry_filetype)	    \
	FUNCTION(archive_entry_hardlink)	    \
	FUNCTION(archive_entry_pathname)	    \
	FUNCTION(archive_entry_size)		    \
	FUNCTION(archive_error_string)		    \
	FUNCTION(archive_filter_bytes)		    \
	FUNCTION(archive_read_data)		    \
	FUNCTION(archive_read_free)		    \
	FUNCTION(archive_read_new)		    \
	FUNCTION(archive_read_next_header)	    \
	FUNCTION(archive_read_open_fd)		    \
	FUNCTION(archive_read_support_filter_gzip)  \
	FUNCTION(archive_read_support_filter_xz)    \
	FUNCTION(archive_read_support_format_tar)

/* Its functions by their own names, with the types archive.h gives them. */
struct libarchive {
#define FUNCTION(name) __typeof__(name) *name;
	LIBARCHIVE_FUNCTIONS(FUNCTION)
#undef FUNCTION
};

/* Returns NULL, or why it cannot be had: the dynamic linker's sentence, good until its next call.
 * The library stays until the program ends. */
const char *libarchive_load(struct libarchive *library);

#endif
