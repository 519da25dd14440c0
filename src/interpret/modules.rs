//! Modules: where imports find them, and top levels that run as far as they are asked for.
//!
//! A module's statements don't run when it is imported. When a name is asked for, those run that bind it or may change its
//! value, in order; while one runs, it sees only what stands above it. A statement that can't be run spoils only its names.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::class::{CountedNames, Type};
use super::code::Code;
use super::frame::Frame;
use super::machine::Machine;
use super::rewind::Asked;
use super::symbol::{self, Symbol};
use super::value::{Args, Res, Stop, Unknown, Value};
use crate::python::file::File;
use crate::python::ir::{Block, Expr, ExprId, Stmt, StmtId, Variable};
use crate::words::Message;

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
    /// Keeps a machine for the next run on this thread.
    fn keep(&self, machine: Machine) {
        drop(machine);
    }
    /// Takes a machine that was kept on this thread and went back, an eager one or another.
    fn kept(&self, eager: bool) -> Option<Machine> {
        let _ = eager;
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

    /// Puts its top level back to where it was; `is_changed` says whether a name was bound since.
    pub(super) fn go_back(&self, progress: &Progress, is_changed: bool) {
        self.limit.set(progress.limit);
        self.incomplete.set(progress.incomplete);
        if *self.done.borrow() != progress.done {
            self.done.borrow_mut().clone_from(&progress.done);
        }
        if is_changed && *self.bound_by.borrow() != progress.bound_by {
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

impl Machine {
    /// `import name`: the module, or what stands for it.
    pub fn import(&mut self, name: &str) -> Res {
        if let Some(module) = self.modules.get(name) {
            return Ok(module.clone());
        }
        let first = name.split('.').next().unwrap_or(name);
        if let Some(library) = self.libraries.iter().find(|l| l.first && l.has(first)) {
            return Ok(library.import(self, name));
        }
        let found = self.module_named(name)?;
        if let Some(module) = found {
            return Ok(module);
        }
        if let Some(library) = self.libraries.iter().find(|l| l.has(first)) {
            return Ok(library.import(self, name));
        }
        if first != name && self.module_named(first)?.is_some() {
            let message = format!("No module named '{name}'");
            return Err(self.error(Type::ModuleNotFoundError, message));
        }
        if self.is_optional_import() {
            // The program says itself what holds without the package.
            self.absent += 1;
            return Err(self.error(Type::ModuleNotFoundError, format!("No module named '{first}'")));
        }
        Ok(self.opaque(name))
    }

    /// A module that was imported or made from a file.
    pub fn module_by_name(&self, name: &str) -> Option<Rc<Module>> {
        match self.modules.get(name) {
            Some(Value::Module(module)) => Some(module.clone()),
            _ => None,
        }
    }

    /// A module of the sources.
    fn module_named(&mut self, name: &str) -> Res<Option<Value>> {
        if let Some(module) = self.modules.get(name) {
            return Ok(Some(module.clone()));
        }
        let candidates: Vec<String> = match name.rsplit_once('.') {
            Some((parent, last)) => match self.module_named(parent)? {
                Some(Value::Module(parent)) => match &parent.folder {
                    Some(folder) => vec![join(folder, last)],
                    None => Vec::new(),
                },
                _ => Vec::new(),
            },
            None => self.search_path().iter().map(|root| join(root, name)).collect(),
        };
        for base in &candidates {
            let (package, plain) = (join(base, "__init__.py"), format!("{base}.py"));
            for (path, is_package) in [(package, true), (plain, false)] {
                let file = self.sources.file(&path);
                self.looked_at.insert(path, file.clone());
                if let Some(file) = file {
                    let code = self.code(file);
                    let folder = is_package.then(|| base.clone());
                    return self.add_module(name, Some(code), folder).map(Some);
                }
            }
        }
        // A folder without `__init__.py` counts only if no root has a real module of the name.
        for folder in candidates {
            let is_folder = self.sources.is_folder(&folder);
            self.folders.insert(folder.clone(), is_folder);
            if is_folder {
                return self.add_module(name, None, Some(folder)).map(Some);
            }
        }
        Ok(None)
    }

    /// Whether all that was looked at for modules, and what modules read, is still as it was.
    pub fn is_current(&self) -> bool {
        let looks = self.sources.looks();
        if looks > 0 && self.current_since.replace(looks) == looks {
            return true;
        }
        let is_same = |(path, then): (&String, &Option<Arc<File>>)| match (self.sources.file(path), then) {
            (Some(now), Some(then)) => Arc::ptr_eq(&now, then),
            (now, then) => now.is_none() && then.is_none(),
        };
        self.looked_at.iter().all(is_same)
            && self.folders.iter().all(|(path, is_folder)| self.sources.is_folder(path) == *is_folder)
            && self.opened.iter().all(|(path, then)| self.sources.text(path) == *then)
    }

    /// The folders in which absolute imports are looked for: `sys.path`, where the program asked for it.
    fn search_path(&self) -> Vec<String> {
        let Some(Value::List(path)) = self.library_values.get("sys.path") else { return self.sources.roots().to_vec() };
        let folders: Vec<String> = path.borrow().iter().filter_map(|p| p.as_str()).map(str::to_owned).collect();
        folders.iter().map(|f| f.trim_end_matches('/').trim_start_matches("./").to_owned()).collect()
    }

    fn add_module(&mut self, name: &str, code: Option<Rc<Code>>, folder: Option<String>) -> Res {
        self.ask(|| Asked::Module(name.into()));
        let module = Module::new(name, code, folder);
        if let Some(folder) = &module.folder {
            let path = Value::list(vec![Value::str(folder)]);
            module.names.borrow_mut().insert(symbol::PATH, path);
        }
        let value = Value::Module(module);
        self.modules.insert(name.into(), value.clone());
        if let (true, Value::Module(module)) = (self.eager, &value) {
            self.force_all(module)?;
        }
        Ok(value)
    }

    /// A module from a file, as a script's `__main__` or a file that isn't importable.
    pub fn module_of(&mut self, name: &str, file: Arc<File>) -> Rc<Module> {
        self.ask(|| Asked::File(name.into(), file.clone()));
        let code = self.code(file);
        let module = Module::new(name, Some(code), None);
        self.modules.insert(name.into(), Value::Module(module.clone()));
        module
    }

    /// Runs all of a module's top level, in order.
    pub fn run_module(&mut self, module: &Rc<Module>) -> Res<()> {
        let Some(code) = module.code.clone() else { return Ok(()) };
        let block = code.file.program.body;
        let mut frame = Frame::new(code, module.clone());
        module.done.borrow_mut().iter_mut().for_each(|done| *done = true);
        module.limit.set(0);
        frame.enter(block);
        self.run(&mut frame).map(|_| ())
    }

    /// The absolute name of a relative import.
    fn absolute(&mut self, from: &Module, name: &str, level: u32) -> Res<Rc<str>> {
        if level == 0 {
            return Ok(name.into());
        }
        let mut parts: Vec<&str> = from.name.split('.').collect();
        let up = level as usize - usize::from(from.folder.is_some());
        if from.folder.is_none() && parts.len() < 2 {
            let message = "attempted relative import with no known parent package";
            return Err(self.error(Type::ImportError, message));
        }
        if up >= parts.len() {
            return Err(self.error(Type::ImportError, "attempted relative import beyond top-level package"));
        }
        parts.truncate(parts.len() - up);
        let base = parts.join(".");
        Ok(if name.is_empty() { base.into() } else { format!("{base}.{name}").into() })
    }

    /// `from module import name`.
    pub(super) fn import_from(&mut self, from: &Rc<Module>, module: &str, level: u32, name: Symbol) -> Res {
        let module = self.absolute(from, module, level)?;
        if level > 0 && self.module_named(&module)?.is_none() {
            let message = format!("No module named '{module}'");
            return Err(self.error(Type::ModuleNotFoundError, message));
        }
        let value = self.import(&module)?;
        let found = match &value {
            Value::Module(m) => self.module_attribute(m, name)?,
            Value::Library(path) => self.library_attribute(path, name)?,
            _ => self.find_attribute(&value, name)?,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        let text = self.text(name);
        let message = match &value {
            Value::Module(m) => {
                let path = m.path().unwrap_or_else(|| "unknown location".to_owned());
                format!("cannot import name '{text}' from '{module}' ({path})")
            }
            _ => format!("cannot import name '{text}' from '{module}'"),
        };
        Err(self.error(Type::ImportError, message))
    }

    /// `from module import *` at a place where it runs at once.
    pub(super) fn import_star(&mut self, from: &Rc<Module>, module: &str, level: u32) -> Res<()> {
        let name = self.absolute(from, module, level)?;
        let value = match self.import(&name) {
            Ok(value) => value,
            Err(stop) => {
                from.incomplete.set(true);
                return Err(stop);
            }
        };
        match &value {
            Value::Module(other) => {
                self.force_all(other)?;
                for name in self.exported(other)? {
                    if let Some(value) = self.global(other, name)? {
                        self.set_global(from, name, value);
                    }
                }
            }
            Value::Library(path) => {
                for name in self.library_names(path) {
                    let symbol = self.symbol(name);
                    if let Some(value) = self.library_attribute(path, symbol)? {
                        self.set_global(from, symbol, value);
                    }
                }
            }
            _ => from.incomplete.set(true),
        }
        Ok(())
    }

    /// The names that a star import takes.
    fn exported(&mut self, module: &Rc<Module>) -> Res<Vec<Symbol>> {
        if let Some(all) = self.global(module, symbol::ALL)? {
            let names = self.collect(&all)?;
            return Ok(names.iter().filter_map(|n| n.as_str().map(str::to_owned)).map(|n| self.symbol(&n)).collect());
        }
        let names: Vec<Symbol> = module.names.borrow().keys().copied().collect();
        Ok(names.into_iter().filter(|&n| !self.text(n).starts_with('_')).collect())
    }

    /// What a star import of `module` gives for one name.
    fn exported_one(&mut self, value: &Value, name: Symbol) -> Res<Option<Value>> {
        match value {
            Value::Module(module) => {
                let has_all = module.code.as_ref().is_some_and(|c| !c.file.touching("__all__").is_empty());
                if has_all {
                    let all = self.global(module, symbol::ALL)?.unwrap_or(Value::None);
                    let names = self.collect(&all)?;
                    let text = self.text(name);
                    if !names.iter().any(|n| n.as_str() == Some(&*text)) {
                        return Ok(None);
                    }
                } else if self.text(name).starts_with('_') {
                    return Ok(None);
                }
                let mut found = self.global_ahead(module, name)?;
                if found.is_none() && !has_all && module.folder.is_some() {
                    // A submodule is an attribute of its package once it is imported.
                    let submodule = format!("{}.{}", module.name, self.text(name));
                    found = self.module_named(&submodule)?;
                }
                if found.is_none() && module.is_incomplete() {
                    return Ok(None);
                }
                Ok(found)
            }
            Value::Library(path) => {
                let text = self.text(name);
                if !self.library_names(path).iter().any(|n| *n == &*text) {
                    return Ok(None);
                }
                self.library_attribute(&path.clone(), name)
            }
            _ => Ok(None),
        }
    }

    /// A name of a module: a global variable, a submodule, or what its `__getattr__` gives.
    pub(super) fn module_attribute(&mut self, module: &Rc<Module>, name: Symbol) -> Res<Option<Value>> {
        if let Some(found) = self.global_ahead(module, name)? {
            return Ok(Some(found));
        }
        match name {
            symbol::DICT => {
                let names = super::value::Names::Module(module.clone());
                return Ok(Some(Value::Names(Rc::new(names))));
            }
            symbol::CLASS => return Ok(Some(Value::Class(self.builtin(Type::Module)))),
            _ => {}
        }
        if module.folder.is_some() {
            let submodule = format!("{}.{}", module.name, self.text(name));
            if let Some(found) = self.module_named(&submodule)? {
                return Ok(Some(found));
            }
        }
        if let Some(hook) = self.global(module, symbol::GETATTR)? {
            let text = Value::Str(self.text(name));
            return match self.call(&hook, Args::of(vec![text])) {
                Ok(found) => Ok(Some(found)),
                Err(Stop::Raise(raised)) if self.class_of(&raised.exception)?.is(Type::AttributeError) => Ok(None),
                Err(stop) => Err(stop),
            };
        }
        if module.is_incomplete() {
            return Ok(Some(self.opaque(&format!("{}.{}", module.name, self.text(name)))));
        }
        Ok(None)
    }

    /// Sets a global variable.
    pub(super) fn set_global(&mut self, module: &Rc<Module>, name: Symbol, value: Value) {
        let running = module.limit.get();
        if running < module.done.borrow().len() {
            module.bind(name, value, running);
        } else {
            module.names.borrow_mut().insert(name, value);
        }
    }

    /// A global variable.
    pub(super) fn global(&mut self, module: &Rc<Module>, name: Symbol) -> Res<Option<Value>> {
        if module.limit.get() == 0 || module.settled.borrow().contains(&name) {
            return Ok(module.before(name).or_else(|| module.names.borrow().get(&name).cloned()));
        }
        self.ask(|| Asked::Name(module.name.clone(), name));
        self.making += 1;
        let forced = self.force(module, name);
        self.making -= 1;
        forced?;
        Ok(module.before(name).or_else(|| module.names.borrow().get(&name).cloned()))
    }

    /// A global variable as another module sees it. Modules that import each other meet in another order here than in
    /// Python, since their top levels run only as far as they are asked for: what stands below a running statement counts.
    fn global_ahead(&mut self, module: &Rc<Module>, name: Symbol) -> Res<Option<Value>> {
        if let Some(found) = self.global(module, name)? {
            return Ok(Some(found));
        }
        let count = module.done.borrow().len();
        if self.eager || module.limit.get() == count {
            return Ok(None);
        }
        let limit = module.limit.replace(count);
        let found = self.global(module, name);
        module.limit.set(limit);
        found
    }

    /// Runs the statements that make a name what it is.
    fn force(&mut self, module: &Rc<Module>, name: Symbol) -> Res<()> {
        let Some(code) = module.code.clone() else { return Ok(()) };
        let text = self.text(name);
        let mut statements: Vec<u32> = code.file.touching(&text).to_vec();
        let touched = statements.len();
        statements.extend(&code.file.stars);
        statements.extend(&code.file.sweeping);
        if statements.len() > touched {
            statements.sort_unstable();
            statements.dedup();
        }
        let mut all = true;
        for index in statements {
            let limit = module.limit.get();
            if index as usize >= limit {
                all = false;
                break;
            }
            if code.file.stars.contains(&index) {
                self.force_star(module, &code, index, name)?;
                continue;
            }
            let begun = std::mem::replace(&mut module.done.borrow_mut()[index as usize], true);
            if !begun {
                self.run_statement(module, &code, index)?;
            }
        }
        if all {
            module.settled.borrow_mut().insert(name);
        }
        Ok(())
    }

    fn force_star(&mut self, module: &Rc<Module>, code: &Rc<Code>, index: u32, name: Symbol) -> Res<()> {
        if !module.starred.borrow_mut().insert((index, name)) {
            return Ok(());
        }
        let Some(stmt) = code.file.program.body.get(index as usize) else { return Ok(()) };
        let Stmt::ImportStar { module: other, level } = code.file.program.stmt(stmt) else { return Ok(()) };
        let other = self.text(code.symbols[other.index()]);
        let found = self.absolute(module, &other, level).and_then(|n| self.import(&n));
        match found {
            Ok(value @ (Value::Module(_) | Value::Library(_))) => {
                if let Some(found) = self.exported_one(&value, name)? {
                    module.bind(name, found, index as usize);
                } else if let Value::Module(other) = &value
                    && other.is_incomplete()
                {
                    module.incomplete.set(true);
                }
            }
            _ => module.incomplete.set(true),
        }
        Ok(())
    }

    /// The names that a module's top level gives, those of its star imports included. Statements that can't be run give none.
    pub fn names_of(&mut self, module: &Rc<Module>) -> Vec<Symbol> {
        let Some(code) = module.code.clone() else { return Vec::new() };
        let program = &code.file.program;
        for index in &code.file.stars {
            let stmt = program.body.get(*index as usize).map(|stmt| program.stmt(stmt));
            if let Some(Stmt::ImportStar { module: other, level }) = stmt {
                let _ = self.import_star(module, program.name(other), level);
            }
        }
        for name in code.file.bound() {
            let name = self.symbol(name);
            let _ = self.global(module, name);
        }
        let mut names: Vec<Symbol> = module.names.borrow().keys().copied().collect();
        names.sort_by_key(|&name| self.text(name));
        names
    }

    /// Runs all statements of a module that haven't run.
    pub(super) fn force_all(&mut self, module: &Rc<Module>) -> Res<()> {
        self.ask(|| Asked::All(module.name.clone()));
        self.making += 1;
        let forced = self.force_rest(module);
        self.making -= 1;
        forced
    }

    fn force_rest(&mut self, module: &Rc<Module>) -> Res<()> {
        let Some(code) = module.code.clone() else { return Ok(()) };
        for index in 0..module.limit.get() {
            if code.file.stars.contains(&(index as u32)) {
                let Some(stmt) = code.file.program.body.get(index) else { continue };
                if let Stmt::ImportStar { module: other, level } = code.file.program.stmt(stmt) {
                    let other = self.text(code.symbols[other.index()]);
                    if self.import_star(module, &other, level).is_err() {
                        module.incomplete.set(true);
                    }
                }
                continue;
            }
            let begun = std::mem::replace(&mut module.done.borrow_mut()[index], true);
            if !begun {
                self.run_statement(module, &code, index as u32)?;
            }
        }
        Ok(())
    }

    /// Runs one statement of a module's top level.
    fn run_statement(&mut self, module: &Rc<Module>, code: &Rc<Code>, index: u32) -> Res<()> {
        let Some(stmt) = code.file.program.body.get(index as usize) else { return Ok(()) };
        for &path in code.file.paths.iter().take_while(|&&path| path < index) {
            let begun = std::mem::replace(&mut module.done.borrow_mut()[path as usize], true);
            if !begun {
                self.run_statement(module, code, path)?;
            }
        }
        let limit = module.limit.replace(index as usize);
        let absent = self.absent;
        let mut frame = Frame::new(code.clone(), module.clone());
        frame.enter(Block(crate::python::ir::Run::new(stmt.index(), stmt.index() + 1)));
        let result = self.run(&mut frame).map(|_| ());
        module.limit.set(limit);
        let Err(stop) = result else {
            if self.absent > absent {
                self.leave_open(module, code, stmt);
            }
            return Ok(());
        };
        let reason = match &stop {
            Stop::Unknown(unknown) => unknown.reason.clone(),
            Stop::Raise(raised) => self.describe(raised).into(),
        };
        self.spoil(module, code, stmt, &reason);
        if self.fuel.steps == 0 { Err(stop) } else { Ok(()) }
    }

    /// The names that a statement would have bound if a package were there aren't known.
    fn leave_open(&mut self, module: &Rc<Module>, code: &Rc<Code>, stmt: StmtId) {
        let mut changed = Changed { code, names: Vec::new() };
        changed.stmt(stmt);
        for name in changed.names {
            if !module.names.borrow().contains_key(&name) {
                let value = self.opaque(&format!("{}.{}", module.name, self.text(name)));
                module.names.borrow_mut().insert(name, value);
            }
        }
    }

    /// The names that a statement binds, or whose values it changes, aren't known if it can't be run.
    fn spoil(&mut self, module: &Rc<Module>, code: &Rc<Code>, stmt: StmtId, reason: &Message) {
        let mut changed = Changed { code, names: Vec::new() };
        changed.stmt(stmt);
        let is_definition = match code.file.program.stmt(stmt) {
            Stmt::Unreadable => {
                module.incomplete.set(true);
                false
            }
            Stmt::Import { .. } | Stmt::ImportFrom { .. } | Stmt::Function { .. } | Stmt::Class { .. } => true,
            _ => false,
        };
        for name in changed.names {
            let keep = matches!(
                module.names.borrow().get(&name),
                Some(Value::Module(_) | Value::Library(_) | Value::Unknown(_))
            );
            if !keep {
                // What an import or a definition would have given is at least no other object.
                let path = is_definition.then(|| format!("{}.{}", module.name, self.text(name)).into());
                let unknown = Unknown { reason: reason.clone(), path, place: self.place() };
                let value = Value::Unknown(Rc::new(unknown));
                module.names.borrow_mut().insert(name, value);
            }
        }
    }

    /// An exception in one line, as the last line of a traceback has it.
    pub fn describe(&mut self, raised: &super::value::Raised) -> String {
        let name = match self.class_of(&raised.exception) {
            Ok(class) => match &*class.module {
                "builtins" | "__main__" => class.qualname.to_string(),
                _ => class.full_name(),
            },
            Err(_) => "Exception".to_owned(),
        };
        match self.str(&raised.exception) {
            Ok(text) if text.is_empty() => name,
            Ok(text) => format!("{name}: {text}"),
            Err(_) => name,
        }
    }
}

/// The global names that a statement binds or whose values it changes.
struct Changed<'a> {
    code: &'a Code,
    names: Vec<Symbol>,
}

impl Changed<'_> {
    fn bind(&mut self, variable: Variable) {
        if let Variable::Global(name) = variable {
            self.names.push(self.code.symbols[name.index()]);
        }
    }

    /// A target, or a value that a call may change.
    fn target(&mut self, expr: ExprId) {
        let program = &self.code.file.program;
        match program.expr(expr) {
            Expr::Variable(variable) => self.bind(variable),
            Expr::Attribute(value, _) | Expr::Subscript(value, _) | Expr::Starred(value) => self.target(value),
            Expr::Call(function, _) => self.target(function),
            Expr::Tuple(items) | Expr::List(items) => program.list(items).iter().for_each(|&item| self.target(item)),
            _ => {}
        }
    }

    fn block(&mut self, block: Block) {
        block.statements().for_each(|stmt| self.stmt(stmt));
    }

    fn stmt(&mut self, stmt: StmtId) {
        let program = &self.code.file.program;
        match program.stmt(stmt) {
            Stmt::Expr(value) => {
                if let Expr::Call(function, _) = program.expr(value)
                    && let Expr::Attribute(..) = program.expr(function)
                {
                    self.target(function);
                }
            }
            Stmt::Assign { targets, .. } | Stmt::Delete(targets) => {
                program.list(targets).iter().for_each(|&target| self.target(target));
            }
            Stmt::AugAssign(_, target, _) | Stmt::AnnAssign { target, .. } => self.target(target),
            Stmt::If(_, body, orelse) | Stmt::While(_, body, orelse) => {
                self.block(body);
                self.block(orelse);
            }
            Stmt::For { target, body, orelse, .. } => {
                self.target(target);
                self.block(body);
                self.block(orelse);
            }
            Stmt::With { target, body, .. } => {
                target.into_iter().for_each(|t| self.target(t));
                self.block(body);
            }
            Stmt::Try { body, handlers, orelse, finally } => {
                self.block(body);
                for handler in &program.handlers[handlers.range()] {
                    self.block(handler.body);
                }
                self.block(orelse);
                self.block(finally);
            }
            Stmt::Match(_, cases) => {
                program.cases[cases.range()].iter().for_each(|case| self.block(case.body));
            }
            Stmt::Import { target, .. }
            | Stmt::ImportFrom { target, .. }
            | Stmt::Function { target, .. }
            | Stmt::Class { target, .. } => self.bind(target),
            _ => {}
        }
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() || folder == "." { name.to_owned() } else { format!("{folder}/{name}") }
}
