"""Fills in what is sent to registries for a made-up release, and reads the result: entries.py OUT"""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
OWNER, VERSION = "someone/yolint", "9.8.7"


def main(out: Path) -> None:
    release = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    targets = re.findall(r"target: ([\w-]+), os:", release)
    assert len(targets) == 8, targets
    names = [f"yolint-{VERSION}-{target}.{'zip' if 'windows' in target else 'tar.gz'}" for target in targets]
    names.append(f"yolint-{VERSION}-source.tar.gz")
    sums = {name: f"{at:064x}" for at, name in enumerate(names, 1)}
    out.mkdir(parents=True, exist_ok=True)
    (out / "SHA256SUMS").write_text("".join(f"{sha}  {name}\n" for name, sha in sums.items()), encoding="utf-8")
    subprocess.run([sys.executable, ROOT / "packaging/fill", OWNER, VERSION, out / "SHA256SUMS", out], check=True)

    files = [path for path in out.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    for path in files:
        text = path.read_text(encoding="utf-8")
        for left in ("{OWNER}", "{VERSION}", "{SHA256"):
            assert left not in text, f"{path}: {left}"
        if path.suffix == ".json":
            json.loads(text)
        elif path.suffix == ".yaml":
            yaml.safe_load(text)
    # What is named is what the release has, under the checksum that it has.
    named = set()
    for path in (out / "homebrew/yolint.rb", out / "winget/yolint.yolint.installer.yaml"):
        text = path.read_text(encoding="utf-8")
        pairs = re.findall(r"download/v9\.8\.7/(\S+?)\"?\n\s*(?:sha256 \"|InstallerSha256: )(\w+)", text)
        assert len(pairs) == text.count("releases/download"), path
        for name, sha in pairs:
            assert sums[name] == sha, name
            named.add(name)
    assert len(named) == 6, named
    mason = yaml.safe_load((out / "mason/package.yaml").read_text(encoding="utf-8"))
    for asset in mason["source"]["asset"]:
        name = re.sub(r"\{\{.*?\}\}", VERSION, asset["file"])
        assert name in sums, name
        assert re.sub(r"\{\{.*?\}\}", VERSION, asset["bin"]).startswith(name.replace(".tar.gz", "").replace(".zip", "") + "/yolint")
    schema = json.loads((out / "schemastore/yolo-model.json").read_text(encoding="utf-8"))
    assert schema == json.loads((ROOT / "schemas/model.schema.json").read_text(encoding="utf-8"))
    hooks = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / ".pre-commit-hooks.yaml", ROOT / "packaging/pre-commit/.pre-commit-hooks.yaml")]
    strip = [[{**hook, "language": ""} for hook in list_] for list_ in hooks]
    assert strip[0] == strip[1], "both kinds of hooks do the same"
    print(f"{len(files)} files for registries are filled in")


main(Path(sys.argv[1]))
