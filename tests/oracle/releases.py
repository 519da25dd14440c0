"""Which release of Ultralytics first lets rows name a module: tests/golden/releases.txt.

    python tests/oracle/releases.py [--check] [--cache FOLDER]

For each module that rows of the newest release can name, releases are halved until the first one is found whose
`ultralytics/nn/tasks.py` binds the name. Their wheels are taken from PyPI by pip; some forty of them, of 1 MB each.
Modules of the first release of all, 8.0.0, aren't listed.
"""

import argparse
import ast
import functools
import pathlib
import re
import subprocess
import sys
import zipfile

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "releases.txt"
NEWEST = "8.4.190"


def releases() -> list[str]:
    """All releases from 8.0.0 to the newest that yolint knows, in order."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "index", "versions", "ultralytics"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"Available versions: (.*)", said)[1].split(", ")
    numbers = sorted(tuple(map(int, v.split("."))) for v in found if re.fullmatch(r"\d+\.\d+\.\d+", v))
    newest = tuple(map(int, NEWEST.split(".")))
    return [".".join(map(str, n)) for n in numbers if (8, 0, 0) <= n <= newest]


@functools.cache
def names(release: str, cache: pathlib.Path) -> frozenset[str]:
    """The names that the file with `parse_model` binds."""
    wheel = next(cache.glob(f"ultralytics-{release}-*.whl"), None)
    if wheel is None:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "-d", str(cache), f"ultralytics=={release}"], check=True, capture_output=True)
        wheel = next(cache.glob(f"ultralytics-{release}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        tree = ast.parse(archive.read("ultralytics/nn/tasks.py"))
        stars = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"]
        bound = {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
        for star in stars:
            path = star.module.replace(".", "/")
            inner = next(n for n in (f"{path}.py", f"{path}/__init__.py") if n in archive.namelist())
            for node in ast.parse(archive.read(inner)).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    bound.add(node.name)
                elif isinstance(node, ast.ImportFrom):
                    bound.update(alias.asname or alias.name for alias in node.names)
        return frozenset(bound)


def first_with(name: str, every: list[str], cache: pathlib.Path) -> str | None:
    """The first release that has a name, of those that aren't withdrawn."""
    low, high = 0, len(every) - 1
    while low < high:
        middle = (low + high) // 2
        try:
            has = name in names(every[middle], cache)
        except (subprocess.CalledProcessError, StopIteration):
            every.pop(middle)
            high -= 1
            continue
        low, high = (low, middle) if has else (middle + 1, high)
    return every[low]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("target/releases"))
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    every = releases()
    modules = subprocess.run(
        [sys.executable, "-c", "import ultralytics.nn.tasks as t, torch\n"
         "print(*(n for n, v in vars(t).items() if isinstance(v, type) and issubclass(v, torch.nn.Module)"
         " and v.__module__.startswith('ultralytics.nn.modules')))"],
        capture_output=True, text=True, check=True,
    ).stdout.split()
    since = {name: first_with(name, every, args.cache) for name in sorted(modules)}
    lines = [f"{name} {release}\n" for name, release in since.items() if release != every[0]]
    if args.check:
        assert GOLDEN.read_text() == "".join(lines)
    else:
        GOLDEN.write_text("".join(lines))


if __name__ == "__main__":
    main()
