//! What a program asks of its surroundings: `os`, `sys`, `warnings`, `logging`, `ast`, `pathlib` and so on.
//!
//! The surroundings are always the same: Python 3.11 on Linux, without environment variables, clocks or random numbers.

use super::super::call::Taken;
use super::super::machine::Machine;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::Library;
use crate::python::{Literal, parse_expression};

pub(super) static LIBRARY: Library = Library {
    packages: &["os", "sys", "warnings", "logging", "ast", "time", "random", "importlib", "string", "gc", "platform"],
    first: true,
    functions: FUNCTIONS,
    find,
    others: OTHERS,
};

const OTHERS: &[&str] = &[
    "os.sep",
    "os.environ",
    "os.name",
    "os.linesep",
    "os.path.sep",
    "sys.version_info",
    "sys.platform",
    "sys.maxsize",
    "sys.path",
    "sys.argv",
    "sys.modules",
    "sys.version",
    "logging.INFO",
    "logging.DEBUG",
    "logging.WARNING",
    "logging.ERROR",
    "logging.CRITICAL",
    "string.ascii_lowercase",
    "string.ascii_uppercase",
    "string.ascii_letters",
    "string.digits",
    "string.punctuation",
];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let text = |s: &str| Some(Value::str(s));
    match path {
        "os.sep" | "os.path.sep" => text("/"),
        "os.name" => text("posix"),
        "os.linesep" => text("\n"),
        "os.environ" => Some(Value::dict(Default::default())),
        "sys.platform" => text("linux"),
        "sys.maxsize" => Some(Value::Int(i64::MAX)),
        "sys.path" | "sys.argv" => Some(Value::list(Vec::new())),
        "sys.version_info" => {
            let fields = ["major", "minor", "micro", "releaselevel", "serial"].map(Into::into);
            let class = m.named_tuple(&"version_info".into(), &fields, Vec::new(), Default::default()).ok()?;
            let items = vec![Value::Int(3), Value::Int(11), Value::Int(7), Value::str("final"), Value::Int(0)];
            m.call(&class, Args::of(items)).ok()
        }
        "logging.DEBUG" => Some(Value::Int(10)),
        "logging.INFO" => Some(Value::Int(20)),
        "logging.WARNING" => Some(Value::Int(30)),
        "logging.ERROR" => Some(Value::Int(40)),
        "logging.CRITICAL" => Some(Value::Int(50)),
        "string.ascii_lowercase" => text("abcdefghijklmnopqrstuvwxyz"),
        "string.ascii_uppercase" => text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "string.ascii_letters" => text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "string.digits" => text("0123456789"),
        "string.punctuation" => text("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        _ => None,
    }
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("os.path.join", |m, _, a| {
        let mut path = String::new();
        for part in &a.positional {
            let part = m.str(part)?;
            if part.starts_with('/') || path.is_empty() {
                path = part.to_string();
            } else {
                if !path.ends_with('/') {
                    path.push('/');
                }
                path.push_str(&part);
            }
        }
        Ok(Value::str(&path))
    }),
    ("os.path.basename", |m, n, a| path(m, n, a, |p| p.rsplit('/').next().unwrap_or_default().to_owned())),
    ("os.path.dirname", |m, n, a| {
        path(m, n, a, |p| match p.rsplit_once('/') {
            Some(("", _)) => "/".to_owned(),
            Some((folder, _)) => folder.to_owned(),
            None => String::new(),
        })
    }),
    ("os.path.abspath", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
    ("os.path.realpath", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
    ("os.path.splitext", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let text = m.str(&value)?;
        let name = text.rfind('/').map_or(0, |i| i + 1);
        let stem = text[name..].trim_start_matches('.');
        let first = text.len() - stem.len();
        let cut = stem.rfind('.').map_or(text.len(), |i| first + i);
        Ok(Value::tuple(vec![Value::str(&text[..cut]), Value::str(&text[cut..])]))
    }),
    ("os.path.exists", |m, _, _| Ok(m.unknown_value("whether a file exists"))),
    ("os.path.isfile", |m, _, _| Ok(m.unknown_value("whether a file exists"))),
    ("os.path.isdir", |m, _, _| Ok(m.unknown_value("whether a folder exists"))),
    ("os.getenv", |_, _, a| Ok(a.positional.into_iter().nth(1).unwrap_or(Value::None))),
    ("os.getcwd", |m, _, _| Ok(m.unknown_value("the working folder"))),
    ("os.cpu_count", |m, _, _| Ok(m.unknown_value("the number of processors"))),
    ("os.getpid", |m, _, _| Ok(m.unknown_value("a process id"))),
    ("sys.exit", |m, _, a| Err(m.error_with(super::super::class::Type::SystemExit, a.positional))),
    ("sys.getrecursionlimit", |_, _, _| Ok(Value::Int(1000))),
    ("sys.setrecursionlimit", nothing),
    ("sys.intern", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
    ("warnings.warn", nothing),
    ("warnings.filterwarnings", nothing),
    ("warnings.simplefilter", nothing),
    ("logging.basicConfig", nothing),
    ("logging.disable", nothing),
    ("logging.getLogger", logger),
    ("logging.info", log),
    ("logging.debug", nothing),
    ("logging.warning", log),
    ("logging.error", log),
    ("gc.collect", |_, _, _| Ok(Value::Int(0))),
    ("time.time", |m, _, _| Ok(m.unknown_value("the time"))),
    ("time.perf_counter", |m, _, _| Ok(m.unknown_value("the time"))),
    ("time.sleep", nothing),
    ("random.seed", nothing),
    ("random.random", |m, _, _| Ok(m.unknown_value("a random number"))),
    ("random.uniform", |m, _, _| Ok(m.unknown_value("a random number"))),
    ("random.randint", |m, _, _| Ok(m.unknown_value("a random number"))),
    ("random.choice", |m, _, _| Ok(m.unknown_value("a random choice"))),
    ("platform.system", |_, _, _| Ok(Value::str("Linux"))),
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
            Err(_) => Err(m.error(super::super::class::Type::SyntaxError, "invalid syntax")),
            Ok(expr) => match expr.literal() {
                Some(arg) => m.literal_value(&arg),
                None => Err(m.value_error(format!("malformed node or string: {text}"))),
            },
        }
    }),
];

fn nothing(_: &mut Machine, _: &Native, _: Args) -> Res {
    Ok(Value::None)
}

fn path(m: &mut Machine, _: &Native, a: Args, f: fn(&str) -> String) -> Res {
    let value = a.positional.first().cloned().unwrap_or(Value::None);
    if let Value::Unknown(_) = value {
        return Ok(value);
    }
    let text = m.str(&value)?;
    Ok(Value::str(&f(&text)))
}

/// A message of a logger, which is kept as printed text is.
fn log(m: &mut Machine, n: &Native, a: Args) -> Res {
    let mut args = a.positional;
    let skip = usize::from(n.binds);
    if args.len() > skip {
        let message = args.remove(skip);
        let text = if args.len() > skip {
            let rest = Value::tuple(args.split_off(skip));
            let format = m.str(&message)?;
            m.percent(&format, &rest)?
        } else {
            message
        };
        let text = match &text {
            Value::Unknown(_) => "?".into(),
            text => m.str(text)?,
        };
        m.output.push_str(&text);
        m.output.push('\n');
    }
    Ok(Value::None)
}

fn logger(m: &mut Machine, _: &Native, _: Args) -> Res {
    if let Some(found) = m.library_values.get("logging._logger") {
        return Ok(found.clone());
    }
    let quiet = ["debug", "setLevel", "addHandler", "removeHandler", "addFilter", "exception"];
    let mut members: Vec<(&str, Value)> = quiet.map(|name| (name, Value::native_method(name, nothing))).to_vec();
    for name in ["info", "warning", "error", "critical", "warn"] {
        members.push((name, Value::native_method(name, log)));
    }
    let class = m.native_class("Logger", "logging", &[], members);
    let instance = Value::Instance(m.instance(&class, Value::Unbound));
    for (name, value) in
        [("handlers", Value::list(Vec::new())), ("level", Value::Int(20)), ("propagate", Value::Bool(true))]
    {
        let name = m.symbol(name);
        m.set_attribute(&instance, name, value)?;
    }
    m.library_values.insert("logging._logger".into(), instance.clone());
    Ok(instance)
}

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
                    Err(_) => return Err(self.unknown("such a literal")),
                };
                let file = std::sync::Arc::new(crate::python::file::File::of_program("<literal>", text, program));
                let code = self.code(file);
                let module = super::super::modules::Module::new("<literal>", None, None);
                let mut frame = super::super::machine::Frame::new(code.clone(), module);
                self.eval(&code, &mut frame, id)?
            }
            Literal::Other(text) if text == "Ellipsis" => Value::Ellipsis,
            Literal::Other(_) => self.unknown_value("such a literal"),
        })
    }
}
