//! What torch keeps during a run of a program: classes that exist once, modules that were made, calls that ran.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::layer::MadeLayers;
use super::{module, tensor, types};
use crate::interpret::value::Unknown;
use crate::interpret::{Class, Keepsake, Machine, NativeFn, Res, Symbol, Type, Value};
use crate::torch::dtype::DType;
use crate::torch::{self as graph, Build, Choice, ModuleId, Modules, Run};

/// A method of tensors: its name in the tables of functions, and what calls it.
type Method = (Rc<str>, NativeFn);

/// What torch keeps during a run.
pub struct Torch {
    /// Records what runs.
    pub run: RefCell<Run>,
    /// The modules that were made.
    pub build: RefCell<Build>,
    /// Classes that exist once.
    pub classes: Classes,
    /// Layers that were made.
    pub(super) layers: RefCell<MadeLayers>,
    /// Names of attributes.
    pub(super) names: module::Names,
    /// The key of the next hook.
    pub(super) next_hook: Cell<i64>,
    /// Classes of modules as the graph names them, by where they lie; each is kept, so that it stays there.
    graph_classes: RefCell<FxHashMap<*const Class, (Rc<Class>, graph::Class)>>,
    /// The classes of what `max(dim)` and its kin return, by the function's name.
    results: RefCell<FxHashMap<&'static str, Rc<Class>>>,
    /// Methods of tensors that were asked for.
    pub(super) methods: RefCell<FxHashMap<Symbol, Option<Method>>>,
    dtypes: RefCell<FxHashMap<DType, Value>>,
    cpu: RefCell<Option<Value>>,
    /// The instances whose calls are noted, by identity, with the key of each.
    pub(super) watched: RefCell<FxHashMap<usize, usize>>,
    /// The key of the watched module that is being called.
    pub(super) calling: Cell<Option<usize>>,
    /// The layer that is being called, until its `forward` begins.
    pub(super) called: Cell<Option<ModuleId>>,
    /// What was noted.
    pub(super) notes: RefCell<Vec<Watched>>,
    /// What there was before a run.
    before: RefCell<Before>,
}

/// What there is before a run: modules, the key of the next hook, classes of results.
#[derive(Default)]
struct Before {
    modules: Modules,
    next_hook: i64,
    results: FxHashMap<&'static str, Rc<Class>>,
}

impl Keepsake for Torch {
    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn mark(&self) {
        self.before.replace(Before {
            modules: self.build.borrow().modules.clone(),
            next_hook: self.next_hook.get(),
            results: self.results.borrow().clone(),
        });
    }

    fn progress(&self) -> usize {
        // Calls of ops don't count: those of constructors, which measure what their modules return, are noted for nobody.
        self.next_hook.get() as usize + self.results.borrow().len()
    }

    fn replace_chosen(&self, chosen: i64) -> i64 {
        match &mut self.run.borrow_mut().choice {
            Choice::Open(elements) => std::mem::replace(elements, chosen),
            Choice::From(_) => 0,
        }
    }

    fn rewind(&self) {
        let before = self.before.borrow();
        let mut build = Build::default();
        build.modules.clone_from(&before.modules);
        self.build.replace(build);
        self.run.replace(Run::recording());
        self.next_hook.set(before.next_hook);
        self.results.borrow_mut().clone_from(&before.results);
        self.graph_classes.take();
        self.watched.take();
        self.calling.take();
        self.notes.take();
    }
}

/// Classes that exist once.
pub struct Classes {
    /// `torch.Tensor`
    pub tensor: Rc<Class>,
    /// `torch.nn.Parameter`
    pub parameter: Rc<Class>,
    /// `torch.Size`
    pub size: Rc<Class>,
    /// `torch.dtype`
    pub dtype: Rc<Class>,
    /// `torch.device`
    pub device: Rc<Class>,
    /// `torch.nn.Module`
    pub module: Rc<Class>,
    /// What takes a hook away.
    pub(super) handle: Rc<Class>,
}

/// A call of a module that is watched.
pub struct Watched {
    /// The key that it is watched under.
    pub key: usize,
    /// The calls of ops that it made.
    pub calls: Range<usize>,
    /// What it returned, or why it returned nothing.
    pub result: Res,
    /// What the caller got where it returned nothing; none if the exception went on to the caller, which may catch it.
    pub stands_for: Option<Rc<Unknown>>,
}

/// What torch keeps.
pub(super) fn torch(m: &Machine) -> Rc<Torch> {
    m.kept::<Torch>().expect("torch is installed with its library")
}

impl Torch {
    /// At the beginning of a run.
    pub fn new(m: &mut Machine) -> Torch {
        let tuple = m.builtin(Type::Tuple);
        let new = |call| {
            let new = Value::native("__new__", call);
            vec![("__new__", Value::StaticMethod(Rc::new(new)))]
        };
        let tensor =
            m.native_class("Tensor", "torch", &[], new(|m, _, args| tensor::construct(m, DType::Float32, args)));
        let parameter = m.native_class(
            "Parameter",
            "torch.nn.parameter",
            std::slice::from_ref(&tensor),
            new(|m, _, args| tensor::construct_parameter(m, args)),
        );
        let classes = Classes {
            tensor,
            parameter,
            size: tensor::size_class(m, &tuple),
            dtype: m.native_class("dtype", "torch", &[], Vec::new()),
            device: m.native_class("device", "torch", &[], new(|m, _, args| types::device(m, args))),
            module: module::class(m),
            handle: module::handle_class(m),
        };
        Torch {
            run: RefCell::new(Run::recording()),
            build: RefCell::default(),
            classes,
            layers: RefCell::default(),
            names: module::Names::new(m),
            next_hook: Cell::new(1),
            graph_classes: RefCell::default(),
            results: RefCell::default(),
            methods: RefCell::default(),
            dtypes: RefCell::default(),
            cpu: RefCell::default(),
            watched: RefCell::default(),
            calling: Cell::new(None),
            called: Cell::new(None),
            notes: RefCell::default(),
            before: RefCell::default(),
        }
    }

    /// Whether a module was there before runs; it has the same number in each.
    pub(super) fn was_before(&self, module: ModuleId) -> bool {
        (module.0 as usize) < self.before.borrow().modules.sizes().0
    }

    /// A class as the graph of modules names it.
    pub(super) fn graph_class(&self, class: &Rc<Class>) -> graph::Class {
        let mut known = self.graph_classes.borrow_mut();
        let new = || (class.clone(), module::graph_class(class));
        known.entry(Rc::as_ptr(class)).or_insert_with(new).1.clone()
    }

    /// An element type.
    pub fn dtype(&self, dtype: DType) -> Value {
        let object = || Value::Foreign(Rc::new(types::DTypeObject(dtype)));
        self.dtypes.borrow_mut().entry(dtype).or_insert_with(object).clone()
    }

    /// The class of what a function returns, a tuple whose items have these names.
    pub(super) fn result(&self, m: &mut Machine, function: &'static str, fields: &'static [&'static str]) -> Rc<Class> {
        if let Some(known) = self.results.borrow().get(function) {
            return known.clone();
        }
        let part = |(i, &field): (usize, &&'static str)| {
            let get = Value::native_with(field, vec![Value::Int(i as i64)], |_, native, args| {
                match (args.positional.first(), native.data.first()) {
                    (Some(Value::Tuple(all)), Some(Value::Int(i))) => Ok(all.items[*i as usize].clone()),
                    _ => Ok(Value::None),
                }
            });
            (field, Machine::property(get))
        };
        let members = fields.iter().enumerate().map(part).collect();
        let tuple = m.builtin(Type::Tuple);
        let class = m.native_class(function, "torch.return_types", &[tuple], members);
        self.results.borrow_mut().insert(function, class.clone());
        class
    }

    /// The CPU, where everything is.
    pub fn cpu(&self) -> Value {
        let object = || Value::Foreign(Rc::new(types::Device { kind: "cpu".into(), index: None }));
        self.cpu.borrow_mut().get_or_insert_with(object).clone()
    }
}
