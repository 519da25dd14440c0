//! Classes of a name in the folders of a framework.

use std::collections::HashSet;
use std::sync::Arc;

use super::{SourceDialect, join};
use crate::dialect::PythonClass;
use crate::python::file::File;
use crate::python::ir::{Body, ClassId, FunctionId, Stmt};

/// The most files that are searched.
const MOST_FILES: usize = 3000;

/// How deeply folders are looked into.
const MOST_LEVELS: usize = 8;

impl SourceDialect {
    /// The classes called `name` at the top level of files of the framework's package, in the order of their paths, and of
    /// those beside a package whose project is imported from its folder.
    pub fn classes_called(&self, name: &str) -> Vec<PythonClass> {
        let mut files = Vec::new();
        for root in self.sources.roots().iter().take(1) {
            self.files_below(&join(root, self.package()), MOST_LEVELS, &mut files);
            if matches!(self.package(), "models" | "nn") {
                let mut beside = Vec::new();
                self.files_below(root, 1, &mut beside);
                let known: HashSet<&String> = files.iter().collect();
                let beside: Vec<String> = beside.into_iter().filter(|path| !known.contains(path)).collect();
                files.extend(beside);
            }
        }
        files.extend(self.modules.iter().cloned());
        let mut found = Vec::new();
        for path in files {
            let is_there = self.sources.text(&path).is_some_and(|text| mentions(&text, name));
            let Some(file) = is_there.then(|| self.sources.file(&path)).flatten() else { continue };
            found.extend(classes_in(&file, name));
        }
        found
    }

    /// The class called `name` at the top level of the file at `path`; the last one if there are several.
    pub fn class_in(&self, path: &str, name: &str) -> Option<PythonClass> {
        classes_in(&self.sources.file(path)?, name).pop()
    }

    /// The files of Python in a folder and those in it.
    fn files_below(&self, folder: &str, levels: usize, files: &mut Vec<String>) {
        for name in self.sources.list(folder) {
            if name.starts_with(['.', '_']) && name != "__init__.py" || files.len() >= MOST_FILES {
                continue;
            }
            match name.strip_suffix('/') {
                Some(inner) if levels > 0 => self.files_below(&join(folder, inner), levels - 1, files),
                None if name.ends_with(".py") => files.push(join(folder, &name)),
                _ => {}
            }
        }
    }

    /// The dotted name of the module that a file is, by where imports are looked for.
    pub(super) fn module_name(&self, path: &str) -> Option<String> {
        let of = |root: &String| if root.is_empty() { Some(path) } else { path.strip_prefix(root)?.strip_prefix('/') };
        let in_package = self.package_folder().and_then(|folder| {
            let below = path.strip_prefix(&folder)?.strip_prefix('/')?;
            Some(format!("{}/{below}", self.package()))
        });
        let below = match &in_package {
            Some(below) => below,
            None => self.sources.roots().iter().find_map(of)?,
        };
        let below = below.strip_suffix(".py")?;
        Some(below.strip_suffix("/__init__").unwrap_or(below).replace('/', "."))
    }

    /// The folder of its package, without a `/` at the end.
    fn package_folder(&self) -> Option<String> {
        let (_, below) = self.entry.split_once('.')?;
        let entry = self.entry_file()?;
        let folder = entry.path.strip_suffix(".py")?.strip_suffix(&below.replace('.', "/"))?;
        folder.strip_suffix('/').map(str::to_owned)
    }

    /// The file that a module is.
    pub(super) fn module_file(&self, module: &str) -> Option<Arc<File>> {
        let path = module.replace('.', "/");
        let files = self
            .sources
            .roots()
            .iter()
            .flat_map(|root| [join(root, &format!("{path}/__init__.py")), join(root, &format!("{path}.py"))]);
        files.into_iter().find_map(|path| self.sources.file(&path))
    }
}

/// Whether a text has a line that defines a class of a name.
fn mentions(text: &str, name: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), name).any(|at| {
        let before = text[..at].rsplit('\n').next().unwrap_or_default();
        let is_defined = before.strip_prefix("class ").is_some_and(|spaces| spaces.trim().is_empty());
        is_defined && text[at + name.len()..].starts_with(['(', ':', ' '])
    })
}

/// The classes called `name` at the top level of a file.
pub(super) fn classes_in(file: &Arc<File>, name: &str) -> Vec<PythonClass> {
    let program = &file.program;
    let class = |stmt| match program.stmt(stmt) {
        Stmt::Class { class, .. } if program.name(program.class(class).name) == name => Some(class),
        _ => None,
    };
    let found = program.body.statements().filter_map(class);
    found.map(|class| PythonClass { file: file.clone(), class, constructor: own_constructor(file, class) }).collect()
}

/// The `__init__` that a class has itself.
fn own_constructor(file: &Arc<File>, class: ClassId) -> Option<(Arc<File>, FunctionId)> {
    let program = &file.program;
    let own = program.class(class).body.statements().find_map(|stmt| match program.stmt(stmt) {
        Stmt::Function { function, .. } if program.name(program.function(function).name) == "__init__" => {
            Some(function)
        }
        _ => None,
    })?;
    matches!(program.function(own).body, Body::Block(_)).then(|| (file.clone(), own))
}
