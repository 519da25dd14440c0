//! Files that a program opens to read: texts in the framework's own folder, where such programs are started.

use std::rc::Rc;
use std::sync::Arc;

use super::super::call::Taken;
use super::super::class::Class;
use super::super::iterate::{Iteration, State};
use super::super::machine::Machine;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::{Counts, Library, nothing, system};
use crate::words::{Message, message};

pub(super) static LIBRARY: Library = Library {
    packages: &["io", "codecs"],
    counts: Counts::First,
    functions: &[("io.open", open), ("codecs.open", open)],
    find: |m, path| (path == "io.StringIO").then(|| Value::Class(stream(m))),
    others: &["io.StringIO"],
};

/// `open(file, mode, …)`, for text that is read.
pub(in crate::interpret) fn open(m: &mut Machine, n: &Native, a: Args) -> Res {
    let mut args = Taken::new(&n.name, a);
    let file = args.required(m, "file")?;
    let mode = args.optional(m, "mode")?;
    let named = |m: &mut Machine, args: &mut Taken<'_>, name: &str| {
        let name = m.symbol(name);
        args.keyword(name).filter(|value| !value.is_none())
    };
    let (encoding, errors) = (named(m, &mut args, "encoding"), named(m, &mut args, "errors"));
    if let Value::Unknown(_) = file {
        return Ok(file);
    }
    let mode = match &mode {
        Some(mode) => m.str(mode)?,
        None => "r".into(),
    };
    if !matches!(&*mode, "r" | "rt" | "tr") {
        return Err(m.unknown(message!("file-opened")));
    }
    let path = m.str(&file)?;
    let mut text = m.read_text(&path)?;
    let encoding = encoding.map_or(Ok("utf-8".into()), |encoding| m.str(&encoding))?.to_ascii_lowercase();
    if !text.is_ascii() && !matches!(&*encoding, "utf-8" | "utf8" | "utf-8-sig") {
        let errors = errors.map_or(Ok("strict".into()), |errors| m.str(&errors))?;
        if encoding != "ascii" || &*errors != "ignore" {
            return Err(m.unknown(message!("text-in-encoding", encoding)));
        }
        text = text.chars().filter(char::is_ascii).collect::<String>().into();
    }
    let class = stream(m);
    m.call(&Value::Class(class), Args::of(vec![Value::str(&text)]))
}

impl Machine {
    /// Whether a folder of the framework's own stands at a path. Of others, files and what isn't there it can't be told how that is
    /// where the model runs.
    pub(super) fn is_standing(&mut self, path: &str, unknown: Message) -> Value {
        let Some(whole) = self.inside(path).filter(|whole| self.sources.is_folder(whole)) else {
            return self.unknown_value(unknown);
        };
        self.folders.insert(whole, true);
        Value::Bool(true)
    }

    /// A path in the framework's own folder, from where imports start.
    fn inside(&self, path: &str) -> Option<String> {
        let folder = self.sources.roots().first().cloned().unwrap_or_default();
        let whole = match folder.is_empty() || path.starts_with('/') || path.starts_with(&*folder) {
            true => system::normal(path),
            false => system::normal(&format!("{folder}/{path}")),
        };
        let is_inside = match folder.is_empty() {
            true => !whole.starts_with(['/', '.']),
            false => whole.strip_prefix(&*folder).is_some_and(|rest| rest.starts_with('/')),
        };
        is_inside.then_some(whole)
    }

    /// The text of a file that the program reads; line ends are Python's.
    pub(super) fn read_text(&mut self, path: &str) -> Res<Arc<str>> {
        let Some(whole) = self.inside(path) else {
            return Err(self.unknown(message!("file-elsewhere", path)));
        };
        let text = self.sources.text(&whole);
        self.opened.insert(whole, text.clone());
        let text = text.ok_or_else(|| self.unknown(message!("file-absent", path)))?;
        self.limit(text.len() as i64)?;
        Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text })
    }
}

/// The class of a text that is read from its start to its end.
fn stream(m: &mut Machine) -> Rc<Class> {
    if let Some(Value::Class(class)) = m.library_values.get("io.StringIO") {
        return class.clone();
    }
    let itself: NativeFn = |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None));
    let methods: [(&str, NativeFn); 9] = [
        ("__init__", |m, _, a| {
            let text = a.positional.get(1).cloned().unwrap_or_else(|| Value::str(""));
            left(m, &a, text).map(|_| Value::None)
        }),
        ("read", |m, _, a| match a.positional.len() {
            1 => left(m, &a, Value::str("")),
            _ => Err(m.unknown(message!("file-part"))),
        }),
        ("readline", |m, _, a| {
            let text = left(m, &a, Value::str(""))?;
            let text = m.str(&text)?;
            let (line, rest) = text.split_at(text.find('\n').map_or(text.len(), |at| at + 1));
            left(m, &a, Value::str(rest))?;
            Ok(Value::str(line))
        }),
        ("readlines", |m, _, a| Ok(Value::list(lines(m, &a)?))),
        ("__iter__", |m, _, a| Ok(Value::Iterator(Iteration::new(State::Values(lines(m, &a)?.into_iter()))))),
        ("__enter__", itself),
        ("__exit__", nothing),
        ("close", nothing),
        ("getvalue", |m, _, _| Err(m.unknown(message!("text-written")))),
    ];
    let members = methods.map(|(name, call)| (name, Value::native_method(name, call)));
    let class = m.native_class("StringIO", "_io", &[], members.to_vec());
    m.library_values.insert("io.StringIO".into(), Value::Class(class.clone()));
    class
}

/// What is left to read, and what shall be left.
fn left(m: &mut Machine, a: &Args, then: Value) -> Res {
    let name = m.symbol("_left");
    match a.positional.first() {
        Some(Value::Instance(own)) => Ok(own.attributes.borrow_mut().insert(name, then).unwrap_or(Value::None)),
        _ => Err(m.type_error("a stream is an object")),
    }
}

fn lines(m: &mut Machine, a: &Args) -> Res<Vec<Value>> {
    let text = left(m, a, Value::str(""))?;
    let text = m.str(&text)?;
    Ok(text.split_inclusive('\n').map(Value::str).collect())
}
