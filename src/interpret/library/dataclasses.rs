//! `dataclasses`.

use std::rc::Rc;

use super::super::call::listed;
use super::super::class::Class;
use super::super::machine::Machine;
use super::super::symbol;
use super::super::value::{Args, NativeFn, Res, Value};
use super::{Counts, Library};
use crate::words::message;

pub(super) static LIBRARY: Library = Library {
    packages: &["dataclasses"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find: |_, path| {
        (path == "dataclasses.MISSING").then(|| Value::native(path, |m, _, _| Err(m.type_error("not callable"))))
    },
    others: &["dataclasses.MISSING"],
};

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("dataclasses.dataclass", |m, _, a| match a.positional.first() {
        Some(Value::Class(class)) => {
            let class = class.clone();
            m.make_dataclass(&class, &Args::default())
        }
        _ => {
            let data = a.keywords.iter().flat_map(|(k, v)| [Value::Str(m.text(*k)), v.clone()]).collect();
            Ok(Value::native_with("dataclasses.dataclass", data, |m, n, a| match a.positional.first() {
                Some(Value::Class(class)) => {
                    let class = class.clone();
                    let keywords = n.data.chunks(2).map(|pair| {
                        let name = m.symbol(pair[0].as_str().unwrap_or_default());
                        (name, pair[1].clone())
                    });
                    let options = Args { positional: Vec::new(), keywords: keywords.collect() };
                    m.make_dataclass(&class, &options)
                }
                _ => Err(m.unknown(message!("dataclass-of-no-class"))),
            }))
        }
    }),
    ("dataclasses.field", |m, _, a| {
        let mut data = vec![Value::None, Value::None, Value::Bool(true)];
        let mut kinds = [false, false];
        for (name, value) in a.keywords {
            match &*m.text(name) {
                "default" => (data[0], kinds[0]) = (value, true),
                "default_factory" => (data[1], kinds[1]) = (value, true),
                "init" => data[2] = value,
                _ => {}
            }
        }
        data.extend(kinds.map(Value::Bool));
        Ok(Value::native_with("dataclasses.field", data, |m, _, _| Err(m.type_error("not callable"))))
    }),
    ("dataclasses.fields", |m, _, _| Err(m.unknown("`dataclasses.fields`"))),
    ("dataclasses.is_dataclass", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let name = m.symbol("__dataclass_fields__");
        Ok(Value::Bool(m.find_attribute(&value, name)?.is_some()))
    }),
    ("dataclasses.asdict", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        m.as_dict(&value)
    }),
    ("dataclasses.replace", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let class = m.class_of(&value)?;
        let mut args = Args::default();
        for (name, _) in m.dataclass_fields(&class)? {
            let symbol = m.symbol(&name);
            args.keywords.push((symbol, m.get_attribute(&value, symbol)?));
        }
        for (name, value) in a.keywords {
            args.keywords.retain(|k| k.0 != name);
            args.keywords.push((name, value));
        }
        m.call(&Value::Class(class), args)
    }),
];

impl Machine {
    fn dataclass_fields(&mut self, class: &Class) -> Res<Vec<(Rc<str>, Value)>> {
        let name = self.symbol("__dataclass_fields__");
        match class.lookup(name) {
            Some(fields) => {
                let entries = self.mapping_entries(&fields)?;
                Ok(entries
                    .into_iter()
                    .filter_map(|(k, v)| match k {
                        Value::Str(s) => Some((s, v)),
                        _ => None,
                    })
                    .collect())
            }
            None => Ok(Vec::new()),
        }
    }

    fn as_dict(&mut self, value: &Value) -> Res {
        match value {
            Value::Instance(instance) => {
                let class = instance.class();
                let fields = self.dataclass_fields(&class)?;
                if fields.is_empty() {
                    return Ok(value.clone());
                }
                let mut pairs = Vec::new();
                for (name, _) in fields {
                    let symbol = self.symbol(&name);
                    let item = self.get_attribute(value, symbol)?;
                    pairs.push((Value::Str(name), self.as_dict(&item)?));
                }
                self.dict_from(pairs)
            }
            Value::List(list) => {
                let items = list.borrow().clone();
                let items: Res<Vec<Value>> = items.iter().map(|item| self.as_dict(item)).collect();
                Ok(Value::list(items?))
            }
            _ => Ok(value.clone()),
        }
    }

    /// Adds what `@dataclass` adds. A field is its kind (0: none, 1: a default, 2: a factory, 3: not in `__init__`) and value.
    fn make_dataclass(&mut self, class: &Rc<Class>, options: &Args) -> Res {
        let mut pairs: Vec<(Value, Value)> = Vec::new();
        for base in class.behind.iter().rev() {
            for (name, field) in self.dataclass_fields(base)? {
                pairs.retain(|p| p.0.as_str() != Some(&name));
                pairs.push((Value::Str(name), field));
            }
        }
        let annotations = class.namespace.borrow().get(&symbol::ANNOTATIONS).cloned();
        if let Some(annotations) = annotations {
            for (name, annotation) in self.mapping_entries(&annotations)? {
                let class_var = match &annotation {
                    Value::Native(n) => n.name.contains("ClassVar"),
                    Value::Str(s) => s.contains("ClassVar"),
                    _ => false,
                };
                if class_var {
                    continue;
                }
                let symbol = self.symbol(name.as_str().unwrap_or_default());
                let default = class.namespace.borrow().get(&symbol).cloned();
                let field = match default {
                    None => Value::tuple(vec![Value::Int(0), Value::None]),
                    Some(Value::Native(n)) if &*n.name == "dataclasses.field" => {
                        let in_init = self.truth(&n.data[2])?;
                        let (kind, value) = match (&n.data[3], &n.data[4]) {
                            (Value::Bool(true), _) => (1, n.data[0].clone()),
                            (_, Value::Bool(true)) => (2, n.data[1].clone()),
                            _ => (0, Value::None),
                        };
                        match kind {
                            1 => class.namespace.borrow_mut().insert(symbol, value.clone()),
                            _ => class.namespace.borrow_mut().shift_remove(&symbol),
                        };
                        if in_init {
                            Value::tuple(vec![Value::Int(kind), value])
                        } else {
                            Value::tuple(vec![Value::Int(3 + kind), value])
                        }
                    }
                    Some(value @ (Value::List(_) | Value::Dict(_) | Value::Set(_))) => {
                        let shown = self.type_name(&value);
                        let name = self.text(symbol);
                        let message = format!(
                            "mutable default <class '{shown}'> for field {name} is not allowed: use default_factory"
                        );
                        return Err(self.value_error(message));
                    }
                    Some(value) => Value::tuple(vec![Value::Int(1), value]),
                };
                match pairs.iter_mut().find(|p| p.0.as_str() == name.as_str()) {
                    Some(pair) => pair.1 = field,
                    None => pairs.push((name, field)),
                }
            }
        }
        let mut optional = false;
        for (name, field) in &pairs {
            let Value::Tuple(field) = field else { continue };
            match field.items[0] {
                Value::Int(0) if optional => {
                    let name = name.as_str().unwrap_or_default();
                    return Err(self.type_error(format!("non-default argument '{name}' follows default argument")));
                }
                Value::Int(1 | 2) => optional = true,
                _ => {}
            }
        }
        let option = |machine: &mut Machine, name: &str, default: bool| -> Res<bool> {
            let symbol = machine.symbol(name);
            match options.keywords.iter().find(|k| k.0 == symbol) {
                Some((_, value)) => machine.truth(value),
                None => Ok(default),
            }
        };
        let names: Vec<Value> = pairs.iter().map(|p| p.0.clone()).collect();
        let fields = self.dict_from(pairs)?;
        let fields_name = self.symbol("__dataclass_fields__");
        let mut add: Vec<(symbol::Symbol, Value)> = vec![(fields_name, fields)];
        add.push((symbol::MATCH_ARGS, Value::tuple(names)));
        let own = |name: symbol::Symbol| class.namespace.borrow().contains_key(&name);
        if option(self, "init", true)? && !own(symbol::INIT) {
            add.push((symbol::INIT, Value::native_method("__init__", init)));
        }
        if option(self, "repr", true)? && !own(symbol::REPR) {
            add.push((symbol::REPR, Value::native_method("__repr__", repr)));
        }
        if option(self, "eq", true)? && !own(symbol::EQ) {
            add.push((symbol::EQ, Value::native_method("__eq__", equal)));
            add.push((symbol::HASH, Value::None));
        }
        if option(self, "order", false)? {
            for (name, call) in [
                (symbol::LT, (|m, _, a| order(m, a, crate::python::ir::Compare::Lt)) as NativeFn),
                (symbol::LE, |m, _, a| order(m, a, crate::python::ir::Compare::LtE)),
                (symbol::GT, |m, _, a| order(m, a, crate::python::ir::Compare::Gt)),
                (symbol::GE, |m, _, a| order(m, a, crate::python::ir::Compare::GtE)),
            ] {
                add.push((name, Value::native_method("compare", call)));
            }
        }
        if option(self, "frozen", false)? {
            add.push((
                symbol::SETATTR,
                Value::native_method("__setattr__", |m, _, a| {
                    let name = a.positional.get(1).and_then(|n| n.as_str().map(str::to_owned)).unwrap_or_default();
                    Err(m.unknown(message!("frozen-instance", name)))
                }),
            ));
            class.intercepts.replace(true);
        }
        class.namespace.borrow_mut().extend(add);
        Ok(Value::Class(class.clone()))
    }
}

fn init(m: &mut Machine, _: &super::super::value::Native, mut a: Args) -> Res {
    let Some(Value::Instance(instance)) = a.positional.first().cloned() else { return Ok(Value::None) };
    a.positional.remove(0);
    let class = instance.class();
    let fields = m.dataclass_fields(&class)?;
    let wanted: Vec<&(Rc<str>, Value)> = fields.iter().filter(|f| kind(&f.1) < 3).collect();
    if a.positional.len() > wanted.len() {
        let optional = wanted.iter().filter(|f| kind(&f.1) > 0).count();
        let most = wanted.len() + 1;
        let takes = if optional > 0 { format!("from {} to {most}", most - optional) } else { most.to_string() };
        let message = format!(
            "{}.__init__() takes {takes} positional arguments but {} were given",
            class.qualname,
            a.positional.len() + 1
        );
        return Err(m.type_error(message));
    }
    let mut given = a.positional.into_iter();
    let mut missing = Vec::new();
    for (name, field) in &fields {
        let symbol = m.symbol(name);
        let Value::Tuple(parts) = field else { continue };
        let by_name = a.keywords.iter().position(|k| k.0 == symbol).map(|i| a.keywords.remove(i).1);
        let value = match (if kind(field) < 3 { given.next() } else { None }, by_name) {
            (Some(_), Some(_)) => {
                let message = format!("{}.__init__() got multiple values for argument '{name}'", class.qualname);
                return Err(m.type_error(message));
            }
            (Some(value), None) | (None, Some(value)) => value,
            (None, None) => match kind(field) % 3 {
                1 => parts.items[1].clone(),
                2 => m.call(&parts.items[1], Args::default())?,
                _ if kind(field) == 3 => continue,
                _ => {
                    missing.push(name.to_string());
                    continue;
                }
            },
        };
        instance.attributes.borrow_mut().insert(symbol, value);
    }
    if let Some((name, _)) = a.keywords.first() {
        let message = format!("{}.__init__() got an unexpected keyword argument '{}'", class.qualname, m.text(*name));
        return Err(m.type_error(message));
    }
    if !missing.is_empty() {
        let plural = if missing.len() == 1 { "" } else { "s" };
        let listed = listed(&missing);
        let message = format!(
            "{}.__init__() missing {} required positional argument{plural}: {listed}",
            class.qualname,
            missing.len()
        );
        return Err(m.type_error(message));
    }
    let own = Value::Instance(instance);
    if let Some(hook) = m.special(&own, symbol::POST_INIT)? {
        m.call(&hook, Args::default())?;
    }
    Ok(Value::None)
}

fn kind(field: &Value) -> i64 {
    match field {
        Value::Tuple(parts) => super::super::operate::integer(&parts.items[0]).unwrap_or(0),
        _ => 0,
    }
}

fn values(m: &mut Machine, value: &Value) -> Res<Vec<Value>> {
    let class = m.class_of(value)?;
    let mut values = Vec::new();
    for (name, _) in m.dataclass_fields(&class)? {
        let symbol = m.symbol(&name);
        values.push(m.get_attribute(value, symbol)?);
    }
    Ok(values)
}

fn repr(m: &mut Machine, _: &super::super::value::Native, a: Args) -> Res {
    let own = a.positional.first().cloned().unwrap_or(Value::None);
    let class = m.class_of(&own)?;
    let mut parts = Vec::new();
    for (name, _) in m.dataclass_fields(&class)? {
        let symbol = m.symbol(&name);
        let value = m.get_attribute(&own, symbol)?;
        parts.push(format!("{name}={}", m.repr(&value)?));
    }
    Ok(Value::str(&format!("{}({})", class.qualname, parts.join(", "))))
}

fn equal(m: &mut Machine, _: &super::super::value::Native, a: Args) -> Res {
    let [own, other] = a.positional.as_slice() else { return Ok(Value::NotImplemented) };
    if !Rc::ptr_eq(&m.class_of(own)?, &m.class_of(other)?) {
        return Ok(Value::NotImplemented);
    }
    let (x, y) = (values(m, own)?, values(m, other)?);
    Ok(Value::Bool(m.equal(&Value::tuple(x), &Value::tuple(y))?))
}

fn order(m: &mut Machine, a: Args, op: crate::python::ir::Compare) -> Res {
    let [own, other] = a.positional.as_slice() else { return Ok(Value::NotImplemented) };
    if !Rc::ptr_eq(&m.class_of(own)?, &m.class_of(other)?) {
        return Ok(Value::NotImplemented);
    }
    let (x, y) = (values(m, own)?, values(m, other)?);
    m.compare(op, &Value::tuple(x), &Value::tuple(y))
}
