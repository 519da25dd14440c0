//! `logging`: what is logged from `INFO` on is kept as printed text is, as the handlers of frameworks show it.

use super::super::call::Taken;
use super::super::machine::Machine;
use super::super::operate::integer;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::{Library, nothing};

pub(super) static LIBRARY: Library =
    Library { packages: &["logging"], first: true, functions: FUNCTIONS, find, others: OTHERS };

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

/// Classes of which objects are made that do nothing.
const CLASSES: [&str; 7] =
    ["Formatter", "Filter", "Handler", "StreamHandler", "FileHandler", "NullHandler", "LoggerAdapter"];

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
    if name == "Logger" {
        let quiet = ["addHandler", "removeHandler", "addFilter", "removeFilter"];
        let mut members: Vec<(&str, Value)> = quiet.map(|name| (name, Value::native_method(name, nothing))).to_vec();
        members.extend(LOG.map(|(name, call)| (name, Value::native_method(name, call))));
        return Some(Value::Class(m.native_class("Logger", "logging", &[], members)));
    }
    if !CLASSES.contains(&name) {
        return None;
    }
    let quiet = ["__init__", "setFormatter", "setLevel", "addFilter", "removeFilter", "flush", "close", "emit"];
    let mut members: Vec<(&str, Value)> = quiet.map(|name| (name, Value::native_method(name, nothing))).to_vec();
    members.push(("filter", Value::native_method("filter", |_, _, _| Ok(Value::Bool(true)))));
    Some(Value::Class(m.native_class(name, "logging", &[], members)))
}

const LOG: [(&str, NativeFn); 11] = [
    ("debug", |m, n, a| log(m, n, a, 10)),
    ("info", |m, n, a| log(m, n, a, 20)),
    ("warning", |m, n, a| log(m, n, a, 30)),
    ("warn", |m, n, a| log(m, n, a, 30)),
    ("error", |m, n, a| log(m, n, a, 40)),
    ("exception", |m, n, a| log(m, n, a, 40)),
    ("critical", |m, n, a| log(m, n, a, 50)),
    ("setLevel", |m, _, a| {
        if let [own, level] = a.positional.as_slice() {
            let level = match level {
                Value::Str(name) => Value::Int(LEVELS.iter().find(|l| *l.0 == **name).map_or(0, |l| l.1)),
                level => level.clone(),
            };
            let name = m.symbol("level");
            m.set_attribute(own, name, level)?;
        }
        Ok(Value::None)
    }),
    ("getEffectiveLevel", |m, _, a| Ok(Value::Int(shown_from(m, a.positional.first())?))),
    ("isEnabledFor", |m, _, a| {
        let from = shown_from(m, a.positional.first())?;
        Ok(Value::Bool(a.positional.get(1).and_then(integer).unwrap_or(0) >= from))
    }),
    ("hasHandlers", |_, _, _| Ok(Value::Bool(true))),
];

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
