"""Make `tests/golden/fused.json`: of each official (file, scale) pair what `model.fuse(); model.info()` says: layers,
parameters, gradients, GFLOPs as printed, and for each row its parameters and the operations at 640x640.

python tests/oracle/fused.py [--only WORD]
"""

import argparse
import json
from pathlib import Path

import framework

GOLDEN = Path(__file__).parents[1] / "golden"
OFFICIAL = GOLDEN / "ultralytics-8.4.190.json"
FILE = GOLDEN / "fused.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only pairs with this word, printed and not written")
    args = parser.parse_args()
    said = {}
    for pair in json.loads(OFFICIAL.read_text()):
        if args.only in pair:
            said[pair] = of(pair)
            print(pair, json.dumps(said[pair]), flush=True)
    if not args.only:
        rows = ",\n".join(f"{json.dumps(pair)}: {json.dumps(entry)}" for pair, entry in said.items())
        FILE.write_text("{\n" + rows + "\n}\n")


def of(pair):
    """Layers, parameters, gradients, GFLOPs, then parameters and operations of rows."""
    model = framework.build_pair(pair)
    with framework.quiet(), framework.without_info():
        model.fuse(verbose=False)
    with framework.quiet() as lines:
        layers, params, gradients, gflops = model.info(imgsz=640)
        summary = next(x for x in lines if " summary" in x)
        rows = framework.run_rows(model, (640, 640))
    params_of = [sum(p.numel() for p in row.parameters()) for row in model.model]
    return [layers, params, gradients, round(gflops, 6), summary, params_of, [row["ops"] for row in rows]]


if __name__ == "__main__":
    main()
