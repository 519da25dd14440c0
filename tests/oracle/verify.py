"""Check that framework.py says of the official files what tests/golden/ultralytics-8.4.190.json says of them.

python tests/oracle/verify.py [--every N] [--scales ns]
"""

import argparse
import json
from pathlib import Path

from framework import MODELS, outcome

GOLDEN = Path(__file__).parents[1] / "golden" / "ultralytics-8.4.190.json"
TOTALS = ("model_class", "params", "gradients", "layers", "gflops", "stride", "summary", "printed")
CELLS = ("index", "from", "module", "params", "ops", "output")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", type=int, default=1, help="check every Nth pair")
    parser.add_argument("--scales", default="", help="letters of the scales to check; files without scales always")
    args = parser.parse_args()
    golden = json.loads(GOLDEN.read_text())
    pairs = [k for k in golden if not args.scales or k[-1] == "@" or k[-1] in args.scales][:: args.every]
    wrong = 0
    for pair in pairs:
        file, _, scale = pair.partition("@")
        said = outcome((MODELS / file).read_text(encoding="utf-8"), file, scale, seconds=600)
        differences = list(compare(golden[pair], json.loads(json.dumps(said))))
        wrong += bool(differences)
        for difference in differences:
            print(pair, difference)
    print(f"{len(pairs) - wrong} passed, {wrong} failed")


def compare(expected, said):
    if said["stage"] != "ok":
        yield f"fails: {said}"
        return
    for key in TOTALS:
        if expected[key] != said[key]:
            yield f"{key}: {expected[key]!r} != {said[key]!r}"
    if len(expected["rows"]) != len(said["rows"]):
        yield "number of rows"
    for a, b in zip(expected["rows"], said["rows"]):
        for key in CELLS:
            if a[key] != b[key]:
                yield f"row {a['index']} {key}: {a[key]!r} != {b[key]!r}"


if __name__ == "__main__":
    main()
