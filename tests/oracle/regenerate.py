"""Make tests/golden/probes.jsonl and tests/golden/edited.jsonl again from scratch.

    python tests/oracle/regenerate.py [--only probes|edited] [--check]

`--check` writes nothing and says which lines would change.
"""

import argparse
import json
import os
import sys
import zlib
from pathlib import Path

import mutate
import probes
from cases import compact, measure
from framework import MODELS, VERSIONS

GOLDEN = Path(__file__).parents[1] / "golden"
SEED = 8_4_190
EDITED = 1_600
TABLE_EVERY = 40


def official(file):
    """The text of an official file of the installed framework."""
    return (MODELS / file).read_text(encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["probes", "edited"])
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # some of torch's messages print a set
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    print(VERSIONS)
    if args.only != "edited":
        write("probes.jsonl", probes.probes(SEED), args.check)
    if args.only != "probes":
        write("edited.jsonl", mutate.mutations(SEED, EDITED, official), args.check)


def write(name, cases, check):
    """Measure the cases and write a golden file: a case a line, with its outcome."""
    lines = []
    for case, said in measure(cases, official):
        if said["stage"] == "unmeasured" or "NVIDIA" in said.get("message", ""):  # neither says anything of the model
            print("left out:", json.dumps(case), said)
            continue
        line = {**case, **compact(said)}
        if said["stage"] == "ok" and zlib.crc32(case["id"].encode()) % TABLE_EVERY == 0:
            line["printed"] = said["printed"]
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    path = GOLDEN / name
    if not check:
        path.write_text("".join(lines), encoding="utf-8")
        print(f"{name}: {len(lines)} cases")
        return
    before = {json.loads(x)["id"]: x for x in path.open(encoding="utf-8")}
    changed = [x for x in lines if before.get(json.loads(x)["id"]) != x]
    for line in changed:
        print("was", before.get(json.loads(line)["id"]), "is ", line)
    print(f"{name}: {len(lines) - len(changed)} passed, {len(changed)} failed")


if __name__ == "__main__":
    main()
