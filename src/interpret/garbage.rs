//! How values end: those that hold each other in long chains are dropped one after the other, not one inside the other, as
//! no stack would be deep enough.

use std::rc::Rc;

use super::fuel::STACK;
use super::tracked::Tracked;
use super::value::{Dict, Function, Instance, List, Method, Native, Partial, Property, Super, Tuple, Value};

/// What holds other values.
trait Holder {
    /// Takes the values out.
    fn take(&mut self) -> Vec<Value>;
}

impl Holder for List {
    fn take(&mut self) -> Vec<Value> {
        std::mem::take(self.get_mut())
    }
}

impl Holder for Tuple {
    fn take(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.items)
    }
}

impl Holder for Dict {
    fn take(&mut self) -> Vec<Value> {
        let entries = std::mem::take(self.entries.get_mut());
        // Most are empty, in modules above all.
        if entries.is_empty() {
            return Vec::new();
        }
        let mut values = Vec::with_capacity(2 * entries.len());
        for (key, value) in entries {
            values.extend([key.into_value(), value].into_iter().filter(|value| !matches!(value, Value::Str(_))));
        }
        values
    }
}

impl Holder for Instance {
    fn take(&mut self) -> Vec<Value> {
        let base = std::mem::replace(self.base.get_mut(), Value::None);
        let attributes = std::mem::take(self.attributes.get_mut());
        attributes.into_values().chain([base]).filter(|value| !is_leaf(value)).collect()
    }
}

impl Holder for Method {
    fn take(&mut self) -> Vec<Value> {
        if !is_last(&self.function) && !is_last(&self.receiver) && !self.function.is(&self.receiver) {
            return Vec::new();
        }
        [&mut self.function, &mut self.receiver].map(|value| std::mem::replace(value, Value::None)).into()
    }
}

impl Holder for Super {
    fn take(&mut self) -> Vec<Value> {
        if !is_last(&self.receiver) {
            return Vec::new();
        }
        vec![std::mem::replace(&mut self.receiver, Value::None)]
    }
}

impl Holder for Property {
    fn take(&mut self) -> Vec<Value> {
        [&mut self.get, &mut self.set, &mut self.delete].map(|value| std::mem::replace(value, Value::None)).into()
    }
}

impl Holder for Partial {
    fn take(&mut self) -> Vec<Value> {
        let mut values = std::mem::take(&mut self.args.positional);
        values.push(std::mem::replace(&mut self.function, Value::None));
        values.extend(self.args.keywords.drain(..).map(|(_, value)| value));
        values
    }
}

impl Holder for Function {
    fn take(&mut self) -> Vec<Value> {
        let mut values = std::mem::take(self.defaults.get_mut());
        values.extend(self.cells.drain(..).map(Value::Cell));
        values.extend(std::mem::take(self.attributes.get_mut()).into_values());
        values
    }
}

impl Holder for Native {
    fn take(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.data)
    }
}

macro_rules! dropped_in_turn {
    ($($holder:ident)*) => {$(
        impl Drop for $holder {
            fn drop(&mut self) {
                release(self.take());
            }
        }
    )*};
}

dropped_in_turn! { List Tuple Dict Instance Method Super Property Partial Function Native }

/// Whether a value holds no others.
fn is_leaf(value: &Value) -> bool {
    matches!(value, Value::None | Value::Unbound | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_))
}

/// Whether other values may end with a value.
fn is_last(value: &Value) -> bool {
    match value {
        Value::Function(function) => Rc::strong_count(function) == 1,
        Value::Native(native) => Rc::strong_count(native) == 1,
        Value::Instance(instance) => Rc::strong_count(instance) == 1,
        Value::List(list) => Rc::strong_count(list) == 1,
        Value::Dict(dict) => Rc::strong_count(dict) == 1,
        value => !is_leaf(value),
    }
}

/// Drops values, and what they alone hold, one after the other.
fn release(mut values: Vec<Value>) {
    fn last<T: Holder>(holder: Rc<T>, values: &mut Vec<Value>) {
        if let Some(mut holder) = Rc::into_inner(holder) {
            values.append(&mut holder.take());
        }
    }
    while let Some(value) = values.pop() {
        match value {
            Value::List(list) => last(list, &mut values),
            Value::Tuple(tuple) => last(tuple, &mut values),
            Value::Dict(dict) => last(dict, &mut values),
            Value::Instance(instance) => last(instance, &mut values),
            Value::Method(method) => last(method, &mut values),
            Value::Super(parts) => last(parts, &mut values),
            Value::Property(property) => last(property, &mut values),
            Value::Partial(partial) => last(partial, &mut values),
            Value::Function(function) => last(function, &mut values),
            Value::Native(native) => last(native, &mut values),
            Value::Cell(cell) => values.extend(Rc::into_inner(cell).map(Tracked::into_inner)),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::None => {}
            other => stacker::maybe_grow(STACK.0, STACK.1, || drop(other)),
        }
    }
}
