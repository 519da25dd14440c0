//! Random edits of programs: reading and running them never panics, never hangs and stays within the limits.
//!
//! `EDITS=200000 cargo test --test it python::edits` makes as many.

use std::sync::Arc;

use yolint::internals::interpret::Machine;
use yolint::internals::python::File;

use super::{Files, programs};

/// What is typed or pasted.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ":", ",", ".", "=", "==", "\n", "\n    ", "\n\n", " ", "'", "\"", "\"\"\"", "\\", "#", "@", "*", "**",
    ":=", "->", "|", "%", "//", "<<", "~", "not ", "and ", "or ", "if ", "else", "elif x:", "for x in ", "while ", "def f", "class ",
    "lambda x: ", "yield ", "yield from ", "await ", "async ", "return ", "raise ", "try:", "except Exception as e:", "finally:",
    "with x as y:", "match x:\n    case ", "import ", "from . import *", "from x import y", "global x", "nonlocal x", "del ", "assert ",
    "pass", "None", "True", "self", "super()", "__class__", "x", "f(", "print(", "0", "1", "-1", "10**9", "1e308", "99999999999999999999",
    "0.1", "1j", "[0] * 10**9", "'a' * 10**9", "range(10**12)", "f'{x!r:>{y}}'", "f\"", "b'\\x00'", "é", "🚀", "\t", "\r\n", "\u{feff}",
    "...", "globals()", "eval('x')", "exec(s)", "type(", "getattr(x, ", "[x for x in ", "{**x}", "*x, ", "x[::-1]", "x.y", "x()", "__init__",
];

/// xorshift64*: the same edits in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound.max(1)
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
    }
}

fn edit(text: &str, random: &mut Random) -> String {
    let (a, b) = (random.place(text), random.place(text));
    // Most edits are small.
    let (a, b) = match random.below(4) {
        0 => (a.min(b), a.max(b)),
        _ => {
            let end = (a + 1 + random.below(12)).min(text.len());
            (a, (a..=end).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(a))
        }
    };
    let piece = PIECES[random.below(PIECES.len())];
    match random.below(6) {
        0 => format!("{}{}", &text[..a], &text[b..]),
        1 | 2 => format!("{}{piece}{}", &text[..a], &text[a..]),
        3 => format!("{}{piece}{}", &text[..a], &text[b..]),
        4 => format!("{}{}{}", &text[..b], &text[a..b], &text[b..]),
        _ => {
            let to = random.place(text);
            format!("{}{}{}", &text[..to], &text[a..b], &text[to..])
        }
    }
}

fn check(text: &str) {
    let file = File::new("main.py", text);
    let program = &file.program;
    for span in program.expr_spans.iter().chain(&program.stmt_spans) {
        assert!(text.get(span.range()).is_some(), "{span:?}\n{text}");
    }
    for error in &file.errors {
        assert!(error.span.start as usize <= text.len() && error.span.end as usize <= text.len(), "{error:?}\n{text}");
    }
    let mut machine = Machine::new(Arc::new(Files(Vec::new())));
    machine.fuel.steps = 30_000;
    let module = machine.module_of("__main__", Arc::new(file));
    // First as far as somebody asks, then from its start.
    let asks = File::new("asks.py", "import __main__ as m\nfor n in dir(m): getattr(m, n, None)\n");
    let asking = machine.module_of("asks", Arc::new(asks));
    let _ = machine.run_module(&asking);
    machine.fuel.steps = 30_000;
    let _ = machine.run_module(&module);
    assert!(machine.output.len() < 10_000_000, "{text}");
}

#[test]
fn random_edits() {
    let edits: usize = std::env::var("EDITS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000);
    let seeds: Vec<String> = programs("tests/python").into_iter().map(|p| p.code).collect();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut done = 0;
    while done < edits {
        let mut text = seeds[random.below(seeds.len())].clone();
        for _ in 0..1 + random.below(20) {
            text = edit(&text, &mut random);
            text.truncate((0..=text.len().min(20_000)).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0));
            check(&text);
            done += 1;
        }
    }
    eprintln!("{done} edits");
}
