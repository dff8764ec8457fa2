#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""page.py: checks that HTML reports are what they should be, without a browser.

usage: page.py FILE...

Each is well-formed as XML, and an HTML parser sees the same elements; there are no elements and no
attributes but ours, so that no text of the system became one; nothing is fetched from anywhere; ids
are there once and links lead to them; and of each state, unless nothing was looked at, there is one
count. Ends with 0 or 1.
"""

import html.parser
import re
import sys
import xml.etree.ElementTree

ELEMENTS = set("""a article b bdi body br circle code dd defs details div dl dt figcaption figure footer g h1
h2 h3 h4 head header html li link marker meta p path rect section span style summary svg table tbody td
text th thead title tr tspan ul""".split())
ATTRIBUTES = set("""aria-hidden aria-label charset class content cx cy d dy height href http-equiv id lang
marker-end markerHeight markerUnits markerWidth name orient preserveAspectRatio r refX refY rel role rx
text-anchor viewBox width x y""".split())
VOID = {"link", "meta"}
STATES = ["LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "CLOSE-WAIT", "FIN-WAIT-2",
          "CLOSING", "LAST-ACK", "TIME-WAIT"]


class Elements(html.parser.HTMLParser):
    """What a browser would make of it: elements, and their texts."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.texts = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, sorted(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, sorted(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.elements.append(("!--", []))

    def handle_pi(self, data):
        self.elements.append(("?", []))


def faults(text):
    try:
        root = xml.etree.ElementTree.fromstring(text)
    except xml.etree.ElementTree.ParseError as error:
        yield f"not well-formed: {error}"
        return
    elements = list(root.iter())
    seen = Elements()
    seen.feed(text)
    seen.close()
    theirs = [(tag, attributes) for tag, attributes in seen.elements]
    ours = [(e.tag.lower(), sorted((k.lower(), v) for k, v in e.items())) for e in elements]
    if theirs != ours:
        yield "an HTML parser sees other elements than an XML parser"
    if "".join(seen.texts).split() != "".join(root.itertext()).split():
        yield "an HTML parser sees other texts than an XML parser"
    ids = [e.get("id") for e in elements if e.get("id")]
    if len(set(ids)) != len(ids):
        yield "an id is there twice"
    for element in elements:
        if element.tag not in ELEMENTS:
            yield f"an element <{element.tag}>"
        for name, value in element.items():
            if name not in ATTRIBUTES:
                yield f"an attribute {name} of <{element.tag}>"
            if name == "href" and value != "data:," and value[1:] not in ids:
                yield f"a link to {value}"
            if re.search(r"url\((?!#)|//|javascript:", value):
                yield f"an address in {name} of <{element.tag}>: {value}"
    style = "".join(root.find("head/style").itertext())
    if re.search(r"@import|url\(|//|expression", style):
        yield "the style sheet fetches"
    for svg in root.iter("svg"):
        if svg.get("class") != "states":
            continue
        names = [t.text for t in svg.iter("text") if t.get("class") == "state" and t.text != "CLOSED"]
        if sorted(names) != sorted(STATES):
            yield f"the diagram has the states {names}"
        counts = [t.text for t in svg.iter("text") if t.get("class") == "count"]
        if len(counts) != len(STATES) or not all(re.fullmatch(r"\?|(at least )?[\d,.]+\w*", c)
                                                 for c in counts):
            yield f"the diagram has the counts {counts}"


def main(paths):
    bad = 0
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        try:
            found = list(faults(data.decode("utf-8")))
        except UnicodeDecodeError as error:
            found = [str(error)]
        for fault in found:
            print(f"{path}: {fault}")
        bad += bool(found)
    return 1 if bad or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
