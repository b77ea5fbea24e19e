"""Prints the line coverage and, as the last line, how many tests passed and failed.

Usage: test-summary.py FOLDER, where FOLDER holds the .trx and cobertura files of one run.
Exits 1 when a test failed or none ran.
"""
import glob
import sys
import xml.etree.ElementTree as ElementTree


def count_tests(folder):
    passed = failed = skipped = 0
    for path in glob.glob(f"{folder}/**/*.trx", recursive=True):
        counters = next(e for e in ElementTree.parse(path).iter() if e.tag.endswith("Counters"))
        count = {name: int(value) for name, value in counters.attrib.items()}
        passed += count["passed"]
        failed += count["failed"] + count["error"] + count["timeout"] + count["aborted"]
        skipped += count["total"] - count["executed"]
    return passed, failed, skipped


def count_lines(folder):
    """A line counts once, and as covered when any test project reached it."""
    hits = {}
    for path in glob.glob(f"{folder}/*/coverage.cobertura.xml"):
        for type_ in ElementTree.parse(path).iter("class"):
            for line in type_.find("lines"):
                key = (type_.get("filename"), line.get("number"))
                hits[key] = max(hits.get(key, 0), int(line.get("hits")))
    return sum(hit > 0 for hit in hits.values()), len(hits)


def main(folder):
    covered, lines = count_lines(folder)
    if lines:
        print(f"line coverage: {100 * covered / lines:.1f} % ({covered} of {lines})")
    passed, failed, skipped = count_tests(folder)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or passed == 0 else 0


sys.exit(main(sys.argv[1]))
