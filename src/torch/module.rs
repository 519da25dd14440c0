//! Modules: what exists once it is built, and how it comes to be. The tree of modules grows, parameters are counted where
//! they are made.

use super::nn::Activation;
use super::ops::{Fault, Result};

/// The position of a module in [`Trace::modules`](super::Trace::modules).
pub type ModuleId = u32;

/// What a module is called inside its parent: an attribute, or a position in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// An attribute, `cv1`.
    Attr(&'static str),
    /// A position in a `ModuleList` or a `Sequential`.
    Index(u32),
}

impl From<&'static str> for Name {
    fn from(attr: &'static str) -> Name {
        Name::Attr(attr)
    }
}

impl From<usize> for Name {
    fn from(index: usize) -> Name {
        Name::Index(index as u32)
    }
}

/// A module that exists: a node of the tree that `named_modules()` walks.
#[derive(Clone, Debug)]
pub struct Module {
    /// The class, `Conv2d` or `C3k2`.
    pub class: &'static str,
    /// What the parent calls it.
    pub name: Name,
    /// The module that holds it; none for a row's own.
    pub parent: Option<ModuleId>,
    /// How many modules it holds directly. One that holds none is a *layer* in the framework's summary.
    pub children: u32,
    /// Elements of the parameters that it holds itself.
    pub params: u64,
    /// Those of them that are not trained.
    pub frozen: u64,
    /// The second dimension of its first parameter (0 where that has one dimension), none without parameters.
    /// The framework takes the input channels of the whole model from the first of these.
    pub first_param_dim1: Option<i64>,
    /// The earlier module that this one is the very same instance as, as the activation shared by all `Conv`s is.
    pub same_as: Option<ModuleId>,
}

/// The most modules that one model may have; more (a `repeats` of a billion) are not supported. The largest published
/// models have about 2,000.
pub const MAX_MODULES: usize = 50_000;

/// Identifies a module instance that several parents share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedKey(pub u32);

impl SharedKey {
    /// `Conv.default_act`, one instance for the whole process.
    pub const CONV_ACT: SharedKey = SharedKey(0);
    /// `ConvTranspose.default_act`.
    pub const CONV_TRANSPOSE_ACT: SharedKey = SharedKey(1);
    /// `RepConv.default_act`.
    pub const REP_CONV_ACT: SharedKey = SharedKey(2);
}

/// Records what exists while modules are built.
pub struct Build {
    /// `Conv.default_act`: what `activation:` in the file sets.
    pub default_act: Activation,
    /// Whether heads are built as for the releases before C3k2 (`Detect.legacy`).
    pub legacy: bool,
    modules: Vec<Module>,
    open: Option<ModuleId>,
    name: Name,
    /// Number of the current deep copy: inside one, shared modules are new instances, shared within the copy only.
    copy: u32,
    copies: u32,
    shared: Vec<(SharedKey, u32, ModuleId)>,
    keys: u32,
}

impl Default for Build {
    fn default() -> Build {
        Build {
            default_act: Activation::silu(),
            legacy: true,
            modules: Vec::new(),
            open: None,
            name: Name::Attr(""),
            copy: 0,
            copies: 0,
            shared: Vec::new(),
            keys: 16,
        }
    }
}

impl Build {
    /// What was built so far.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// Ends the build.
    pub fn finish(self) -> Vec<Module> {
        self.modules
    }

    /// Forgets all but the first modules: what a row left that couldn't be built to its end.
    pub fn truncate(&mut self, modules: usize) {
        self.modules.truncate(modules);
        self.shared.retain(|&(.., first)| (first as usize) < modules);
    }

    /// Says what the next module will be called by its parent.
    pub fn at(&mut self, name: impl Into<Name>) -> &mut Build {
        self.name = name.into();
        self
    }

    /// Builds a module of class `class`: whatever `init` builds becomes its children.
    pub fn module<T>(
        &mut self,
        class: &'static str,
        init: impl FnOnce(&mut Build, ModuleId) -> Result<T>,
    ) -> Result<T> {
        if self.modules.len() >= MAX_MODULES {
            return Err(Fault::too_large(format!("more than {MAX_MODULES} modules can't be built")));
        }
        let id = self.modules.len() as ModuleId;
        let parent = self.open;
        if let Some(parent) = parent {
            self.modules[parent as usize].children += 1;
        }
        self.modules.push(Module {
            class,
            name: self.name,
            parent,
            children: 0,
            params: 0,
            frozen: 0,
            first_param_dim1: None,
            same_as: None,
        });
        self.open = Some(id);
        let built = init(self, id);
        self.open = parent;
        built
    }

    /// Adds a parameter to the module that is being built.
    pub fn param(&mut self, shape: &[i64]) -> Result<()> {
        self.add_param(shape, true)
    }

    /// Adds a parameter that is not trained.
    pub fn frozen_param(&mut self, shape: &[i64]) -> Result<()> {
        self.add_param(shape, false)
    }

    fn add_param(&mut self, shape: &[i64], trained: bool) -> Result<()> {
        if let Some(&negative) = shape.iter().find(|&&d| d < 0) {
            return Err(Fault::value(format!(
                "a weight of size {shape:?} can't have the negative dimension {negative}"
            )));
        }
        let bytes = shape.iter().try_fold(4i64, |n, &d| n.checked_mul(d));
        let Some(bytes) = bytes else {
            return Err(Fault::too_large(format!("a weight of size {shape:?} overflows 64 bits")));
        };
        let n = (bytes / 4) as u64;
        let Some(open) = self.open else { return Ok(()) };
        let module = &mut self.modules[open as usize];
        module.params = module.params.saturating_add(n);
        if !trained {
            module.frozen = module.frozen.saturating_add(n);
        }
        module.first_param_dim1.get_or_insert(shape.get(1).copied().unwrap_or(0));
        Ok(())
    }

    /// A fresh key for an instance that several modules of one parent share.
    pub fn fresh_key(&mut self) -> SharedKey {
        self.keys += 1;
        SharedKey(self.keys)
    }

    /// Builds a module, or another reference to the same instance where `key` was built before.
    pub fn shared<T>(&mut self, key: SharedKey, init: impl FnOnce(&mut Build) -> Result<T>) -> Result<T> {
        let id = self.modules.len() as ModuleId;
        let built = init(self)?;
        let copy = self.copy;
        match self.shared.iter().find(|(k, c, _)| *k == key && *c == copy) {
            Some(&(.., first)) => self.modules[id as usize].same_as = Some(first),
            None => self.shared.push((key, copy, id)),
        }
        Ok(built)
    }

    /// Builds what Python would make by `copy.deepcopy`: instances shared outside of it are new ones inside.
    pub fn deepcopy<T>(&mut self, init: impl FnOnce(&mut Build) -> Result<T>) -> Result<T> {
        let outer = self.copy;
        self.copies += 1;
        self.copy = self.copies;
        let built = init(self);
        self.copy = outer;
        built
    }

    /// Builds what Python builds and then replaces: it can fail, but it leaves nothing behind.
    pub fn discard<T>(&mut self, init: impl FnOnce(&mut Build) -> Result<T>) -> Result<()> {
        let modules = self.modules.len();
        let children = self.open.map(|open| self.modules[open as usize].children);
        let built = init(self);
        self.truncate(modules);
        if let (Some(open), Some(children)) = (self.open, children) {
            self.modules[open as usize].children = children;
        }
        built.map(|_| ())
    }

    /// A `ModuleList` or `Sequential` (the `class`) called `name`, of `n` modules built by `item`.
    pub fn list<T>(
        &mut self,
        class: &'static str,
        name: impl Into<Name>,
        n: i64,
        mut item: impl FnMut(&mut Build, usize) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.at(name).module(class, |b, _| (0..n.max(0) as usize).map(|i| item(b.at(i), i)).collect())
    }
}
