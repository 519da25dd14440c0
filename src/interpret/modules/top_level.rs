//! Global variables: statements of a top level run as far as what is asked for needs them.

use std::rc::Rc;

use super::Module;
use super::changed::changed_by;
use crate::interpret::class::Type;
use crate::interpret::code::Code;
use crate::interpret::frame::Frame;
use crate::interpret::machine::Machine;
use crate::interpret::rewind::Asked;
use crate::interpret::symbol::{self, Symbol};
use crate::interpret::value::{Args, Names, Res, Stop, Unknown, Value};
use crate::python::ir::{Block, Run, Stmt, StmtId};
use crate::words::Message;

impl Machine {
    /// A name of a module: a global variable, a submodule, or what its `__getattr__` gives.
    pub(in crate::interpret) fn module_attribute(&mut self, module: &Rc<Module>, name: Symbol) -> Res<Option<Value>> {
        if let Some(found) = self.global_ahead(module, name)? {
            return Ok(Some(found));
        }
        match name {
            symbol::DICT => {
                let names = Names::Module(module.clone());
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
    pub(in crate::interpret) fn set_global(&mut self, module: &Rc<Module>, name: Symbol, value: Value) {
        let running = module.limit.get();
        if running < module.done.borrow().len() {
            module.bind(name, value, running);
        } else {
            module.names.borrow_mut().insert(name, value);
        }
    }

    /// A global variable.
    pub(in crate::interpret) fn global(&mut self, module: &Rc<Module>, name: Symbol) -> Res<Option<Value>> {
        if module.limit.get() == 0 || module.settled.borrow().contains(&name) {
            return Ok(module.before(name).or_else(|| module.names.borrow().get(&name).cloned()));
        }
        self.ask(|| Asked::Name(module.name.clone(), name));
        self.making(|m| m.force(module, name))?;
        Ok(module.before(name).or_else(|| module.names.borrow().get(&name).cloned()))
    }

    /// A global variable as another module sees it. Modules that import each other meet in another order here than in
    /// Python, since their top levels run only as far as they are asked for: what stands below a running statement counts.
    pub(super) fn global_ahead(&mut self, module: &Rc<Module>, name: Symbol) -> Res<Option<Value>> {
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

    /// Runs all statements of a module that haven't run.
    pub(in crate::interpret) fn force_all(&mut self, module: &Rc<Module>) -> Res<()> {
        self.ask(|| Asked::All(module.name.clone()));
        self.making(|m| m.force_rest(module))
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
        frame.enter(Block(Run::new(stmt.index(), stmt.index() + 1)));
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
        for name in changed_by(code, stmt) {
            if !module.names.borrow().contains_key(&name) {
                let value = self.opaque(&format!("{}.{}", module.name, self.text(name)));
                module.names.borrow_mut().insert(name, value);
            }
        }
    }

    /// The names that a statement binds, or whose values it changes, aren't known if it can't be run.
    fn spoil(&mut self, module: &Rc<Module>, code: &Rc<Code>, stmt: StmtId, reason: &Message) {
        let is_definition = match code.file.program.stmt(stmt) {
            Stmt::Unreadable => {
                module.incomplete.set(true);
                false
            }
            Stmt::Import { .. } | Stmt::ImportFrom { .. } | Stmt::Function { .. } | Stmt::Class { .. } => true,
            _ => false,
        };
        for name in changed_by(code, stmt) {
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
}
