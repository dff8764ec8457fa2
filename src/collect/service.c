/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conventions for cgroup paths.
 *
 *     /system.slice/nginx.service                                             systemd
 *     /user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope     ... of a user
 *     /system.slice/docker-ID.scope, /docker/ID                               Docker
 *     /machine.slice/libpod-ID.scope/container, /libpod_parent/libpod-ID      podman
 *     /lxc.payload.NAME/..., /machine.slice/machine-NAME.scope/...             LXC, systemd-nspawn
 *     /kubepods.slice/.../kubepods-burstable-podUID.slice/cri-containerd-ID.scope   Kubernetes
 *     /kubepods/burstable/podUID/ID                                           ... without systemd
 *
 * A unit inside a container is the container's own affair. */
#include "collect/service.h"

#include <ctype.h>
#include <string.h>

enum { ID_LENGTH = 64, ID_SHOWN = 12 };

/* A part of a path. */
struct part {
	const char *text;
	size_t len;
};

static bool begins(struct part part, const char *with)
{
	return part.len >= strlen(with) && memcmp(part.text, with, strlen(with)) == 0;
}

static bool ends(struct part part, const char *with)
{
	size_t len = strlen(with);

	return part.len > len && memcmp(part.text + part.len - len, with, len) == 0;
}

/* 64 hexadecimal digits, as container runtimes name containers. */
static bool is_id(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isxdigit((unsigned char)text[i]))
			return false;
	return len == ID_LENGTH;
}

/* A byte of a name that could be taken for the report's own words: "x), sshd[1] (root". */
static bool is_forging(char c)
{
	return strchr(" \"'()[],;", c) != NULL;
}

static void put_name(struct buf *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (is_forging(text[i]))
			buf_printf(out, "\\x%02x", (unsigned char)text[i]);
		else
			buf_putc(out, text[i]);
}

/* text_printable() has made "\x5cx2d" of systemd's "\x2d" (systemd.unit(5)). */
static void put_unit(struct buf *out, struct part part)
{
	static const char dash[] = "\\x5cx2d";
	size_t i;

	for (i = 0; i < part.len; i++)
		if (part.len - i >= strlen(dash) && memcmp(part.text + i, dash, strlen(dash)) == 0) {
			buf_putc(out, '-');
			i += strlen(dash) - 1;
		} else {
			put_name(out, &part.text[i], 1);
		}
}

struct runtime {
	const char *prefix; /* of the part that holds the ID */
	const char *parent; /* what the part above begins with; NULL: anything */
	const char *name;
};

static const struct runtime runtimes[] = {
	{ "docker-", NULL, "docker container" },
	{ "libpod-", NULL, "podman container" },
	{ "cri-containerd-", NULL, "container" },
	{ "crio-", NULL, "container" },
	{ "", "docker", "docker container" },
	{ "", "pod", "container" },
	{ "", "libpod", "podman container" },
};

/* Containers with names; whatever is below is theirs. */
static bool put_machine(struct buf *out, struct part part)
{
	static const struct {
		const char *prefix, *name;
	} kinds[] = {
		{ "lxc.payload.", "LXC container" },
		{ "machine-", "machine" },
	};
	unsigned i;

	for (i = 0; i < countof(kinds); i++) {
		size_t skip = strlen(kinds[i].prefix);

		if (!begins(part, kinds[i].prefix) || part.len == skip)
			continue;
		buf_printf(out, "%s ", kinds[i].name);
		put_unit(out, (struct part){ part.text + skip, part.len - skip });
		return true;
	}
	return false;
}

static bool put_container(struct buf *out, struct part part, struct part parent)
{
	bool scope = ends(part, ".scope");
	unsigned i;

	if (scope)
		part.len -= strlen(".scope");
	if ((scope || begins(part, "lxc.")) && put_machine(out, part))
		return true;
	for (i = 0; i < countof(runtimes); i++) {
		const struct runtime *r = &runtimes[i];
		size_t skip = strlen(r->prefix);

		if (!begins(part, r->prefix) || !is_id(part.text + skip, part.len - skip) ||
		    (r->parent && !begins(parent, r->parent)))
			continue;
		buf_printf(out, "%s ", r->name);
		buf_write(out, part.text + skip, ID_SHOWN);
		return true;
	}
	return false;
}

/* "pod<uid>", or "kubepods-burstable-pod<uid>.slice" with '_' for '-' in the uid. */
static bool put_pod(struct buf *out, struct part part)
{
	const char *pod = part.text;
	size_t len = part.len, i;

	if (ends(part, ".slice"))
		len -= strlen(".slice");
	if (begins(part, "kubepods-"))
		for (i = strlen("kubepods-"); i + 3 < len; i++)
			if (memcmp(part.text + i - 1, "-pod", 4) == 0)
				pod = part.text + i;
	len -= (size_t)(pod - part.text);
	if (len < 3 + 32 || memcmp(pod, "pod", 3) != 0)
		return false;
	buf_puts(out, "pod ");
	for (i = 3; i < len; i++)
		put_name(out, pod[i] == '_' ? "-" : &pod[i], 1);
	return true;
}

/* The part that ends before 'end', which is then where it begins. */
static struct part last_part(const char *path, size_t *end)
{
	size_t last = *end, first;

	while (last > 0 && path[last - 1] == '/')
		last--;
	for (first = last; first > 0 && path[first - 1] != '/'; first--)
		;
	*end = first;
	return (struct part){ path + first, last - first };
}

/* The innermost container and unit; a pod is told with its container. */
void service_of_cgroup(struct buf *out, const char *path)
{
	autobuf struct buf container = BUF_INIT, unit = BUF_INIT, pod = BUF_INIT;
	size_t end = strlen(path), above;
	struct part part;

	while ((part = last_part(path, &end)).len) {
		above = end;
		if (!container.len)
			put_container(&container, part, last_part(path, &above));
		if (!unit.len && (ends(part, ".service") || ends(part, ".scope")))
			put_unit(&unit, part);
		if (!pod.len)
			put_pod(&pod, part);
	}
	if (pod.len)
		buf_printf(out, "%s%s%s", pod.text, container.len ? ", " : "", buf_text(&container));
	else if (container.len || unit.len)
		buf_puts(out, container.len ? container.text : unit.text);
	else
		put_name(out, path, strlen(path));
}
