//! `enum`.

use std::rc::Rc;

use super::super::class::{Class, Type};
use super::super::machine::Machine;
use super::super::operate::integer;
use super::super::symbol::{self, Symbol};
use super::super::value::{Args, NativeFn, Res, Value};
use super::{Counts, Library};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["enum"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: &["enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.EnumMeta"],
};

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("enum.auto", |m, _, _| {
        m.counter += 1;
        Ok(Value::native_with("enum.auto", vec![Value::Int(m.counter)], |m, _, _| Err(m.type_error("not callable"))))
    }),
    ("enum.unique", |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None))),
];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let base = m.builtin(Type::Enum);
    Some(Value::Class(match path {
        "enum.Enum" => base,
        "enum.IntEnum" => {
            let int = m.builtin(Type::Int);
            m.native_class("IntEnum", "enum", &[int, base], Vec::new())
        }
        "enum.StrEnum" => {
            let text = m.builtin(Type::Str);
            m.native_class("StrEnum", "enum", &[text, base], Vec::new())
        }
        "enum.EnumMeta" | "enum.EnumType" => {
            let base = m.builtin(Type::Type);
            m.native_class("EnumMeta", "enum", &[base], Vec::new())
        }
        _ => return None,
    }))
}

impl Machine {
    /// Makes members of the plain values of an enum's class.
    pub(in super::super) fn fill_enum(&mut self, class: &Rc<Class>) -> Res<()> {
        let names: Vec<Symbol> = class.namespace.borrow().keys().copied().collect();
        let (name_attribute, value_attribute) = (self.symbol("_name_"), self.symbol("_value_"));
        let mut members: Vec<Value> = Vec::new();
        let mut last = Value::Int(0);
        for name in names {
            let text = self.text(name);
            let Some(value) = class.namespace.borrow().get(&name).cloned() else { continue };
            let plain = !text.starts_with('_')
                && !matches!(
                    value,
                    Value::Function(_) | Value::Property(_) | Value::StaticMethod(_) | Value::ClassMethod(_)
                );
            if !plain {
                continue;
            }
            let value = match &value {
                Value::Native(n) if &*n.name == "enum.auto" => {
                    if class.is(Type::Str) {
                        Value::str(&text.to_lowercase())
                    } else {
                        match integer(&last) {
                            Some(i) => Value::Int(i + 1),
                            None => return Err(self.unknown(message!("auto-behind"))),
                        }
                    }
                }
                other => other.clone(),
            };
            last = value.clone();
            let mut alias = None;
            for member in &members {
                let Value::Instance(i) = member else { continue };
                let old = i.attributes.borrow().get(&value_attribute).cloned().unwrap_or(Value::None);
                if self.equal(&old, &value)? {
                    alias = Some(member.clone());
                }
            }
            let member = match alias {
                Some(member) => member,
                None => {
                    let base = match class.nearest_builtin() {
                        Type::Int | Type::Str | Type::Float | Type::Tuple => value.clone(),
                        _ => Value::Unbound,
                    };
                    let instance = self.instance(class, base);
                    instance.attributes.borrow_mut().insert(name_attribute, Value::Str(text));
                    instance.attributes.borrow_mut().insert(value_attribute, value.clone());
                    let member = Value::Instance(instance);
                    if let Some(init) = class.lookup_own(symbol::INIT) {
                        let mut args = vec![member.clone()];
                        match &value {
                            Value::Tuple(t) => args.extend(t.items.iter().cloned()),
                            other => args.push(other.clone()),
                        }
                        self.call(&init, Args::of(args))?;
                    }
                    members.push(member.clone());
                    member
                }
            };
            class.namespace.borrow_mut().insert(name, member);
        }
        let list = self.symbol("_members_");
        class.namespace.borrow_mut().insert(list, Value::list(members));
        for (attribute, inner) in [("value", value_attribute), ("name", name_attribute)] {
            let attribute = self.symbol(attribute);
            let get = Value::native_with("member", vec![Value::Str(self.text(inner))], |m, n, a| {
                let own = a.positional.first().cloned().unwrap_or(Value::None);
                let name = m.symbol(n.data[0].as_str().unwrap_or_default());
                m.get_attribute(&own, name)
            });
            if class.lookup(attribute).is_none() {
                class.namespace.borrow_mut().insert(attribute, Machine::property(get));
            }
        }
        class.intercepts.replace(true);
        Ok(())
    }

    /// The members of an enum, in order.
    pub(in super::super) fn enum_members(&mut self, class: &Class) -> Vec<Value> {
        let list = self.symbol("_members_");
        match class.lookup(list) {
            Some(Value::List(list)) => list.borrow().clone(),
            _ => Vec::new(),
        }
    }

    /// `Enum(value)`.
    pub(in super::super) fn enum_member(&mut self, class: &Rc<Class>, args: Args) -> Res {
        let Some(wanted) = args.positional.first() else {
            return Err(self.type_error("EnumMeta.__call__() missing 1 required positional argument: 'value'"));
        };
        self.known(wanted)?;
        let value_attribute = self.symbol("_value_");
        for member in self.enum_members(class) {
            if member.is(wanted) {
                return Ok(member);
            }
            let Value::Instance(instance) = &member else { continue };
            let value = instance.attributes.borrow().get(&value_attribute).cloned().unwrap_or(Value::None);
            if self.equal(&value, wanted)? {
                return Ok(member);
            }
        }
        let shown = self.repr(wanted)?;
        Err(self.value_error(format!("{shown} is not a valid {}", class.qualname)))
    }

    pub(in super::super) fn enum_attribute(&mut self, class: &Rc<Class>, name: Symbol) -> Option<Value> {
        if &*self.text(name) == "__members__" {
            let name_attribute = self.symbol("_name_");
            let pairs = self.enum_members(class).into_iter().map(|member| {
                let name = match &member {
                    Value::Instance(i) => i.attributes.borrow().get(&name_attribute).cloned(),
                    _ => None,
                };
                (name.unwrap_or(Value::None), member)
            });
            let pairs = pairs.collect();
            return self.dict_from(pairs).ok();
        }
        match class.lookup(name) {
            Some(found @ Value::Instance(_)) => Some(found),
            _ => None,
        }
    }
}
