//! Programs of Python: what the machine makes of them is what Python prints (`tests/python/`).

mod damage;
mod edits;
mod limits;
mod rewind;

use std::fmt::Write as _;
use std::sync::Arc;

use yolint::internals::interpret::{Machine, Sources, Stop};
use yolint::internals::python::File;

/// Files by their paths.
struct Files(Vec<(&'static str, &'static str)>);

impl Sources for Files {
    fn file(&self, path: &str) -> Option<Arc<File>> {
        let (path, text) = self.0.iter().find(|f| f.0 == path)?;
        Some(Arc::new(File::new(path, text)))
    }

    fn is_folder(&self, path: &str) -> bool {
        self.0.iter().any(|f| f.0.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }

    fn roots(&self) -> &[String] {
        const ROOT: &[String] = &[String::new()];
        ROOT
    }
}

/// What a program prints, and the exception that ends it; the reason if that isn't known.
fn run(files: Vec<(&'static str, &'static str)>, program: &str) -> Result<String, String> {
    run_on(Machine::new(Arc::new(Files(files))), program)
}

fn run_on(mut machine: Machine, program: &str) -> Result<String, String> {
    let module = machine.module_of("__main__", Arc::new(File::new("main.py", program)));
    let result = machine.run_module(&module);
    let mut printed = machine.output.clone();
    match result {
        Ok(()) => Ok(printed),
        Err(Stop::Raise(raised)) => {
            let lines: Vec<String> = raised.frames.iter().rev().map(|place| place.line.to_string()).collect();
            writeln!(printed, "! {} @ {}", machine.describe(&raised).replace("__main__.", ""), lines.join(" "))
                .expect("a string");
            Ok(printed)
        }
        Err(Stop::Unknown(unknown)) => Err(unknown.reason.english()),
    }
}

/// A program of `tests/python/`.
struct Program {
    name: String,
    code: String,
    /// What Python prints.
    expected: String,
}

/// The programs of a folder.
fn programs(folder: &str) -> Vec<Program> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        for program in text.split("\n=== ").skip(1) {
            let (name, rest) = program.split_once('\n').expect("a name");
            let (code, expected) = rest.split_once("\n---\n").expect("an expectation");
            let name = format!("{}: {name}", path.display());
            programs.push(Program { name, code: format!("{code}\n"), expected: expected.to_owned() });
        }
    }
    programs.sort_by(|a, b| a.name.cmp(&b.name));
    programs
}

#[test]
fn as_python_prints() {
    let programs = programs("tests/python");
    expect_prints(&programs, |program| run(Vec::new(), program));
    assert!(programs.len() > 240, "{} programs", programs.len());
}

#[test]
fn as_python_prints_with_torch() {
    let programs = programs("tests/python/torch");
    expect_prints(&programs, |program| {
        let mut machine = Machine::new(Arc::new(Files(Vec::new())));
        yolint::internals::bindings::install(&mut machine);
        run_on(machine, program)
    });
    assert!(programs.len() > 30, "{} programs", programs.len());
}

fn expect_prints(programs: &[Program], run: impl Fn(&str) -> Result<String, String>) {
    let mut wrong = String::new();
    for Program { name, code, expected } in programs {
        let found = run(code);
        let fits = match (&found, name.contains("(not known)")) {
            (Ok(printed), false) => printed.trim_end() == expected.trim_end(),
            (Err(_), true) => true,
            _ => false,
        };
        if !fits {
            writeln!(wrong, "{name}\nPython: {expected}\nyolint: {found:?}\n").expect("a string");
        }
    }
    assert_eq!(wrong, "");
}

fn import(files: Vec<(&'static str, &'static str)>, program: &str) -> String {
    run(files, program).unwrap_or_else(|reason| format!("not known: {reason}"))
}

#[test]
fn imports() {
    let files = vec![
        ("pkg/__init__.py", "from .a import A\nfrom . import b\nVERSION = '1.0'\n"),
        ("pkg/a.py", "from .sub.c import *\nfrom .b import helper as h\nclass A:\n    x = h(C)\n"),
        ("pkg/b.py", "def helper(v):\n    return v * 2\nfrom .a import A as circular\n"),
        ("pkg/sub/__init__.py", ""),
        ("pkg/sub/c.py", "__all__ = ['C', 'D']\nC = 21\nD = 1\nE = 2\n_F = 3\n"),
        ("single.py", "import pkg.sub.c as c\nfrom pkg import VERSION, b\nvalue = c.C, VERSION, b.circular.x\n"),
    ];
    assert_eq!(import(files.clone(), "import single\nprint(single.value)\n"), "(21, '1.0', 42)\n");
    assert_eq!(import(files.clone(), "from pkg.a import *\nprint(A.x, C, D)\n"), "42 21 1\n");
    assert_eq!(
        import(files.clone(), "from pkg.a import E\n"),
        "! ImportError: cannot import name 'E' from 'pkg.a' (pkg/a.py) @ 1\n"
    );
    assert_eq!(
        import(files.clone(), "import pkg.nothing\n"),
        "! ModuleNotFoundError: No module named 'pkg.nothing' @ 1\n"
    );
    let fallback = "try:\n    from pkg.nothing import x\nexcept ImportError:\n    x = None\nprint(x)\n";
    assert_eq!(import(files.clone(), fallback), "None\n");
    let by_name = "import importlib\nm = importlib.import_module('pkg.sub.c')\nprint(m.C, m.__name__)\n";
    assert_eq!(import(files, by_name), "21 pkg.sub.c\n");
}

#[test]
fn a_package_beside_the_program_is_the_only_one_of_its_name() {
    let import = |files: Vec<(&'static str, &'static str)>, program: &str| {
        let mut machine = Machine::new(Arc::new(Files(files)));
        yolint::internals::bindings::install(&mut machine);
        run_on(machine, program).unwrap_or_else(|reason| format!("not known: {reason}"))
    };
    let program = "from ultralytics.utils.ops import make_divisible\nprint(make_divisible(9, 8))\n";
    let absent = "! ModuleNotFoundError: No module named 'ultralytics.utils' @ 1\n";
    assert_eq!(import(Vec::new(), program), "16\n");
    assert_eq!(import(vec![("ultralytics/__init__.py", "")], program), absent);
    assert_eq!(import(vec![("ultralytics/cfg/own.py", "")], program), absent);
    let fallback =
        "try:\n    from ultralytics.utils.ops import make_divisible\nexcept ImportError:\n    print('without')\n";
    assert_eq!(import(Vec::new(), fallback), "without\n");
    let within = "def f():\n    try:\n        import ultralytics\n        return 1\n    except ImportError:\n        return 2\n\
                  print(f() + 1)\n";
    assert_eq!(import(Vec::new(), within), "2\n");
    let other = "from timm.layers.drop import DropPath\nprint(DropPath.__name__)\n";
    assert_eq!(import(Vec::new(), other), "DropPath\n");
    let absent = "! ModuleNotFoundError: No module named 'timm.layers' @ 1\n";
    assert_eq!(import(vec![("timm/__init__.py", "")], other), absent);
}

#[test]
fn top_levels_run_lazily_but_in_order() {
    let files = vec![(
        "m.py",
        "import unknown_library\nx = 1\ny = x\nx = 2\nREGISTRY = {}\ndef register(c):\n    REGISTRY[c.__name__] = c\n    \
         return c\nclass A: pass\nA.kind = 'late'\nbroken = unknown_library.load()\nclass Lost(unknown_library.Base): pass\n\
         @register\nclass B: pass\nlist_ = []\nfor i in range(3):\n    list_.append(i)\nREGISTRY['c'] = A\n",
    )];
    let run = |program: &str| import(files.clone(), program);
    assert_eq!(run("from m import x, y\nprint(x, y)\n"), "2 1\n");
    assert_eq!(run("from m import y, x\nprint(x, y)\n"), "2 1\n");
    assert_eq!(run("from m import A, list_\nprint(A.kind, list_)\n"), "late [0, 1, 2]\n");
    assert_eq!(run("from m import REGISTRY\nprint(sorted(REGISTRY))\n"), "['B', 'c']\n");
    assert_eq!(run("from m import broken\nprint('stored')\n"), "stored\n");
    assert_eq!(
        run("from m import broken\nprint(broken + 1 if broken else 0)\n"),
        "not known: `unknown_library.load` isn't known"
    );
}

#[test]
fn classes_are_derived_from_what_a_name_was() {
    let files = vec![("m.py", "class A: kind = 1\nclass B(A): pass\nclass A: kind = 2\nclass C(A): pass\n")];
    let program = "from m import A, B, C\nprint(A.kind, B.kind, C.kind, issubclass(B, A))\n";
    assert_eq!(import(files, program), "2 1 2 False\n");
    // The second one runs first: it is asked for under another name.
    let files = vec![(
        "m.py",
        "class A: kind = 1\nclass B(A): pass\ndef default(x=A.kind): return x\nif True:\n    class A: kind = 2\n    \
         other = A\nclass C(A): pass\n",
    )];
    let program = "from m import other, A, B, C, default\nprint(other.kind, A.kind, B.kind, C.kind, default())\n";
    assert_eq!(import(files, program), "2 2 1 2 1\n");
}

#[test]
fn modules_that_import_each_other() {
    // In Python `a` would be whole before `b` asks for it; here `b` is asked for first.
    let files = vec![
        ("a.py", "import b\ndef late():\n    import c\n    return c.value\nearly = b.twice(1)\nvalue = early + 1\n"),
        ("b.py", "def twice(x):\n    return x * 2\n"),
        ("c.py", "from a import late, value\nvalue = value + 1\n"),
    ];
    assert_eq!(import(files, "import a\nprint(a.late(), a.early)\n"), "4 2\n");
    // A half-made star import that is mended by hand.
    let files = vec![
        ("common.py", "from other import helper\nclass Conv: pass\nclass Focus: pass\n"),
        (
            "other.py",
            "import common\nfrom common import *\ndef helper(): pass\n\
             globals().update({k: v for k, v in common.__dict__.items() if not k.startswith('_')})\nnames = [Conv, Focus]\n",
        ),
    ];
    assert_eq!(import(files, "import other\nprint([c.__name__ for c in other.names])\n"), "['Conv', 'Focus']\n");
    // An import, above, of what is defined anew below: the lower one runs first, since what is imported asks for it.
    let files = vec![
        ("conv.py", "class Conv:\n    kind = 'conv'\nimport attention\nConv.partner = attention.Conv\n"),
        (
            "attention.py",
            "from conv import Conv\nclass Attention:\n    def kind(self):\n        return Conv.kind\n\
             class Conv:\n    kind = 'own'\n",
        ),
    ];
    let program = "import conv\nimport attention\nprint(attention.Attention().kind(), conv.Conv.partner.kind)\n";
    assert_eq!(import(files, program), "own own\n");
}

#[test]
fn paths_of_imports() {
    let files = vec![
        (
            "m.py",
            "import sys\nfrom pathlib import Path\nROOT = Path(__file__).parent / 'lib'\nif str(ROOT) not in sys.path:\n    \
                  sys.path.append(str(ROOT))\nfrom inside import x\n",
        ),
        ("lib/inside.py", "x = 7\n"),
    ];
    assert_eq!(import(files, "from m import x\nprint(x)\n"), "7\n");
    // A folder of the framework is there.
    let files = vec![
        (
            "p/m.py",
            "import os, sys\nfrom pathlib import Path\nLIB = Path(__file__).resolve().parents[1] / 'lib'\nif LIB.exists():\n    \
                    if str(LIB) not in sys.path:\n        sys.path.append(str(LIB))\nfrom inside import x\n\
                    here = os.path.isdir('lib'), os.path.exists(os.path.join('lib', '..', 'lib'))\n",
        ),
        ("lib/inside.py", "x = 7\n"),
    ];
    assert_eq!(import(files, "from p.m import x, here\nprint(x, here)\n"), "7 (True, True)\n");
}

#[test]
fn damage_is_local() {
    let files = vec![("m.py", "class A:\n    x = 1\nclass B:\n    def f(self:\n        pass\nclass C:\n    y = 2\n")];
    assert_eq!(import(files.clone(), "from m import A, C\nprint(A.x, C.y)\n"), "1 2\n");
    assert!(import(files, "from m import B\nB()\n").starts_with("not known"));
}
