//! Classes: the builtin types, the order of bases, and how a class statement makes one.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::machine::Machine;
use super::symbol::{self, Symbol};
use super::tracked::Tracked;
use super::value::{Args, Namespace, Property, Res, Value};
use crate::words::message;

macro_rules! types {
    ($($variant:ident $name:literal $module:literal $base:ident)*) => {
        /// A builtin type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(clippy::enum_variant_names, reason = "named as in Python")]
        pub enum Type { $($variant),* }

        /// Each builtin type with its name, module and base, bases first.
        pub const TYPES: &[(Type, &str, &str, Type)] = &[$((Type::$variant, $name, $module, Type::$base)),*];
    };
}

types! {
    Object "object" "builtins" Object
    Type "type" "builtins" Object
    NoneType "NoneType" "builtins" Object
    NotImplementedType "NotImplementedType" "builtins" Object
    Ellipsis "ellipsis" "builtins" Object
    Int "int" "builtins" Object
    Bool "bool" "builtins" Int
    Float "float" "builtins" Object
    Complex "complex" "builtins" Object
    Str "str" "builtins" Object
    Bytes "bytes" "builtins" Object
    Tuple "tuple" "builtins" Object
    List "list" "builtins" Object
    Dict "dict" "builtins" Object
    OrderedDict "OrderedDict" "collections" Dict
    DefaultDict "defaultdict" "collections" Dict
    Counter "Counter" "collections" Dict
    Deque "deque" "collections" List
    Set "set" "builtins" Object
    FrozenSet "frozenset" "builtins" Object
    Slice "slice" "builtins" Object
    Range "range" "builtins" Object
    Function "function" "builtins" Object
    Builtin "builtin_function_or_method" "builtins" Object
    Method "method" "builtins" Object
    Module "module" "builtins" Object
    Property "property" "builtins" Object
    CachedProperty "cached_property" "functools" Property
    StaticMethod "staticmethod" "builtins" Object
    ClassMethod "classmethod" "builtins" Object
    Super "super" "builtins" Object
    Partial "partial" "functools" Object
    Generator "generator" "builtins" Object
    Iterator "iterator" "builtins" Object
    Enumerate "enumerate" "builtins" Iterator
    Zip "zip" "builtins" Iterator
    Map "map" "builtins" Iterator
    Filter "filter" "builtins" Iterator
    Reversed "reversed" "builtins" Iterator
    Keys "dict_keys" "builtins" Object
    Values "dict_values" "builtins" Object
    Items "dict_items" "builtins" Object
    Mapping "mappingproxy" "builtins" Dict
    Enum "Enum" "enum" Object
    BaseException "BaseException" "builtins" Object
    SystemExit "SystemExit" "builtins" BaseException
    KeyboardInterrupt "KeyboardInterrupt" "builtins" BaseException
    GeneratorExit "GeneratorExit" "builtins" BaseException
    Exception "Exception" "builtins" BaseException
    StopIteration "StopIteration" "builtins" Exception
    ArithmeticError "ArithmeticError" "builtins" Exception
    ZeroDivisionError "ZeroDivisionError" "builtins" ArithmeticError
    OverflowError "OverflowError" "builtins" ArithmeticError
    FloatingPointError "FloatingPointError" "builtins" ArithmeticError
    AssertionError "AssertionError" "builtins" Exception
    AttributeError "AttributeError" "builtins" Exception
    BufferError "BufferError" "builtins" Exception
    EOFError "EOFError" "builtins" Exception
    ImportError "ImportError" "builtins" Exception
    ModuleNotFoundError "ModuleNotFoundError" "builtins" ImportError
    LookupError "LookupError" "builtins" Exception
    IndexError "IndexError" "builtins" LookupError
    KeyError "KeyError" "builtins" LookupError
    MemoryError "MemoryError" "builtins" Exception
    NameError "NameError" "builtins" Exception
    UnboundLocalError "UnboundLocalError" "builtins" NameError
    OSError "OSError" "builtins" Exception
    FileNotFoundError "FileNotFoundError" "builtins" OSError
    FileExistsError "FileExistsError" "builtins" OSError
    PermissionError "PermissionError" "builtins" OSError
    ConnectionError "ConnectionError" "builtins" OSError
    TimeoutError "TimeoutError" "builtins" OSError
    RuntimeError "RuntimeError" "builtins" Exception
    NotImplementedError "NotImplementedError" "builtins" RuntimeError
    RecursionError "RecursionError" "builtins" RuntimeError
    SyntaxError "SyntaxError" "builtins" Exception
    IndentationError "IndentationError" "builtins" SyntaxError
    TypeError "TypeError" "builtins" Exception
    ValueError "ValueError" "builtins" Exception
    UnicodeError "UnicodeError" "builtins" ValueError
    UnicodeDecodeError "UnicodeDecodeError" "builtins" UnicodeError
    UnicodeEncodeError "UnicodeEncodeError" "builtins" UnicodeError
    Warning "Warning" "builtins" Exception
    UserWarning "UserWarning" "builtins" Warning
    DeprecationWarning "DeprecationWarning" "builtins" Warning
    FutureWarning "FutureWarning" "builtins" Warning
    RuntimeWarning "RuntimeWarning" "builtins" Warning
    ImportWarning "ImportWarning" "builtins" Warning
}

/// A class.
pub struct Class {
    /// Its name.
    pub name: Rc<str>,
    /// Its name with those of the classes and functions around it.
    pub qualname: Rc<str>,
    /// The name of its module.
    pub module: Rc<str>,
    /// Its metaclass, if it isn't `type`.
    pub metaclass: Option<Rc<Class>>,
    /// Its bases.
    pub bases: Vec<Rc<Class>>,
    /// The classes behind it in the order in which attributes are looked up.
    pub behind: Vec<Rc<Class>>,
    /// Its own attributes.
    pub namespace: CountedNames,
    /// The builtin types that it is or derives from, a bit each.
    kinds: u128,
    found: RefCell<Found>,
    /// The builtin type that it is.
    pub builtin: Option<Type>,
    /// Why it isn't known as a whole: a base isn't.
    pub unknown: Option<Rc<super::value::Unknown>>,
    /// Whether any class of its order has `__setattr__`, `__getattribute__` or a property: then storing is slow.
    pub intercepts: Tracked<bool>,
}

/// The attributes of a class or the names of a module, and how often they were changed, for classes those of any class of the
/// machine: what was looked up stays true until then.
#[derive(Default)]
pub struct CountedNames {
    pub(super) names: Tracked<Namespace>,
    changes: Rc<Cell<u64>>,
    own_changes: Cell<u64>,
}

impl CountedNames {
    fn new(names: Namespace, changes: &Rc<Cell<u64>>) -> CountedNames {
        CountedNames { names: Tracked::new(names), changes: changes.clone(), own_changes: Cell::new(0) }
    }

    /// How often they were changed.
    pub fn changes(&self) -> u64 {
        self.changes.get()
    }

    /// How often these were, whatever became of others.
    pub fn own_changes(&self) -> u64 {
        self.own_changes.get()
    }

    /// Takes all of them.
    pub fn take(&self) -> Namespace {
        std::mem::take(&mut self.borrow_mut())
    }

    /// To read.
    pub fn borrow(&self) -> Ref<'_, Namespace> {
        self.names.borrow()
    }

    /// To change.
    pub fn borrow_mut(&self) -> RefMut<'_, Namespace> {
        self.count();
        self.names.borrow_mut()
    }

    /// Counts a change.
    pub(super) fn count(&self) {
        self.changes.set(self.changes.get() + 1);
        self.own_changes.set(self.own_changes.get() + 1);
    }
}

/// What was looked up in a class and those behind it.
#[derive(Default)]
struct Found {
    /// How many changes there were then.
    changes: u64,
    /// Attributes, with the position of the class that has them in the order.
    attributes: FxHashMap<Symbol, Option<(usize, Value)>>,
    /// Names that no builtin type of the order has either.
    no_methods: FxHashSet<Symbol>,
}

impl Class {
    /// An attribute and the position of the class of the order that has it.
    fn find(&self, name: Symbol) -> Option<(usize, Value)> {
        let mut found = self.found();
        if let Some(known) = found.attributes.get(&name) {
            return known.clone();
        }
        let searched = self.search(name);
        found.attributes.insert(name, searched.clone());
        searched
    }

    fn found(&self) -> RefMut<'_, Found> {
        let mut found = self.found.borrow_mut();
        let changes = self.namespace.changes.get();
        if found.changes != changes {
            *found = Found { changes, ..Found::default() };
        }
        found
    }

    fn search(&self, name: Symbol) -> Option<(usize, Value)> {
        if let Some(value) = self.namespace.borrow().get(&name) {
            return Some((0, value.clone()));
        }
        let behind = self.behind.iter().enumerate();
        behind.into_iter().find_map(|(i, c)| c.namespace.borrow().get(&name).map(|v| (i + 1, v.clone())))
    }

    /// An attribute and the class of the order that has it.
    pub fn lookup_with(self: &Rc<Self>, name: Symbol) -> Option<(Value, Rc<Class>)> {
        let (at, value) = self.find(name)?;
        Some((value, at.checked_sub(1).map_or(self, |i| &self.behind[i]).clone()))
    }

    /// An attribute.
    pub fn lookup(&self, name: Symbol) -> Option<Value> {
        self.find(name).map(|(_, value)| value)
    }

    /// An attribute that a class of the program has, not one that comes from a builtin type.
    pub fn lookup_own(&self, name: Symbol) -> Option<Value> {
        let (at, value) = self.find(name)?;
        let builtin = at.checked_sub(1).map_or(self.builtin, |i| self.behind[i].builtin);
        if builtin.is_none() {
            return Some(value);
        }
        let rest = self.behind[at..].iter().filter(|c| c.builtin.is_none());
        rest.into_iter().find_map(|c| c.namespace.borrow().get(&name).cloned())
    }

    /// Whether it is known that neither a class of the order nor a builtin type has a name.
    pub(super) fn has_no_method(&self, name: Symbol) -> bool {
        self.found().no_methods.contains(&name)
    }

    /// Notes that neither a class of the order nor a builtin type has a name.
    pub(super) fn note_no_method(&self, name: Symbol) {
        self.found().no_methods.insert(name);
    }

    /// Takes its attributes, when the machine ends.
    pub(super) fn end(&self) -> Namespace {
        self.found.take();
        self.namespace.names.take()
    }

    /// An attribute of the classes behind `class` in the order.
    pub fn lookup_behind(self: &Rc<Self>, class: &Rc<Class>, name: Symbol) -> Option<(Value, Rc<Class>)> {
        let skip =
            if Rc::ptr_eq(self, class) { 0 } else { 1 + self.behind.iter().position(|c| Rc::ptr_eq(c, class))? };
        self.behind[skip..].iter().find_map(|c| c.namespace.borrow().get(&name).map(|v| (v.clone(), c.clone())))
    }

    /// Whether it is `other` or derived from it.
    pub fn derives(self: &Rc<Self>, other: &Rc<Class>) -> bool {
        Rc::ptr_eq(self, other) || self.behind.iter().any(|c| Rc::ptr_eq(c, other))
    }

    /// Whether it is a builtin type or derived from it.
    pub fn is(&self, kind: Type) -> bool {
        self.kinds & (1 << kind as u32) != 0
    }

    /// The nearest builtin type.
    pub fn nearest_builtin(&self) -> Type {
        let own = self.builtin.into_iter();
        own.chain(self.behind.iter().filter_map(|c| c.builtin)).find(|t| *t != Type::Object).unwrap_or(Type::Object)
    }

    /// The whole order: itself and the classes behind it.
    pub fn order(self: &Rc<Self>) -> Vec<Rc<Class>> {
        std::iter::once(self.clone()).chain(self.behind.iter().cloned()).collect()
    }

    /// Its name as `repr` says it.
    pub fn full_name(&self) -> String {
        if &*self.module == "builtins" {
            self.qualname.to_string()
        } else {
            format!("{}.{}", self.module, self.qualname)
        }
    }
}

/// The builtin types among classes, a bit each.
fn kinds(classes: &[Rc<Class>]) -> u128 {
    classes.iter().fold(0, |kinds, class| kinds | class.kinds)
}

/// The order of a class with these bases (C3); none if there is no consistent one.
pub fn order(bases: &[Rc<Class>]) -> Option<Vec<Rc<Class>>> {
    let mut sequences: Vec<Vec<Rc<Class>>> = bases.iter().map(Class::order).collect();
    sequences.push(bases.to_vec());
    let mut result: Vec<Rc<Class>> = Vec::new();
    loop {
        sequences.retain(|s| !s.is_empty());
        if sequences.is_empty() {
            return Some(result);
        }
        let free = |c: &Rc<Class>| !sequences.iter().any(|s| s[1..].iter().any(|x| Rc::ptr_eq(x, c)));
        let next = sequences.iter().map(|s| s[0].clone()).find(free)?;
        for sequence in &mut sequences {
            if Rc::ptr_eq(&sequence[0], &next) {
                sequence.remove(0);
            }
        }
        result.push(next);
    }
}

/// The metaclass that a class takes from its bases.
pub(super) fn inherited_metaclass(bases: &[Value]) -> Option<Rc<Class>> {
    bases.iter().find_map(|base| match base {
        Value::Class(class) => class.metaclass.clone(),
        _ => None,
    })
}

/// What a class statement says, apart from its namespace.
pub struct Header {
    /// Its name.
    pub name: Rc<str>,
    /// Its name with those of the classes and functions around it.
    pub qualname: Rc<str>,
    /// The name of its module.
    pub module: Rc<str>,
    /// Its metaclass, if it says one.
    pub metaclass: Option<Rc<Class>>,
    /// Its bases.
    pub bases: Vec<Value>,
    /// Its keywords, but for `metaclass`.
    pub keywords: Vec<(Symbol, Value)>,
}

impl Machine {
    /// A new class.
    pub fn new_class(&mut self, header: Header, mut namespace: Namespace) -> Res<Rc<Class>> {
        self.spend(50 + namespace.len() as u64)?;
        let mut bases = Vec::new();
        let mut unknown = None;
        for base in &header.bases {
            match base {
                Value::Class(c) => {
                    unknown = unknown.or(c.unknown.clone());
                    bases.push(c.clone());
                }
                Value::Unknown(u) => match u.path.as_deref() {
                    // Types for type checkers do nothing when the program runs.
                    Some(path) if path.starts_with("typing.") || path.starts_with("abc.") => {}
                    _ => unknown = Some(u.clone()),
                },
                other => {
                    let shown = self.type_name(other);
                    return Err(self.unknown(message!("base-of-class", class = header.name, shown)));
                }
            }
        }
        if bases.is_empty() {
            bases.push(self.builtin(Type::Object));
        }
        self.copied(bases.iter().map(|b| b.behind.len()).sum())?;
        let Some(behind) = order(&bases) else {
            let names: Vec<&str> = bases.iter().map(|b| &*b.name).collect();
            let text =
                format!("Cannot create a consistent method resolution\norder (MRO) for bases {}", names.join(", "));
            return Err(self.type_error(text));
        };
        let own = |n: &Namespace| {
            n.contains_key(&symbol::SETATTR)
                || n.contains_key(&symbol::GETATTRIBUTE)
                || n.values().any(|v| matches!(v, Value::Property(_) | Value::Instance(_)))
        };
        let intercepts = own(&namespace) || behind.iter().any(|c| *c.intercepts.borrow());
        // An `__eq__` without a `__hash__` takes the hash away.
        if namespace.contains_key(&symbol::EQ) && !namespace.contains_key(&symbol::HASH) {
            namespace.insert(symbol::HASH, Value::None);
        }
        let named: Vec<(Symbol, Value)> = namespace
            .iter()
            .filter(|(_, v)| matches!(v, Value::Instance(_) | Value::Property(_)))
            .map(|(n, v)| (*n, v.clone()))
            .collect();
        let module = match namespace.get(&symbol::MODULE) {
            Some(Value::Str(module)) => module.clone(),
            _ => header.module,
        };
        let class = Rc::new(Class {
            name: header.name,
            qualname: header.qualname,
            module,
            metaclass: header.metaclass.or_else(|| bases.iter().find_map(|b| b.metaclass.clone())),
            namespace: CountedNames::new(namespace, &bases[0].namespace.changes),
            kinds: kinds(&behind),
            found: RefCell::default(),
            bases,
            behind,
            builtin: None,
            unknown,
            intercepts: Tracked::new(intercepts),
        });
        self.keep_class(&class);
        for (name, value) in named {
            match &value {
                Value::Property(p) if p.cached.get().is_some() => p.cached.set(Some(name)),
                Value::Instance(i) => {
                    if let Some(set_name) = i.class().lookup_own(symbol::SET_NAME) {
                        let text = Value::Str(self.text(name));
                        self.call(&set_name, Args::of(vec![value.clone(), Value::Class(class.clone()), text]))?;
                    }
                }
                _ => {}
            }
        }
        if let Some((hook, _)) = class.lookup_behind(&class, symbol::INIT_SUBCLASS) {
            let hook = match hook {
                Value::ClassMethod(f) => (*f).clone(),
                other => other,
            };
            self.call(&hook, Args { positional: vec![Value::Class(class.clone())], keywords: header.keywords })?;
        }
        Ok(class)
    }

    /// What `Metaclass(name, bases, names)` makes.
    pub(super) fn construct_class(&mut self, metaclass: &Rc<Class>, args: Args) -> Res {
        let own = |name: Symbol| match metaclass.lookup_own(name) {
            Some(Value::StaticMethod(f)) => Some((*f).clone()),
            found => found,
        };
        let with = |first: Value| {
            let mut all = args.clone();
            all.positional.insert(0, first);
            all
        };
        let class = match own(symbol::NEW) {
            Some(new) => self.call(&new, with(Value::Class(metaclass.clone())))?,
            None => self.plain_class(metaclass, &args)?,
        };
        if let (Value::Class(made), Some(init)) = (&class, own(symbol::INIT))
            && made.metaclass.as_ref().is_some_and(|m| m.derives(metaclass))
        {
            self.call(&init, with(class.clone()))?;
        }
        Ok(class)
    }

    /// `type.__new__(metaclass, name, bases, names)`.
    pub(super) fn plain_class(&mut self, metaclass: &Rc<Class>, args: &Args) -> Res {
        let [name, bases, names] = args.positional.as_slice() else {
            return Err(self.type_error("type.__new__() takes exactly 3 arguments"));
        };
        let (name, bases) = (self.str(name)?, self.collect(bases)?);
        let mut namespace = Namespace::default();
        for (key, value) in self.mapping_entries(names)? {
            if let Value::Str(key) = key {
                namespace.insert(self.symbol(&key), value);
            }
        }
        let text = |value: Option<Value>, or: &Rc<str>| match value {
            Some(Value::Str(text)) => text,
            _ => or.clone(),
        };
        let qualname = text(namespace.shift_remove(&symbol::QUALNAME), &name);
        let module = text(namespace.get(&symbol::MODULE).cloned(), &"__main__".into());
        let metaclass = metaclass.builtin.is_none().then(|| metaclass.clone());
        let header = Header { name, qualname, module, metaclass, bases, keywords: args.keywords.clone() };
        Ok(Value::Class(self.new_class(header, namespace)?))
    }

    /// A class of the machine's own: `nn.Module` and the like.
    pub fn native_class(
        &mut self,
        name: &str,
        module: &str,
        bases: &[Rc<Class>],
        members: Vec<(&str, Value)>,
    ) -> Rc<Class> {
        let bases = if bases.is_empty() { vec![self.builtin(Type::Object)] } else { bases.to_vec() };
        let namespace: Namespace = members.into_iter().map(|(n, v)| (self.symbol(n), v)).collect();
        let intercepts = namespace.contains_key(&symbol::SETATTR)
            || namespace.values().any(|v| matches!(v, Value::Property(_)))
            || bases.iter().any(|c| *c.intercepts.borrow());
        let behind = order(&bases).unwrap_or_else(|| bases.clone());
        let class = Rc::new(Class {
            name: name.into(),
            qualname: name.into(),
            module: module.into(),
            metaclass: bases.iter().find_map(|b| b.metaclass.clone()),
            namespace: CountedNames::new(namespace, &bases[0].namespace.changes),
            kinds: kinds(&behind),
            found: RefCell::default(),
            behind,
            bases,
            builtin: None,
            unknown: None,
            intercepts: Tracked::new(intercepts),
        });
        self.keep_class(&class);
        class
    }

    /// A property with a getter.
    pub fn property(get: Value) -> Value {
        Value::Property(Rc::new(Property { get, set: Value::None, delete: Value::None, cached: Cell::new(None) }))
    }
}

/// The builtin types as classes, in the order of [`TYPES`].
pub fn builtin_types() -> Vec<Rc<Class>> {
    let mut classes: Vec<Rc<Class>> = Vec::with_capacity(TYPES.len());
    let changes = Rc::default();
    for (i, &(kind, name, module, base)) in TYPES.iter().enumerate() {
        let bases: Vec<Rc<Class>> = if i == 0 { Vec::new() } else { vec![classes[base as usize].clone()] };
        let behind = order(&bases).unwrap_or_default();
        classes.push(Rc::new(Class {
            name: name.into(),
            qualname: name.into(),
            module: module.into(),
            metaclass: None,
            namespace: CountedNames::new(Namespace::default(), &changes),
            kinds: kinds(&behind) | 1 << kind as u32,
            found: RefCell::default(),
            behind,
            bases,
            builtin: Some(kind),
            unknown: None,
            intercepts: Tracked::new(false),
        }));
    }
    classes
}
