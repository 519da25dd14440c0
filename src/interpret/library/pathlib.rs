//! `pathlib`, as far as it is about names.

use super::super::call::Taken;
use super::super::machine::Machine;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::{Counts, Library, files, nothing};
use crate::words::{Message, message};

pub(super) static LIBRARY: Library = Library {
    packages: &["pathlib"],
    counts: Counts::First,
    functions: &[],
    find,
    others: &["pathlib.Path", "pathlib.PurePath"],
};

/// Methods whose results aren't known, and what they tell.
const UNKNOWN: [(&str, Message); 8] = [
    ("is_file", message!("whether-file")),
    ("is_symlink", message!("whether-file")),
    ("cwd", message!("working-folder")),
    ("home", message!("home-folder")),
    ("stat", message!("file-size")),
    ("iterdir", message!("folder-holds")),
    ("glob", message!("folder-holds")),
    ("rglob", message!("folder-holds")),
];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    if !LIBRARY.others.contains(&path) && path != "pathlib.PosixPath" && path != "pathlib.PurePosixPath" {
        return None;
    }
    if let Some(class) = m.library_values.get("pathlib.Path") {
        return Some(class.clone());
    }
    let read: [(&str, NativeFn); 8] = [
        ("name", |m, _, a| Ok(Value::str(name(&own(m, &a)?)))),
        ("stem", |m, _, a| {
            let path = own(m, &a)?;
            Ok(Value::str(split(name(&path)).0))
        }),
        ("suffix", |m, _, a| {
            let path = own(m, &a)?;
            Ok(Value::str(split(name(&path)).1))
        }),
        ("suffixes", |m, _, a| {
            let path = own(m, &a)?;
            let parts = name(&path).trim_start_matches('.').split('.').skip(1);
            Ok(Value::list(parts.map(|s| Value::str(&format!(".{s}"))).collect()))
        }),
        ("parent", |m, _, a| {
            let path = own(m, &a)?;
            let parent = parent(&path).to_owned();
            m.path(&parent)
        }),
        ("parents", |m, _, a| {
            let mut path = own(m, &a)?;
            let mut all = Vec::new();
            loop {
                let up = parent(&path).to_owned();
                if up == path {
                    return Ok(Value::tuple(all));
                }
                all.push(m.path(&up)?);
                path = up;
            }
        }),
        ("parts", |m, _, a| {
            let path = own(m, &a)?;
            let root = path.starts_with('/').then(|| Value::str("/"));
            let parts = path.split('/').filter(|p| !p.is_empty() && *p != ".").map(Value::str);
            Ok(Value::tuple(root.into_iter().chain(parts).collect()))
        }),
        ("anchor", |m, _, a| Ok(Value::str(if own(m, &a)?.starts_with('/') { "/" } else { "" }))),
    ];
    let methods: [(&str, NativeFn); 26] = [
        ("exists", |m, _, a| {
            let path = own(m, &a)?;
            Ok(m.is_standing(&path, message!("whether-file")))
        }),
        ("is_dir", |m, _, a| {
            let path = own(m, &a)?;
            Ok(m.is_standing(&path, message!("whether-folder")))
        }),
        ("__init__", |m, _, a| {
            let mut text = String::new();
            for part in a.positional.iter().skip(1) {
                let part = m.str(part)?;
                text = joined(&text, &part);
            }
            let value = Value::str(&normal(&text));
            if let Some(Value::Instance(instance)) = a.positional.first() {
                let name = m.symbol("_text");
                instance.attributes.borrow_mut().insert(name, value);
            }
            Ok(Value::None)
        }),
        ("__str__", |m, _, a| Ok(Value::str(&own(m, &a)?))),
        ("__fspath__", |m, _, a| Ok(Value::str(&own(m, &a)?))),
        ("as_posix", |m, _, a| Ok(Value::str(&own(m, &a)?))),
        ("__repr__", |m, _, a| Ok(Value::str(&format!("PosixPath('{}')", own(m, &a)?)))),
        ("__truediv__", |m, _, a| join(m, &a)),
        ("joinpath", |m, _, a| join(m, &a)),
        ("__eq__", |m, _, a| {
            let path = own(m, &a)?;
            match a.positional.get(1) {
                Some(other @ Value::Instance(_)) => {
                    let other = own(m, &Args::of(vec![other.clone()]))?;
                    Ok(Value::Bool(path == other))
                }
                _ => Ok(Value::NotImplemented),
            }
        }),
        ("with_suffix", |m, n, a| {
            let (path, suffix) = (own(m, &a)?, argument(m, n, &a)?);
            let file = format!("{}{suffix}", split(name(&path)).0);
            let text = joined(parent_or_nothing(&path), &file);
            m.path(&text)
        }),
        ("with_name", |m, n, a| {
            let (path, name) = (own(m, &a)?, argument(m, n, &a)?);
            let text = joined(parent_or_nothing(&path), &name);
            m.path(&text)
        }),
        ("with_stem", |m, n, a| {
            let (path, stem) = (own(m, &a)?, argument(m, n, &a)?);
            let file = format!("{stem}{}", split(name(&path)).1);
            let text = joined(parent_or_nothing(&path), &file);
            m.path(&text)
        }),
        ("resolve", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
        ("absolute", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
        ("is_absolute", |m, _, a| Ok(Value::Bool(own(m, &a)?.starts_with('/')))),
        ("expanduser", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
        ("open", files::open),
        ("read_text", |m, _, a| {
            let path = own(m, &a)?;
            Ok(Value::str(&m.read_text(&path)?))
        }),
        ("mkdir", nothing),
        ("touch", nothing),
        ("unlink", nothing),
        ("rmdir", nothing),
        ("rename", nothing),
        ("write_text", nothing),
        ("chmod", nothing),
    ];
    let mut members: Vec<(&str, Value)> = Vec::new();
    members.extend(read.map(|(name, call)| (name, Machine::property(Value::native_method(name, call)))));
    members.extend(methods.map(|(name, call)| (name, Value::native_method(name, call))));
    let call: NativeFn = |m, n, _| {
        let told = UNKNOWN.into_iter().find(|(name, _)| **name == *n.name);
        Ok(m.unknown_value(told.map_or_else(|| (&*n.name).into(), |(_, reason)| reason)))
    };
    for (name, _) in UNKNOWN {
        members.push((name, Value::native(name, call)));
    }
    let class = Value::Class(m.native_class("PosixPath", "pathlib", &[], members));
    m.library_values.insert("pathlib.Path".into(), class.clone());
    Some(class)
}

impl Machine {
    fn path(&mut self, text: &str) -> Res {
        match find(self, "pathlib.Path") {
            Some(class) => self.call(&class, Args::of(vec![Value::str(text)])),
            None => Ok(Value::None),
        }
    }
}

fn own(m: &mut Machine, a: &Args) -> Res<String> {
    let own = a.positional.first().cloned().unwrap_or(Value::None);
    let name = m.symbol("_text");
    let text = m.get_attribute(&own, name)?;
    Ok(m.str(&text)?.to_string())
}

fn argument(m: &mut Machine, n: &Native, a: &Args) -> Res<String> {
    let mut args = Taken::new(&n.name, a.clone());
    args.required(m, "self")?;
    let value = args.required(m, "name")?;
    Ok(m.str(&value)?.to_string())
}

fn join(m: &mut Machine, a: &Args) -> Res {
    let mut text = own(m, a)?;
    for part in a.positional.iter().skip(1) {
        let part = m.str(part)?;
        text = joined(&text, &part);
    }
    m.path(&text)
}

fn joined(a: &str, b: &str) -> String {
    if b.starts_with('/') || a.is_empty() || a == "." {
        return b.to_owned();
    }
    format!("{}/{b}", a.trim_end_matches('/'))
}

fn normal(text: &str) -> String {
    let parts: Vec<&str> = text.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    let joined = parts.join("/");
    match (text.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

fn name(path: &str) -> &str {
    match path.rsplit('/').next() {
        Some("." | "") | None => "",
        Some(name) => name,
    }
}

fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None => ".",
    }
}

fn parent_or_nothing(path: &str) -> &str {
    if path.contains('/') { parent(path) } else { "" }
}

/// A file's name without its suffix, and the suffix.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && at + 1 < name.len() => name.split_at(at),
        _ => (name, ""),
    }
}
