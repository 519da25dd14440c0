"""Make `tests/golden/freeze.json`: of official (file, scale) pairs how many elements are trained for `freeze=N`, by the loop over
parameter names with which the framework's trainer freezes rows, on the model that it builds.

python tests/oracle/freeze.py
"""

import json
from pathlib import Path

import framework

GOLDEN = Path(__file__).parents[1] / "golden"
OFFICIAL = GOLDEN / "ultralytics-8.4.190.json"
FILE = GOLDEN / "freeze.json"
ROWS = (0, 1, 10, 22, 23)


def main():
    said = {}
    for pair in json.loads(OFFICIAL.read_text()):
        if pair.partition("@")[2] not in ("n", "", "t"):
            continue
        model = framework.build_pair(pair)
        said[pair] = {}
        for rows in ROWS:
            names = [f"model.{row}." for row in range(rows)] + [".dfl"]
            trained = [v.numel() for k, v in model.named_parameters() if not any(name in k for name in names)]
            said[pair][rows] = sum(trained)
    FILE.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in said.items()) + "\n}\n")


if __name__ == "__main__":
    main()
