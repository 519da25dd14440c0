//! Modules of the program: what each is, and how far its top level has come.
//!
//! A module's statements don't run when it is imported. When a name is asked for, those run that bind it or may change its
//! value, in order; while one runs, it sees only what stands above it. A statement that can't be run spoils only its names.

mod changed;
mod imports;
mod top_level;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::class::CountedNames;
use super::code::Code;
use super::machine::Machine;
use super::symbol::{self, Symbol};
use super::value::Value;
use crate::python::file::File;

/// Where Python files come from. Paths are joined by `/`.
pub trait Sources: Send + Sync {
    /// The parsed file at a path.
    fn file(&self, path: &str) -> Option<Arc<File>>;
    /// The text of a file at a path that need not be parsed.
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.file(path).map(|file| file.text.clone())
    }
    /// The names of what is in a folder, in order; those of folders end with `/`. A run doesn't ask for that.
    fn list(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }
    /// Whether there is a folder at a path.
    fn is_folder(&self, path: &str) -> bool;
    /// The folders in which absolute imports are looked for, in order.
    fn roots(&self) -> &[String];
    /// A number that stays the same as long as what was there counts as it was; 0 if that is never so.
    fn looks(&self) -> u64 {
        0
    }
    /// Keeps a machine for the next run on this thread. It ran these files with edits of which this is the hash; 0 without.
    fn keep(&self, machine: Machine, edits: u64) {
        let _ = (machine, edits);
    }
    /// Takes a machine that was kept on this thread for such edits and went back, an eager one or another.
    fn kept(&self, eager: bool, edits: u64) -> Option<Machine> {
        let _ = (eager, edits);
        None
    }
}

/// How far the top level of a module has come.
#[derive(Clone)]
pub(super) struct Progress {
    done: Vec<bool>,
    settled: FxHashSet<Symbol>,
    starred: FxHashSet<(u32, Symbol)>,
    bound_by: FxHashMap<Symbol, usize>,
    earlier: Earlier,
    limit: usize,
    incomplete: bool,
}

/// What names were before statements further below bound them anew, with the statement that made each what it was.
type Earlier = FxHashMap<Symbol, Vec<(usize, Value)>>;

/// A module of the program.
pub struct Module {
    /// Its dotted name.
    pub name: Rc<str>,
    /// Its code; none for a folder without `__init__.py`.
    pub code: Option<Rc<Code>>,
    /// The folder in which its submodules lie, if it is a package.
    pub folder: Option<String>,
    /// The names that are bound so far.
    pub names: CountedNames,
    done: RefCell<Vec<bool>>,
    settled: RefCell<FxHashSet<Symbol>>,
    starred: RefCell<FxHashSet<(u32, Symbol)>>,
    /// The statement that a name has its value of.
    bound_by: RefCell<FxHashMap<Symbol, usize>>,
    /// For a statement that runs after one that stands below it.
    earlier: RefCell<Earlier>,
    /// Statements from here on aren't seen: one is running.
    limit: Cell<usize>,
    /// Whether a star import or a statement couldn't be run, so that a name that isn't there may be there.
    incomplete: Cell<bool>,
}

impl Module {
    /// A module before any of its statements ran.
    pub fn new(name: &str, code: Option<Rc<Code>>, folder: Option<String>) -> Rc<Module> {
        let count = code.as_ref().map_or(0, |c| c.file.program.body.statements().len());
        let module = Module {
            name: name.into(),
            folder,
            names: CountedNames::default(),
            done: RefCell::new(vec![false; count]),
            settled: RefCell::default(),
            starred: RefCell::default(),
            bound_by: RefCell::default(),
            earlier: RefCell::default(),
            limit: Cell::new(count),
            incomplete: Cell::new(code.as_ref().is_some_and(|c| !c.file.errors.is_empty())),
            code,
        };
        module.names.borrow_mut().insert(symbol::NAME, Value::str(name));
        let path = module.path().unwrap_or_default();
        module.names.borrow_mut().insert(symbol::FILE, Value::str(&path));
        module.names.borrow_mut().insert(symbol::DOC, Value::None);
        let package = match module.folder {
            Some(_) => name,
            None => name.rsplit_once('.').map_or("", |p| p.0),
        };
        module.names.borrow_mut().insert(symbol::PACKAGE, Value::str(package));
        Rc::new(module)
    }

    /// The path of its file.
    pub fn path(&self) -> Option<String> {
        self.code.as_ref().map(|c| c.file.path.to_string())
    }

    /// Whether a name has the value that it has until something else is bound to it.
    pub(super) fn is_settled(&self, name: Symbol) -> bool {
        let is_made = self.limit.get() == 0 || self.settled.borrow().contains(&name);
        is_made && self.names.borrow().contains_key(&name) && self.before(name).is_none()
    }

    /// What a name is for the statement that runs, if one that stands below it has already bound the name anew.
    fn before(&self, name: Symbol) -> Option<Value> {
        let running = self.limit.get();
        let earlier = self.earlier.borrow();
        let values = earlier.get(&name)?;
        if self.bound_by.borrow().get(&name)? <= &running {
            return None;
        }
        let above = values.iter().filter(|(statement, _)| *statement <= running);
        above.max_by_key(|(statement, _)| *statement).map(|(_, value)| value.clone())
    }

    /// Whether a name that isn't there may be there.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete.get()
    }

    /// Binds a name by a statement of the top level, unless one that stands below has bound it: of modules that import each
    /// other the lower one may run first.
    fn bind(&self, name: Symbol, value: Value, statement: usize) {
        let mut bound_by = self.bound_by.borrow_mut();
        let by = bound_by.entry(name).or_insert(statement);
        let earlier = |by, value| self.earlier.borrow_mut().entry(name).or_default().push((by, value));
        if *by > statement {
            earlier(statement, value);
        } else if let Some(was) = self.names.borrow_mut().insert(name, value)
            && *by < statement
        {
            earlier(std::mem::replace(by, statement), was);
        }
    }

    /// How far its top level has come.
    pub(super) fn progress(&self) -> Progress {
        Progress {
            done: self.done.borrow().clone(),
            settled: self.settled.borrow().clone(),
            starred: self.starred.borrow().clone(),
            bound_by: self.bound_by.borrow().clone(),
            earlier: self.earlier.borrow().clone(),
            limit: self.limit.get(),
            incomplete: self.incomplete.get(),
        }
    }

    /// Puts its top level back to where it was.
    pub(super) fn go_back(&self, progress: &Progress) {
        self.limit.set(progress.limit);
        self.incomplete.set(progress.incomplete);
        if *self.done.borrow() != progress.done {
            self.done.borrow_mut().clone_from(&progress.done);
        }
        if *self.bound_by.borrow() != progress.bound_by {
            self.bound_by.borrow_mut().clone_from(&progress.bound_by);
        }
        // They only grow.
        let count = |earlier: &Earlier| earlier.values().map(Vec::len).sum::<usize>();
        if count(&self.earlier.borrow()) != count(&progress.earlier) {
            self.earlier.borrow_mut().clone_from(&progress.earlier);
        }
        if self.settled.borrow().len() != progress.settled.len() {
            self.settled.borrow_mut().clone_from(&progress.settled);
        }
        if self.starred.borrow().len() != progress.starred.len() {
            self.starred.borrow_mut().clone_from(&progress.starred);
        }
    }
}
