//! The machine: what a run knows, and how it fails.

use std::any::{Any, TypeId};
use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::attribute::Shortcuts;
use super::class::{Class, TYPES, Type, builtin_types};
use super::code::Code;
use super::frame::Spare;
use super::fuel::Fuel;
use super::library::Library;
use super::modules::{Module, Sources};
use super::observe::{Observer, Tracer};
use super::rewind::{Asked, Mark};
use super::spare::{Forget, Spares};
use super::symbol::{Symbol, Symbols};
use super::tracked::{Journal, Tracked};
use super::value::{Elements, Instance, Namespace, Place, Raised, Stop, Unknown, Value};
use crate::python::file::File;
use crate::python::ir::{ExprId, FunctionId};
use crate::words::{Message, message};

/// Where a frame is, for messages.
pub(super) struct Trail {
    pub(super) code: Rc<Code>,
    pub(super) at: u32,
    pub(super) function: Option<FunctionId>,
}

/// What a library keeps for itself.
pub trait Keepsake: Any {
    /// As itself.
    fn as_any(self: Rc<Self>) -> Rc<dyn Any>;
    /// Notes its state.
    fn mark(&self);
    /// Goes back to the state that was noted.
    fn rewind(&self);
    /// A number that is greater after anything was done that another run doesn't do by itself.
    fn progress(&self) -> usize;
    /// Sets from how many elements that aren't known the run has chosen, at most; returns from how many it had until now.
    fn replace_chosen(&self, chosen: i64) -> i64;
}

/// The elements of a set that is written out, as long as the names of its module don't change.
pub(super) struct KnownSet {
    /// Kept, so that it stays where it is.
    pub(super) code: Rc<Code>,
    pub(super) module: Rc<Module>,
    pub(super) changes: u64,
    pub(super) elements: Rc<Elements>,
}

/// A run of a program.
pub struct Machine {
    pub(super) symbols: Symbols,
    pub(super) types: Vec<Rc<Class>>,
    pub(super) builtins: Namespace,
    pub(super) modules: FxHashMap<Rc<str>, Value>,
    pub(super) library_values: FxHashMap<Rc<str>, Value>,
    /// Names of libraries that were asked for before, by where the library's name lies; it is kept so that it stays there.
    pub(super) library_names: FxHashMap<(usize, Symbol), (Rc<str>, Value)>,
    pub(super) libraries: Vec<&'static Library>,
    pub(super) sources: Arc<dyn Sources>,
    /// What the run may still use.
    pub fuel: Fuel,
    /// Whether modules run as a whole when they are imported, as Python runs them. Otherwise what nobody asks for isn't run,
    /// so that a registry that other files fill may lack entries: an error counts only if it is one here too.
    pub eager: bool,
    /// What was printed and logged.
    pub output: String,
    /// How many imports failed because a package isn't there and the program says what holds without it.
    pub absent: usize,
    /// What watches the run.
    pub observer: Option<Rc<dyn Observer>>,
    /// What notes what statements do.
    pub tracer: Option<Rc<dyn Tracer>>,
    /// What libraries keep for themselves, by its type.
    pub(super) kept: Vec<(TypeId, Rc<dyn Keepsake>)>,
    /// Hooks for attributes that needn't be called as functions.
    pub shortcuts: Option<Shortcuts>,
    pub(super) trail: Vec<Trail>,
    pub(super) spare: Spare,
    pub(super) kept_classes: Vec<Weak<Class>>,
    pub(super) kept_instances: Vec<Weak<Instance>>,
    pub(super) kept_cells: Vec<Weak<Tracked<Value>>>,
    pub(super) mark: Option<Box<Mark>>,
    /// What was changed of what it keeps.
    pub(super) journal: Rc<Journal>,
    pub(super) spares: Spares,
    /// What was asked of top levels since the mark.
    pub(super) asked: Vec<Asked>,
    /// How many parts of top levels are being made, one inside the other.
    pub(super) making: u32,
    /// The paths that were looked at for modules: the file that was there, or whether there was a folder.
    pub(super) looked_at: FxHashMap<String, Option<Arc<File>>>,
    pub(super) folders: FxHashMap<String, bool>,
    /// What `Sources::looks` was when all that was as it is now.
    pub(super) current_since: Cell<u64>,
    /// Files that the program read.
    pub(super) opened: FxHashMap<String, Option<Arc<str>>>,
    pub(super) counter: i64,
    /// By the code and the place in it.
    pub(super) sets: FxHashMap<(*const Code, ExprId), KnownSet>,
}

impl Machine {
    /// A machine that reads from `sources`.
    pub fn new(sources: Arc<dyn Sources>) -> Machine {
        let mut machine = Machine {
            symbols: Symbols::new(),
            types: builtin_types(),
            builtins: Namespace::default(),
            modules: FxHashMap::default(),
            library_values: FxHashMap::default(),
            library_names: FxHashMap::default(),
            libraries: super::library::standard(),
            sources,
            fuel: Fuel::default(),
            eager: false,
            output: String::new(),
            absent: 0,
            observer: None,
            tracer: None,
            kept: Vec::new(),
            shortcuts: None,
            trail: Vec::new(),
            spare: Spare::default(),
            kept_classes: Vec::new(),
            kept_instances: Vec::new(),
            kept_cells: Vec::new(),
            mark: None,
            journal: Rc::default(),
            spares: Spares::default(),
            asked: Vec::new(),
            making: 0,
            looked_at: FxHashMap::default(),
            folders: FxHashMap::default(),
            current_since: Cell::new(0),
            opened: FxHashMap::default(),
            counter: 0,
            sets: FxHashMap::default(),
        };
        machine.fill_builtins();
        machine
    }

    /// Adds a library of natives.
    pub fn add_library(&mut self, library: &'static Library) {
        self.libraries.push(library);
    }

    /// Keeps something for a library.
    pub fn keep<T: Keepsake>(&mut self, value: T) {
        self.kept.retain(|(kind, _)| *kind != TypeId::of::<T>());
        self.kept.push((TypeId::of::<T>(), Rc::new(value)));
    }

    /// What a library kept.
    pub fn kept<T: 'static>(&self) -> Option<Rc<T>> {
        let (_, kept) = self.kept.iter().find(|(kind, _)| *kind == TypeId::of::<T>())?;
        kept.clone().as_any().downcast().ok()
    }

    // Names.

    /// The symbol of a text.
    pub fn symbol(&mut self, text: &str) -> Symbol {
        self.symbols.intern(text)
    }

    /// The text of a symbol.
    pub fn text(&self, symbol: Symbol) -> Rc<str> {
        self.symbols.text(symbol)
    }

    /// A builtin type's class.
    pub fn builtin(&self, kind: Type) -> Rc<Class> {
        self.types[kind as usize].clone()
    }

    pub(super) fn builtin_named(&self, name: &str) -> Option<Rc<Class>> {
        TYPES.iter().position(|t| t.1 == name && t.2 == "builtins").map(|i| self.types[i].clone())
    }

    pub(super) fn keep_class(&mut self, class: &Rc<Class>) {
        self.kept_classes.push(Rc::downgrade(class));
    }

    /// A new instance of a class.
    pub fn instance(&mut self, class: &Rc<Class>, base: Value) -> Rc<Instance> {
        let instance = Rc::new(Instance {
            class: Tracked::new(class.clone()),
            attributes: Tracked::default(),
            base: Tracked::new(base),
            extra: Tracked::default(),
        });
        self.kept_instances.push(Rc::downgrade(&instance));
        instance
    }

    pub(super) fn cell(&mut self, value: Value) -> Rc<Tracked<Value>> {
        let cell = Rc::new(Tracked::new(value));
        self.kept_cells.push(Rc::downgrade(&cell));
        cell
    }

    /// The code of a file.
    pub fn code(&mut self, file: Arc<File>) -> Rc<Code> {
        Rc::new(Code::new(file, &self.symbols))
    }

    // Failures.

    /// Where the machine is.
    pub fn place(&self) -> Option<Place> {
        let trail = self.trail.last()?;
        let line = trail.code.file.line(trail.at);
        let function = match trail.function {
            Some(id) => self.text(trail.code.symbols[trail.code.file.program.function(id).name.index()]),
            None => "<module>".into(),
        };
        Some(Place { file: trail.code.file.path.clone(), line, function })
    }

    /// Whether a module's top level imports at this place what it can do without.
    pub(super) fn is_optional_import(&self) -> bool {
        self.can_do_without() && self.trail.last().is_some_and(|trail| trail.function.is_none())
    }

    /// Whether the program says at this place what holds where a package isn't there.
    pub(super) fn can_do_without(&self) -> bool {
        self.trail.last().is_some_and(|trail| trail.code.file.program.is_optional(trail.at))
    }

    /// Whether the program may catch what is raised now: it is in the middle of a `try` that has handlers.
    pub fn is_guarded(&self) -> bool {
        self.trail.iter().any(|trail| trail.code.file.program.is_guarded(trail.at))
    }

    pub(super) fn at(&mut self, code: &Code, expr: ExprId) {
        if let Some(trail) = self.trail.last_mut() {
            trail.at = code.file.program.expr_span(expr).start;
        }
    }

    /// Something that isn't known was needed.
    pub fn unknown(&self, reason: impl Into<Message>) -> Stop {
        Stop::Unknown(Rc::new(Unknown { reason: reason.into(), path: None, place: self.place() }))
    }

    /// A value that isn't known.
    pub fn unknown_value(&self, reason: impl Into<Message>) -> Value {
        Value::Unknown(Rc::new(Unknown { reason: reason.into(), path: None, place: self.place() }))
    }

    /// What an import or a name would give if it were known.
    pub fn opaque(&self, path: &str) -> Value {
        let reason = message!("name-not-known", name = path);
        Value::Unknown(Rc::new(Unknown { reason, path: Some(path.into()), place: self.place() }))
    }

    /// An exception of a builtin type.
    pub fn error(&mut self, kind: Type, message: impl AsRef<str>) -> Stop {
        self.error_with(kind, vec![Value::str(message.as_ref())])
    }

    /// An exception of a builtin type with arguments.
    pub fn error_with(&mut self, kind: Type, args: Vec<Value>) -> Stop {
        // A program may do nothing but raise and catch.
        self.fuel.steps = self.fuel.steps.saturating_sub(20);
        let class = self.builtin(kind);
        let exception = Value::Instance(self.instance(&class, Value::tuple(args)));
        Stop::Raise(Box::new(Raised::new(exception)))
    }

    /// A `TypeError`.
    pub fn type_error(&mut self, message: impl AsRef<str>) -> Stop {
        self.error(Type::TypeError, message)
    }

    /// A `ValueError`.
    pub fn value_error(&mut self, message: impl AsRef<str>) -> Stop {
        self.error(Type::ValueError, message)
    }
}

impl Drop for Machine {
    /// Objects that know each other would never be freed.
    fn drop(&mut self) {
        self.forget_spares(Forget::All);
        self.mark = None;
        self.sets.clear();
        let mut garbage: Vec<Value> = Vec::new();
        for module in self.modules.values() {
            if let Value::Module(module) = module {
                garbage.extend(module.names.take().into_values());
            }
        }
        self.break_circles([0; 4], &mut garbage);
    }
}
