"""What the code of PyPI packages says of the model YAMLs in their wheels: writes tests/golden/packages.txt.

    python3 tests/oracle/packages.py FIGURES.json... > tests/golden/packages.txt

Each file of figures holds what torch said of one wheel: `package`, `version`, and `yamls` by path, each with `scale`,
`imgsz`, `params`, `trainable`, `layers`, `ops` (multiply-accumulates) and `rows`; of what torch refuses, `row`.
"""
import json
import sys


def shape(out):
    """The first tensor of an output."""
    while not (isinstance(out, list) and all(isinstance(x, int) for x in out)):
        out = next(iter(out.values())) if isinstance(out, dict) else out[0]
    return "x".join(map(str, out))


def line(path, said):
    scale = said.get("scale") or "-"
    if "error" in said:
        return f"{path} {scale} refused in row {said['row']}" if said.get("row") is not None else None
    imgsz = said["imgsz"] if isinstance(said["imgsz"], int) else 640
    figures = " ".join(str(said[key]) for key in ("params", "trainable", "layers", "ops"))
    return f"{path} {scale} {imgsz} {figures} {shape(said['rows'][-1]['out'])}"


def main():
    print("# path, scale, image size, params, trainable, layers, multiply-accumulates, the last row's first tensor")
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            figures = json.load(file)
        print(f"= {figures['package']} {figures['version']}")
        lines = (line(path, said) for path, said in figures["yamls"].items())
        print("\n".join(line for line in lines if line))


if __name__ == "__main__":
    main()
