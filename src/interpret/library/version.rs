//! Versions of packages as they are compared: `packaging.version`, `pkg_resources.parse_version`, `distutils.version`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::machine::Machine;
use super::super::value::{NativeFn, Res, Value};
use super::{Counts, Library};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["packaging", "pkg_resources", "distutils"],
    counts: Counts::First,
    functions: &[
        ("packaging.version.parse", |m, _, a| make(m, a.positional.first())),
        ("pkg_resources.parse_version", |m, _, a| make(m, a.positional.first())),
        ("distutils.version.LooseVersion", |m, _, a| make(m, a.positional.first())),
        ("distutils.version.StrictVersion", |m, _, a| make(m, a.positional.first())),
    ],
    find,
    others: &["packaging.version.Version"],
};

/// A version in the form in which they are compared (PEP 440): release, then what comes before or behind it.
#[derive(Debug, PartialEq, PartialOrd)]
struct Version {
    release: Vec<u64>,
    /// Phase (`dev` of the release itself, `a`, `b`, `rc`, none) and number.
    pre: (u8, u64),
    /// The number of a post release; -1 for none.
    post: i64,
    /// The number of a development release; the greatest for none.
    dev: u64,
    /// The parts behind `+`; text before numbers.
    local: Vec<(u64, String)>,
}

const FINAL: (u8, u64) = (4, 0);

impl Version {
    fn parse(text: &str) -> Option<Version> {
        let lower = text.trim().to_ascii_lowercase();
        let (public, local) = match lower.split_once('+') {
            Some((public, local)) => (public, local),
            None => (&*lower, ""),
        };
        let public = public.strip_prefix('v').unwrap_or(public);
        let end = public.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(public.len());
        let (numbers, mut rest) = public.split_at(end);
        let mut release: Vec<u64> = Vec::new();
        for number in numbers.trim_end_matches('.').split('.') {
            release.push(number.parse().ok()?);
        }
        while release.len() > 1 && release.last() == Some(&0) {
            release.pop();
        }
        let (mut pre, mut post, mut dev) = (None, -1, u64::MAX);
        while !rest.is_empty() {
            rest = rest.trim_start_matches(['.', '-', '_']);
            let word = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(word);
            let behind = behind.trim_start_matches(['.', '-', '_']);
            let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
            let (number, behind) = behind.split_at(digits);
            let number: u64 = if number.is_empty() { 0 } else { number.parse().ok()? };
            match name {
                "a" | "alpha" => pre = Some((1, number)),
                "b" | "beta" => pre = Some((2, number)),
                "rc" | "c" | "pre" | "preview" => pre = Some((3, number)),
                "post" | "rev" | "r" => post = i64::try_from(number).ok()?,
                "dev" => dev = number,
                _ => return None,
            }
            rest = behind;
        }
        let alone = dev != u64::MAX && post < 0;
        let pre = pre.unwrap_or(if alone { (0, 0) } else { FINAL });
        let parts = local.split(['.', '-', '_']).filter(|p| !p.is_empty());
        let local = parts
            .map(|p| match p.parse::<u64>() {
                Ok(number) => (number + 1, String::new()),
                Err(_) => (0, p.to_owned()),
            })
            .collect();
        Some(Version { release, pre, post, dev, local })
    }
}

fn make(m: &mut Machine, text: Option<&Value>) -> Res {
    let text = text.cloned().unwrap_or(Value::None);
    if let Value::Unknown(_) = text {
        return Ok(text);
    }
    let class = m.library_value("packaging.version.Version")?;
    m.call(&class, super::super::value::Args::of(vec![text]))
}

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    if path != "packaging.version.Version" {
        return None;
    }
    let read: [(&str, NativeFn); 5] = [
        ("major", |m, _, a| part(m, &a, 0)),
        ("minor", |m, _, a| part(m, &a, 1)),
        ("micro", |m, _, a| part(m, &a, 2)),
        ("release", |m, _, a| {
            let text = text(m, a.positional.first())?;
            let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
            let numbers = text[..end].split('.').filter_map(|n| n.parse().ok());
            Ok(Value::tuple(numbers.map(Value::Int).collect()))
        }),
        ("base_version", |m, _, a| {
            let text = text(m, a.positional.first())?;
            let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
            Ok(Value::str(&text[..end]))
        }),
    ];
    let methods: [(&str, NativeFn); 9] = [
        ("__init__", |m, _, a| {
            let text = m.str(a.positional.get(1).unwrap_or(&Value::None))?;
            if Version::parse(&text).is_none() {
                return Err(m.unknown(message!("the-version", text)));
            }
            let name = m.symbol("_text");
            let own = a.positional.first().cloned().unwrap_or(Value::None);
            m.set_attribute(&own, name, Value::str(text.trim().trim_start_matches('v')))?;
            Ok(Value::None)
        }),
        ("__str__", |m, _, a| Ok(Value::Str(text(m, a.positional.first())?))),
        ("__repr__", |m, _, a| Ok(Value::str(&format!("<Version('{}')>", text(m, a.positional.first())?)))),
        ("__eq__", |m, _, a| compared(m, &a.positional, |o| o == Ordering::Equal)),
        ("__ne__", |m, _, a| compared(m, &a.positional, |o| o != Ordering::Equal)),
        ("__lt__", |m, _, a| compared(m, &a.positional, Ordering::is_lt)),
        ("__le__", |m, _, a| compared(m, &a.positional, Ordering::is_le)),
        ("__gt__", |m, _, a| compared(m, &a.positional, Ordering::is_gt)),
        ("__ge__", |m, _, a| compared(m, &a.positional, Ordering::is_ge)),
    ];
    let mut members: Vec<(&str, Value)> = Vec::new();
    members.extend(read.map(|(name, call)| (name, Machine::property(Value::native_method(name, call)))));
    members.extend(methods.map(|(name, call)| (name, Value::native_method(name, call))));
    Some(Value::Class(m.native_class("Version", "packaging.version", &[], members)))
}

fn text(m: &mut Machine, own: Option<&Value>) -> Res<Rc<str>> {
    let name = m.symbol("_text");
    let text = m.get_attribute(own.unwrap_or(&Value::None), name)?;
    m.str(&text)
}

fn part(m: &mut Machine, a: &super::super::value::Args, index: usize) -> Res {
    let text = text(m, a.positional.first())?;
    let number = text.split('.').nth(index).unwrap_or("0");
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    Ok(Value::Int(number[..end].parse().unwrap_or(0)))
}

fn compared(m: &mut Machine, values: &[Value], holds: fn(Ordering) -> bool) -> Res {
    let [own, Value::Instance(_) | Value::Str(_)] = values else { return Ok(Value::NotImplemented) };
    // The versions of `distutils` compare with text too.
    let other = match &values[1] {
        Value::Str(text) => text.clone(),
        other => text(m, Some(other))?,
    };
    let own = text(m, Some(own))?;
    let ordering = Version::parse(&own).partial_cmp(&Version::parse(&other));
    match ordering {
        Some(ordering) => Ok(Value::Bool(holds(ordering))),
        None => Err(m.unknown(message!("versions-order", own, other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order() {
        let all = [
            "1.0.dev1",
            "1.0a1",
            "1.0a2",
            "1.0b1.dev2",
            "1.0b1",
            "1.0rc1",
            "1.0",
            "1.0+cpu",
            "1.0+cu121",
            "1.0.post1",
            "1.0.1",
            "1.8.1",
            "1.13.0",
            "2.0",
            "2.10.0+cpu",
            "v3",
        ];
        for pair in all.windows(2) {
            let (a, b) = (Version::parse(pair[0]), Version::parse(pair[1]));
            assert!(a < b && a.is_some(), "{pair:?}");
        }
        assert_eq!(Version::parse("1.0.0"), Version::parse("1"));
        assert_eq!(Version::parse("unknown"), None);
    }
}
