"""Make `tests/golden/transferred.jsonl`: how many items the framework says it transferred when it loads the weights of an
official model into an edited one, by its own `load`.

python tests/oracle/transferred.py [--count 200]
"""

import argparse
import json
import re
from pathlib import Path

import cases
import framework

GOLDEN = Path(__file__).parents[1] / "golden"
FILE = GOLDEN / "transferred.jsonl"
# An official model's weights in another official model.
PAIRS = [
    ("11/yolo11.yaml@n", "11/yolo11-seg.yaml@n"),
    ("11/yolo11-seg.yaml@n", "11/yolo11.yaml@n"),
    ("v8/yolov8.yaml@n", "11/yolo11.yaml@n"),
    ("11/yolo11.yaml@n", "v8/yolov8.yaml@n"),
    ("v8/yolov8.yaml@n", "v8/yolov8-p2.yaml@n"),
    ("v8/yolov8.yaml@n", "v8/yolov8-p6.yaml@n"),
    ("11/yolo11.yaml@n", "12/yolo12.yaml@n"),
    ("11/yolo11.yaml@n", "11/yolo11.yaml@s"),
    ("11/yolo11.yaml@s", "11/yolo11.yaml@n"),
    ("26/yolo26.yaml@n", "26/yolo26-p2.yaml@n"),
    ("v8/yolov8.yaml@n", "rt-detr/rtdetr-l.yaml@"),
    ("v8/yolov8-cls.yaml@n", "v8/yolov8.yaml@n"),
    ("v8/yolov8-world.yaml@n", "v8/yolov8-worldv2.yaml@n"),
    ("v9/yolov9t.yaml@", "v9/yolov9s.yaml@"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="edited files")
    args = parser.parse_args()
    official = {}

    def text(file):
        return official.setdefault(file, (framework.MODELS / file).read_text(encoding="utf-8"))

    out = []
    for base, mine in PAIRS:
        file, _, scale = mine.partition("@")
        for nc in (None, 3):
            case = {"base": base, "file": file, "edits": [], "scale": scale, "nc": nc}
            out.append({**case, **said(case, text)})
    left = args.count
    for line in (GOLDEN / "edited.jsonl").read_text().splitlines():
        edited = json.loads(line)
        if not left:
            break
        if edited["stage"] != "ok" or edited["params"] > 15_000_000:
            continue
        left -= 1
        scale = edited["scale"]
        nc = 3 if left % 3 == 0 else None
        base = f"{edited['file']}@{'s' if left % 9 == 1 and scale == 'n' else scale}"
        case = {"base": base, "file": edited["file"], "edits": edited["edits"], "scale": scale, "nc": nc}
        out.append({**case, **said(case, text)})
        print(left, base, out[-1]["transferred"], out[-1]["items"], flush=True)
    FILE.write_text("".join(json.dumps(case, separators=(",", ":")) + "\n" for case in out))


def said(case, text):
    """What the framework prints."""
    base = framework.build_pair(case["base"])
    edited = cases.apply(text(case["file"]), case["edits"])
    mine = framework.build(edited, case["file"], case["scale"], nc=case["nc"])
    with framework.quiet() as lines:
        mine.load(base)
        line = next(line for line in lines if line.startswith("Transferred "))
    transferred, items = re.match(r"Transferred (\d+)/(\d+) items", line).groups()
    return {"transferred": int(transferred), "items": int(items)}


if __name__ == "__main__":
    main()
