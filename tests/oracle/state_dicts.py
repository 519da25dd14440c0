"""Make `tests/golden/state_dicts.json`: of each official (file, scale) pair how many entries the model's state_dict has, and
a hash of their names and shapes.

python tests/oracle/state_dicts.py [--check] [--scales ns]
"""

import argparse
import json
from pathlib import Path

import framework

GOLDEN = Path(__file__).parents[1] / "golden"
OFFICIAL = GOLDEN / "ultralytics-8.4.190.json"
FILE = GOLDEN / "state_dicts.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    parser.add_argument("--scales", default="", help="letters of the scales to check; files without scales always")
    parser.add_argument("--print", metavar="FILE@SCALE", help="print the entries of one pair")
    args = parser.parse_args()
    if args.print:
        print("\n".join(lines(args.print)))
        return
    known = json.loads(FILE.read_text()) if args.check else {}
    pairs = list(json.loads(OFFICIAL.read_text()))
    if args.check:
        pairs = [k for k in pairs if not args.scales or k[-1] == "@" or k[-1] in args.scales]
    said = {}
    for pair in pairs:
        entries = lines(pair)
        said[pair] = [len(entries), f"{fnv1a(entries):016x}"]
        if args.check and said[pair] != known[pair]:
            print(f"{pair}: {known[pair]} != {said[pair]}")
    if not args.check:
        rows = ",\n".join(f"{json.dumps(pair)}: {json.dumps(entry)}" for pair, entry in said.items())
        FILE.write_text("{\n" + rows + "\n}\n")


def lines(pair):
    """`model.0.conv.weight 16,3,3,3` for each entry."""
    entries = framework.build_pair(pair).state_dict().items()
    return [f"{name} {','.join(map(str, value.shape))}" for name, value in entries]


def fnv1a(entries):
    """FNV-1a, 64 bits, of the lines with their ends."""
    value = 0xCBF29CE484222325
    for byte in "".join(line + "\n" for line in entries).encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


if __name__ == "__main__":
    main()
