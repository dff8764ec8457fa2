/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recording: what was delivered is what a replay delivers, and a recording that could not be
 * finished cannot be taken for one. */
#include "recordings.h"

#include "fakesource.h"

#include <signal.h>
#include <sys/resource.h>

static const struct fake_file files[] = {
	{ "proc/net/netstat", "TcpExt: a\nTcpExt: 1\n", 0 },
	{ "proc/net/tcp", "  sl\n", 0 },
	{ "proc/empty", "", 0 },
	{ "proc/secret", NULL, EACCES },
	{ "etc/sysctl.d/10-a.conf", "a = 1\n", 0 },
	{ "etc/sysctl.d/20-mask.conf", NULL, EINVAL },
	{ "etc/sysctl.d/30-secret.conf", NULL, EPERM },
	{ NULL, NULL, 0 },
};

static void fake_wait(struct source *source, double seconds)
{
	source->manifest.window = seconds;
	source->manifest.time += 10;
}

static int fake_close(struct source *source, struct errors *errors)
{
	(void)source;
	(void)errors;
	return 0;
}

/* A source with two dumps, one of which did not end well. */
struct host {
	struct fake_source fake;
	struct source_ops ops;
	struct buf listen, info;
	struct fake_dump dumps[2];
};

static void host_init(struct host *host)
{
	*host = (struct host){ .fake = fake_source(files), .ops = fake_ops };
	add_socket(&host->listen, AF_INET, STATE_LISTEN, INET_DIAG_SKMEMINFO, 36);
	add_socket(&host->listen, AF_INET, STATE_LISTEN, 0, 0);
	add_socket(&host->info, AF_INET6, STATE_ESTABLISHED, INET_DIAG_INFO, 280);
	host->dumps[0] = (struct fake_dump){
		1, PASS_LISTEN, AF_INET, DUMP_COMPLETE, host->listen.text, host->listen.len,
	};
	host->dumps[1] = (struct fake_dump){
		1, PASS_INFO, AF_INET6, DUMP_DEADLINE, host->info.text, host->info.len,
	};
	host->ops.wait = fake_wait;
	host->ops.close = fake_close;
	host->fake.source.ops = &host->ops;
	host->fake.source.manifest = (struct manifest){
		.kind = "kernel", .hostname = "a\\x1bb", .netns = "net:[1]",
		.time = 1795252680, .page_size = 16384,
	};
	host->fake.dumps = host->dumps;
	host->fake.dump_count = 2;
}

static void host_fini(struct host *host)
{
	buf_fini(&host->listen);
	buf_fini(&host->info);
}

/* Everything a run would read, as text. */
static void transcript(struct source *source, struct buf *out)
{
	static const char *const paths[] = {
		"proc/net/netstat", "proc/empty", "proc/secret", "proc/absent",
		"etc/sysctl.d/10-a.conf", "etc/sysctl.d/20-mask.conf",
		"etc/sysctl.d/30-secret.conf",
	};
	struct buf text = BUF_INIT;
	struct received received = { 0 };
	unsigned sample, pass;
	char chunk[64] = "";
	size_t i;
	int fd;

	for (sample = 0; sample < 2; sample++) {
		for (i = 0; i < countof(paths); i++) {
			int error = source->ops->read(source, sample, paths[i], &text);

			buf_printf(out, "%u %s: %s %s\n", sample, paths[i], strerror(error),
				   error ? "" : buf_text(&text));
		}
		if (sample == 0)
			source->ops->wait(source, 2.5);
	}
	buf_clear(&text);
	i = (size_t)source->ops->list(source, "etc/sysctl.d", &text);
	buf_printf(out, "list %zu ", i);
	buf_write(out, buf_text(&text), text.len);
	buf_printf(out, "list %d\n", source->ops->list(source, "run/sysctl.d", &text));
	fd = source->ops->open(source, 1, "proc/net/tcp");
	assert_true(fd >= 0 && read(fd, chunk, sizeof chunk - 1) > 0);
	close(fd);
	buf_puts(out, chunk);
	buf_printf(out, "open %d\n", source->ops->open(source, 1, "proc/net/tcp6"));
	for (pass = 0; pass < 2 * PASSES; pass++) {
		receive_dump(source, 1, pass / 2, pass % 2 ? AF_INET6 : AF_INET, STATES_ALL,
			     &received);
		buf_printf(out, "pass %u %d %s", pass, received.end, buf_text(&received.reason));
		buf_write(out, buf_text(&received.bytes), received.bytes.len);
	}
	buf_printf(out, "%s %s %s %lld %f %f\n", source->manifest.kind, source->manifest.hostname,
		   source->manifest.netns, (long long)source->manifest.time,
		   source->manifest.window, source->manifest.page_size);
	received_fini(&received);
	buf_fini(&text);
}

static void test_replay_delivers_the_same(void **state)
{
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT, live = BUF_INIT, recorded = BUF_INIT, replayed = BUF_INIT;
	autoerrors struct errors errors = ERRORS_INIT;
	struct source *source;
	struct host host;

	(void)state;
	host_init(&host);
	transcript(&host.fake.source, &live);
	host.fake.source.manifest.time -= 10;
	scratch_path(&scratch, "rec", &path);
	source = source_recorder(&host.fake.source, path.text, "tcp-advise 0.1", &errors);
	assert_non_null(source);
	transcript(source, &recorded);
	assert_bytes(&recorded, &live);
	assert_int_equal(source->ops->close(source, &errors), 0);

	source = source_recording(path.text, &errors);
	assert_non_null(source);
	assert_string_equal(source->manifest.program, "tcp-advise 0.1");
	transcript(source, &replayed);
	assert_bytes(&replayed, &live);
	source->ops->close(source, &errors);
	assert_int_equal(errors.count, 0);
	host_fini(&host);
	buf_fini(&path);
	buf_fini(&live);
	buf_fini(&recorded);
	buf_fini(&replayed);
	scratch_free(&scratch);
}

/* A file that is read twice and changes in between has one version in the recording. */
static void test_file_read_twice_stays_as_it_was(void **state)
{
	struct fake_file changing[] = { { "proc/x", "one", 0 }, { NULL, NULL, 0 } };
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT, out = BUF_INIT;
	autoerrors struct errors errors = ERRORS_INIT;
	struct source *source;
	struct host host;

	(void)state;
	host_init(&host);
	host.fake.files = changing;
	source = source_recorder(&host.fake.source, scratch_path(&scratch, "rec", &path), "x",
				 &errors);
	assert_int_equal(source->ops->read(source, 1, "proc/x", &out), 0);
	changing[0].text = "two";
	assert_int_equal(source->ops->read(source, 1, "proc/x", &out), 0);
	assert_string_equal(out.text, "one");
	assert_int_equal(source->ops->read(source, 0, "proc/x", &out), 0);
	assert_string_equal(out.text, "two");
	assert_int_equal(source->ops->close(source, &errors), 0);
	host_fini(&host);
	buf_fini(&path);
	buf_fini(&out);
	scratch_free(&scratch);
}

static void test_folder_must_be_new_or_empty(void **state)
{
	static const struct {
		const char *name, *expected; /* NULL: good */
	} cases[] = {
		{ "new", NULL },
		{ "empty", NULL },
		{ "full", "not empty" },
		{ "file", "Not a directory" },
		{ "absent/deeper", "No such file" },
		{ "file/deeper", "Not a directory" },
	};
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT;
	struct stat st;
	size_t i;

	(void)state;
	scratch_write(&scratch, "full/x", "");
	scratch_write(&scratch, "file", "");
	assert_int_equal(mkdirat(scratch.dir, "empty", 0755), 0);
	for (i = 0; i < countof(cases); i++) {
		autoerrors struct errors errors = ERRORS_INIT;
		struct source *source;
		struct host host;

		host_init(&host);
		scratch_path(&scratch, cases[i].name, &path);
		source = source_recorder(&host.fake.source, path.text, "x", &errors);
		assert_int_equal(source == NULL, cases[i].expected != NULL);
		if (source)
			assert_int_equal(source->ops->close(source, &errors), 0);
		else
			assert_non_null(strstr(buf_text(&errors.text), cases[i].expected));
		host_fini(&host);
	}
	assert_int_equal(fstatat(scratch.dir, "new", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	buf_fini(&path);
	scratch_free(&scratch);
}

/* A full disk, as a limit on the size of files. */
static void test_failed_write_does_not_touch_the_data(void **state)
{
	struct rlimit old, small = { .rlim_cur = 100 };
	struct scratch scratch = scratch_new();
	struct buf path = BUF_INIT;
	autoerrors struct errors errors = ERRORS_INIT;
	struct received received = { 0 };
	struct source *source;
	struct host host;

	(void)state;
	host_init(&host);
	scratch_path(&scratch, "rec", &path);
	source = source_recorder(&host.fake.source, path.text, "x", &errors);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	receive_dump(source, 1, PASS_INFO, AF_INET6, STATES_ALL, &received);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(received.end, DUMP_DEADLINE);
	assert_bytes(&received.bytes, &host.info);
	assert_int_equal(source->ops->close(source, &errors), -1);
	assert_non_null(strstr(buf_text(&errors.text), "info.inet6: File too large"));
	assert_null(source_recording(path.text, &errors));
	host_fini(&host);
	received_fini(&received);
	buf_fini(&path);
	scratch_free(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay_delivers_the_same),
		cmocka_unit_test(test_file_read_twice_stays_as_it_was),
		cmocka_unit_test(test_folder_must_be_new_or_empty),
		cmocka_unit_test(test_failed_write_does_not_touch_the_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
