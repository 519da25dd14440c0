//! `functools` and `contextlib`.

use super::super::call::Taken;
use super::super::class::Type;
use super::super::machine::{Machine, Wake};
use super::super::symbol;
use super::super::value::{Args, Native, NativeFn, Raised, Res, Stop, Value};
use super::Library;

pub(super) static LIBRARY: Library = Library {
    packages: &["functools", "contextlib"],
    first: true,
    functions: FUNCTIONS,
    find,
    others: &[
        "functools.partial",
        "functools.cached_property",
        "contextlib.ContextDecorator",
        "contextlib.AbstractContextManager",
    ],
};

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    Some(match path {
        "functools.partial" => Value::Class(m.builtin(Type::Partial)),
        "functools.cached_property" => Value::Class(m.builtin(Type::CachedProperty)),
        "contextlib.ContextDecorator" | "contextlib.AbstractContextManager" => {
            let name = path.rsplit('.').next().unwrap_or_default();
            Value::Class(m.native_class(name, "contextlib", &[], Vec::new()))
        }
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
    ("contextlib.suppress", |m, _, a| {
        Ok(manager(
            m,
            |_, _, _| Ok(Value::None),
            a.positional,
            |m, n, a| {
                let exception = a.positional.get(2).cloned().unwrap_or(Value::None);
                if exception.is_none() {
                    return Ok(Value::Bool(false));
                }
                let kinds = Value::tuple(n.data.clone());
                Ok(Value::Bool(m.catches(&kinds, &exception)?))
            },
        ))
    }),
    ("contextlib.nullcontext", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let result = manager(
            m,
            |_, n, _| Ok(n.data.first().cloned().unwrap_or(Value::None)),
            vec![value],
            |_, _, _| Ok(Value::Bool(false)),
        );
        Ok(result)
    }),
    ("contextlib.contextmanager", |m, _, a| {
        let function = Taken::new("contextmanager", a).required(m, "func")?;
        Ok(Value::Native(std::rc::Rc::new(Native {
            name: "contextlib.contextmanager".into(),
            binds: true,
            data: vec![function],
            call: |m, n, a| {
                let generator = m.call(&n.data[0], a)?;
                Ok(manager(m, enter_generator, vec![generator], leave_generator))
            },
        })))
    }),
];

/// A context manager of the machine's own.
fn manager(m: &mut Machine, enter: NativeFn, data: Vec<Value>, leave: NativeFn) -> Value {
    let class = match m.library_values.get("contextlib._Manager") {
        Some(Value::Class(class)) => class.clone(),
        _ => {
            let class = m.native_class("_Manager", "contextlib", &[], Vec::new());
            m.library_values.insert("contextlib._Manager".into(), Value::Class(class.clone()));
            class
                .namespace
                .borrow_mut()
                .insert(symbol::ENTER, Value::native_method("__enter__", |m, n, a| forward(m, &n.name, a)));
            class
                .namespace
                .borrow_mut()
                .insert(symbol::EXIT, Value::native_method("__exit__", |m, n, a| forward(m, &n.name, a)));
            // A context manager decorates functions too.
            class.namespace.borrow_mut().insert(
                symbol::CALL,
                Value::native_method("__call__", |_, _, a| {
                    Ok(Value::native_with("contextlib.decorated", a.positional, |m, n, a| {
                        let [manager, function] = n.data.as_slice() else { return Ok(Value::None) };
                        let enter = m.get_attribute(manager, symbol::ENTER)?;
                        m.call(&enter, Args::default())?;
                        let result = m.call(function, a);
                        let leave = m.get_attribute(manager, symbol::EXIT)?;
                        m.call(&leave, Args::of(vec![Value::None, Value::None, Value::None]))?;
                        result
                    }))
                }),
            );
            class
        }
    };
    let instance = m.instance(&class, Value::Unbound);
    let (enter, leave) =
        (Value::native_with("__enter__", data.clone(), enter), Value::native_with("__exit__", data, leave));
    let names = (m.symbol("_enter"), m.symbol("_leave"));
    instance.attributes.borrow_mut().insert(names.0, enter);
    instance.attributes.borrow_mut().insert(names.1, leave);
    Value::Instance(instance)
}

fn forward(m: &mut Machine, name: &str, a: Args) -> Res {
    let name = m.symbol(if name == "__enter__" { "_enter" } else { "_leave" });
    let own = a.positional.first().cloned().unwrap_or(Value::None);
    let function = m.get_attribute(&own, name)?;
    m.call(&function, a)
}

fn enter_generator(m: &mut Machine, n: &Native, _: Args) -> Res {
    let Some(Value::Iterator(generator)) = n.data.first() else { return Err(m.unknown("such a context manager")) };
    match m.next(generator)? {
        Some(value) => Ok(value),
        None => Err(m.error(Type::RuntimeError, "generator didn't yield")),
    }
}

fn leave_generator(m: &mut Machine, n: &Native, a: Args) -> Res {
    let Some(Value::Iterator(generator)) = n.data.first() else { return Ok(Value::Bool(false)) };
    let exception = a.positional.get(2).cloned().unwrap_or(Value::None);
    if exception.is_none() {
        return match m.next(generator)? {
            None => Ok(Value::Bool(false)),
            Some(_) => Err(m.error(Type::RuntimeError, "generator didn't stop")),
        };
    }
    let stop = Stop::Raise(Box::new(Raised::new(exception.clone())));
    match m.wake_generator(generator, Wake::Throw(stop)) {
        Ok(None) => Ok(Value::Bool(true)),
        Ok(Some(_)) => Err(m.error(Type::RuntimeError, "generator didn't stop after throw()")),
        Err(Stop::Raise(raised)) if raised.exception.is(&exception) => Ok(Value::Bool(false)),
        Err(stop) => Err(stop),
    }
}

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
