//! What belongs to a file on the disk: the framework that it is read with, and the files that are read for it.

mod dataset;
mod files;
mod frameworks;

use std::fs;
use std::path::{Path, PathBuf};

/// Makes a folder under the build folder from a text: a line for each file, `path: its text`, or `path/` for a folder. `\n` in
/// a text is a new line; `{}` in it is the folder's own path.
pub(crate) fn folder(name: &str, tree: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("project").join(name).join("checkout");
    let _ = fs::remove_dir_all(&root);
    fill(&root, tree);
    root
}

/// Makes the files and folders of such a text.
pub(crate) fn fill(root: &Path, tree: &str) {
    fs::create_dir_all(root).expect("the build folder can be written");
    for line in tree.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (path, text) = line.split_once(':').unwrap_or((line, ""));
        let whole = root.join(path);
        if path.ends_with('/') {
            fs::create_dir_all(&whole).expect("the build folder can be written");
            continue;
        }
        fs::create_dir_all(whole.parent().expect("a folder")).expect("the build folder can be written");
        let text = text.trim_start().replace("\\n", "\n").replace("{}", &root.to_string_lossy());
        fs::write(&whole, text).expect("the build folder can be written");
    }
}

/// A framework of few lines, with a module of its own: a convolution of 3x3 that halves the image.
pub(crate) const FRAMEWORK: &str = "\
import torch.nn as nn


class Halve(nn.Module):
    def __init__(self, c1, c2, k=3):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, 2, k // 2)

    def forward(self, x):
        return self.conv(x)


def parse_model(d, ch):
    layers = []
    for i, (f, n, m, args) in enumerate(d['backbone'] + d['head']):
        m = eval(m)
        args = [ch[f], *args]
        ch.append(args[1])
        module = m(*args)
        module.i, module.f, module.type, module.np = i, f, m.__name__, sum(p.numel() for p in module.parameters())
        layers.append(module)
    return nn.Sequential(*layers), []


class Model(nn.Module):
    def __init__(self, cfg, ch=3, nc=None):
        super().__init__()
        self.yaml = cfg
        self.model, self.save = parse_model(cfg, [ch])

    def forward(self, x):
        for m in self.model:
            x = m(x)
        return x
";

/// A model of that framework.
pub(crate) const MODEL: &str = "\
backbone:
  - [-1, 1, Halve, [8]]
  - [-1, 1, Halve, [16, 5]]
head:
  - [-1, 1, nn.Conv2d, [4, 1]]
";

/// Makes a repository of that framework with that model, `m.yaml`.
pub(crate) fn repository(name: &str) -> PathBuf {
    let root = folder(name, ".git/\nmodels/__init__.py:\nmodels/yolo.py:\nm.yaml:");
    for (path, text) in [("models/yolo.py", FRAMEWORK), ("m.yaml", MODEL)] {
        fs::write(root.join(path), text).expect("the build folder can be written");
    }
    root
}
