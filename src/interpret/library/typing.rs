//! `typing`, `types` and `abc`: what matters to type checkers does nothing here.

use super::super::class::Type;
use super::super::machine::Machine;
use super::super::value::{Args, Native, NativeFn, Res, Value};
use super::{Counts, Library};

pub(super) static LIBRARY: Library = Library {
    packages: &["typing", "typing_extensions", "types", "abc", "__future__"],
    counts: Counts::First,
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

/// `Tuple[int, int]`. `Union[int, None]` and `Optional[int]` are `int | None`.
pub(in super::super) fn subscripted(form: &Native, index: &Value) -> Value {
    let several = || match index {
        Value::Tuple(parts) => parts.items.to_vec(),
        one => vec![one.clone()],
    };
    match &*form.name {
        "typing.Union" => Value::native_with(UNION, several(), no_instance),
        "typing.Optional" => Value::native_with(UNION, vec![index.clone(), Value::None], no_instance),
        name => Value::native_with(name, vec![index.clone()], form.call),
    }
}

const UNION: &str = "types.UnionType";

fn no_instance(m: &mut Machine, _: &Native, _: Args) -> Res {
    Err(m.type_error("Cannot instantiate typing.Union"))
}

/// The class that `isinstance(x, Tuple)` asks for. What has an index is no class.
pub(in super::super) fn origin(m: &mut Machine, form: &Native) -> Res<Option<Value>> {
    let Some(name) = form.name.strip_prefix("typing.") else { return Ok(None) };
    if !form.data.is_empty() {
        return Err(m.type_error("Subscripted generics cannot be used with class and instance checks"));
    }
    let class = match name {
        "Tuple" => m.builtin(Type::Tuple),
        "List" => m.builtin(Type::List),
        "Dict" => m.builtin(Type::Dict),
        "Set" => m.builtin(Type::Set),
        "FrozenSet" => m.builtin(Type::FrozenSet),
        "Type" => m.builtin(Type::Type),
        "DefaultDict" => m.builtin(Type::DefaultDict),
        "OrderedDict" => m.builtin(Type::OrderedDict),
        "Counter" => m.builtin(Type::Counter),
        "Sequence" | "MutableSequence" | "Mapping" | "MutableMapping" | "Iterable" | "Callable" => {
            return m.library_value(&format!("collections.abc.{name}")).map(Some);
        }
        _ => return Ok(None),
    };
    Ok(Some(Value::Class(class)))
}

fn find(m: &mut Machine, path: &str) -> Option<Value> {
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
