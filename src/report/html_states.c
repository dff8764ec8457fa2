/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state diagram, laid out as figure 5 of RFC 9293 and drawn as an inline SVG: three columns, so
 * that it can be read on a narrow screen too.
 *
 *                         CLOSED
 *            LISTEN                    SYN-SENT
 *            SYN-RECEIVED
 *                       ESTABLISHED
 *            FIN-WAIT-1                CLOSE-WAIT
 *            FIN-WAIT-2   CLOSING      LAST-ACK
 *                        TIME-WAIT     CLOSED                                              */
#include "report/html.h"

#include <inttypes.h>
#include <string.h>

#include "base/html.h"
#include "fact/state.h"

enum { BOX_WIDTH = 132, BOX_HEIGHT = 48, WIDTH = 484, HEIGHT = 600 };
enum { LEFT = 4, MIDDLE = 172, RIGHT = 340 };

static const struct box {
	enum tcp_state state;
	unsigned x, y;
} boxes[] = {
	{ STATE_LISTEN, LEFT, 78 },
	{ STATE_SYN_SENT, RIGHT, 168 },
	{ STATE_SYN_RECV, LEFT, 168 },
	{ STATE_ESTABLISHED, MIDDLE, 254 },
	{ STATE_FIN_WAIT1, LEFT, 352 },
	{ STATE_CLOSE_WAIT, RIGHT, 352 },
	{ STATE_FIN_WAIT2, LEFT, 450 },
	{ STATE_CLOSING, MIDDLE, 450 },
	{ STATE_LAST_ACK, RIGHT, 450 },
	{ STATE_TIME_WAIT, MIDDLE, 548 },
};

/* What happens, and below it what is sent; a line that runs between them keeps them apart. */
enum { CLOSE_BY = 13, APART = 18 };
static const struct edge {
	const char *path;
	unsigned x, y; /* of the label */
	const char *anchor;
	const char *event, *sent;
	unsigned below;
} edges[] = {
	{ "M172 28H70V72", 78, 48, "start", "listen()", NULL, 0 },
	{ "M304 28H406V162", 398, 48, "end", "connect()", "SYN", CLOSE_BY },
	{ "M70 126V162", 78, 142, "start", "SYN", "SYN, ACK", CLOSE_BY },
	{ "M340 192H142", 238, 187, "middle", "SYN", "SYN, ACK", APART },
	{ "M70 216V278H166", 78, 235, "start", "ACK of SYN", NULL, 0 },
	{ "M406 216V278H310", 398, 235, "end", "SYN, ACK", "ACK", CLOSE_BY },
	{ "M28 216V346", 34, 314, "start", "close()", "FIN", CLOSE_BY },
	{ "M204 302V328H90V346", 150, 323, "middle", "close()", "FIN", APART },
	{ "M272 302V328H406V346", 336, 323, "middle", "FIN", "ACK", APART },
	{ "M70 400V444", 78, 420, "start", "ACK of FIN", NULL, 0 },
	{ "M136 376H238V444", 184, 371, "middle", "FIN", "ACK", APART },
	{ "M406 400V444", 398, 417, "end", "close()", "FIN", CLOSE_BY },
	{ "M70 498V572H166", 78, 517, "start", "FIN", "ACK", CLOSE_BY },
	{ "M238 498V542", 246, 522, "start", "ACK of FIN", NULL, 0 },
	{ "M406 498V542", 398, 522, "end", "ACK of FIN", NULL, 0 },
	{ "M304 572H334", 319, 588, "middle", "60 s", NULL, 0 },
};

/* The first finding about the state, which is one of the worst; NULL when there is none. */
static const struct rule *finding_of(const struct report *report, enum tcp_state state)
{
	unsigned i;

	for (i = 0; i < report->finding_count; i++)
		if (report->findings[i].states & 1u << state)
			return report->findings[i].rule;
	return NULL;
}

static void put_arrow(struct buf *out, unsigned number)
{
	buf_printf(out, "<defs><marker id=\"r%u-arrow\" viewBox=\"0 0 8 8\" refX=\"2\" refY=\"4\" "
			"markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" "
			"orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n", number);
}

static void put_edge(struct buf *out, const struct edge *edge, unsigned number)
{
	buf_printf(out, "<path class=\"edge\" d=\"%s\" marker-end=\"url(#r%u-arrow)\"/>"
			"<text class=\"label\" x=\"%u\" y=\"%u\" text-anchor=\"%s\">%s",
		   edge->path, number, edge->x, edge->y, edge->anchor, edge->event);
	if (edge->sent)
		buf_printf(out, "<tspan class=\"sent\" x=\"%u\" dy=\"%u\">%s</tspan>", edge->x,
			   edge->below, edge->sent);
	buf_puts(out, "</text>\n");
}

/* The ends of a connection's life, which is no socket. */
static void put_closed(struct buf *out, unsigned x, unsigned y)
{
	buf_printf(out, "<rect class=\"box end\" x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" "
			"rx=\"24\"/><text class=\"state\" x=\"%u\" y=\"%u\">CLOSED</text>\n",
		   x, y, BOX_WIDTH, BOX_HEIGHT, x + BOX_WIDTH / 2, y + 29);
}

static void put_count(struct buf *out, const struct report_state *state)
{
	if (!state->known) {
		buf_putc(out, '?');
		return;
	}
	if (state->reason)
		buf_puts(out, "at least ");
	unit_print(out, UNIT_COUNT, (double)state->count);
}

/* What a pointer that rests on the box shows. */
static void put_tip(struct buf *out, const struct state_page *page,
		    const struct report_state *state)
{
	autobuf struct buf tip = BUF_INIT;

	buf_printf(&tip, "%s: ", page->name);
	put_count(&tip, state);
	buf_printf(&tip, ". %s.", page->help);
	if (state->reason)
		buf_printf(&tip, " %s.", state->reason);
	html_element(out, "title", NULL, tip.text);
}

static void put_texts(struct buf *out, const struct box *box, const struct report_state *state)
{
	const struct state_page *page = state_page(box->state);
	unsigned x = box->x + BOX_WIDTH / 2;

	put_tip(out, page, state);
	buf_printf(out, "<rect class=\"box\" x=\"%u\" y=\"%u\" width=\"%d\" height=\"%d\" "
			"rx=\"6\"/><text class=\"state\" x=\"%u\" y=\"%u\">%s</text>"
			"<text class=\"count\" x=\"%u\" y=\"%u\">",
		   box->x, box->y, BOX_WIDTH, BOX_HEIGHT, x, box->y + 18, page->name, x,
		   box->y + 39);
	put_count(out, state);
	buf_puts(out, "</text>\n");
}

/* A colour alone tells nothing to many readers and printers: a sign goes with it. */
static void put_sign(struct buf *out, const struct box *box)
{
	unsigned x = box->x + BOX_WIDTH - 2, y = box->y + 2;

	buf_printf(out, "<circle class=\"sign\" cx=\"%u\" cy=\"%u\" r=\"9\"/>"
			"<text class=\"mark\" x=\"%u\" y=\"%u\">!</text>\n", x, y, x, y + 5);
}

static void put_box(const struct html *html, const struct box *box)
{
	const struct report_state *state = &html->report->vitals.states[box->state];
	const struct rule *rule = finding_of(html->report, box->state);
	const char *class = !state->known ? "unknown" : state->count ? "some" : "none";
	struct buf *out = html->out;

	if (!rule) {
		buf_printf(out, "<g class=\"%s\">", class);
		put_texts(out, box, state);
		buf_puts(out, "</g>\n");
		return;
	}
	buf_printf(out, "<a class=\"%s %s\" href=\"#", class, severity_name(rule->severity));
	html_id(html, rule->id);
	buf_puts(out, "\">");
	put_texts(out, box, state);
	put_sign(out, box);
	buf_puts(out, "</a>\n");
}

static void put_diagram(const struct html *html)
{
	struct buf *out = html->out;
	unsigned i;

	buf_printf(out, "<svg class=\"states\" viewBox=\"0 0 %d %d\" role=\"group\" "
			"aria-label=\"TCP states and how many sockets are in each\">\n",
		   WIDTH, HEIGHT);
	put_arrow(out, html->number);
	for (i = 0; i < countof(edges); i++)
		put_edge(out, &edges[i], html->number);
	put_closed(out, MIDDLE, 4);
	put_closed(out, RIGHT, 548);
	for (i = 0; i < countof(boxes); i++)
		put_box(html, &boxes[i]);
	buf_puts(out, "</svg>\n");
}

/* The passes often fail alike: each reason once, with the states it is about. */
static void put_reasons(const struct html *html)
{
	const struct report_state *states = html->report->vitals.states;
	unsigned i, j;

	for (i = 0; i < state_page_count; i++) {
		const char *reason = states[state_pages[i].state].reason;
		autobuf struct buf line = BUF_INIT;

		for (j = 0; reason && j < i; j++)
			if (states[state_pages[j].state].reason &&
			    strcmp(states[state_pages[j].state].reason, reason) == 0)
				reason = NULL;
		if (!reason)
			continue;
		buf_puts(&line, "Not fully counted: ");
		for (j = i; j < state_page_count; j++)
			if (states[state_pages[j].state].reason &&
			    strcmp(states[state_pages[j].state].reason, reason) == 0)
				buf_printf(&line, "%s%s", j > i ? ", " : "", state_pages[j].name);
		buf_printf(&line, ": %s", reason);
		html_element(html->out, "p", "aside", line.text);
	}
}

void html_states(const struct html *html)
{
	const struct report_vitals *vitals = &html->report->vitals;
	struct buf *out = html->out;

	if (!vitals->taken)
		return;
	buf_puts(out, "<section class=\"figure\">\n<h2>Sockets by state</h2>\n<figure>\n");
	put_diagram(html);
	buf_puts(out, "<figcaption>Sockets of this network namespace in each state, after figure 5 of "
		      "RFC 9293: beside each arrow what causes the step, and below it what is sent. "
		      "A state marked ! is what a finding is about.");
	if (vitals->states[STATE_CLOSE].count) {
		buf_puts(out, " Sockets that are bound and not connected: ");
		unit_print(out, UNIT_COUNT, (double)vitals->states[STATE_CLOSE].count);
		buf_putc(out, '.');
	}
	buf_puts(out, "</figcaption>\n</figure>\n");
	put_reasons(html);
	buf_puts(out, "</section>\n");
}
