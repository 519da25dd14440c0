//! The graph of modules as torch has it: instances with named parameters, buffers and children.
//!
//! An instance belongs to nobody; whoever holds it names it. One that two modules hold exists once, under two names, and one
//! that nobody holds isn't part of the model: what a model has is *walked* from its root.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Index;

use super::ops::{Fault, Result, Shape};
use crate::words::{message, printed};

/// Text that is a constant or comes from a file.
pub type Str = Cow<'static, str>;

/// An instance of a module: its position in [`Modules`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ModuleId(pub u32);

/// A parameter or buffer: its position in [`Modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TensorId(pub u32);

/// The name under which a module holds something: an attribute, or a position in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// An attribute, `cv1`.
    Attr(Str),
    /// A position in a `ModuleList` or a `Sequential`.
    Index(u32),
}

impl From<&'static str> for Name {
    fn from(attr: &'static str) -> Name {
        Name::Attr(Cow::Borrowed(attr))
    }
}

/// A name that comes from a file; torch keeps positions as text.
impl From<String> for Name {
    fn from(name: String) -> Name {
        match name.parse::<u32>() {
            Ok(index) if index.to_string() == name => Name::Index(index),
            _ => Name::Attr(Cow::Owned(name)),
        }
    }
}

impl From<usize> for Name {
    fn from(index: usize) -> Name {
        Name::Index(index as u32)
    }
}

printed!(Name);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Attr(name) => f.write_str(name),
            Name::Index(index) => write!(f, "{index}"),
        }
    }
}

/// The class of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its name where it isn't one of torch's own.
    derived: Option<Str>,
    /// The nearest class of `torch.nn` among its bases: itself where it is torch's own.
    torch: &'static str,
}

impl Class {
    /// A class of `torch.nn`.
    pub const fn of_torch(name: &'static str) -> Class {
        Class { derived: None, torch: name }
    }

    /// A class that is derived from one of `torch.nn`.
    pub fn derived(name: impl Into<Str>, torch: &'static str) -> Class {
        Class { derived: Some(name.into()), torch }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.derived.as_deref().unwrap_or(self.torch)
    }

    /// The nearest class of `torch.nn` that an instance is one of: `Module` where there is no nearer one.
    pub fn torch(&self) -> &'static str {
        self.torch
    }

    /// Whether it is derived from a class of `torch.nn` rather than one of them.
    pub fn is_derived(&self) -> bool {
        self.derived.is_some()
    }
}

/// A class that is derived from `nn.Module` alone.
impl From<&'static str> for Class {
    fn from(name: &'static str) -> Class {
        Class::derived(name, "Module")
    }
}

/// An instance of a module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its class.
    pub class: Class,
    tensors: Vec<(Name, TensorId)>,
    children: Vec<(Name, ModuleId)>,
    /// How many names it is held under, by modules that are part of a model or not.
    holders: u32,
}

impl Module {
    /// The modules that it holds, in the order in which it came to hold them.
    pub fn children(&self) -> &[(Name, ModuleId)] {
        &self.children
    }

    /// The parameters and buffers that it holds itself.
    pub fn tensors(&self) -> &[(Name, TensorId)] {
        &self.tensors
    }
}

/// A parameter or buffer.
#[derive(Clone, Copy, Debug)]
pub struct Tensor {
    /// Its shape.
    pub shape: Shape,
    /// Its kind.
    pub kind: TensorKind,
    holders: u32,
}

impl Tensor {
    /// Whether it is a parameter.
    pub fn is_parameter(&self) -> bool {
        matches!(self.kind, TensorKind::Parameter { .. })
    }
}

/// The kind of a tensor that a module holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorKind {
    /// A parameter.
    Parameter {
        /// Whether it is trained: `requires_grad`.
        trained: bool,
    },
    /// A buffer.
    Buffer {
        /// Whether it is part of the `state_dict`.
        persistent: bool,
    },
}

/// All instances of modules that were built.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    modules: Vec<Module>,
    tensors: Vec<Tensor>,
}

impl Index<ModuleId> for Modules {
    type Output = Module;

    fn index(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }
}

impl Index<TensorId> for Modules {
    type Output = Tensor;

    fn index(&self, id: TensorId) -> &Tensor {
        &self.tensors[id.0 as usize]
    }
}

impl Modules {
    /// Adds an instance that nobody holds yet.
    pub fn add(&mut self, class: Class) -> ModuleId {
        self.modules.push(Module { class, tensors: Vec::new(), children: Vec::new(), holders: 0 });
        ModuleId(self.modules.len() as u32 - 1)
    }

    /// Adds a parameter or buffer that nobody holds yet.
    ///
    /// # Errors
    /// Torch's complaint about a size that is negative or can't be held.
    pub fn add_tensor(&mut self, shape: &[i64], kind: TensorKind) -> Result<TensorId> {
        if let Some(&negative) = shape.iter().find(|&&d| d < 0) {
            return Err(Fault::value(message!("weight-negative", shape = format!("{shape:?}"), negative)));
        }
        if shape.iter().try_fold(4i64, |bytes, &d| bytes.checked_mul(d)).is_none() {
            return Err(Fault::too_large(message!("weight-overflows", shape = format!("{shape:?}"))));
        }
        self.tensors.push(Tensor { shape: Shape::try_new(shape)?, kind, holders: 0 });
        Ok(TensorId(self.tensors.len() as u32 - 1))
    }

    /// `parent.name = child`: what is held under a name stays in its place when it is replaced.
    pub fn set_child(&mut self, parent: ModuleId, name: Name, child: ModuleId) {
        self.modules[child.0 as usize].holders += 1;
        if let Some(replaced) = place(&mut self.modules[parent.0 as usize].children, name, child) {
            self.modules[replaced.0 as usize].holders -= 1;
        }
    }

    /// `module.name = tensor`
    pub fn set_tensor(&mut self, module: ModuleId, name: Name, tensor: TensorId) {
        self.tensors[tensor.0 as usize].holders += 1;
        if let Some(replaced) = place(&mut self.modules[module.0 as usize].tensors, name, tensor) {
            self.tensors[replaced.0 as usize].holders -= 1;
        }
    }

    /// `del parent.name`; returns the child that was held under the name.
    pub fn remove_child(&mut self, parent: ModuleId, name: &str) -> Option<ModuleId> {
        let children = &mut self.modules[parent.0 as usize].children;
        let at = children.iter().position(|(held, _)| held.to_string() == name)?;
        let (_, child) = children.remove(at);
        self.modules[child.0 as usize].holders -= 1;
        Some(child)
    }

    /// Makes a tensor another kind of one.
    pub fn set_kind(&mut self, id: TensorId, kind: TensorKind) {
        self.tensors[id.0 as usize].kind = kind;
    }

    /// Makes an instance one of another class: one of a class that is derived from the one whose constructor built it.
    pub fn set_class(&mut self, id: ModuleId, class: Class) {
        self.modules[id.0 as usize].class = class;
    }

    /// Takes all that a module holds from it.
    pub fn clear(&mut self, id: ModuleId) {
        let module = &mut self.modules[id.0 as usize];
        let (children, tensors) = (std::mem::take(&mut module.children), std::mem::take(&mut module.tensors));
        for (_, child) in children {
            self.modules[child.0 as usize].holders -= 1;
        }
        for (_, tensor) in tensors {
            self.tensors[tensor.0 as usize].holders -= 1;
        }
    }

    /// Forgets what was added since there were so few modules and tensors: what is left of something that couldn't be
    /// built to its end.
    pub fn rewind(&mut self, (modules, tensors): (usize, usize)) {
        self.modules.truncate(modules);
        self.tensors.truncate(tensors);
    }

    /// How many instances and how many tensors were added, held or not.
    pub fn sizes(&self) -> (usize, usize) {
        (self.modules.len(), self.tensors.len())
    }

    /// A walk that has seen nothing yet.
    pub fn walk(&self) -> Walk<'_> {
        Walk { modules: self, seen: BTreeSet::new(), seen_tensors: BTreeSet::new(), has_passed_over: false }
    }

    /// A module and all below it, each once, parents before children: `modules()`.
    pub fn below(&self, root: ModuleId) -> impl Iterator<Item = &Module> {
        self.walk().below(root).map(|id| &self[id])
    }

    /// For each instance how many modules of a model hold it; a module that holds one under two names counts once, as in
    /// `children()`.
    pub fn holders(&self, root: ModuleId) -> Vec<u32> {
        let mut holders = vec![0; self.modules.len()];
        for id in self.walk().below(root) {
            let children = &self[id].children;
            for (i, (_, child)) in children.iter().enumerate() {
                let is_held_twice = self[*child].holders > 1 && children[..i].iter().any(|(_, other)| other == child);
                holders[child.0 as usize] += u32::from(!is_held_twice);
            }
        }
        holders
    }

    /// The parameters of a module and of all below it, each once: `parameters()`.
    pub fn parameters(&self, root: ModuleId) -> impl Iterator<Item = &Tensor> {
        let mut seen = BTreeSet::new();
        let ids = self.walk().below(root).flat_map(|id| self[id].tensors.iter().map(|(_, tensor)| *tensor));
        let once = ids.filter(move |&id| self[id].holders <= 1 || seen.insert(id));
        once.map(|id| &self[id]).filter(|tensor| tensor.is_parameter())
    }

    /// The entries of a model's `state_dict()`: parameters and persistent buffers under each name that they have.
    pub fn state_dict(&self, root: ModuleId) -> Vec<(String, Shape)> {
        let mut entries = Vec::new();
        let mut path: Vec<ModuleId> = Vec::new();
        let mut open = vec![(0, String::new(), root)];
        while let Some((depth, prefix, id)) = open.pop() {
            path.truncate(depth);
            if path.contains(&id) {
                continue;
            }
            path.push(id);
            let module = &self[id];
            let mut push = |buffers: bool| {
                for (name, tensor) in &module.tensors {
                    let tensor = &self[*tensor];
                    let is_buffer = tensor.kind == TensorKind::Buffer { persistent: true };
                    let is_wanted = if buffers { is_buffer } else { tensor.is_parameter() };
                    if is_wanted {
                        entries.push((format!("{prefix}{name}"), tensor.shape));
                    }
                }
            };
            push(false);
            push(true);
            for (name, child) in module.children.iter().rev() {
                open.push((depth + 1, format!("{prefix}{name}."), *child));
            }
        }
        entries
    }

    /// A model's parameters under the first name of each: `named_parameters()`.
    pub fn named_parameters(&self, root: ModuleId) -> Vec<(String, &Tensor)> {
        let mut found = Vec::new();
        let (mut seen, mut seen_tensors) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![(String::new(), root)];
        while let Some((prefix, id)) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let module = &self[id];
            for (name, tensor) in &module.tensors {
                if self[*tensor].is_parameter() && seen_tensors.insert(*tensor) {
                    found.push((format!("{prefix}{name}"), &self[*tensor]));
                }
            }
            open.extend(module.children.iter().rev().map(|(name, child)| (format!("{prefix}{name}."), *child)));
        }
        found
    }

    /// `copy.deepcopy`: new instances of a module and of all that it holds, each with its copy.
    pub fn deepcopy(&mut self, root: ModuleId) -> BTreeMap<ModuleId, ModuleId> {
        let originals: Vec<ModuleId> = self.walk().below(root).collect();
        let copies: BTreeMap<ModuleId, ModuleId> =
            originals.into_iter().map(|id| (id, self.add(self[id].class.clone()))).collect();
        let mut tensors = BTreeMap::new();
        for (&id, &copy) in &copies {
            for (name, child) in self[id].children.clone() {
                self.set_child(copy, name, copies[&child]);
            }
            for (name, tensor) in self[id].tensors.clone() {
                let copied = *tensors.entry(tensor).or_insert_with(|| {
                    self.tensors.push(Tensor { holders: 0, ..self[tensor] });
                    TensorId(self.tensors.len() as u32 - 1)
                });
                self.set_tensor(copy, name, copied);
            }
        }
        copies
    }
}

/// Sets what is held under `name`; returns what it replaces. A position in a list that is filled in order isn't searched.
fn place<T: Copy>(held: &mut Vec<(Name, T)>, name: Name, value: T) -> Option<T> {
    let is_next = match (&name, held.last()) {
        (_, None) => true,
        (Name::Index(index), Some((Name::Index(last), _))) => *index == last + 1 && held.len() == *index as usize,
        _ => false,
    };
    if !is_next && let Some((_, old)) = held.iter_mut().find(|(held, _)| *held == name) {
        return Some(std::mem::replace(old, value));
    }
    held.push((name, value));
    None
}

/// Sums over modules, each instance and each parameter once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Instances.
    pub modules: usize,
    /// Modules without children: the *layers* of the framework's summary.
    pub layers: usize,
    /// Elements of their parameters.
    pub params: u64,
    /// Elements of those parameters that are not trained.
    pub frozen: u64,
}

impl std::ops::Add for Count {
    type Output = Count;

    fn add(self, other: Count) -> Count {
        Count {
            modules: self.modules + other.modules,
            layers: self.layers + other.layers,
            params: self.params.saturating_add(other.params),
            frozen: self.frozen.saturating_add(other.frozen),
        }
    }
}

/// Walks modules from several roots, in the order of `named_modules()`, and passes over what it has seen.
pub struct Walk<'a> {
    modules: &'a Modules,
    /// The instances seen that can be reached more than once.
    seen: BTreeSet<ModuleId>,
    seen_tensors: BTreeSet<TensorId>,
    /// Whether something with parameters, or that holds something, was passed over.
    has_passed_over: bool,
}

impl<'a> Walk<'a> {
    /// A module and all below it that weren't seen yet, parents before children.
    pub fn below(mut self, root: ModuleId) -> impl Iterator<Item = ModuleId> + use<'a> {
        let mut open = vec![root];
        std::iter::from_fn(move || self.next(root, &mut open))
    }

    fn next(&mut self, root: ModuleId, open: &mut Vec<ModuleId>) -> Option<ModuleId> {
        loop {
            let id = open.pop()?;
            let module = &self.modules[id];
            let can_come_again = module.holders > 1 || (id == root && module.holders > 0);
            if can_come_again && !self.seen.insert(id) {
                self.has_passed_over |= !module.children.is_empty() || !module.tensors.is_empty();
                continue;
            }
            open.extend(module.children.iter().rev().map(|(_, child)| *child));
            return Some(id);
        }
    }

    /// Counts a module and all below it, but what was seen.
    pub fn count(&mut self, root: ModuleId) -> Count {
        let mut count = Count::default();
        let mut open = vec![root];
        while let Some(id) = self.next(root, &mut open) {
            count = count + self.own(id);
        }
        count
    }

    /// Counts a module and all below it, but what was seen; and then its parameters, those that aren't trained apart, seen or not.
    pub fn count_and_params(&mut self, root: ModuleId) -> (Count, u64, u64) {
        self.has_passed_over = false;
        let count = self.count(root);
        let all = if self.has_passed_over { self.modules.walk().count(root) } else { count };
        (count, all.params, all.frozen)
    }

    /// Counts a module without those below it, and without parameters that were seen.
    pub fn own(&mut self, id: ModuleId) -> Count {
        let module = &self.modules[id];
        let mut count = Count { modules: 1, layers: usize::from(module.children.is_empty()), ..Count::default() };
        for &(_, id) in &module.tensors {
            let tensor = &self.modules[id];
            let TensorKind::Parameter { trained } = tensor.kind else { continue };
            if tensor.holders > 1 && !self.seen_tensors.insert(id) {
                self.has_passed_over = true;
                continue;
            }
            let elements = tensor.shape.dims().iter().product::<i64>() as u64;
            count.params = count.params.saturating_add(elements);
            count.frozen = count.frozen.saturating_add(if trained { 0 } else { elements });
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETER: TensorKind = TensorKind::Parameter { trained: true };

    fn add(modules: &mut Modules, class: &'static str) -> ModuleId {
        modules.add(class.into())
    }

    fn names(modules: &Modules, root: ModuleId) -> Vec<String> {
        modules.state_dict(root).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_two_hold_is_there_once_and_what_nobody_holds_is_not() {
        let mut modules = Modules::default();
        let [root, a, b, act, lost] = ["Root", "A", "B", "ReLU", "Lost"].map(|class| add(&mut modules, class));
        modules.set_child(root, "a".into(), a);
        modules.set_child(root, "b".into(), b);
        for parent in [a, b, root, lost] {
            modules.set_child(parent, "act".into(), act);
        }
        // Python's `children()` gives an instance once that a module holds under two names.
        modules.set_child(b, "act2".into(), act);
        assert_eq!(modules.walk().below(root).collect::<Vec<_>>(), [root, a, act, b]);
        assert_eq!(modules.holders(root)[act.0 as usize], 3);
        assert_eq!(modules.walk().count(root), Count { modules: 4, layers: 1, params: 0, frozen: 0 });
        let mut walk = modules.walk();
        assert_eq!((walk.count(a).modules, walk.count(b).modules), (2, 1));
    }

    /// As in torch, a name that is assigned again keeps its place.
    #[test]
    fn names_are_given_afterwards() {
        let mut modules = Modules::default();
        let [root, a, b, c] = ["Root", "A", "B", "C"].map(|class| add(&mut modules, class));
        for (id, name) in [(a, "x"), (b, "y"), (c, "x")] {
            modules.set_child(root, name.into(), id);
        }
        assert_eq!(modules.walk().below(root).collect::<Vec<_>>(), [root, c, b]);
        assert_eq!(
            ["7", "07", "+7", "x"].map(|name| Name::from(name.to_owned())),
            [Name::Index(7), Name::Attr("07".into()), Name::Attr("+7".into()), "x".into(),]
        );
    }

    #[test]
    fn tied_weights_count_once_and_are_listed_twice() {
        let mut modules = Modules::default();
        let [root, encoder, decoder] = ["Root", "A", "B"].map(|class| add(&mut modules, class));
        modules.set_child(root, "encoder".into(), encoder);
        modules.set_child(root, "decoder".into(), decoder);
        let weight = modules.add_tensor(&[3, 4], PARAMETER).unwrap();
        let mean = modules.add_tensor(&[3], TensorKind::Buffer { persistent: true }).unwrap();
        let cache = modules.add_tensor(&[9], TensorKind::Buffer { persistent: false }).unwrap();
        let scale = modules.add_tensor(&[], TensorKind::Parameter { trained: false }).unwrap();
        for (module, name, tensor) in [
            (encoder, "mean", mean),
            (encoder, "cache", cache),
            (encoder, "weight", weight),
            (decoder, "weight", weight),
            (root, "scale", scale),
        ] {
            modules.set_tensor(module, name.into(), tensor);
        }
        assert_eq!(names(&modules, root), ["scale", "encoder.weight", "encoder.mean", "decoder.weight"]);
        assert_eq!(modules.walk().count(root), Count { modules: 3, layers: 2, params: 13, frozen: 1 });
        assert_eq!(modules.parameters(root).count(), 2);

        let copy = modules.deepcopy(root)[&root];
        assert_eq!(names(&modules, copy), names(&modules, root));
        assert_eq!(modules.walk().count(copy), modules.walk().count(root));
        let mut both = modules.walk();
        assert_eq!((both.count(root).params, both.count(copy).params), (13, 13));
    }

    #[test]
    fn a_module_that_holds_itself_ends_the_walk() {
        let mut modules = Modules::default();
        let [root, a] = ["Root", "A"].map(|class| add(&mut modules, class));
        modules.set_child(root, "a".into(), a);
        modules.set_child(a, "parent".into(), root);
        assert_eq!(modules.walk().count(root).modules, 2);
        assert_eq!(modules.deepcopy(root).len(), 2);
        assert_eq!(modules.state_dict(root), []);
    }
}
