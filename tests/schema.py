#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""schema.py: checks JSON reports, of one network namespace or of many, against the published schemas.

usage: schema.py FILE...      ('-' is standard input)
Ends with 0 when all are valid, 1 when one is not, 77 when it cannot tell.
"""

import json
import os
import sys


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def no_duplicates(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has a member twice")
    return members


def load(path):
    with sys.stdin.buffer if path == "-" else open(path, "rb") as file:
        return json.loads(file.read().decode("ascii"), parse_constant=no_constant,
                          object_pairs_hook=no_duplicates)


def totals(report):
    """What a schema cannot say: counts that must agree."""
    summary = report["summary"]
    if summary["findings"] != len(report["findings"]):
        yield "summary.findings is not the number of findings"
    if summary["not_evaluated"] != len(report["not_evaluated"]):
        yield "summary.not_evaluated is not the number of rules not evaluated"
    fired = {(f["severity"], f["rule"]) for f in report["findings"]}
    for severity in ("critical", "warning", "notice", "info"):
        if summary[severity] != sum(s == severity for s, _ in fired):
            yield f"summary.{severity} is not the number of rules that fire"
    waived = {(f["severity"], f["rule"]) for f in report["waived"]} - fired
    if summary["waived"] != len(waived):
        yield "summary.waived is not the number of rules that fire for waived subjects only"
    unasked = len(report["needs_socket_options"])
    if summary["rules"] != len(fired) + len(waived) + summary["quiet"] + summary["not_evaluated"] + unasked:
        yield "summary.rules is not what fires, is waived, is quiet, was not evaluated or not asked for"
    if any("waiver" in f for f in report["findings"]):
        yield "a waived finding is among those that count"
    subjects = [(f["rule"], f["subject"]) for f in report["findings"] + report["waived"]]
    if len(set(subjects)) != len(subjects):
        yield "two findings have the same rule and subject"


def validator_of(jsonschema, top, report):
    """The published schema a report names: tcp-advise/NAME/1."""
    parts = str(report.get("schema")).split("/")
    name = parts[1] if len(parts) == 3 and parts[1].isalpha() else "report"
    with open(os.path.join(top, "doc", f"tcp-advise-{name}.schema.json"), "rb") as file:
        schema = json.load(file)
    if name == "reports":
        schema["properties"]["reports"]["items"] = {}  # each is checked by itself
    if name == "diffs":
        schema["properties"]["diffs"]["items"] = {}
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def all_totals(reports):
    """Of many network namespaces."""
    summary, each = reports["summary"], reports["reports"]
    for severity in ("critical", "warning", "notice", "info"):
        if summary[severity] != sum(r["summary"][severity] for r in each):
            yield f"summary.{severity} is not the sum of the reports"
    if summary["status"] != max(r["summary"]["status"] for r in each):
        yield "summary.status is not the worst of the reports"
    if summary["namespaces"] != len(each) or summary["skipped"] != len(reports["skipped"]):
        yield "summary.namespaces or summary.skipped is no length"
    if summary["firing"] != sum(bool(r["findings"]) for r in each):
        yield "summary.firing is not the number of reports with findings"
    for key in ("name", "netns"):
        names = [r["source"].get(key) for r in each]
        if key == "netns":  # captures do not tell it
            names = [name for name in names if name]
        if None in names or len(set(names)) != len(names):
            yield f"source.{key} is not unique"


def faults_of(jsonschema, top, report):
    validator = validator_of(jsonschema, top, report)
    faults = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
              for e in validator.iter_errors(report)]
    if faults:
        return faults
    if "/diffs/" in report["schema"]:
        for each in report["diffs"]:
            faults += faults_of(jsonschema, top, each)
        return faults
    if "/reports/" in report["schema"]:
        faults = list(all_totals(report))
        for each in report["reports"]:
            faults += faults_of(jsonschema, top, each)
    return faults or list(totals(report) if "/report/" in report["schema"] else [])


def main(paths):
    try:
        import jsonschema
    except ImportError:
        print("schema.py: skipped: this Python has no jsonschema (Debian: python3-jsonschema)")
        return 77
    if not paths:
        print(__doc__, file=sys.stderr)
        return 1
    top = os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "..")
    bad = 0
    for path in paths:
        try:
            report = load(path)
            faults = faults_of(jsonschema, top, report)
        except (OSError, ValueError) as error:
            faults = [str(error)]
        for fault in faults:
            print(f"{path}: {fault}")
        bad += bool(faults)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
