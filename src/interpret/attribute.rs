//! Attributes: where they are found.

use std::rc::Rc;

use super::call::bound;
use super::class::{Class, Type};
use super::key::Key;
use super::library;
use super::machine::Machine;
use super::symbol::{self, Symbol};
use super::value::{Args, DictKind, Function, Instance, Names, Native, Property, Res, Stop, Super, Value};

/// Hooks of a library's class that needn't be called as functions: what `nn.Module` does for each attribute.
pub struct Shortcuts {
    /// Its `__getattr__`.
    pub getattr: Rc<Native>,
    /// What that returns; none where it raises an `AttributeError`.
    pub get: fn(&mut Machine, &Rc<Instance>, Symbol) -> Option<Value>,
    /// Its `__setattr__`.
    pub setattr: Rc<Native>,
    /// What that does.
    pub set: fn(&mut Machine, &Value, &Rc<Instance>, Symbol, Value) -> Res<()>,
}

impl Machine {
    /// `value.name`.
    pub fn get_attribute(&mut self, value: &Value, name: Symbol) -> Res {
        match self.find_attribute(value, name)? {
            Some(found) => Ok(found),
            None => Err(self.no_attribute(value, name)),
        }
    }

    pub(super) fn no_attribute(&mut self, value: &Value, name: Symbol) -> Stop {
        let text = self.text(name);
        let message = match value {
            Value::Class(class) => format!("type object '{}' has no attribute '{text}'", class.name),
            Value::Module(module) => format!("module '{}' has no attribute '{text}'", module.name),
            _ => format!("'{}' object has no attribute '{text}'", self.type_name(value)),
        };
        self.error(Type::AttributeError, message)
    }

    /// `getattr(value, name, None)`, with none where there is no such attribute.
    pub fn find_attribute(&mut self, value: &Value, name: Symbol) -> Res<Option<Value>> {
        match value {
            Value::Instance(instance) => self.instance_attribute(value, instance, name),
            Value::Class(class) => self.class_attribute(class, name),
            Value::Module(module) => self.module_attribute(module, name),
            Value::Library(path) => self.library_attribute(path, name),
            Value::Unknown(unknown) => Ok(Some(match &unknown.path {
                Some(path) => {
                    let name = self.text(name);
                    library::absent_logger(path, &name).unwrap_or_else(|| self.opaque(&format!("{path}.{name}")))
                }
                None => value.clone(),
            })),
            Value::Super(parts) => self.super_attribute(parts, name),
            Value::Foreign(foreign) => match name {
                symbol::CLASS => Ok(Some(Value::Class(foreign.clone().class(self)?))),
                _ => foreign.clone().get(self, name),
            },
            _ => self.builtin_attribute(value, name),
        }
    }

    /// A method and the object that is its first argument.
    pub(super) fn method(&mut self, value: &Value, name: Symbol) -> Res<(Value, Option<Value>)> {
        match value {
            Value::Instance(instance) if instance.class.borrow().unknown.is_none() => {
                let class = instance.class();
                if (!*class.intercepts.borrow() || class.lookup_own(symbol::GETATTRIBUTE).is_none())
                    && !instance.attributes.borrow().contains_key(&name)
                    && let Some(found) = class.lookup(name)
                    && (matches!(found, Value::Function(_)) || matches!(&found, Value::Native(n) if n.binds))
                {
                    return Ok((found, Some(value.clone())));
                }
            }
            Value::Instance(_)
            | Value::Class(_)
            | Value::Module(_)
            | Value::Library(_)
            | Value::Unknown(_)
            | Value::Super(_)
            | Value::Foreign(_) => {}
            _ => {
                let class = self.class_of(value)?;
                if let Some(found) = self.type_method(&class, name) {
                    return Ok((found, Some(value.clone())));
                }
            }
        }
        Ok((self.get_attribute(value, name)?, None))
    }

    fn instance_attribute(&mut self, value: &Value, instance: &Rc<Instance>, name: Symbol) -> Res<Option<Value>> {
        let class = instance.class();
        if *class.intercepts.borrow()
            && let Some(hook) = class.lookup_own(symbol::GETATTRIBUTE)
        {
            let args = vec![value.clone(), Value::Str(self.text(name))];
            return self.call(&hook, Args::of(args)).map(Some);
        }
        let of_class = class.lookup_with(name);
        if let Some((Value::Property(property), _)) = &of_class {
            // An `AttributeError` in a property makes Python ask `__getattr__`.
            match self.read_property(value, instance, property, name) {
                Err(Stop::Raise(raised))
                    if class.lookup_own(symbol::GETATTR).is_some()
                        && self.class_of(&raised.exception)?.is(Type::AttributeError) => {}
                result => return result.map(Some),
            }
        } else if let Some(found) = self.own_or_of_class(value, instance, name, of_class)? {
            return Ok(Some(found));
        }
        if let Some(hook) = class.lookup_own(symbol::GETATTR) {
            if let (Some(shortcuts), Value::Native(native), None) = (&self.shortcuts, &hook, &class.unknown)
                && Rc::ptr_eq(&shortcuts.getattr, native)
            {
                let get = shortcuts.get;
                return Ok(get(self, instance, name));
            }
            let args = vec![value.clone(), Value::Str(self.text(name))];
            return self.call(&hook, Args::of(args)).map(Some);
        }
        match &class.unknown {
            Some(unknown) => Ok(Some(Value::Unknown(unknown.clone()))),
            None => Ok(None),
        }
    }

    fn read_property(&mut self, value: &Value, instance: &Rc<Instance>, property: &Property, name: Symbol) -> Res {
        if let Some(kept) = property.cached.get() {
            if let Some(found) = instance.attributes.borrow().get(&kept) {
                return Ok(found.clone());
            }
            let found = self.call(&property.get, Args::of(vec![value.clone()]))?;
            instance.attributes.borrow_mut().insert(kept, found.clone());
            return Ok(found);
        }
        if property.get.is_none() {
            let message = format!("property '{}' of '{}' object has no getter", self.text(name), instance.class().name);
            return Err(self.error(Type::AttributeError, message));
        }
        self.call(&property.get, Args::of(vec![value.clone()]))
    }

    /// What `object.__getattribute__` finds, but for properties.
    pub(super) fn plain_attribute(
        &mut self,
        value: &Value,
        instance: &Rc<Instance>,
        name: Symbol,
    ) -> Res<Option<Value>> {
        let of_class = instance.class().lookup_with(name);
        self.own_or_of_class(value, instance, name, of_class)
    }

    /// An attribute of an instance, or else what its class has.
    fn own_or_of_class(
        &mut self,
        value: &Value,
        instance: &Rc<Instance>,
        name: Symbol,
        of_class: Option<(Value, Rc<Class>)>,
    ) -> Res<Option<Value>> {
        if let Some(found) = instance.attributes.borrow().get(&name) {
            return Ok(Some(found.clone()));
        }
        let class = instance.class();
        if let Some((found, owner)) = of_class {
            // Behind a base that isn't known something else may stand in the way.
            if let (Some(unknown), None) = (&class.unknown, &owner.unknown) {
                return Ok(Some(Value::Unknown(unknown.clone())));
            }
            return self.bind_to(found, value, &class).map(Some);
        }
        match name {
            symbol::CLASS => return Ok(Some(Value::Class(class))),
            symbol::DICT => return Ok(Some(Value::Names(Rc::new(Names::Instance(instance.clone()))))),
            symbol::DOC => return Ok(Some(Value::None)),
            _ => {}
        }
        if class.is(Type::BaseException) {
            let base = instance.base.borrow().clone();
            match (name, &base) {
                (symbol::ARGS, _) => return Ok(Some(base)),
                (symbol::CAUSE | symbol::CONTEXT | symbol::TRACEBACK, _) => return Ok(Some(Value::None)),
                (symbol::VALUE, Value::Tuple(t)) if class.is(Type::StopIteration) => {
                    return Ok(Some(t.items.first().cloned().unwrap_or(Value::None)));
                }
                _ => {}
            }
        }
        match self.type_method(&class, name) {
            Some(found) => self.bind_to(found, value, &class).map(Some),
            None => Ok(None),
        }
    }

    /// A method that a builtin type of the class's order has.
    pub(super) fn type_method(&mut self, class: &Rc<Class>, name: Symbol) -> Option<Value> {
        if let Some(found) = class.lookup(name) {
            return Some(found);
        }
        if class.has_no_method(name) {
            return None;
        }
        let text = self.text(name);
        for class in class.order() {
            let Some(kind) = class.builtin else { continue };
            if let Some(call) = super::methods::find(kind, &text) {
                let method = Value::native_method(&text, call);
                class.namespace.borrow_mut().insert(name, method.clone());
                return Some(method);
            }
        }
        class.note_no_method(name);
        None
    }

    fn class_attribute(&mut self, class: &Rc<Class>, name: Symbol) -> Res<Option<Value>> {
        match name {
            symbol::NAME => return Ok(Some(Value::Str(class.name.clone()))),
            symbol::QUALNAME => return Ok(Some(Value::Str(class.qualname.clone()))),
            symbol::CLASS => return self.class_of(&Value::Class(class.clone())).map(|c| Some(Value::Class(c))),
            symbol::DICT => return Ok(Some(Value::Names(Rc::new(Names::Class(class.clone()))))),
            symbol::BASES => {
                return Ok(Some(Value::tuple(class.bases.iter().cloned().map(Value::Class).collect())));
            }
            symbol::MRO => {
                return Ok(Some(Value::tuple(class.order().into_iter().map(Value::Class).collect())));
            }
            _ => {}
        }
        if let Some((found, owner)) = class.lookup_with(name) {
            if let (Some(unknown), None) = (&class.unknown, &owner.unknown) {
                return Ok(Some(Value::Unknown(unknown.clone())));
            }
            return match &found {
                Value::StaticMethod(function) => Ok(Some((**function).clone())),
                Value::ClassMethod(function) => Ok(Some(bound((**function).clone(), Value::Class(class.clone())))),
                Value::Native(n) if owner.builtin.is_some() && matches!(&*n.name, "fromkeys" | "maketrans") => {
                    Ok(Some(bound(found, Value::Class(class.clone()))))
                }
                Value::Instance(descriptor) => match descriptor.class().lookup_own(symbol::GET) {
                    Some(get) => {
                        let args = vec![found.clone(), Value::None, Value::Class(class.clone())];
                        self.call(&get, Args::of(args)).map(Some)
                    }
                    None => Ok(Some(found)),
                },
                _ => Ok(Some(found)),
            };
        }
        match name {
            symbol::MODULE => return Ok(Some(Value::Str(class.module.clone()))),
            symbol::DOC => return Ok(Some(Value::None)),
            _ => {}
        }
        if let Some(metaclass) = class.metaclass.clone() {
            let own = Value::Class(class.clone());
            if let Some(found) = metaclass.lookup_own(name) {
                return self.bind_to(found, &own, &metaclass).map(Some);
            }
            if let Some(hook) = metaclass.lookup_own(symbol::GETATTR) {
                return self.call(&hook, Args::of(vec![own, Value::Str(self.text(name))])).map(Some);
            }
        }
        if let Some(unknown) = &class.unknown {
            return Ok(Some(Value::Unknown(unknown.clone())));
        }
        if &*self.text(name) == "mro" {
            let order = class.order().into_iter().map(Value::Class).collect();
            return Ok(Some(Value::native_with("mro", order, |_, native, _| Ok(Value::list(native.data.clone())))));
        }
        if class.is(Type::Enum)
            && let Some(found) = self.enum_attribute(class, name)
        {
            return Ok(Some(found));
        }
        Ok(self.type_method(class, name).map(|found| match (&found, &*self.text(name)) {
            (_, "fromkeys" | "maketrans") => bound(found, Value::Class(class.clone())),
            _ => found,
        }))
    }

    fn super_attribute(&mut self, parts: &Super, name: Symbol) -> Res<Option<Value>> {
        let (class, is_class) = match &parts.receiver {
            // In a metaclass the receiver is an instance.
            Value::Class(c) if c.derives(&parts.class) => (c.clone(), true),
            other => (self.class_of(other)?, false),
        };
        if let Some((found, owner)) = class.lookup_behind(&parts.class, name) {
            if let (Some(unknown), None) = (&parts.class.unknown, &owner.unknown) {
                return Ok(Some(Value::Unknown(unknown.clone())));
            }
            if is_class && matches!(found, Value::Function(_) | Value::Native(_)) {
                return Ok(Some(found));
            }
            return self.bind_to(found, &parts.receiver, &class).map(Some);
        }
        if let Some(unknown) = &parts.class.unknown {
            return Ok(Some(Value::Unknown(unknown.clone())));
        }
        match name {
            symbol::CLASS => return Ok(Some(Value::Class(self.builtin(Type::Super)))),
            symbol::INIT_SUBCLASS => return Ok(Some(Value::native("__init_subclass__", |_, _, _| Ok(Value::None)))),
            _ => {}
        }
        let skip = class.order().iter().position(|c| Rc::ptr_eq(c, &parts.class)).map_or(0, |i| i + 1);
        let text = self.text(name);
        for behind in class.order().into_iter().skip(skip) {
            if let Some(call) = behind.builtin.and_then(|kind| super::methods::find(kind, &text)) {
                let method = Value::native_method(&text, call);
                behind.namespace.borrow_mut().insert(name, method.clone());
                if name == symbol::NEW {
                    return Ok(Some(method));
                }
                return Ok(Some(bound(method, parts.receiver.clone())));
            }
        }
        Ok(None)
    }

    fn function_attribute(&mut self, function: &Rc<Function>, name: Symbol) -> Option<Value> {
        if let Some(found) = function.attributes.borrow().get(&name) {
            return Some(found.clone());
        }
        let ir = function.code.file.program.function(function.id);
        match name {
            symbol::NAME => Some(Value::Str(self.text(function.code.symbols[ir.name.index()]))),
            symbol::QUALNAME => Some(Value::Str(self.text(function.code.symbols[ir.qualname.index()]))),
            symbol::MODULE => Some(Value::Str(function.module.name.clone())),
            symbol::DOC => Some(ir.doc.map_or(Value::None, |d| function.code.constants[d.index()].clone())),
            symbol::DEFAULTS => {
                let defaults = function.defaults.borrow();
                Some(if defaults.is_empty() { Value::None } else { Value::tuple(defaults.clone()) })
            }
            _ => None,
        }
    }

    fn builtin_attribute(&mut self, value: &Value, name: Symbol) -> Res<Option<Value>> {
        if name == symbol::CLASS {
            return Ok(Some(Value::Class(self.class_of(value)?)));
        }
        let text = self.text(name);
        let found = match value {
            Value::Function(function) => self.function_attribute(function, name),
            Value::Method(method) => match name {
                symbol::SELF => Some(method.receiver.clone()),
                symbol::FUNC => Some(method.function.clone()),
                _ => return self.find_attribute(&method.function.clone(), name),
            },
            Value::Native(native) => match name {
                symbol::NAME | symbol::QUALNAME => Some(Value::str(native.name.rsplit('.').next().unwrap_or_default())),
                // `itertools.chain.from_iterable`.
                _ if native.name.contains('.') => return self.library_attribute(&native.name, name),
                _ => None,
            },
            Value::Partial(partial) => match name {
                symbol::FUNC_ATTR => Some(partial.function.clone()),
                symbol::ARGS => Some(Value::tuple(partial.args.positional.clone())),
                symbol::KEYWORDS => {
                    let pairs = partial.args.keywords.iter();
                    Some(Value::dict(pairs.map(|(k, v)| (Key::str(&self.text(*k)), v.clone())).collect()))
                }
                _ => None,
            },
            Value::Property(property) => match &*text {
                "fget" => Some(property.get.clone()),
                "fset" => Some(property.set.clone()),
                "fdel" => Some(property.delete.clone()),
                _ => None,
            },
            Value::StaticMethod(function) | Value::ClassMethod(function) => match &*text {
                "__func__" | "__wrapped__" => Some((**function).clone()),
                _ => return self.find_attribute(&(**function).clone(), name),
            },
            Value::Tuple(tuple) => match &tuple.class {
                Some(class) => match class.lookup(name) {
                    Some(Value::Property(property)) => {
                        return self.call(&property.get, Args::of(vec![value.clone()])).map(Some);
                    }
                    Some(found) => return self.bind_to(found, value, class).map(Some),
                    None => None,
                },
                None => None,
            },
            Value::Range(range) => match &*text {
                "start" => Some(Value::Int(range.start)),
                "stop" => Some(Value::Int(range.stop)),
                "step" => Some(Value::Int(range.step)),
                _ => None,
            },
            Value::Slice(bounds) => match &*text {
                "start" => Some(bounds[0].clone()),
                "stop" => Some(bounds[1].clone()),
                "step" => Some(bounds[2].clone()),
                _ => None,
            },
            Value::Int(_) | Value::Bool(_) => match (&*text, value) {
                ("real" | "numerator", Value::Bool(b)) => Some(Value::Int(i64::from(*b))),
                ("real" | "numerator", _) => Some(value.clone()),
                ("imag", _) => Some(Value::Int(0)),
                ("denominator", _) => Some(Value::Int(1)),
                _ => None,
            },
            Value::Float(_) => match &*text {
                "real" => Some(value.clone()),
                "imag" => Some(Value::Float(0.0)),
                _ => None,
            },
            Value::Dict(dict) => match (&*text, &dict.kind) {
                ("default_factory", DictKind::Default(factory)) => Some(factory.clone()),
                _ => None,
            },
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
        let class = self.class_of(value)?;
        match self.type_method(&class, name) {
            Some(method) => Ok(Some(bound(method, value.clone()))),
            None if name == symbol::DOC => Ok(Some(Value::None)),
            None => Ok(None),
        }
    }

    /// A method that Python calls by itself: it counts only where the class has it.
    pub fn special(&mut self, value: &Value, name: Symbol) -> Res<Option<Value>> {
        match value {
            Value::Instance(instance) => {
                let class = instance.class();
                match class.lookup_own(name) {
                    Some(found) => self.bind_to(found, value, &class).map(Some),
                    None => Ok(None),
                }
            }
            Value::Foreign(foreign) => {
                let text = self.text(name);
                let class = foreign.clone().class(self)?;
                match class.lookup(name) {
                    Some(found) => self.bind_to(found, value, &class).map(Some),
                    None => Ok(match &*text {
                        "__enter__" | "__exit__" => foreign.clone().get(self, name)?,
                        _ => None,
                    }),
                }
            }
            Value::Tuple(tuple) => match &tuple.class {
                Some(class) => match class.lookup_own(name) {
                    Some(found) => self.bind_to(found, value, class).map(Some),
                    None => Ok(None),
                },
                None => Ok(None),
            },
            Value::Class(class) => match name {
                _ if let Some(found) = class.metaclass.as_ref().and_then(|m| m.lookup_own(name)) => {
                    self.bind_to(found, value, class).map(Some)
                }
                symbol::GETITEM => Ok(class.lookup_own(symbol::CLASS_GETITEM).map(|found| match found {
                    Value::ClassMethod(f) => bound((*f).clone(), value.clone()),
                    other => bound(other, value.clone()),
                })),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// Calls a method that Python calls by itself; none if the class doesn't have it.
    pub fn call_special(&mut self, value: &Value, name: Symbol, args: &[Value]) -> Res<Option<Value>> {
        if let Value::Foreign(foreign) = value {
            let text = self.text(name);
            return foreign.clone().special(self, &text, args);
        }
        match self.special(value, name)? {
            Some(Value::None) => Ok(None),
            Some(method) => self.call(&method, Args::of(args.to_vec())).map(Some),
            None => Ok(None),
        }
    }
}
