/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name is that of its interface since version 3.0. */
#include "collect/libarchive.h"

#include <dlfcn.h>
#include <stddef.h>

#define LIBARCHIVE "libarchive.so.13"

const char *libarchive_load(struct libarchive *library)
{
	const struct {
		const char *name;
		void *place; /* of a pointer to the function: dlsym(3) shows this conversion */
	} functions[] = {
#define FUNCTION(name) { #name, &library->name },
		LIBARCHIVE_FUNCTIONS(FUNCTION)
#undef FUNCTION
	};
	void *handle = dlopen(LIBARCHIVE, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	if (!handle)
		return dlerror();
	for (i = 0; i < sizeof functions / sizeof *functions; i++) {
		*(void **)functions[i].place = dlsym(handle, functions[i].name);
		if (!*(void **)functions[i].place)
			return dlerror();
	}
	return NULL;
}
