"""Prints the line coverage, that of the folders that take payments, and, as the last line, how many tests passed and failed.

Usage: test-summary.py FOLDER [--whole], where FOLDER holds the .trx and cobertura files of one run; --whole says that all tests ran.
Exits 1 when a test failed or none ran, and after a whole run when one of the folders is covered by less than it must be.
"""
import glob
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

FOLDERS = ("Payments", "Courses", "Connectors", "Ledger", "Money", "Identity", "People")
PERCENT_MIN = 90

AREA = re.compile(r"(?:^|/)PaymentGateway\.Server/([^/]+)/")


def count_tests(folder):
    passed = failed = skipped = 0
    for path in glob.glob(f"{folder}/**/*.trx", recursive=True):
        counters = next(e for e in ElementTree.parse(path).iter() if e.tag.endswith("Counters"))
        count = {name: int(value) for name, value in counters.attrib.items()}
        passed += count["passed"]
        failed += count["failed"] + count["error"] + count["timeout"] + count["aborted"]
        skipped += count["total"] - count["executed"]
    return passed, failed, skipped


def read_lines(folder):
    """How often each line was hit. A line counts once, and as covered when any test project reached it."""
    hits = {}
    for path in glob.glob(f"{folder}/*/coverage.cobertura.xml"):
        report = ElementTree.parse(path)
        source = (report.findtext("sources/source") or "").replace("\\", "/")
        for type_ in report.iter("class"):
            name = os.path.join(source, type_.get("filename").replace("\\", "/"))
            for line in type_.find("lines"):
                key = (name, line.get("number"))
                hits[key] = max(hits.get(key, 0), int(line.get("hits")))
    return hits


def area_of(path):
    found = AREA.search(path)
    return found.group(1) if found else None


def share(hits):
    covered = sum(hit > 0 for hit in hits)
    return covered, len(hits), 100 * covered / len(hits) if hits else 0


def report_coverage(hits):
    """Prints it, and returns the folders that are covered by too little."""
    print("line coverage: {2:.1f} % ({0} of {1})".format(*share(list(hits.values()))))
    below = []
    for folder in FOLDERS:
        covered, lines, percent = share([hit for (path, _), hit in hits.items() if area_of(path) == folder])
        print(f"  {folder + '/':<12}{percent:5.1f} % ({covered} of {lines})")
        if percent < PERCENT_MIN:
            below.append(folder)
    return below


def main(folder, *options):
    hits = read_lines(folder)
    below = report_coverage(hits) if hits else list(FOLDERS)
    is_short = "--whole" in options and bool(below)
    if is_short:
        print(f"covered by less than {PERCENT_MIN} %: {', '.join(below)}")
    passed, failed, skipped = count_tests(folder)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or passed == 0 or is_short else 0


sys.exit(main(*sys.argv[1:]))
