//! `logging`: what is logged from `INFO` on is kept as printed text is, as the handlers of frameworks show it.

use super::super::call::Taken;
use super::super::class::Type;
use super::super::machine::Machine;
use super::super::operate::integer;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::{Counts, Library, nothing};
use crate::words::message;

pub(super) static LIBRARY: Library =
    Library { packages: &["logging"], counts: Counts::First, functions: FUNCTIONS, find, others: OTHERS };

/// The levels, and from which on a message is shown if nobody says otherwise.
const LEVELS: [(&str, i64); 8] = [
    ("NOTSET", 0),
    ("DEBUG", 10),
    ("INFO", SHOWN),
    ("WARNING", 30),
    ("WARN", 30),
    ("ERROR", 40),
    ("CRITICAL", 50),
    ("FATAL", 50),
];
const SHOWN: i64 = 20;

/// Classes whose objects do nothing but keep what they are told.
const CLASSES: [&str; 6] = ["Formatter", "Filter", "Handler", "StreamHandler", "FileHandler", "NullHandler"];

const OTHERS: &[&str] = &[
    "logging.DEBUG",
    "logging.INFO",
    "logging.WARNING",
    "logging.ERROR",
    "logging.CRITICAL",
    "logging.root",
    "logging.Logger",
    "logging.Formatter",
    "logging.StreamHandler",
    "logging.LoggerAdapter",
];

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("logging.getLogger", |m, _, a| {
        let name = Taken::new("getLogger", a).or(m, "name", Value::None)?;
        let name = if name.is_none() { "root".into() } else { m.str(&name)? };
        logger(m, &name)
    }),
    ("logging.basicConfig", nothing),
    ("logging.disable", nothing),
    ("logging.captureWarnings", nothing),
    ("logging.addLevelName", nothing),
    ("logging.config.dictConfig", nothing),
    ("logging.config.fileConfig", nothing),
    ("logging.debug", |m, n, a| log(m, n, a, 10)),
    ("logging.info", |m, n, a| log(m, n, a, 20)),
    ("logging.warning", |m, n, a| log(m, n, a, 30)),
    ("logging.error", |m, n, a| log(m, n, a, 40)),
    ("logging.exception", |m, n, a| log(m, n, a, 40)),
    ("logging.critical", |m, n, a| log(m, n, a, 50)),
];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let name = path.strip_prefix("logging.")?;
    if let Some(level) = LEVELS.iter().find(|l| l.0 == name) {
        return Some(Value::Int(level.1));
    }
    if name == "root" {
        return logger(m, "root").ok();
    }
    let quiet: &[&str] = match name {
        "Logger" => &["addFilter", "removeFilter"],
        "LoggerAdapter" => &[],
        _ if CLASSES.contains(&name) => {
            &["__init__", "addFilter", "removeFilter", "flush", "close", "emit", "acquire", "release", "createLock"]
        }
        _ => return None,
    };
    let own: &[(&str, NativeFn)] = match name {
        "Logger" => &LOGGER,
        "LoggerAdapter" => &ADAPTER,
        _ => &HANDLER,
    };
    let logs = matches!(name, "Logger" | "LoggerAdapter");
    let log = LOG.iter().chain(&LEVEL).filter(|_| logs);
    let methods = quiet.iter().map(|&name| (name, nothing as NativeFn)).chain(own.iter().chain(log).copied());
    let mut members: Vec<(&str, Value)> =
        methods.map(|(name, call)| (name, Value::native_method(name, call))).collect();
    members.push(("__getattr__", Value::native_method("__getattr__", others)));
    members.push(("level", Value::Int(0)));
    if CLASSES.contains(&name) {
        members.extend([("name", Value::None), ("formatter", Value::None)]);
    }
    Some(Value::Class(m.native_class(name, "logging", &[], members)))
}

/// What these classes have besides isn't known.
fn others(m: &mut Machine, _: &Native, a: Args) -> Res {
    let name = a.positional.get(1).map_or(Ok("".into()), |name| m.str(name))?;
    if name.starts_with("__") {
        return Err(m.error(Type::AttributeError, name));
    }
    Ok(m.unknown_value(message!("name-not-known", name = format!("logging.{name}"))))
}

/// Sets an attribute to the first argument.
fn keep(m: &mut Machine, attribute: &str, a: &Args) -> Res {
    if let [own, value] = a.positional.as_slice() {
        let name = m.symbol(attribute);
        m.set_attribute(own, name, value.clone())?;
    }
    Ok(Value::None)
}

/// Calls a method of a logger's list of handlers with a handler that is in it, or isn't.
fn of_handlers(m: &mut Machine, a: &Args, method: &str, is_there: bool) -> Res {
    if let [own, handler] = a.positional.as_slice() {
        let name = m.symbol("handlers");
        let handlers = m.get_attribute(own, name)?;
        let found = m.contains(&handlers, handler)?;
        if m.truth(&found)? == is_there {
            let method = m.symbol(method);
            let method = m.get_attribute(&handlers, method)?;
            m.call(&method, Args::of(vec![handler.clone()]))?;
        }
    }
    Ok(Value::None)
}

const HANDLER: [(&str, NativeFn); 6] = [
    ("setLevel", set_level),
    ("setFormatter", |m, _, a| keep(m, "formatter", &a)),
    ("set_name", |m, _, a| keep(m, "name", &a)),
    ("get_name", |m, _, a| {
        let name = m.symbol("name");
        a.positional.first().map_or(Ok(Value::None), |own| m.get_attribute(own, name))
    }),
    ("setStream", |m, _, a| keep(m, "stream", &a)),
    ("filter", |_, _, _| Ok(Value::Bool(true))),
];

const LOGGER: [(&str, NativeFn); 2] = [
    ("addHandler", |m, _, a| of_handlers(m, &a, "append", false)),
    ("removeHandler", |m, _, a| of_handlers(m, &a, "remove", true)),
];

const ADAPTER: [(&str, NativeFn); 1] = [("__init__", |m, _, mut a| {
    a.positional.truncate(2);
    keep(m, "logger", &a)
})];

fn set_level(m: &mut Machine, _: &Native, a: Args) -> Res {
    let [own, level] = a.positional.as_slice() else { return Ok(Value::None) };
    let level = match level {
        Value::Str(name) => Value::Int(LEVELS.iter().find(|l| *l.0 == **name).map_or(0, |l| l.1)),
        level => level.clone(),
    };
    keep(m, "level", &Args::of(vec![own.clone(), level]))
}

/// What logs a message.
const LOG: [(&str, NativeFn); 9] = [
    ("debug", |m, n, a| log(m, n, a, 10)),
    ("info", |m, n, a| log(m, n, a, 20)),
    ("warning", |m, n, a| log(m, n, a, 30)),
    ("warn", |m, n, a| log(m, n, a, 30)),
    ("error", |m, n, a| log(m, n, a, 40)),
    ("exception", |m, n, a| log(m, n, a, 40)),
    ("critical", |m, n, a| log(m, n, a, 50)),
    ("fatal", |m, n, a| log(m, n, a, 50)),
    ("log", |m, n, mut a| {
        let at = usize::from(n.binds);
        let level = a.positional.get(at).and_then(integer);
        let Some(level) = level else { return Ok(Value::None) };
        a.positional.remove(at);
        log(m, n, a, level)
    }),
];

const LEVEL: [(&str, NativeFn); 4] = [
    ("setLevel", set_level),
    ("getEffectiveLevel", |m, _, a| Ok(Value::Int(shown_from(m, a.positional.first())?))),
    ("isEnabledFor", |m, _, a| {
        let from = shown_from(m, a.positional.first())?;
        Ok(Value::Bool(a.positional.get(1).and_then(integer).unwrap_or(0) >= from))
    }),
    ("hasHandlers", |_, _, _| Ok(Value::Bool(true))),
];

/// A method of what is called a logger by a package that isn't there: it is taken for one of `logging`.
pub fn absent_logger(path: &str, method: &str) -> Option<Value> {
    let name = path.rsplit('.').next().unwrap_or_default();
    if !name.eq_ignore_ascii_case("logger") {
        return None;
    }
    let &(method, call) = LOG.iter().find(|(name, _)| *name == method)?;
    Some(Value::native(method, call))
}

fn shown_from(m: &mut Machine, logger: Option<&Value>) -> Res<i64> {
    let Some(logger) = logger else { return Ok(SHOWN) };
    let name = m.symbol("level");
    let level = m.get_attribute(logger, name)?;
    Ok(integer(&level).filter(|l| *l != 0).unwrap_or(SHOWN))
}

fn logger(m: &mut Machine, name: &str) -> Res {
    let key = format!("logging.getLogger({name})");
    if let Some(found) = m.library_values.get(&*key) {
        return Ok(found.clone());
    }
    let Value::Class(class) = m.library_value("logging.Logger")? else { return Ok(Value::None) };
    let instance = Value::Instance(m.instance(&class, Value::Unbound));
    m.library_values.insert(key.into(), instance.clone());
    let attributes = [
        ("name", Value::str(name)),
        ("handlers", Value::list(Vec::new())),
        ("filters", Value::list(Vec::new())),
        ("level", Value::Int(0)),
        ("propagate", Value::Bool(true)),
        ("disabled", Value::Bool(false)),
    ];
    for (name, value) in attributes {
        let name = m.symbol(name);
        m.set_attribute(&instance, name, value)?;
    }
    Ok(instance)
}

fn log(m: &mut Machine, n: &Native, a: Args, level: i64) -> Res {
    let mut args = a.positional;
    let own = if n.binds && !args.is_empty() { Some(args.remove(0)) } else { None };
    if args.is_empty() || level < shown_from(m, own.as_ref())? {
        return Ok(Value::None);
    }
    let message = args.remove(0);
    let text = match args.is_empty() {
        true => message,
        false => {
            let format = m.str(&message)?;
            m.percent(&format, &Value::tuple(args))?
        }
    };
    let text = match &text {
        Value::Unknown(_) => "?".into(),
        text => m.str(text)?,
    };
    m.print(&text, "\n")?;
    Ok(Value::None)
}
