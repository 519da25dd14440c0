//! `collections`, `collections.abc` and `numbers`.

use std::rc::Rc;

use super::super::call::{Taken, listed};
use super::super::class::{Class, Header, Type};
use super::super::machine::Machine;
use super::super::symbol;
use super::super::value::{Args, Dict, Namespace, Native, NativeFn, Res, Tuple, Value};
use super::{Counts, Library};

pub(super) static LIBRARY: Library = Library {
    packages: &["collections", "numbers"],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: OTHERS,
};

const OTHERS: &[&str] = &[
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.Counter",
    "collections.deque",
    "collections.abc.Sequence",
    "collections.abc.MutableSequence",
    "collections.abc.Mapping",
    "collections.abc.MutableMapping",
    "collections.abc.Set",
    "collections.abc.Iterable",
    "collections.abc.Iterator",
    "collections.abc.Callable",
    "collections.abc.Hashable",
    "collections.abc.Sized",
    "collections.abc.Generator",
    "collections.abc.Container",
    "collections.UserDict",
    "numbers.Number",
    "numbers.Real",
    "numbers.Complex",
    "numbers.Integral",
    "numbers.Rational",
];

const FUNCTIONS: &[(&str, NativeFn)] = &[("collections.namedtuple", |m, _, a| {
    let mut args = Taken::new("namedtuple", a);
    let (name, fields) = (args.required(m, "typename")?, args.required(m, "field_names")?);
    let defaults = m.symbol("defaults");
    let defaults = args.keyword(defaults);
    let name = m.str(&name)?;
    let fields: Vec<Rc<str>> = match fields.unwrapped() {
        Value::Str(text) => text.split([',', ' ']).filter(|f| !f.is_empty()).map(Rc::from).collect(),
        _ => {
            let items = m.collect(&fields)?;
            let mut names = Vec::new();
            for item in &items {
                names.push(m.str(item)?);
            }
            names
        }
    };
    let defaults = match defaults {
        Some(defaults) if !defaults.is_none() => m.collect(&defaults)?,
        _ => Vec::new(),
    };
    let first = fields.len().saturating_sub(defaults.len());
    let pairs = fields[first..].iter().zip(defaults).map(|(f, v)| (Value::Str(f.clone()), v)).collect();
    m.named_tuple(&name, &fields, pairs, Namespace::default())
})];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let kind = match path {
        "collections.OrderedDict" => Type::OrderedDict,
        "collections.defaultdict" => Type::DefaultDict,
        "collections.Counter" => Type::Counter,
        "collections.deque" => Type::Deque,
        _ => {
            if !OTHERS.contains(&path) || path == "collections.UserDict" {
                return None;
            }
            let (module, name) = path.rsplit_once('.')?;
            return Some(Value::Class(m.native_class(name, module, &[], Vec::new())));
        }
    };
    Some(Value::Class(m.builtin(kind)))
}

/// The name of what makes a named tuple.
const NEW_NAMED: &str = "__new__";

impl Machine {
    /// The class of a named tuple.
    pub(in super::super) fn named_tuple(
        &mut self,
        name: &Rc<str>,
        fields: &[Rc<str>],
        defaults: Vec<(Value, Value)>,
        mut namespace: Namespace,
    ) -> Res {
        let names: Vec<Value> = fields.iter().cloned().map(Value::Str).collect();
        let fields = self.symbol("_fields");
        namespace.insert(fields, Value::tuple(names.clone()));
        namespace.insert(symbol::MATCH_ARGS, Value::tuple(names.clone()));
        let field_defaults = self.symbol("_field_defaults");
        let defaults = self.dict_from(defaults)?;
        namespace.insert(field_defaults, defaults.clone());
        let new = Value::native_with(NEW_NAMED, vec![defaults, Value::tuple(names.clone())], |m, _, mut a| {
            let Some(Value::Class(class)) = a.positional.first().cloned() else {
                return Err(m.type_error("__new__() missing 1 required positional argument: '_cls'"));
            };
            a.positional.remove(0);
            let fields = m.tuple_fields(&class).unwrap_or_default();
            m.construct_named_tuple(&class, &fields, a)
        });
        namespace.entry(symbol::NEW).or_insert_with(|| Value::StaticMethod(Rc::new(new)));
        for (i, field) in names.iter().enumerate() {
            let get = Value::native_with("field", vec![Value::Int(i as i64)], |_, n, a| {
                let (Some(Value::Tuple(tuple)), Some(Value::Int(i))) = (a.positional.first(), n.data.first()) else {
                    return Ok(Value::None);
                };
                Ok(tuple.items.get(*i as usize).cloned().unwrap_or(Value::None))
            });
            let name = self.symbol(field.as_str().unwrap_or_default());
            namespace.insert(name, Machine::property(get));
        }
        let make = Value::native_method("_make", |m, _, a| match a.positional.as_slice() {
            [class, items] => {
                let items = m.collect(items)?;
                m.call(class, Args::of(items))
            }
            _ => Err(m.type_error("_make() takes one argument")),
        });
        let make_name = self.symbol("_make");
        namespace.insert(make_name, Value::ClassMethod(Rc::new(make)));
        let header = Header {
            name: name.clone(),
            qualname: name.clone(),
            module: "__main__".into(),
            metaclass: None,
            bases: vec![Value::Class(self.builtin(Type::Tuple))],
            keywords: Vec::new(),
        };
        Ok(Value::Class(self.new_class(header, namespace)?))
    }

    /// The class of a `class A(NamedTuple)`.
    pub(in super::super) fn named_tuple_class(&mut self, name: &Rc<str>, mut namespace: Namespace) -> Res {
        let mut fields = Vec::new();
        let mut defaults = Vec::new();
        if let Some(Value::Dict(annotations)) = namespace.shift_remove(&symbol::ANNOTATIONS) {
            let names: Vec<Value> = annotations.entries.borrow().keys().map(|k| k.value().clone()).collect();
            for field in names {
                let symbol = self.symbol(field.as_str().unwrap_or_default());
                if let Some(default) = namespace.shift_remove(&symbol) {
                    defaults.push((field.clone(), default));
                }
                fields.push(self.text(symbol));
            }
        }
        self.named_tuple(name, &fields, defaults, namespace)
    }

    /// `NamedTuple.__new__.__defaults__ = new`; whether it is that of a named tuple.
    pub(in super::super) fn set_tuple_defaults(&mut self, native: &Native, new: &Value) -> Res<bool> {
        let [Value::Dict(defaults), Value::Tuple(names)] = native.data.as_slice() else { return Ok(false) };
        if &*native.name != NEW_NAMED {
            return Ok(false);
        }
        let values = if new.is_none() { Vec::new() } else { self.collect(new)? };
        let first = names.items.len().saturating_sub(values.len());
        let entries = names.items[first..].iter().zip(values).map(|(name, value)| (name.clone(), value)).collect();
        let Value::Dict(given) = self.dict_from(entries)? else { return Ok(false) };
        let entries = given.entries.borrow().clone();
        *defaults.entries.borrow_mut() = entries;
        Ok(true)
    }

    /// The fields of a named tuple's class.
    pub(in super::super) fn tuple_fields(&mut self, class: &Class) -> Option<Vec<Rc<str>>> {
        let fields = self.symbol("_fields");
        match class.lookup(fields) {
            Some(Value::Tuple(names)) => Some(
                names
                    .items
                    .iter()
                    .filter_map(|n| match n {
                        Value::Str(s) => Some(s.clone()),
                        _ => None,
                    })
                    .collect(),
            ),
            _ => None,
        }
    }

    pub(in super::super) fn construct_named_tuple(&mut self, class: &Rc<Class>, fields: &[Rc<str>], args: Args) -> Res {
        let name = self.symbol("_field_defaults");
        let defaults: Option<Rc<Dict>> = match class.lookup(name) {
            Some(Value::Dict(d)) => Some(d),
            _ => None,
        };
        if args.positional.len() > fields.len() {
            let message = format!(
                "{}.__new__() takes {} positional arguments but {} were given",
                class.name,
                fields.len() + 1,
                args.positional.len() + 1
            );
            return Err(self.type_error(message));
        }
        let mut items: Vec<Option<Value>> = args.positional.into_iter().map(Some).collect();
        items.resize(fields.len(), None);
        for (keyword, value) in args.keywords {
            let text = self.text(keyword);
            match fields.iter().position(|f| *f == text) {
                Some(i) if items[i].is_none() => items[i] = Some(value),
                _ => {
                    let message = format!("{}.__new__() got an unexpected keyword argument '{text}'", class.name);
                    return Err(self.type_error(message));
                }
            }
        }
        let mut missing = Vec::new();
        for (item, field) in items.iter_mut().zip(fields) {
            if item.is_none() {
                let key = super::super::key::Key::str(field);
                *item = defaults.as_ref().and_then(|d| d.entries.borrow().get(&key).cloned());
                if item.is_none() {
                    missing.push(field.clone());
                }
            }
        }
        if !missing.is_empty() {
            let plural = if missing.len() == 1 { "" } else { "s" };
            let listed = listed(&missing);
            let message = format!(
                "{}.__new__() missing {} required positional argument{plural}: {listed}",
                class.name,
                missing.len()
            );
            return Err(self.type_error(message));
        }
        let items = items.into_iter().flatten().collect();
        Ok(Value::Tuple(Rc::new(Tuple { items, class: Some(class.clone()) })))
    }
}
