//! The methods of builtin types, one file a type.

mod dict;
mod list;
mod number;
mod object;
mod set;
mod text;

pub(super) use set::keys;

use std::rc::Rc;

use super::call::Taken;
use super::class::Type;
use super::machine::Machine;
use super::value::{Args, NativeFn, Res, Value};

/// A builtin type's method.
pub(super) fn find(kind: Type, name: &str) -> Option<NativeFn> {
    match kind {
        Type::Str => text::find(name),
        Type::Bytes => text::find_bytes(name),
        Type::List => list::find(name),
        Type::Deque => list::find_deque(name),
        Type::Tuple => list::find_tuple(name),
        Type::Range => list::find_tuple(name).filter(|_| matches!(name, "index" | "count")),
        Type::Dict => dict::find(name),
        Type::OrderedDict => dict::find_ordered(name),
        Type::Counter => dict::find_counter(name),
        Type::Set => set::find(name),
        Type::FrozenSet => set::find_frozen(name),
        Type::Int => number::find_int(name),
        Type::Float => number::find_float(name),
        Type::Generator | Type::Iterator => object::find_iterator(name),
        Type::Property => object::find_property(name),
        Type::BaseException => object::find_exception(name),
        Type::Slice => object::find_slice(name),
        Type::Object => object::find(name),
        Type::Type => object::find_type(name),
        _ => None,
    }
}

/// The receiver of a method call, and the other arguments.
fn split<'a>(machine: &mut Machine, name: &'a str, mut args: Args) -> Res<(Value, Taken<'a>)> {
    if args.positional.is_empty() {
        return Err(machine.type_error(format!("unbound method {name}() needs an argument")));
    }
    let receiver = args.positional.remove(0);
    Ok((receiver, Taken::new(name, args)))
}

/// The text that an argument must be.
fn text_of(machine: &mut Machine, value: &Value, what: &str) -> Res<Rc<str>> {
    match value.unwrapped() {
        Value::Str(s) => Ok(s),
        other => {
            machine.known(&other)?;
            let name = machine.type_name(&other);
            Err(machine.type_error(format!("{what} must be str, not {name}")))
        }
    }
}
