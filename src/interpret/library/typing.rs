//! `typing`, `types` and `abc`: what matters to type checkers does nothing here.

use super::super::machine::Machine;
use super::super::value::{NativeFn, Value};
use super::Library;

pub(super) static LIBRARY: Library = Library {
    packages: &["typing", "typing_extensions", "types", "abc", "__future__"],
    first: true,
    functions: FUNCTIONS,
    find,
    others: FORMS,
};

/// The names that a star import takes and that have no effect.
const FORMS: &[&str] = &[
    "typing.Any",
    "typing.Callable",
    "typing.ClassVar",
    "typing.Dict",
    "typing.Final",
    "typing.FrozenSet",
    "typing.Generator",
    "typing.Generic",
    "typing.Iterable",
    "typing.Iterator",
    "typing.List",
    "typing.Literal",
    "typing.Mapping",
    "typing.NamedTuple",
    "typing.Optional",
    "typing.Protocol",
    "typing.Sequence",
    "typing.Set",
    "typing.Tuple",
    "typing.Type",
    "typing.TypeVar",
    "typing.Union",
    "typing.TYPE_CHECKING",
];

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("typing.cast", |_, _, a| Ok(a.positional.into_iter().nth(1).unwrap_or(Value::None))),
    ("typing.overload", decorator),
    ("typing.final", decorator),
    ("typing.no_type_check", decorator),
    ("typing.runtime_checkable", decorator),
    ("typing.get_type_hints", |m, _, _| Err(m.unknown("`typing.get_type_hints`"))),
    ("abc.abstractmethod", decorator),
    ("types.MethodType", |m, _, a| match <[Value; 2]>::try_from(a.positional) {
        Ok([function, receiver]) => Ok(super::super::call::bound(function, receiver)),
        Err(_) => Err(m.type_error("method expected 2 arguments")),
    }),
];

fn decorator(
    _: &mut Machine,
    _: &super::super::value::Native,
    a: super::super::value::Args,
) -> super::super::value::Res {
    Ok(a.positional.into_iter().next().unwrap_or(Value::None))
}

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    use super::super::class::Type;
    Some(match path {
        "typing.TYPE_CHECKING" => Value::Bool(false),
        "types.SimpleNamespace" => {
            let init: NativeFn = |m, _, a| {
                if let Some(own) = a.positional.first() {
                    for (name, value) in a.keywords {
                        m.set_attribute(own, name, value)?;
                    }
                }
                Ok(Value::None)
            };
            let members = vec![("__init__", Value::native_method("__init__", init))];
            Value::Class(m.native_class("SimpleNamespace", "types", &[], members))
        }
        "types.FunctionType" | "types.LambdaType" => Value::Class(m.builtin(Type::Function)),
        "types.ModuleType" => Value::Class(m.builtin(Type::Module)),
        "types.GeneratorType" => Value::Class(m.builtin(Type::Generator)),
        "types.NoneType" => Value::Class(m.builtin(Type::NoneType)),
        "abc.ABC" => Value::Class(m.native_class("ABC", "abc", &[], Vec::new())),
        "abc.ABCMeta" => {
            let base = m.builtin(Type::Type);
            Value::Class(m.native_class("ABCMeta", "abc", &[base], Vec::new()))
        }
        _ if path.starts_with("typing") => {
            // A form may be subscripted, joined by `|` and called (`TypeVar("T")`), and stays a form.
            let path = path.replace("typing_extensions.", "typing.");
            Value::native(&path, |_, n, _| Ok(Value::native(&n.name, |m, n, _| Err(m.unknown(&*n.name)))))
        }
        _ if path.starts_with("__future__") => Value::None,
        _ => return None,
    })
}
