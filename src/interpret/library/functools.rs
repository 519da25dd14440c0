//! `functools`.

use super::super::call::Taken;
use super::super::class::Type;
use super::super::machine::Machine;
use super::super::symbol;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::{Counts, Library};

pub(super) static LIBRARY: Library = Library {
    packages: &["functools"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: &["functools.partial", "functools.cached_property"],
};

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    Some(match path {
        "functools.partial" => Value::Class(m.builtin(Type::Partial)),
        "functools.cached_property" => Value::Class(m.builtin(Type::CachedProperty)),
        _ => return None,
    })
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("functools.reduce", |m, _, a| {
        let mut args = Taken::new("reduce", a);
        let (function, items) = (args.required(m, "function")?, args.required(m, "iterable")?);
        let mut total = args.optional(m, "initial")?;
        let iterator = m.iter(&items)?;
        while let Some(item) = m.next(&iterator)? {
            total = Some(match total {
                None => item,
                Some(total) => m.call(&function, Args::of(vec![total, item]))?,
            });
        }
        match total {
            Some(total) => Ok(total),
            None => Err(m.type_error("reduce() of empty iterable with no initial value")),
        }
    }),
    // The wrapper keeps its own name here, which shows only where somebody prints it.
    ("functools.wraps", |m, _, a| {
        let wrapped = Taken::new("wraps", a).required(m, "wrapped")?;
        Ok(Value::native_with("functools.wraps", vec![wrapped], |m, n, a| {
            let function = a.positional.into_iter().next().unwrap_or(Value::None);
            copy_names(m, &n.data[0], &function)?;
            Ok(function)
        }))
    }),
    ("functools.update_wrapper", |m, _, a| {
        let mut args = Taken::new("update_wrapper", a);
        let (wrapper, wrapped) = (args.required(m, "wrapper")?, args.required(m, "wrapped")?);
        copy_names(m, &wrapped, &wrapper)?;
        Ok(wrapper)
    }),
    ("functools.lru_cache", |_, _, a| Ok(cache(a))),
    ("functools.cache", |_, _, a| Ok(cache(a))),
    ("functools.cmp_to_key", |m, _, _| Err(m.unknown("`functools.cmp_to_key`"))),
    ("functools.total_ordering", |m, _, _| Err(m.unknown("`functools.total_ordering`"))),
    ("functools.singledispatch", |m, _, _| Err(m.unknown("`functools.singledispatch`"))),
];

fn copy_names(m: &mut Machine, from: &Value, to: &Value) -> Res<()> {
    for name in [symbol::NAME, symbol::QUALNAME, symbol::DOC, symbol::MODULE] {
        if let Some(value) = m.find_attribute(from, name)?
            && matches!(to, Value::Function(_))
        {
            m.set_attribute(to, name, value)?;
        }
    }
    if matches!(to, Value::Function(_)) {
        m.set_attribute(to, symbol::WRAPPED, from.clone())?;
    }
    Ok(())
}

/// `@lru_cache` and `@lru_cache(maxsize=1)`: results are kept, so that equal calls give the same object.
fn cache(a: Args) -> Value {
    match a.positional.first() {
        Some(function @ (Value::Function(_) | Value::Native(_) | Value::Method(_))) => cached(function.clone()),
        _ => Value::native("functools.lru_cache", |_, _, a| {
            Ok(cached(a.positional.into_iter().next().unwrap_or(Value::None)))
        }),
    }
}

fn cached(function: Value) -> Value {
    let results = Value::dict(Default::default());
    Value::Native(std::rc::Rc::new(Native {
        name: "functools.lru_cache".into(),
        binds: true,
        data: vec![function, results],
        call: |m, n, a| {
            let mut parts = a.positional.clone();
            for (name, value) in &a.keywords {
                parts.push(Value::Str(m.text(*name)));
                parts.push(value.clone());
            }
            let key = Value::tuple(parts);
            let key = super::super::key::Key::new(m, &key)?;
            if let Value::Dict(results) = &n.data[1]
                && let Some(found) = results.entries.borrow().get(&key)
            {
                return Ok(found.clone());
            }
            let value = m.call(&n.data[0], a)?;
            if let Value::Dict(results) = &n.data[1] {
                results.entries.borrow_mut().insert(key, value.clone());
            }
            Ok(value)
        },
    }))
}
