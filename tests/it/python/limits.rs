//! Hostile programs: they end soon, and no error is made of what isn't known.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use yolint::internals::python::File;

use super::{import, run};

/// Programs that Python would run for very long, or that would need more memory than there is, by what stops them. A release
/// build ends each within a tenth of a second.
const ENDLESS: &[(&str, &[&str])] = &[
    (
        "too many steps",
        &[
            "while True: pass",
            "x = 2\nwhile True: x *= x",
            "d = {}; i = 0\nwhile True:\n    d[i] = i; i += 1",
            "l = []\nwhile True: l.append(len(l))",
            "x = list(iter(int, 1))",
            "import itertools\nx = list(itertools.count())",
            "def g():\n    while True: yield 1\nfor x in g(): pass",
            "x = 'a' * 10**6\nfor i in range(10**6): y = x == x[:]; z = x.upper(); w = x in x; v = x.split('b'); u = x[::-1]",
            "x = [0] * 10**5\nfor i in range(10**6): y = x + x",
            "x = [0] * 10**5\nfor i in range(10**6): y = x == x[:]",
            "x = [0] * 10**5\nfor i in range(10**6): x.pop(0); x.append(0); x.insert(0, 1); x.count(4)",
            "x = list(range(10**5))\nfor i in range(10**6): max(x); x.sort(); x.reverse(); x[1:3] = [1]; del x[0]; x.append(0)",
            "x = {i: i for i in range(10**5)}\nfor i in range(10**6): y = dict(x); z = x.copy(); v = {**x}; x.update(x)",
            "x = {i: i for i in range(10**5)}\nfor i in range(10**5): del x[i]; x[i + 10**5] = 1",
            "x = set(range(10**5))\nfor i in range(10**6): y = x | x; z = x & x; w = x == y; v = x - y",
            "try:\n    while True: pass\nfinally:\n    while True: pass",
            "while True:\n    try: 1 / 0\n    except Exception: pass",
            "while True: type('A', (), {})",
            "while True: eval('1+1')",
            "while True: exec('x = 1\\n' * 10000)",
            "x = 'abc' * 300000\nwhile True: {x: 1}",
            "y = [0 for a in range(10**4) for b in range(10**4) for c in range(10**4)]",
            "import functools\np = print\nwhile True: p = functools.partial(p, 1)",
            "a = list(range(10**5))\nwhile True: tuple(zip(a, a)); list(map(abs, a)); list(filter(None, a)); list(enumerate(a))",
        ],
    ),
    (
        "calls nested too deeply",
        &[
            "def f(): f()\nf()",
            "(lambda f: f(f))(lambda f: f(f))",
            "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nA().y",
            "class A:\n    def __getattribute__(self, n): return self.n\nA().x",
            "class A:\n    def __setattr__(self, n, v): self.n = v\nA().x = 1",
            "class A:\n    def __eq__(self, o): return o == self\nA() == A()",
            "class A:\n    def __call__(self): return self()\nA()()",
            "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
            "class A:\n    @property\n    def x(self): return self.x\nA().x",
            "class M(type):\n    def __getattr__(cls, n): return getattr(cls, n)\nclass A(metaclass=M): pass\nA.x",
            "def f():\n    try: f()\n    finally: f()\nf()",
            "import functools\nf = functools.lru_cache(lambda x: f(x))\nf(1)",
            "s = 'exec(s)'\nexec(s)",
            // Values that hold each other, asked as a whole.
            "l = []\nfor i in range(10**5): l = [l]\nrepr(l)",
            "a = []; b = []\nfor i in range(10**5): a = [a]; b = [b]\na == b",
            "a = []; b = []\nfor i in range(10**5): a = [a]; b = [b]\na < b",
            "l = ()\nfor i in range(10**5): l = (l,)\nhash(l)",
            "l = int\nfor i in range(10**5): l = (l,)\nisinstance('', l)",
            "l = {}\nfor i in range(10**5): l = {'a': l}\nimport copy\ncopy.deepcopy(l)",
            "i = iter([1])\nfor n in range(10**5): i = map(abs, i)\nnext(i)",
            "s = frozenset()\nfor n in range(10**5): s = frozenset([s])",
        ],
    ),
    (
        "a value that is too large",
        &[
            "x = [0] * 10**9",
            "x = 'a' * 10**9",
            "x = (1,) * 10**8",
            "x = list(range(10**9))",
            "x = set(range(10**7))",
            "x = dict.fromkeys(range(10**7))",
            "s = 'a'\nwhile True: s += s",
            "x = 'a'.ljust(10**9)",
            "x = '%1000000000d' % 1",
            "x = f'{1:1000000000}'",
            "x = f'{1.0:.1000000000f}'",
            "x = ('a' * 1000000).replace('a', 'b' * 1000000)",
            "x = ','.join(['a' * 1000000] * 1000000)",
            "import itertools\nx = list(itertools.permutations(range(20)))",
            "import re\nx = re.sub('', 'a' * 100000, 'b' * 100000)",
        ],
    ),
    (
        "a text that is nested too deeply",
        &["eval('(' * 300 + ')' * 300)", "eval('-' * 100000 + '1')", "exec('if x:' * 30000)"],
    ),
    (
        "an integer of more than 64 bits",
        &["if 10 ** 10 ** 10: pass", "if 1 << 10**9: pass", "if int('9' * 10**5): pass"],
    ),
];

#[test]
fn endless_programs_end() {
    let mut wrong = String::new();
    for (reason, programs) in ENDLESS {
        for program in *programs {
            let start = Instant::now();
            let result = run(Vec::new(), &format!("{program}\n"));
            // Generous, since these are no release builds and other tests run beside this one.
            let soon = start.elapsed() < Duration::from_secs(10);
            if !soon || result.as_ref().err().map(String::as_str) != Some(*reason) {
                writeln!(wrong, "{program}\n{reason}\n{result:?} {:?}\n", start.elapsed()).expect("a string");
            }
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn chains_of_values_end_without_a_deep_stack() {
    for program in [
        "l = []\nfor i in range(10**5): l = [l]\nl = None",
        "l = {}\nfor i in range(10**5): l = {'a': l}\nl = None",
        "class N:\n    def __init__(self, n): self.n = n\nn = None\nfor i in range(50000): n = N(n)\nn = None",
        "class N:\n    def m(self): pass\np = None\nfor i in range(50000):\n    n = N(); n.p = p; p = n.m\np = None",
        "f = None\nfor i in range(10**5): f = lambda g=f: g\nf = None",
        "i = iter([1])\nfor n in range(10**5): i = map(abs, i)\ni = None",
        "def g(h): yield h\ni = None\nfor n in range(50000):\n    i = g(i)\ni = None",
        "l = []\nfor i in range(10**5): l = [l]",
        "l = []; l.append(l); print(l == l)",
        "p = None\nfor i in range(10**5): p = property(p)\np = None",
        "class A: pass\ns = A()\nfor i in range(10**5): s = super(A, s)\ns = None",
    ] {
        assert!(run(Vec::new(), &format!("{program}\n")).is_ok(), "{program}");
    }
}

#[test]
fn recursion_in_deep_expressions() {
    let deep = format!("{}f(n - 1){}", "[".repeat(90), "]".repeat(90));
    let program = format!("def f(n): return {deep} if n else 0\nf(150)\n");
    assert_eq!(run(Vec::new(), &program), Ok(String::new()));
}

#[test]
fn imports_go_nowhere() {
    let files = vec![
        ("pkg/__init__.py", ""),
        ("pkg/a.py", "from ....x import y\n"),
        ("pkg/b.py", "from .c import x\n"),
        ("pkg/c.py", "from .b import x\n"),
        ("pkg/d.py", "from .d import *\nfrom .e import *\n"),
        ("pkg/e.py", "from .d import *\n"),
    ];
    let out = "! ImportError: attempted relative import beyond top-level package @";
    assert!(import(files.clone(), "from pkg.a import y\ny()\n").contains("beyond top-level package"), "{out}");
    assert!(import(files.clone(), "from pkg.b import x\nx()\n").starts_with("not known"));
    assert!(import(files, "from pkg.d import nothing\n").contains("cannot import name 'nothing'"));
    assert_eq!(import(Vec::new(), "import os.path as p, a.b.c.d.e\nprint(p.sep)\n"), "/\n");
}

#[test]
fn files_beyond_measure_are_not_read() {
    let start = Instant::now();
    for text in ["x = 1\n".repeat(9 << 20), "(".repeat(50 << 20), "[\n".repeat(25 << 20), "\0".repeat(50 << 20)] {
        let file = Arc::new(File::new("large.py", &text));
        assert!(!file.errors.is_empty());
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
