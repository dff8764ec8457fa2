/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manysockets: runs a command in a network namespace of its own that has many ESTABLISHED
 * sockets and a few listeners. Half of the sockets belong to the listeners, half go to some
 * destinations. No packet is sent: the sockets are put into their state by TCP_REPAIR, and
 * closed in it, which is silent. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/base.h"

enum {
	SPARE_FILES = 32,	/* descriptors of a holder that are no sockets */
	HOLDERS_MAX = 1024,
	EHASH_MAX = 1 << 24,	/* net/ipv4/sysctl_net_ipv4.c tcp_child_ehash_entries_max */
	PORT_FIRST = 1024,
	PORTS = 60000,
	LISTENER_PORT = 8000,
	PEERS = 1000,		/* clients of the listeners */
};

struct options {
	unsigned sockets, destinations, listeners;
	unsigned leaked;    /* of the sockets: in CLOSE_WAIT */
	unsigned processes; /* that hold them, at least */
	bool apart;	    /* one more holds those in CLOSE_WAIT, and no other */
	bool keepalive;
	bool shared; /* in the table of all namespaces */
	bool here;   /* in the namespace we are in */
};

struct holders {
	pid_t pids[HOLDERS_MAX];
	unsigned count;
	int ready; /* a byte from each holder whose sockets stand */
	int hold;  /* holders live until its other end is closed, so also not longer than we do */
};

_Noreturn static void die(const char *what)
{
	fprintf(stderr, "manysockets: %s: %s\n", what, strerror(errno));
	exit(127);
}

static void write_file(const char *path, const char *format, unsigned long number)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || dprintf(fd, format, number) < 0)
		die(path);
	close(fd);
}

/* ---- the namespace ---- */

static void new_namespace(void)
{
	unsigned long uid = geteuid(), gid = getegid();

	if (!unshare(CLONE_NEWNET))
		return;
	/* Not root: a namespace of users, in which we are. */
	if (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNET))
		die("no permission to make a network namespace");
	write_file("/proc/self/setgroups", "deny", 0);
	write_file("/proc/self/uid_map", "0 %lu 1", uid);
	write_file("/proc/self/gid_map", "0 %lu 1", gid);
}

/* Namespaces share one hash table of connections, and a dump walks all of it: with a table of
 * its own, a namespace's dump costs what its own sockets cost, and other namespaces' dumps do
 * not pay for our sockets. */
static void own_hash_table(unsigned sockets)
{
	unsigned long entries = 1024;

	while (entries < sockets && entries < EHASH_MAX)
		entries *= 2;
	write_file("/proc/sys/net/ipv4/tcp_child_ehash_entries", "%lu", entries);
	if (unshare(CLONE_NEWNET))
		die("unshare");
}

/* lo comes up with 127.0.0.0/8 and 10.0.0.0/8: a network on lo is local as a whole
 * (net/ipv4/fib_frontend.c fib_add_ifaddr), so all its addresses can be bound and reached. */
static void bring_up(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct ifreq ifr = { .ifr_name = "lo" };
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		die("lo up");
	ifr = (struct ifreq){ .ifr_name = "lo:1" };
	address.sin_addr.s_addr = htonl(0x0a000001);
	memcpy(&ifr.ifr_addr, &address, sizeof(address));
	if (ioctl(fd, SIOCSIFADDR, &ifr))
		die("address of lo");
	address.sin_addr.s_addr = htonl(0xff000000);
	memcpy(&ifr.ifr_netmask, &address, sizeof(address));
	if (ioctl(fd, SIOCSIFNETMASK, &ifr))
		die("netmask of lo");
}

/* ---- sockets ---- */

static struct sockaddr_in endpoint(uint32_t address, unsigned port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(address),
		.sin_port = htons((uint16_t)port),
	};
}

static void bind_to(int fd, struct sockaddr_in local)
{
	if (bind(fd, (struct sockaddr *)&local, sizeof(local)))
		die("bind");
}

static void listeners(const struct options *options)
{
	for (unsigned i = 0; i < options->listeners; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			die("socket");
		bind_to(fd, endpoint(0x0a000001, LISTENER_PORT + i));
		if (listen(fd, 4096))
			die("listen");
	}
}

static void set_tcp(int fd, int option, const void *value, socklen_t size)
{
	if (setsockopt(fd, IPPROTO_TCP, option, value, size))
		die("TCP_REPAIR");
}

/* TCP_REPAIR comes first, because it is what lets many sockets bind the same port; sequence
 * numbers can be set until connect(), windows only after it. Without a window the kernel takes
 * the peer's as zero, which no healthy connection has. */
static void establish(struct sockaddr_in local, struct sockaddr_in remote, bool keepalive)
{
	const int on = 1, send = TCP_SEND_QUEUE, recv = TCP_RECV_QUEUE;
	const unsigned seq = 1000;
	const struct tcp_repair_window window = {
		.snd_wl1 = seq, .snd_wnd = 65535, .max_window = 65535,
		.rcv_wnd = 65535, .rcv_wup = seq,
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		die("socket");
	set_tcp(fd, TCP_REPAIR, &on, sizeof(on));
	bind_to(fd, local);
	set_tcp(fd, TCP_REPAIR_QUEUE, &send, sizeof(send));
	set_tcp(fd, TCP_QUEUE_SEQ, &seq, sizeof(seq));
	set_tcp(fd, TCP_REPAIR_QUEUE, &recv, sizeof(recv));
	set_tcp(fd, TCP_QUEUE_SEQ, &seq, sizeof(seq));
	if (connect(fd, (struct sockaddr *)&remote, sizeof(remote)))
		die("connect");
	set_tcp(fd, TCP_REPAIR_WINDOW, &window, sizeof(window));
	if (keepalive && setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)))
		die("SO_KEEPALIVE");
}

/* Even sockets go out to a destination, odd ones came to a listener. */
static void establish_number(const struct options *options, unsigned i)
{
	unsigned half = i / 2, among, rest;

	if (i % 2 && options->listeners) {
		among = half % options->listeners, rest = half / options->listeners;
		establish(endpoint(0x0a000001, LISTENER_PORT + among),
			  endpoint(0x0a020000 + rest % PEERS, PORT_FIRST + rest / PEERS),
			  options->keepalive);
	} else {
		/* Without listeners odd sockets go out too, from other addresses. */
		among = half % options->destinations, rest = half / options->destinations;
		establish(endpoint((i % 2 ? 0x0a030001 : 0x0a040001) + rest / PORTS,
				   PORT_FIRST + rest % PORTS),
			  endpoint(0x0a010001 + among, 443), options->keepalive);
	}
}

/* Real connections whose clients have closed; these leave no socket, only an entry of TIME_WAIT. */
static void leak(unsigned count)
{
	struct sockaddr_in local = endpoint(INADDR_LOOPBACK, 0);
	socklen_t size = sizeof(local);
	autoclose int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	bind_to(listener, local);
	if (listen(listener, 16) || getsockname(listener, (struct sockaddr *)&local, &size))
		die("listen");
	while (count-- > 0) {
		autoclose int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (connect(client, (struct sockaddr *)&local, sizeof(local)) ||
		    accept4(listener, NULL, NULL, SOCK_CLOEXEC) < 0)
			die("leaked connection");
	}
}

/* ---- processes that hold them ---- */

static void hold(const struct options *options, unsigned first, unsigned end, unsigned leaked,
		 int ready, int until)
{
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	leak(leaked);
	for (unsigned i = first; i < end; i++)
		establish_number(options, i);
	if (write(ready, &byte, 1) != 1)
		die("holder");
	while (read(until, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

static void end_holders(struct holders *holders)
{
	close(holders->hold);
	for (unsigned i = 0; i < holders->count; i++) {
		kill(holders->pids[i], SIGKILL);
		waitpid(holders->pids[i], NULL, 0);
	}
}

/* Of the leaked ones, as many as of the others. */
static unsigned share_of_leak(const struct options *options, unsigned first, unsigned end)
{
	uint64_t leaked = options->apart ? 0 : options->leaked;

	return (unsigned)(leaked * end / options->sockets - leaked * first / options->sockets);
}

static void start_holder(const struct options *options, unsigned first, unsigned end, unsigned leaked,
			 int ready, const int until[2], struct holders *holders)
{
	pid_t pid = holders->count < HOLDERS_MAX ? fork() : -1;

	if (pid == 0) {
		close(until[1]);
		hold(options, first, end, leaked, ready, until[0]);
	}
	if (pid > 0)
		holders->pids[holders->count++] = pid;
}

/* Returns false when one of them failed; it has said why. */
static bool start_holders(const struct options *options, unsigned each, struct holders *holders)
{
	int ready[2], until[2];
	char byte;

	if (pipe2(ready, O_CLOEXEC) || pipe2(until, O_CLOEXEC))
		die("pipe");
	for (unsigned first = 0; first < options->sockets; first += each) {
		unsigned end = options->sockets - first < each ? options->sockets : first + each;

		start_holder(options, first, end, share_of_leak(options, first, end), ready[1], until,
			     holders);
	}
	if (options->apart)
		start_holder(options, 0, 0, options->leaked, ready[1], until, holders);
	holders->ready = ready[0];
	holders->hold = until[1];
	close(ready[1]);
	close(until[0]);
	for (unsigned i = 0; i < holders->count; i++)
		if (read(holders->ready, &byte, 1) != 1)
			return false;
	return true;
}

/* The kernel's own count: "TCP: inuse 200004 orphan 0 ...". */
static unsigned in_use(void)
{
	autofclose FILE *file = fopen("/proc/net/sockstat", "re");
	char line[256];
	unsigned count = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "TCP: inuse %u", &count) == 1)
			break;
	return count;
}

/* Of the clients that left, a few stay whole for a minute (net/ipv4/tcp.c __tcp_close, FIN_WAIT2). */
static bool all_stand(const struct options *options)
{
	unsigned expected = options->sockets + options->listeners + options->leaked;
	unsigned count = in_use();

	if (count >= expected && count <= expected + options->leaked / 100)
		return true;
	fprintf(stderr, "manysockets: the kernel counts %u sockets, not %u\n", count, expected);
	return false;
}

static int run(char **command, const struct rlimit *files)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setrlimit(RLIMIT_NOFILE, files);
		execvp(command[0], command);
		die(command[0]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die("fork");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int inside(const struct options *options, char **command)
{
	struct holders holders = { .count = 0 };
	struct rlimit files, raised;
	unsigned each;
	int status = 127;

	getrlimit(RLIMIT_NOFILE, &files);
	raised = files;
	raised.rlim_cur = raised.rlim_max;
	setrlimit(RLIMIT_NOFILE, &raised);
	each = (options->sockets - 1) / options->processes + 1;
	/* A holder near its limit would be a fault, which costs what finding out about it costs. */
	if (each > raised.rlim_max / 2 - SPARE_FILES - options->listeners)
		each = (unsigned)raised.rlim_max / 2 - SPARE_FILES - options->listeners;

	listeners(options);
	if (!start_holders(options, each, &holders))
		fprintf(stderr, "manysockets: the sockets could not be made\n");
	else if (all_stand(options))
		status = run(command, &files);
	end_holders(&holders);
	return status;
}

static int usage(void)
{
	fprintf(stderr, "usage: manysockets [-n SOCKETS] [-d DESTINATIONS] [-l LISTENERS] [-w LEAKED] "
			"[-p PROCESSES] [-a] [-k] [-s] [-i] COMMAND [ARGUMENT...]\n"
			"  -w  so many more are in CLOSE_WAIT\n"
			"  -p  at least so many processes hold them: 2, one for each of two processors\n"
			"  -a  one more process holds those in CLOSE_WAIT, and no other socket\n"
			"  -k  sockets have SO_KEEPALIVE, as on a healthy host\n"
			"  -s  they are in the table that all namespaces share\n"
			"  -i  they are in this network namespace, and not in one of their own\n");
	return 127;
}

int main(int argc, char **argv)
{
	struct options options = {
		.sockets = 1000, .destinations = 64, .listeners = 4, .processes = 2,
	};
	int option;

	while ((option = getopt(argc, argv, "+n:d:l:w:p:aksi")) != -1) {
		switch (option) {
		case 'n': options.sockets = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'd': options.destinations = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'l': options.listeners = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'w': options.leaked = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'p': options.processes = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'a': options.apart = true; break;
		case 'k': options.keepalive = true; break;
		case 's': options.shared = true; break;
		case 'i': options.shared = options.here = true; break;
		default: return usage();
		}
	}
	if (optind == argc || !options.destinations || options.listeners > 100 ||
	    !options.processes)
		return usage();
	if (!options.here)
		new_namespace();
	if (!options.shared)
		own_hash_table(options.sockets);
	bring_up();
	return inside(&options, argv + optind);
}
