//! Text to [`ir`](super::ir). The only file that names the parser's crates.
//!
//! A statement of the top level that holds a syntax error becomes `ir::Stmt::Unreadable`, and the others are read.

mod depth;
mod lower;
mod names;
mod scope;

use std::borrow::Cow;

use ruff_python_ast as ast;
use ruff_python_parser::{Mode, ParseError, ParseOptions};
use ruff_text_size::{Ranged, TextRange};

use super::ir::{ExprId, Program};
use crate::text::Span;
use lower::Lowering;

/// The longest text that is read, in bytes.
pub const MAX_LEN: usize = 1 << 20;

/// Stack that is there for sure while a text is parsed, and what is added for it if it isn't.
const STACK: (usize, usize) = (256 << 10, 2 << 20);

/// How often a file is parsed anew without a statement that swallows what follows it.
const MAX_CUTS: usize = 8;

/// A syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// A file's program and its syntax errors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The program.
    pub program: Program,
    /// The errors, in the order of the text.
    pub errors: Vec<SyntaxError>,
}

/// Parses a module. Never fails: what can't be read is left out.
pub fn parse_module(text: &str) -> Parsed {
    if let Some(error) = refusal(text) {
        let mut lowering = Lowering::new(false);
        lowering.unreadable_module(text.len());
        return Parsed { program: lowering.finish(text), errors: vec![error] };
    }
    stacker::maybe_grow(STACK.0, STACK.1, || {
        let (mut text, mut cut) = (Cow::Borrowed(text), Vec::new());
        loop {
            let parsed = ruff_python_parser::parse_unchecked(&text, ParseOptions::from(Mode::Module));
            let error = |e: &ParseError| SyntaxError { message: e.error.to_string(), span: span(e.location) };
            let errors: Vec<SyntaxError> = parsed.errors().iter().map(error).collect();
            let body = parsed.syntax().as_module().map_or(&[][..], |module| &module.body);
            let damaged = damaged(&text, body.iter().map(Ranged::range), &errors);
            if cut.len() < MAX_CUTS
                && let Some((found, error)) = swallowed(&text, body, &damaged, &errors)
            {
                // Of the same length, so that all spans stay.
                let blank: String = found.text(&text).bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
                text.to_mut().replace_range(found.range(), &blank);
                cut.push((found, error));
                continue;
            }
            let mut lowering = Lowering::new(false);
            let (spans, cut_errors): (Vec<Span>, Vec<SyntaxError>) = cut.into_iter().unzip();
            lowering.module(body, &damaged, &spans);
            let mut errors: Vec<SyntaxError> = cut_errors.into_iter().chain(errors).collect();
            errors.sort_by_key(|e| e.span.start);
            for error in &mut errors {
                error.span = lower::whole_characters(error.span, &text);
            }
            return Parsed { program: lowering.finish(&text), errors };
        }
    })
}

/// The part of a damaged statement that stands before a line which starts something new: a bracket that isn't closed
/// takes what follows for its content.
fn swallowed(text: &str, body: &[ast::Stmt], damaged: &[bool], errors: &[SyntaxError]) -> Option<(Span, SyntaxError)> {
    for (stmt, _) in body.iter().zip(damaged).filter(|(_, damaged)| **damaged) {
        let whole = span(stmt.range());
        let mut offset = whole.start;
        for line in whole.text(text).split_inclusive('\n') {
            let starts = line.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@'));
            let goes_on = ["else", "elif", "except", "finally", "case"].iter().any(|k| line.starts_with(k));
            if offset > whole.start && starts && !goes_on {
                let before = Span::new(whole.start, offset);
                // Decorators belong to what follows them.
                let decorators = before.text(text).lines().all(|l| l.starts_with('@') || l.trim().is_empty());
                let error = errors.iter().find(|e| whole.touches(e.span.start)).or(errors.first())?;
                if !decorators {
                    return Some((before, error.clone()));
                }
            }
            offset += line.len() as u32;
        }
    }
    None
}

/// Parses one expression, which looks variables up by name.
pub fn parse_expression(text: &str) -> Result<(Program, ExprId), SyntaxError> {
    if let Some(error) = refusal(text) {
        return Err(error);
    }
    stacker::maybe_grow(STACK.0, STACK.1, || {
        let parsed = ruff_python_parser::parse_unchecked(text, ParseOptions::from(Mode::Expression));
        if let Some(error) = parsed.errors().first() {
            return Err(SyntaxError { message: error.error.to_string(), span: span(error.location) });
        }
        let mut lowering = Lowering::new(true);
        let expr = parsed.syntax().as_expression().map(|e| lowering.expression(&e.body));
        let id = expr.unwrap_or_else(|| lowering.unreadable(Span::default()));
        Ok((lowering.finish(text), id))
    })
}

/// Parses the text of an `exec`, which looks variables up by name.
pub fn parse_exec(text: &str) -> Result<Program, SyntaxError> {
    if let Some(error) = refusal(text) {
        return Err(error);
    }
    stacker::maybe_grow(STACK.0, STACK.1, || {
        let parsed = ruff_python_parser::parse_unchecked(text, ParseOptions::from(Mode::Module));
        if let Some(error) = parsed.errors().first() {
            return Err(SyntaxError { message: error.error.to_string(), span: span(error.location) });
        }
        let mut lowering = Lowering::new(true);
        if let Some(module) = parsed.syntax().as_module() {
            lowering.module(&module.body, &vec![false; module.body.len()], &[]);
        }
        Ok(lowering.finish(text))
    })
}

/// Why a text isn't even looked at: the parser is recursive, and so is what becomes of its tree.
pub fn refusal(text: &str) -> Option<SyntaxError> {
    let whole = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    if text.len() > MAX_LEN {
        return Some(SyntaxError { message: format!("longer than {MAX_LEN} bytes"), span: Span::default() });
    }
    depth::too_deep(text).then(|| SyntaxError { message: "nested too deeply".to_owned(), span: whole })
}

/// Which statements of the top level are damaged.
fn damaged(text: &str, statements: impl Iterator<Item = TextRange>, errors: &[SyntaxError]) -> Vec<bool> {
    let ranges: Vec<Span> = statements.map(span).collect();
    // What is indented belonged to a block whose head is damaged.
    let indented = |range: &Span| {
        let before = text[..range.start as usize].rsplit('\n').next().unwrap_or_default();
        !before.is_empty() && before.trim().is_empty()
    };
    let mut damaged: Vec<bool> = ranges.iter().map(indented).collect();
    for error in errors {
        if let Some(damaged) = blamed(text, &ranges, error).and_then(|i| damaged.get_mut(i)) {
            *damaged = true;
        }
    }
    damaged
}

/// The statement that an error is about; none if it stands on lines of its own.
fn blamed(text: &str, ranges: &[Span], error: &SyntaxError) -> Option<usize> {
    let at = error.span.start;
    let next = ranges.partition_point(|r| r.start <= at);
    let before = next.checked_sub(1);
    if let Some(i) = before.filter(|&i| ranges[i].touches(at)) {
        // What is missing at the start of a statement is missing from the one before.
        let missing = ranges[i].start == at && error.message.contains("xpect");
        return if missing { i.checked_sub(1).or(Some(i)) } else { Some(i) };
    }
    let one_line = |start: u32, end: u32| !Span::new(start.min(end), end).text(text).contains('\n');
    let line = text.get(..at as usize).map_or(0, |t| t.rfind('\n').map_or(0, |i| i + 1));
    let indented = text[line..].starts_with([' ', '\t']);
    match before {
        // At the end of the text something isn't closed; an indented line belonged to the block above.
        Some(i) if indented || at as usize >= text.trim_end().len() || one_line(ranges[i].end, at) => Some(i),
        _ => ranges.get(next).is_some_and(|r| one_line(at, r.start)).then_some(next),
    }
}

fn span(range: TextRange) -> Span {
    Span::new(range.start().to_u32(), range.end().to_u32())
}

#[cfg(test)]
mod tests {
    use super::super::ir::{Body, Expr, Stmt, Variable};
    use super::*;

    fn kinds(text: &str) -> Vec<bool> {
        let parsed = parse_module(text);
        let program = &parsed.program;
        program.body.statements().map(|s| program.stmt(s) != Stmt::Unreadable).collect()
    }

    #[test]
    fn damage_is_local() {
        assert_eq!(kinds("a = 1\nclass B:\n    def f(self):\n        return (1 +\n\nc = 3\n"), [true, false, true]);
        assert_eq!(kinds("a = 1\ndef f(x:\n    pass\nclass C:\n    pass\n"), [true, false, true]);
        assert_eq!(kinds("def f():\n    return 1\n"), [true]);
    }

    #[test]
    fn closures_share_slots() {
        let text =
            "def outer(a):\n    b = a\n    def inner():\n        nonlocal b\n        b = b + a + c\n    return inner\n";
        let program = parse_module(text).program;
        let named = |name: &str| {
            let found = program.functions.iter().find(|f| program.name(f.name) == name);
            found.expect("a function of that name")
        };
        let (outer, inner) = (named("outer"), named("inner"));
        let names = |slots: &[u32], of: &[super::super::ir::Name]| -> Vec<String> {
            slots.iter().map(|&s| program.name(of[s as usize]).to_owned()).collect()
        };
        assert_eq!(names(&outer.cells, &outer.slots), ["b", "a"]);
        let free: Vec<u32> = inner.free.iter().map(|f| f.1).collect();
        assert_eq!(names(&free, &inner.slots), ["b", "a"]);
        assert_eq!(program.name(inner.qualname), "outer.<locals>.inner");
        let globals = program.exprs.iter().filter(|e| matches!(e, Expr::Variable(Variable::Global(_)))).count();
        assert_eq!(globals, 1, "only c is global");
    }

    #[test]
    fn methods_do_not_see_the_class() {
        let program = parse_module("class A:\n    x = 1\n    def f(self):\n        return x, __class__\n").program;
        let f = program.functions.iter().find(|f| program.name(f.name) == "f").expect("f");
        assert!(matches!(f.body, Body::Block(_)));
        assert!(program.classes[0].class_cell.is_some());
        assert_eq!(f.free.len(), 1);
        let global = |e: &Expr| matches!(e, Expr::Variable(Variable::Global(n)) if program.name(*n) == "x");
        assert!(program.exprs.iter().any(global));
    }

    #[test]
    fn hostile_nesting_is_refused() {
        for text in [
            "-".repeat(900_000),
            "(".repeat(900_000),
            "f".to_owned() + &"()".repeat(400_000),
            "a".to_owned() + &".a".repeat(400_000),
            "1".to_owned() + &"+1".repeat(400_000),
            "not ".repeat(200_000) + "x",
            "lambda: ".repeat(100_000) + "x",
            "f'{".repeat(100_000),
            "x if y else ".repeat(80_000) + "z",
            "1**".repeat(300_000) + "1",
            (0..1200).map(|i| " ".repeat(i) + "if x:\n").collect::<String>(),
        ] {
            let parsed = parse_module(&text);
            assert!(!parsed.errors.is_empty(), "{}", &text[..20]);
        }
        assert!(parse_module(&" ".repeat(MAX_LEN + 1)).errors[0].message.starts_with("longer"));
    }

    #[test]
    fn long_is_not_deep() {
        let list = format!("x = [{}]\n", "1, ".repeat(50_000));
        let dict = format!("x = {{{}}}\n", "'a': f(1) + 2,\n".repeat(5_000));
        let text = format!("\"\"\"{}\"\"\"\nx = 1\n", "((((((( unbalanced, in a string\n".repeat(2_000));
        for text in [list, dict, text] {
            assert_eq!(parse_module(&text).errors, [], "{}", &text[..20]);
        }
    }
}
