//! Imports: where modules are found, and what `import` and `from … import` give.

use std::rc::Rc;
use std::sync::Arc;

use super::Module;
use crate::interpret::class::Type;
use crate::interpret::code::Code;
use crate::interpret::library::Counts;
use crate::interpret::machine::Machine;
use crate::interpret::rewind::Asked;
use crate::interpret::symbol::{self, Symbol};
use crate::interpret::value::{Res, Value};
use crate::python::file::File;
use crate::python::ir::Stmt;

impl Machine {
    /// `import name`: the module, or what stands for it.
    pub fn import(&mut self, name: &str) -> Res {
        if let Some(module) = self.modules.get(name) {
            return Ok(module.clone());
        }
        let first = name.split('.').next().unwrap_or(name);
        if let Some(library) = self.libraries.iter().find(|l| l.counts == Counts::First && l.has(first)) {
            return Ok(library.import(self, name));
        }
        let found = self.module_named(name)?;
        if let Some(module) = found {
            return Ok(module);
        }
        let own = if first == name { None } else { self.module_named(first)? };
        // A folder without `__init__.py` doesn't count where a package of its name is installed.
        let is_package = matches!(&own, Some(Value::Module(own)) if own.code.is_some());
        let library = self.libraries.iter().copied().find(|l| l.has(first) && !is_package);
        let counts = library.filter(|l| l.counts == Counts::Absent || own.is_none() && !self.can_do_without());
        if let Some(library) = counts {
            return Ok(library.import(self, name));
        }
        if own.is_some() {
            let mut absent = name;
            while let Some((parent, _)) = absent.rsplit_once('.')
                && self.module_named(parent)?.is_none()
            {
                absent = parent;
            }
            let message = format!("No module named '{absent}'");
            return Err(self.error(Type::ModuleNotFoundError, message));
        }
        if self.is_optional_import() {
            // The program says itself what holds without the package.
            self.absent += 1;
            return Err(self.error(Type::ModuleNotFoundError, format!("No module named '{first}'")));
        }
        Ok(self.opaque(name))
    }

    /// `from module import name`.
    pub(in crate::interpret) fn import_from(
        &mut self,
        from: &Rc<Module>,
        module: &str,
        level: u32,
        name: Symbol,
    ) -> Res {
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
    pub(in crate::interpret) fn import_star(&mut self, from: &Rc<Module>, module: &str, level: u32) -> Res<()> {
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
                if self.is_partly_known(path) {
                    from.incomplete.set(true);
                }
            }
            _ => from.incomplete.set(true),
        }
        Ok(())
    }

    /// What the star import in a line of a top level gives for one name.
    pub(super) fn force_star(&mut self, module: &Rc<Module>, code: &Rc<Code>, index: u32, name: Symbol) -> Res<()> {
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
                    return Ok(());
                }
                let may_have_it = match &value {
                    Value::Module(other) => other.is_incomplete(),
                    Value::Library(path) => self.is_partly_known(path),
                    _ => false,
                };
                if may_have_it {
                    module.incomplete.set(true);
                }
            }
            _ => module.incomplete.set(true),
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

    /// A module that was imported or made from a file.
    pub fn module_by_name(&self, name: &str) -> Option<Rc<Module>> {
        match self.modules.get(name) {
            Some(Value::Module(module)) => Some(module.clone()),
            _ => None,
        }
    }

    /// A module of the sources.
    pub(super) fn module_named(&mut self, name: &str) -> Res<Option<Value>> {
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
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() || folder == "." { name.to_owned() } else { format!("{folder}/{name}") }
}
