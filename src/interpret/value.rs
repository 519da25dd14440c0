//! Values of the machine. Reference counted as in CPython; identity is that of the `Rc`.

use std::any::Any;
use std::cell::Cell;
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::class::{Class, Type};
use super::code::Code;
pub use super::elements::Elements;
use super::iterate::Iteration;
use super::key::Key;
use super::machine::Machine;
use super::modules::Module;
use super::symbol::Symbol;
use super::tracked::{Keep, Tracked};
use crate::python::ir::FunctionId;
use crate::words::Message;

pub(super) type Fast = BuildHasherDefault<FxHasher>;

/// Attributes by name, in the order in which they were first set.
pub type Namespace = IndexMap<Symbol, Value, Fast>;
/// The entries of a dict.
pub type Entries = IndexMap<Key, Value, Fast>;

/// A value.
#[derive(Clone)]
pub enum Value {
    /// A variable without a value; never leaves a frame.
    Unbound,
    /// A variable that several frames share; never leaves a frame.
    Cell(Rc<Tracked<Value>>),
    /// `None`.
    None,
    /// `NotImplemented`.
    NotImplemented,
    /// `...`.
    Ellipsis,
    /// `True` or `False`.
    Bool(bool),
    /// An integer of at most 64 bits.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// A tuple, also of a named tuple's class.
    Tuple(Rc<Tuple>),
    /// A list.
    List(Rc<List>),
    /// A dict or one of its kinds.
    Dict(Rc<Dict>),
    /// A set.
    Set(Rc<Tracked<Elements>>),
    /// A frozen set.
    FrozenSet(Rc<Elements>),
    /// A slice.
    Slice(Rc<[Value; 3]>),
    /// A range.
    Range(Rc<Range>),
    /// An iterator or generator.
    Iterator(Rc<Iteration>),
    /// A function of the program.
    Function(Rc<Function>),
    /// A function with its first argument.
    Method(Rc<Method>),
    /// A function of the machine.
    Native(Rc<Native>),
    /// A class.
    Class(Rc<Class>),
    /// An instance of a class of the program, or an exception.
    Instance(Rc<Instance>),
    /// `super()`.
    Super(Rc<Super>),
    /// `functools.partial`.
    Partial(Rc<Partial>),
    /// A property.
    Property(Rc<Property>),
    /// A static method.
    StaticMethod(Rc<Value>),
    /// A class method.
    ClassMethod(Rc<Value>),
    /// A module of the program.
    Module(Rc<Module>),
    /// A module or namespace of a library that the machine models, by its dotted name.
    Library(Rc<str>),
    /// The names of a module or the attributes of an object, as a dict.
    Names(Rc<Names>),
    /// What `dict.keys()`, `values()` or `items()` gives.
    View(Rc<View>),
    /// A value of a library.
    Foreign(Rc<dyn Foreign>),
    /// A value that isn't known.
    Unknown(Rc<Unknown>),
}

/// Why a value isn't known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The reason: "`cv2` isn't modelled".
    pub reason: Message,
    /// The dotted name, if it is what an import or a name would have given.
    pub path: Option<Rc<str>>,
    /// Where it came up.
    pub place: Option<Place>,
}

/// A place in a file of Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's path.
    pub file: std::sync::Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The function that was running; empty at the top level.
    pub function: Rc<str>,
}

/// Why an evaluation ended early.
#[derive(Clone)]
pub enum Stop {
    /// An exception of the program.
    Raise(Box<Raised>),
    /// Something that isn't known was needed.
    Unknown(Rc<Unknown>),
}

/// The result of an evaluation.
pub type Res<T = Value> = Result<T, Stop>;

/// An exception on its way.
#[derive(Clone)]
pub struct Raised {
    /// The exception.
    pub exception: Value,
    /// The frames it passed, the innermost first.
    pub frames: Vec<Place>,
    /// Whether the present frame is among them: it was caught there and goes on.
    pub noted: bool,
}

impl Raised {
    /// An exception that has passed no frame.
    pub fn new(exception: Value) -> Raised {
        Raised { exception, frames: Vec::new(), noted: false }
    }
}

/// A list.
pub struct List(Tracked<Vec<Value>>);

impl List {
    /// A list of these elements.
    pub fn new(items: Vec<Value>) -> List {
        List(Tracked::new(items))
    }

    /// To change by its owner.
    pub(super) fn get_mut(&mut self) -> &mut Vec<Value> {
        self.0.get_mut()
    }
}

impl std::ops::Deref for List {
    type Target = Tracked<Vec<Value>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// A tuple.
pub struct Tuple {
    /// The elements.
    pub items: Vec<Value>,
    /// The class, if it isn't `tuple` itself.
    pub class: Option<Rc<Class>>,
}

/// What kind of dict it is.
#[derive(Clone)]
pub enum DictKind {
    /// `dict`.
    Plain,
    /// `collections.OrderedDict`.
    Ordered,
    /// `collections.defaultdict` with its factory.
    Default(Value),
    /// `collections.Counter`.
    Counter,
}

/// A dict.
pub struct Dict {
    /// The entries, in order.
    pub entries: Tracked<Entries>,
    /// The kind.
    pub kind: DictKind,
}

/// A range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first element.
    pub start: i64,
    /// The bound.
    pub stop: i64,
    /// The step, never 0.
    pub step: i64,
}

impl Range {
    /// The number of elements.
    pub fn len(&self) -> i64 {
        let (span, step) = if self.step > 0 {
            (i128::from(self.stop) - i128::from(self.start), i128::from(self.step))
        } else {
            (i128::from(self.start) - i128::from(self.stop), -i128::from(self.step))
        };
        if span <= 0 { 0 } else { i64::try_from((span + step - 1) / step).unwrap_or(i64::MAX) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`, which is in range.
    pub fn get(&self, index: i64) -> i64 {
        self.start.wrapping_add(index.wrapping_mul(self.step))
    }

    /// The elements, if they are indices.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..self.len()).map(move |i| self.get(i) as usize)
    }
}

/// A function of the program.
pub struct Function {
    /// The code it belongs to.
    pub code: Rc<Code>,
    /// Which function of the code.
    pub id: FunctionId,
    /// The module whose globals it sees.
    pub module: Rc<Module>,
    /// The default values, one for each parameter that has one, in order.
    pub defaults: Tracked<Vec<Value>>,
    /// The variables it shares with enclosing functions.
    pub cells: Vec<Rc<Tracked<Value>>>,
    /// Its attributes.
    pub attributes: Tracked<Namespace>,
}

/// A function and the object it is called on.
pub struct Method {
    /// The function.
    pub function: Value,
    /// The object.
    pub receiver: Value,
}

/// The arguments of a call.
#[derive(Clone, Default)]
pub struct Args {
    /// By position.
    pub positional: Vec<Value>,
    /// By keyword.
    pub keywords: Vec<(Symbol, Value)>,
}

impl Args {
    /// Arguments by position only.
    pub fn of(positional: Vec<Value>) -> Args {
        Args { positional, keywords: Vec::new() }
    }
}

/// What a native function does.
pub type NativeFn = fn(&mut Machine, &Native, Args) -> Res;

/// A function of the machine.
pub struct Native {
    /// Its dotted name.
    pub name: Rc<str>,
    /// What it does.
    pub call: NativeFn,
    /// Whether it becomes a method of the object whose class it is found in.
    pub binds: bool,
    /// What it was made with.
    pub data: Vec<Value>,
}

/// An instance of a class of the program, or an exception.
pub struct Instance {
    /// Its class.
    pub class: Tracked<Rc<Class>>,
    /// Its attributes.
    pub attributes: Tracked<Namespace>,
    /// What it is as an instance of a builtin type: the dict of a `class A(dict)`, the arguments of an exception.
    pub base: Tracked<Value>,
    /// What a library keeps with it.
    pub extra: Tracked<Option<Rc<dyn Extra>>>,
}

impl Instance {
    /// Its class.
    pub fn class(&self) -> Rc<Class> {
        self.class.borrow().clone()
    }
}

/// What a library keeps with an instance.
pub trait Extra: Any {
    /// As itself, for the library that knows its type.
    fn as_any(self: Rc<Self>) -> Rc<dyn Any>;
    /// What a copy of the instance keeps.
    fn copied(&self, machine: &mut Machine) -> Res<Rc<dyn Extra>>;
    /// As what can be put back; none of what can't change.
    fn as_keep(self: Rc<Self>) -> Option<Rc<dyn Keep>> {
        None
    }
    /// The instance is used in another run.
    fn begin(&self, machine: &mut Machine, class: &Rc<Class>) -> Res<()> {
        let _ = (machine, class);
        Ok(())
    }
}

/// `super()`: attributes of `receiver`, looked up behind `class` in its class's order.
pub struct Super {
    /// The class behind which the search starts.
    pub class: Rc<Class>,
    /// The object, or a class in a class method.
    pub receiver: Value,
}

/// `functools.partial`.
pub struct Partial {
    /// The function.
    pub function: Value,
    /// The arguments that are given already.
    pub args: Args,
}

/// A property.
pub struct Property {
    /// Reads it.
    pub get: Value,
    /// Writes it.
    pub set: Value,
    /// Deletes it.
    pub delete: Value,
    /// Whether the value is kept in the instance (`functools.cached_property`), and under which name.
    pub cached: Cell<Option<Symbol>>,
}

/// The names of a module or the attributes of an object, as a dict.
pub enum Names {
    /// `globals()`.
    Module(Rc<Module>),
    /// `object.__dict__`.
    Instance(Rc<Instance>),
    /// `Class.__dict__`.
    Class(Rc<Class>),
}

/// The keys, values or items of a dict, which show what becomes of it.
pub struct View {
    /// The dict.
    pub dict: Value,
    /// What is shown.
    pub kind: ViewKind,
}

/// What a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    Keys,
    Values,
    Items,
}

/// A value of a library: how it behaves. The defaults say that it can't do that.
pub trait Foreign: Any {
    /// The class.
    fn class(&self, machine: &mut Machine) -> Res<Rc<Class>>;
    /// As itself, for the library that knows its type.
    fn as_any(self: Rc<Self>) -> Rc<dyn Any>;
    /// As what can be put back; none of what can't change.
    fn as_keep(self: Rc<Self>) -> Option<Rc<dyn Keep>> {
        None
    }
    /// An attribute.
    fn get(self: Rc<Self>, machine: &mut Machine, name: Symbol) -> Res<Option<Value>>;
    /// Sets an attribute.
    fn set(self: Rc<Self>, machine: &mut Machine, name: Symbol, value: Value) -> Res<bool> {
        let _ = (machine, name, value);
        Ok(false)
    }
    /// Whether it is true.
    fn truth(self: Rc<Self>, machine: &mut Machine) -> Res<bool> {
        let _ = machine;
        Ok(true)
    }
    /// A call.
    fn call(self: Rc<Self>, machine: &mut Machine, args: Args) -> Res<Option<Value>> {
        let _ = (machine, args);
        Ok(None)
    }
    /// A method that Python calls by itself: `__add__`, `__radd__`, `__getitem__`, `__eq__`, `__len__`, `__iter__`,
    /// `__repr__` and so on. None if there is no such method, `NotImplemented` if it doesn't know the operand.
    fn special(self: Rc<Self>, machine: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        let _ = (machine, name, args);
        Ok(None)
    }
}

impl Value {
    /// A string.
    pub fn str(text: &str) -> Value {
        Value::Str(text.into())
    }

    /// A tuple.
    pub fn tuple(items: Vec<Value>) -> Value {
        Value::Tuple(Rc::new(Tuple { items, class: None }))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Rc::new(List::new(items)))
    }

    /// A dict.
    pub fn dict(entries: Entries) -> Value {
        Value::dict_of(entries, DictKind::Plain)
    }

    /// A dict of some kind.
    pub fn dict_of(entries: Entries, kind: DictKind) -> Value {
        Value::Dict(Rc::new(Dict { entries: Tracked::new(entries), kind }))
    }

    /// A set.
    pub fn set(elements: Elements) -> Value {
        Value::Set(Rc::new(Tracked::new(elements)))
    }

    /// A native function.
    pub fn native(name: &str, call: NativeFn) -> Value {
        Value::Native(Rc::new(Native { name: name.into(), call, binds: false, data: Vec::new() }))
    }

    /// A native function that was made with `data`.
    pub fn native_with(name: &str, data: Vec<Value>, call: NativeFn) -> Value {
        Value::Native(Rc::new(Native { name: name.into(), call, binds: false, data }))
    }

    /// A native function that becomes a method.
    pub fn native_method(name: &str, call: NativeFn) -> Value {
        Value::Native(Rc::new(Native { name: name.into(), call, binds: true, data: Vec::new() }))
    }

    /// Whether this is `None`.
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// What it is as an instance of a builtin type, if it is an instance of a class derived from one.
    pub fn unwrapped(&self) -> Value {
        match self {
            Value::Instance(i) if !i.class.borrow().is(Type::BaseException) => match &*i.base.borrow() {
                Value::Unbound => self.clone(),
                base => base.clone(),
            },
            _ => self.clone(),
        }
    }

    /// Whether two values are the same object, as `is` tells: small constants are, equal lists aren't.
    pub fn is(&self, other: &Value) -> bool {
        use Value as V;
        match (self, other) {
            (V::None, V::None) | (V::Ellipsis, V::Ellipsis) | (V::NotImplemented, V::NotImplemented) => true,
            (V::Bool(a), V::Bool(b)) => a == b,
            (V::Int(a), V::Int(b)) => a == b,
            (V::Float(a), V::Float(b)) => a.to_bits() == b.to_bits(),
            (V::Str(a), V::Str(b)) => a == b,
            (V::Bytes(a), V::Bytes(b)) => a == b,
            (V::Tuple(a), V::Tuple(b)) => Rc::ptr_eq(a, b) || (a.items.is_empty() && b.items.is_empty()),
            (V::List(a), V::List(b)) => Rc::ptr_eq(a, b),
            (V::Dict(a), V::Dict(b)) => Rc::ptr_eq(a, b),
            (V::Set(a), V::Set(b)) => Rc::ptr_eq(a, b),
            (V::FrozenSet(a), V::FrozenSet(b)) => Rc::ptr_eq(a, b),
            (V::Slice(a), V::Slice(b)) => Rc::ptr_eq(a, b),
            (V::Range(a), V::Range(b)) => Rc::ptr_eq(a, b),
            (V::Iterator(a), V::Iterator(b)) => Rc::ptr_eq(a, b),
            (V::Function(a), V::Function(b)) => Rc::ptr_eq(a, b),
            (V::Method(a), V::Method(b)) => Rc::ptr_eq(a, b),
            (V::Native(a), V::Native(b)) => Rc::ptr_eq(a, b) || (a.data.is_empty() && a.name == b.name),
            (V::Class(a), V::Class(b)) => Rc::ptr_eq(a, b),
            (V::Instance(a), V::Instance(b)) => Rc::ptr_eq(a, b),
            (V::Partial(a), V::Partial(b)) => Rc::ptr_eq(a, b),
            (V::Property(a), V::Property(b)) => Rc::ptr_eq(a, b),
            (V::StaticMethod(a), V::StaticMethod(b)) => Rc::ptr_eq(a, b),
            (V::ClassMethod(a), V::ClassMethod(b)) => Rc::ptr_eq(a, b),
            (V::Module(a), V::Module(b)) => Rc::ptr_eq(a, b),
            (V::Library(a), V::Library(b)) => a == b,
            (V::View(a), V::View(b)) => Rc::ptr_eq(a, b),
            (V::Foreign(a), V::Foreign(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Whether two values, one of which isn't known, are the same object. What an import would give is itself; it is none of
    /// the classes and functions that the program defines in sight.
    pub fn is_same_import(&self, other: &Value) -> Option<bool> {
        match (self, other) {
            (Value::Unknown(a), Value::Unknown(b)) if a.path.is_some() && a.path == b.path => Some(true),
            (Value::Unknown(import), Value::Class(_) | Value::Function(_))
            | (Value::Class(_) | Value::Function(_), Value::Unknown(import))
                if import.path.is_some() =>
            {
                Some(false)
            }
            _ => None,
        }
    }

    /// A number that is the same for the same object.
    pub fn identity(&self) -> usize {
        fn of<T: ?Sized>(rc: &Rc<T>) -> usize {
            Rc::as_ptr(rc).cast::<u8>() as usize
        }
        match self {
            Value::Str(s) => of(s),
            Value::Tuple(t) => of(t),
            Value::List(l) => of(l),
            Value::Dict(d) => of(d),
            Value::Set(s) => of(s),
            Value::FrozenSet(s) => of(s),
            Value::Slice(s) => of(s),
            Value::Range(r) => of(r),
            Value::Iterator(i) => of(i),
            Value::Function(f) => of(f),
            Value::Method(m) => of(m),
            Value::Native(n) => of(n),
            Value::Class(c) => of(c),
            Value::Instance(i) => of(i),
            Value::Super(s) => of(s),
            Value::Partial(p) => of(p),
            Value::Property(p) => of(p),
            Value::StaticMethod(v) | Value::ClassMethod(v) => of(v),
            Value::Module(m) => of(m),
            Value::Library(l) => of(l),
            Value::Foreign(f) => of(f),
            Value::Unknown(u) => of(u),
            Value::Names(n) => of(n),
            Value::View(v) => of(v),
            _ => 0,
        }
    }
}
