//! `importlib` and `ast`: modules by name, literals by text.

use super::super::call::Taken;
use super::super::class::Type;
use super::super::machine::Machine;
use super::super::value::{NativeFn, Res, Value};
use super::{Counts, Library, nothing};
use crate::python::{Literal, parse_expression};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["importlib", "ast"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find: |_, _| None,
    others: &[],
};

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("importlib.import_module", |m, _, a| {
        let mut args = Taken::new("import_module", a);
        let name = args.required(m, "name")?;
        let package = args.or(m, "package", Value::None)?;
        let (name, package) = (m.str(&name)?, if package.is_none() { "".into() } else { m.str(&package)? });
        match name.trim_start_matches('.').len() {
            len if len == name.len() => m.import(&name),
            len => {
                let up = name.len() - len - 1;
                let parts: Vec<&str> = package.split('.').collect();
                let base = parts[..parts.len().saturating_sub(up)].join(".");
                m.import(&format!("{base}.{}", &name[name.len() - len..]))
            }
        }
    }),
    ("importlib.reload", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
    ("importlib.invalidate_caches", nothing),
    ("importlib.util.find_spec", |m, _, _| Ok(m.unknown_value(message!("whether-installed")))),
    ("importlib.metadata.version", |m, _, _| Ok(m.unknown_value(message!("package-version")))),
    ("importlib.metadata.distribution", |m, _, _| Ok(m.unknown_value(message!("whether-installed")))),
    ("ast.literal_eval", |m, _, a| {
        let value = Taken::new("literal_eval", a).required(m, "node_or_string")?;
        let text = match value.unwrapped() {
            Value::Str(text) => text,
            other => {
                m.known(&other)?;
                let shown = m.repr(&other)?;
                return Err(m.value_error(format!("malformed node or string: {shown}")));
            }
        };
        match parse_expression(&text) {
            Err(_) => Err(m.error(Type::SyntaxError, "invalid syntax")),
            Ok(expr) => match expr.literal() {
                Some(arg) => m.literal_value(&arg),
                None => Err(m.value_error(format!("malformed node or string: {text}"))),
            },
        }
    }),
];

impl Machine {
    /// The value of a literal.
    pub fn literal_value(&mut self, arg: &Literal) -> Res {
        Ok(match arg {
            Literal::None => Value::None,
            Literal::Bool(b) => Value::Bool(*b),
            Literal::Int(i) => Value::Int(*i),
            Literal::Float(f) => Value::Float(*f),
            Literal::Str(s) => Value::str(s),
            Literal::List(items) => {
                let items: Res<Vec<Value>> = items.iter().map(|i| self.literal_value(i)).collect();
                Value::list(items?)
            }
            Literal::Tuple(items) => {
                let items: Res<Vec<Value>> = items.iter().map(|i| self.literal_value(i)).collect();
                Value::tuple(items?)
            }
            Literal::Other(text) if text.starts_with('{') => {
                // Dicts and sets of literals have no names that could mean something else.
                let (program, id) = match crate::python::parse::parse_expression(text) {
                    Ok(parsed) => parsed,
                    Err(_) => return Err(self.unknown(message!("such-literal"))),
                };
                let file = std::sync::Arc::new(crate::python::file::File::of_program("<literal>", text, program));
                let code = self.code(file);
                let module = super::super::modules::Module::new("<literal>", None, None);
                let mut frame = super::super::frame::Frame::new(code.clone(), module);
                self.eval(&code, &mut frame, id)?
            }
            Literal::Other(text) if text == "Ellipsis" => Value::Ellipsis,
            Literal::Other(_) => self.unknown_value(message!("such-literal")),
        })
    }
}
