//! Building modules as a constructor does: what is built inside of a module becomes its child, under the name that was
//! said.

use super::module::{Class, ModuleId, Modules, Name, TensorKind};
use super::ops::{Fault, Result};
use super::value::Net;
use crate::words::message;

/// The most modules that one model may have; more (a `repeats` of a billion) is not followed. The largest published
/// models have about 2,000.
pub const MAX_MODULES: usize = 50_000;

/// Adds instances to [`Modules`].
#[derive(Default)]
pub struct Build {
    /// The modules built so far.
    pub modules: Modules,
    /// The module that is being built.
    open: Option<ModuleId>,
    /// The name of the next one.
    name: Option<Name>,
    class_attributes: Vec<(&'static str, ClassAttribute)>,
    copying: Option<Copying>,
}

/// An attribute of a class, which all its instances see.
#[derive(Clone)]
pub enum ClassAttribute {
    /// True or false.
    Flag(bool),
    /// A module, one instance for all.
    Module(Net),
}

/// A deep copy that is being made.
struct Copying {
    /// Instances that were there before.
    outer: usize,
    /// The modules inside it, with their copies.
    copies: Vec<(ModuleId, ModuleId)>,
}

/// The module that builds another, and what it calls that.
type Place = (Option<ModuleId>, Option<Name>);

impl Build {
    /// Says what the module that is being built calls the next one.
    pub fn at(&mut self, name: impl Into<Name>) -> &mut Build {
        self.name = Some(name.into());
        self
    }

    /// Builds an instance of a class: whatever `init` builds becomes its children.
    pub fn module<T>(
        &mut self,
        class: impl Into<Class>,
        init: impl FnOnce(&mut Build, ModuleId) -> Result<T>,
    ) -> Result<T> {
        let (id, place) = self.begin(class.into())?;
        let built = init(self, id);
        self.end(id, place, built.is_ok());
        built
    }

    // Apart from `module`, which is compiled anew for each class.

    fn begin(&mut self, class: Class) -> Result<(ModuleId, Place)> {
        if self.modules.sizes().0 >= MAX_MODULES {
            return Err(Fault::too_large(message!("too-many-modules", most = MAX_MODULES)));
        }
        let id = self.modules.add(class);
        Ok((id, (self.open.replace(id), self.name.take())))
    }

    fn end(&mut self, id: ModuleId, (parent, name): Place, is_built: bool) {
        self.open = parent;
        if let (Some(parent), Some(name), true) = (parent, name, is_built) {
            self.modules.set_child(parent, name, id);
        }
    }

    /// Builds something that nobody holds yet.
    pub fn apart<T>(&mut self, init: impl FnOnce(&mut Build) -> Result<T>) -> Result<T> {
        let (open, name) = (self.open.take(), self.name.take());
        let built = init(self);
        (self.open, self.name) = (open, name);
        built
    }

    /// Builds something that is forgotten where it can't be built to its end.
    pub fn attempt<T>(&mut self, init: impl FnOnce(&mut Build) -> Result<T>) -> Result<T> {
        let sizes = self.modules.sizes();
        let built = init(self);
        if built.is_err() {
            self.modules.rewind(sizes);
            self.class_attributes.retain(|(_, attribute)| match attribute {
                ClassAttribute::Module(net) => (net.id().0 as usize) < sizes.0,
                ClassAttribute::Flag(_) => true,
            });
        }
        built
    }

    /// Makes an instance that exists a child of the module that is being built, under the name that was said. Inside of
    /// a deep copy that is a copy of it, one for all who hold it there.
    pub fn hold(&mut self, net: &Net) -> Net {
        let mut id = net.id();
        if let Some(copying) = self.copying.as_mut().filter(|copying| (id.0 as usize) < copying.outer) {
            id = match copying.copies.iter().find(|(original, _)| *original == id) {
                Some((_, copy)) => *copy,
                None => {
                    let copy = self.modules.deepcopy(id)[&id];
                    copying.copies.push((id, copy));
                    copy
                }
            };
        }
        if let (Some(parent), Some(name)) = (self.open, self.name.take()) {
            self.modules.set_child(parent, name, id);
        }
        net.of_instance(id)
    }

    /// Builds what Python would make by `copy.deepcopy`.
    pub fn deepcopy<T>(&mut self, init: impl FnOnce(&mut Build) -> Result<T>) -> Result<T> {
        let copying = Copying { outer: self.modules.sizes().0, copies: Vec::new() };
        let outer = self.copying.replace(copying);
        let built = init(self);
        self.copying = outer;
        built
    }

    /// An attribute of a class, by its path: `Conv.default_act`.
    pub fn class_attribute(&self, path: &str) -> Option<&ClassAttribute> {
        self.class_attributes.iter().find(|(known, _)| *known == path).map(|(_, attribute)| attribute)
    }

    /// Sets an attribute of a class.
    pub fn set_class_attribute(&mut self, path: &'static str, attribute: ClassAttribute) {
        self.class_attributes.retain(|(known, _)| *known != path);
        self.class_attributes.push((path, attribute));
    }

    /// Adds a parameter to the module that is being built.
    pub fn param(&mut self, name: &'static str, shape: &[i64]) -> Result<()> {
        self.tensor(name, shape, TensorKind::Parameter { trained: true })
    }

    /// Adds a buffer, which is part of the `state_dict`.
    pub fn buffer(&mut self, name: &'static str, shape: &[i64]) -> Result<()> {
        self.tensor(name, shape, TensorKind::Buffer { persistent: true })
    }

    /// Adds a parameter or buffer to the module that is being built.
    pub fn tensor(&mut self, name: &'static str, shape: &[i64], kind: TensorKind) -> Result<()> {
        let tensor = self.modules.add_tensor(shape, kind)?;
        if let Some(open) = self.open {
            self.modules.set_tensor(open, name.into(), tensor);
        }
        Ok(())
    }

    /// A `ModuleList` called `name`, of `n` modules built by `item`.
    pub fn list<T>(
        &mut self,
        name: impl Into<Name>,
        n: i64,
        mut item: impl FnMut(&mut Build, usize) -> Result<T>,
    ) -> Result<Vec<T>> {
        let items = |b: &mut Build, _| (0..n.max(0) as usize).map(|i| item(b.at(i), i)).collect();
        self.at(name).module(Class::of_torch("ModuleList"), items)
    }
}
