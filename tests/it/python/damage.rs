//! Half-typed files: while a class or function is being typed, all others are as they were.

use std::fmt::Write as _;

use yolint::internals::python::File;
use yolint::internals::python::{Stmt, Variable};

/// A file as people have them, in which each statement defines something.
const TEXT: &str = r#"import torch
from torch import nn

SIZES = {"n": (0.5, 256), "s": [1, 2]}


def autopad(k, p=None):
    """Pads to the same size.

    Args: k (int) or a list.
    """
    return p if p is not None else (k // 2 if isinstance(k, int) else [x // 2 for x in k])


@torch.no_grad()
class Conv(nn.Module):
    """A convolution."""

    default = {"act": nn.SiLU(), 'name': f"conv {SIZES['n'][0]:.2f}"}

    def __init__(self, c1, c2, k=1, *args, act=True, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, padding=autopad(k), bias=False)
        if act is True:
            self.act = self.default["act"]
        elif act:
            self.act = act
        else:
            self.act = nn.Identity()

    def forward(self, x):
        # A comment (with a bracket.
        return self.act(self.conv(x))


class Branches(nn.Module):
    def forward(self, x):
        try:
            y = [m(x) for m in self.m if m]
        except (TypeError, ValueError) as e:
            raise RuntimeError('it isn\'t a "list"') from e
        finally:
            del x
        with torch.no_grad() as g, open("a") as f:
            return torch.cat(y, 1)[:, ::2, ...]


async def later(x): return await x


lambda_ = lambda x, *y: (x, y)
for i in range(3):
    SIZES[i] = i


class Last(Branches): pass
"#;

/// What stands at the top level: the names that are defined and the text that defines them, but for those in `except`.
fn defined(text: &str, except: Option<&str>) -> Vec<(String, String)> {
    let file = File::new("m.py", text);
    let program = &file.program;
    let mut defined = Vec::new();
    for stmt in program.body.statements() {
        // A decorator that is typed above belongs to what follows it, but changes nothing in it.
        let (target, span) = match program.stmt(stmt) {
            Stmt::Class { target, class, .. } => (target, program.class(class).span),
            Stmt::Function { target, function, .. } => (target, program.function(function).span),
            Stmt::Import { target, .. } | Stmt::ImportFrom { target, .. } => (target, program.stmt_span(stmt)),
            _ => continue,
        };
        let Variable::Global(name) = target else { continue };
        let name = program.name(name).to_owned();
        if Some(&*name) != except {
            defined.push((name, span.text(text).to_owned()));
        }
    }
    defined
}

/// The blocks of the text, and the name that each defines.
fn blocks() -> Vec<(&'static str, usize, usize)> {
    let mut at = 0;
    let mut blocks = Vec::new();
    for block in TEXT.split_inclusive("\n\n\n") {
        let words = block.lines().find(|line| line.starts_with("class ") || line.starts_with("def "));
        let name = words.and_then(|line| line.split([' ', '(', ':']).nth(1));
        blocks.extend(name.map(|name| (name, at, at + block.trim_end().len())));
        at += block.len();
    }
    blocks
}

#[test]
fn others_stay_as_they_were() {
    assert_eq!(File::new("m.py", TEXT).errors, []);
    let blocks = blocks();
    assert_eq!(blocks.iter().map(|b| b.0).collect::<Vec<_>>(), ["autopad", "Conv", "Branches", "Last"]);
    let (mut tried, mut wrong) = (0, String::new());
    for (name, start, end) in blocks {
        let whole = defined(TEXT, Some(name));
        // Who types a decorator types what it decorates.
        let start =
            start + TEXT[start..].find(name).expect("its name").min(TEXT[start..].find("class").unwrap_or(usize::MAX));
        for cut in start + 1..end {
            // Typed up to here; or typed in the middle, with what was there behind it.
            let line_end = cut + TEXT[cut..end].find('\n').unwrap_or(end - cut);
            for rest in [end, line_end] {
                let text = format!("{}\n{}", &TEXT[..cut], TEXT[rest..].trim_start_matches('\n'));
                tried += 1;
                let found = defined(&text, Some(name));
                let lost: Vec<&str> = whole.iter().filter(|d| !found.contains(d)).map(|d| &*d.0).collect();
                // A name that is half typed is one more.
                if !lost.is_empty() || found.len() > whole.len() + 1 {
                    let typed = &TEXT[..cut];
                    let line = typed.rsplit('\n').next().unwrap_or_default();
                    writeln!(wrong, "{name}, behind {line:?}, rest {}: {lost:?}", rest == end).expect("a string");
                }
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
    assert_eq!(wrong, "");
}
