#!/usr/bin/env python3
"""Takes one line at a time out of a connector's tables of words, and sees whether a test minds.

    eng/mutate-mappings.py stripe          the mapping tests of the connector
    eng/mutate-mappings.py stripe --kit    what survives those meets the conformance kit too, which takes minutes
    eng/mutate-mappings.py stripe --sample 20

The tables are the dictionaries, the sets and the switch expressions in <Name>Mapping.cs and <Name>Messages.cs. All mutants are built
at once: each line gets a number, and a variable of the environment says which of them is missing in a run. The sources are put back before the
first run. It changes and builds the tree that it stands in: do not work on these files meanwhile.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONNECTORS = ROOT / "src/PaymentGateway.Server/Connectors"
TESTS = ROOT / "tests/PaymentGateway.Tests"
BUILT = TESTS / "bin/Debug/net10.0"
COPY = TESTS / "bin/Mutants/net10.0"
TIMEOUT_SECONDS = 600

MUTATION = """namespace PaymentGateway.Connectors;

internal static class Mutation
{
    private static readonly int missing = int.Parse(System.Environment.GetEnvironmentVariable("MUTANT") ?? "-1");

    public static bool Keeps(int line) => line != missing;

    public static string Key(int line, string word) => Keeps(line) ? word : "\\u0001" + line;
}
"""


class Mutants:
    """Numbers the lines of the tables, and writes the source in which each can be missing."""

    def __init__(self):
        self.lines = []

    def number(self, file, line, text):
        self.lines.append((file, line, text.strip()))
        return len(self.lines) - 1

    def instrument(self, path):
        result, inside = [], None
        for at, line in enumerate(path.read_text().splitlines(), start=1):
            opened = line
            if inside == "dictionary":
                line = re.sub(r'^(\s+)\[("[^"]+"|\w+)\] = ', lambda m: f"{m[1]}[Mutation.Key({self.number(path.name, at, opened)}, {m[2]})] = ", line)
            elif inside == "set":
                line = re.sub(r'"[^"]+"|\b[A-Z]\w+\b', lambda m: f"Mutation.Key({self.number(path.name, at, m[0])}, {m[0]})", line)
            elif inside == "switch":
                line = self.arm(path, at, line)
            inside = self.region(opened, inside)
            if inside is None and (one := re.search(r"FrozenSet\.ToFrozenSet\(\[(.+?)\]", line)):
                items = re.sub(r'"[^"]+"', lambda m: f"Mutation.Key({self.number(path.name, at, m[0])}, {m[0]})", one[1])
                line = line.replace(one[1], items)
            result.append(line)
        return "\n".join(result) + "\n"

    def arm(self, path, at, line):
        found = re.match(r"^(\s+)(\S.*?)( when )?((?<= when ).*?)? =>(.*)$", line)
        if found is None or re.match(r"(_|null|var \w+)$|_ |var ", found[2]):
            return line
        number = self.number(path.name, at, line)
        guard = f" when Mutation.Keeps({number})" + (f" && ({found[4]})" if found[3] else "")
        return f"{found[1]}{found[2]}{guard} =>{found[5]}"

    @staticmethod
    def region(line, inside):
        if inside is None:
            if "new Dictionary<" in line and line.rstrip().endswith("Dictionary<string, ErrorKind>"):
                return "dictionary"
            if re.search(r"new Dictionary<.*>$", line.rstrip()):
                return "dictionary"
            if line.rstrip().endswith("FrozenSet.ToFrozenSet("):
                return "set"
            if re.search(r"\bswitch$", line.rstrip()):
                return "switch"
            return None
        ends = {"dictionary": r"^\s+\}\.To", "set": r"^\s+\]", "switch": r"^\s+\}[;,)]*\s*(with)?$"}
        return None if re.match(ends[inside], line) else inside


def run(command, **more):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, **more)


def build(name, mutants):
    """Builds all mutants into a folder of their own, and leaves the sources as they were."""
    files = [path for path in (CONNECTORS / name / f"{name}{kind}.cs" for kind in ("Mapping", "Messages")) if path.exists()]
    before = {path: path.read_text() for path in files}
    added = CONNECTORS / "Mutation.cs"
    try:
        for path in files:
            path.write_text(mutants.instrument(path))
        added.write_text(MUTATION)
        built = run(["dotnet", "build", str(TESTS), "--no-restore", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", "-v", "q", "-m:1", "--nologo"])
        if built.returncode != 0:
            sys.exit(built.stdout[-4000:])
        shutil.rmtree(COPY, ignore_errors=True)
        shutil.copytree(BUILT, COPY)
    finally:
        for path, text in before.items():
            path.write_text(text)
        added.unlink(missing_ok=True)


def passes(name, mutant, with_kit):
    environment = {**os.environ, "MUTANT": str(mutant)}
    tests = str(COPY / "PaymentGateway.Tests.dll")
    if with_kit:
        command = ["dotnet", "vstest", tests, f'--TestCaseFilter:FullyQualifiedName~ConformanceTests&DisplayName~"{name.lower()}"']
    else:
        command = ["dotnet", tests, "-class", f"PaymentGateway.Tests.Connectors.{name}.{name}MappingTests", "-noLogo"]
    return run(command, env=environment).returncode == 0


def main():
    options = argparse.ArgumentParser()
    options.add_argument("connector", choices=["stripe", "paypal", "square"])
    options.add_argument("--kit", action="store_true", help="what survives meets the conformance kit")
    options.add_argument("--sample", type=int, help="so many lines, drawn, instead of all")
    asked = options.parse_args()
    name, mutants = asked.connector.capitalize(), Mutants()
    build(name, mutants)
    if not passes(name, -1, with_kit=False):
        sys.exit("The tests fail without any mutation.")

    chosen = range(len(mutants.lines))
    if asked.sample:
        chosen = sorted(random.Random(1).sample(chosen, min(asked.sample, len(chosen))))
    survived = []
    for number in chosen:
        killed = not passes(name, number, with_kit=False) or (asked.kit and not passes(name, number, with_kit=True))
        file, line, text = mutants.lines[number]
        print(f"{'killed  ' if killed else 'SURVIVED'} {file}:{line} {text}", flush=True)
        if not killed:
            survived.append(number)
    print(f"{name}: {len(chosen)} lines taken out, {len(chosen) - len(survived)} killed, {len(survived)} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
