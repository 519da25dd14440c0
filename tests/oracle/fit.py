"""Make `tests/golden/fit.json`: what a built yolint proposes for twelve official families at their smallest scale to bring each
under 75 % of its GFLOPs, and what torch says of each proposal: parameters, once it was built and run.

python tests/oracle/fit.py target/debug/yolint
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import framework
import torch

FILE = Path(__file__).parents[1] / "golden" / "fit.json"
FAMILIES = {
    "v3/yolov3.yaml": "",
    "v3/yolov3-tiny.yaml": "",
    "v5/yolov5.yaml": "n",
    "v6/yolov6.yaml": "n",
    "v8/yolov8.yaml": "n",
    "v8/yolov8-ghost.yaml": "n",
    "v9/yolov9t.yaml": "",
    "v10/yolov10n.yaml": "n",
    "11/yolo11.yaml": "n",
    "12/yolo12.yaml": "n",
    "26/yolo26.yaml": "n",
    "rt-detr/rtdetr-l.yaml": "l",
}
SHARE = 0.75


def main():
    yolint = sys.argv[1]
    said = {}
    for file, scale in FAMILIES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(file).name
            path.write_text((framework.MODELS / file).read_text(encoding="utf-8"), encoding="utf-8")
            flags = ["--scale", scale] if scale else []
            table = json.loads(subprocess.run([yolint, "table", path, *flags, "--format", "json"], capture_output=True, check=False).stdout)
            limit = round(table["totals"]["flops"] * SHARE / 1e9, 4)
            command = [yolint, "fit", path, *flags, "--max-gflops", str(limit), "--most", "6", "--format", "json"]
            found = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
        proposals = []
        for proposal in found["proposals"]:
            size = (proposal["imgsz"] or [640, 640])
            params = built(proposal["text"], file, scale, size)
            proposals.append({"title": proposal["title"], "params": params})
            if params != proposal["params"]:
                print("DIFFERS", file, proposal["title"], params, proposal["params"])
        said[f"{file}@{scale}"] = {"max_gflops": limit, "proposals": proposals}
        print(file, limit, len(proposals), flush=True)
    rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in said.items())
    FILE.write_text("{\n" + rows + "\n}\n", encoding="utf-8")


def built(text, file, scale, size):
    """Parameters of a model that torch has built and run."""
    model = framework.build(text, file, scale).eval()
    with framework.quiet():
        model(torch.zeros(1, 3, *size))
    return sum(p.numel() for p in model.parameters())


if __name__ == "__main__":
    main()
