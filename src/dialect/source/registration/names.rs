//! Names in the file with `parse_model`, resolved by its imports.

use std::sync::Arc;

use super::SourceDialect;
use crate::dialect::PythonClass;
use crate::python::file::File;
use crate::python::ir::{Stmt, Variable};

use super::classes::classes_in;
use super::imports::all;

/// How many imports are followed from one file to the next.
const MOST_STEPS: usize = 6;

impl SourceDialect {
    /// The classes that the file with `parse_model` binds a name to, each once and in the order of the text: the last one is
    /// what rows get.
    pub fn bound(&self, name: &str) -> Vec<PythonClass> {
        let found = self.entry_file().map(|entry| self.bound_in(&entry, name, MOST_STEPS)).unwrap_or_default();
        let mut each: Vec<PythonClass> = Vec::new();
        for class in found {
            each.retain(|known| !known.is_same(&class));
            each.push(class);
        }
        each
    }

    /// The classes of the name of a class that `parse_model` sees, or would see if that one weren't: others that its file
    /// binds, and others in the file of the class.
    pub fn namesakes(&self, class: &PythonClass) -> Vec<PythonClass> {
        let mut found = classes_in(&class.file, class.name());
        found.extend(self.bound(class.name()));
        let mut each: Vec<PythonClass> = Vec::new();
        for other in found {
            if !other.is_same(class) && !each.iter().any(|known| known.is_same(&other)) {
                each.push(other);
            }
        }
        each
    }

    fn bound_in(&self, file: &Arc<File>, name: &str, steps: usize) -> Vec<PythonClass> {
        let program = &file.program;
        let mut found = Vec::new();
        let mut own = classes_in(file, name).into_iter();
        for stmt in program.body.statements() {
            let (module, level, asked) = match program.stmt(stmt) {
                Stmt::Class { class, .. } if program.name(program.class(class).name) == name => {
                    found.extend(own.next());
                    continue;
                }
                Stmt::ImportFrom { module, level, name: asked, target: Variable::Global(target) }
                    if program.name(target) == name =>
                {
                    (module, level, program.name(asked))
                }
                Stmt::ImportStar { module, level } => (module, level, name),
                _ => continue,
            };
            let is_star = matches!(program.stmt(stmt), Stmt::ImportStar { .. });
            let module = self.absolute(file, program.name(module), level);
            let Some(inner) = module.filter(|_| steps > 0).and_then(|module| self.module_file(&module)) else {
                continue;
            };
            let is_hidden = is_star && all(&inner).is_some_and(|all| all.iter().all(|(known, _)| known != asked));
            if !is_hidden {
                found.extend(self.bound_in(&inner, asked, steps - 1).pop());
            }
        }
        found
    }
}
