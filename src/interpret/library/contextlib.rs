//! `contextlib`.

use super::super::call::Taken;
use super::super::class::Type;
use super::super::frame::Wake;
use super::super::machine::Machine;
use super::super::symbol;
use super::super::value::{Args, Native, NativeFn, Raised, Res, Stop, Value};
use super::{Counts, Library};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["contextlib"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: &["contextlib.ContextDecorator", "contextlib.AbstractContextManager", "contextlib.ExitStack"],
};

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let members = match path {
        "contextlib.ContextDecorator" => vec![("__call__", Value::native_method("__call__", decorate))],
        "contextlib.AbstractContextManager" => Vec::new(),
        "contextlib.ExitStack" => exit_stack(),
        _ => return None,
    };
    let name = path.rsplit('.').next().unwrap_or_default();
    Some(Value::Class(m.native_class(name, "contextlib", &[], members)))
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
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
            class.namespace.borrow_mut().insert(symbol::CALL, Value::native_method("__call__", decorate));
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
    let Some(Value::Iterator(generator)) = n.data.first() else { return Err(m.unknown(message!("context-manager"))) };
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

/// A context manager that decorates a function: the function runs inside of it.
fn decorate(_: &mut Machine, _: &Native, a: Args) -> Res {
    Ok(Value::Native(std::rc::Rc::new(Native {
        name: "contextlib.decorated".into(),
        binds: true,
        data: a.positional,
        call: |m, n, a| {
            let [manager, function] = n.data.as_slice() else {
                return Err(m.type_error("a decorator takes a function"));
            };
            let (enter, leave) = m.context_manager(manager)?;
            m.call(&enter, Args::default())?;
            match m.call(function, a) {
                Ok(value) => {
                    m.leave(&leave, None)?;
                    Ok(value)
                }
                Err(Stop::Raise(raised)) => match m.leave(&leave, Some(&raised))? {
                    true => Ok(Value::None),
                    false => Err(Stop::Raise(raised)),
                },
                Err(stop) => Err(stop),
            }
        },
    })))
}

/// The methods of `ExitStack`, which keeps what is to be left in a list.
fn exit_stack() -> Vec<(&'static str, Value)> {
    let methods: [(&str, NativeFn); 4] = [
        ("__init__", |m, _, a| {
            let name = m.symbol("_leave");
            m.set_attribute(&first(&a), name, Value::list(Vec::new()))?;
            Ok(Value::None)
        }),
        ("__enter__", |_, _, a| Ok(first(&a))),
        ("enter_context", |m, _, a| {
            let manager = a.positional.get(1).cloned().unwrap_or(Value::None);
            let (enter, leave) = m.context_manager(&manager)?;
            let value = m.call(&enter, Args::default())?;
            let name = m.symbol("_leave");
            if let Value::List(list) = m.get_attribute(&first(&a), name)? {
                list.borrow_mut().push(leave);
            }
            Ok(value)
        }),
        ("__exit__", |m, _, a| {
            if a.positional.get(1).is_some_and(|kind| !kind.is_none()) {
                return Err(m.unknown(message!("exit-stack")));
            }
            let name = m.symbol("_leave");
            let all = m.get_attribute(&first(&a), name)?;
            for leave in m.collect(&all)?.iter().rev() {
                m.leave(leave, None)?;
            }
            Ok(Value::Bool(false))
        }),
    ];
    methods.map(|(name, call)| (name, Value::native_method(name, call))).to_vec()
}

fn first(a: &Args) -> Value {
    a.positional.first().cloned().unwrap_or(Value::None)
}
