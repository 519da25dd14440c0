//! Edits that import a class where `parse_model` looks for names.

use super::SourceDialect;
use super::edits::add_to_list;
use crate::dialect::PythonClass;
use crate::python::file::File;
use crate::python::ir::{Const, Expr, ExprId, Stmt, Variable};
use crate::text::{FileEdits, Span};

impl SourceDialect {
    /// The ways to import a class into the file with `parse_model`, the one in its own style first.
    pub fn import_edits(&self, class: &PythonClass) -> Vec<Vec<FileEdits>> {
        let Some(entry) = self.entry_file() else { return Vec::new() };
        let Some(module) = self.module_name(&class.file.path) else { return Vec::new() };
        let name = class.name();
        let edits = |file: &File, edits: Vec<(Span, String)>| vec![FileEdits { file: file.source.clone(), edits }];
        let mut ways = Vec::new();
        // A star import takes it once `__all__` names it.
        if self.star_imported(&entry, 3).contains(&module)
            && let Some((_, last)) = all(&class.file).as_ref().and_then(|all| all.last().cloned())
        {
            let quote = last.text(&class.file.text).chars().next().filter(|quote| *quote == '\'').unwrap_or('"');
            ways.push(edits(&class.file, add_to_list(&class.file.text, last, &format!("{quote}{name}{quote}"))));
        }
        let imports = imports(&entry);
        let of_module =
            |import: &&Import| self.absolute(&entry, &import.module, import.level).as_ref() == Some(&module);
        if let Some(import) = imports.iter().rfind(of_module)
            && let Some(edit) = extended(&entry, import, name)
        {
            ways.push(edits(&entry, edit));
        }
        if let Some(at) = behind_imports(&entry, &imports) {
            ways.push(edits(&entry, vec![(Span::empty(at), format!("from {module} import {name}\n"))]));
        }
        ways
    }

    /// The modules that star imports of a file take names from, through packages as well.
    fn star_imported(&self, file: &File, depth: usize) -> Vec<String> {
        let mut found = Vec::new();
        for &index in &file.stars {
            let Some(stmt) = file.program.body.get(index as usize) else { continue };
            let Stmt::ImportStar { module, level } = file.program.stmt(stmt) else { continue };
            let Some(module) = self.absolute(file, file.program.name(module), level) else { continue };
            if let Some(inner) = self.module_file(&module).filter(|_| depth > 0) {
                found.extend(self.star_imported(&inner, depth - 1));
            }
            found.push(module);
        }
        found
    }

    /// The absolute name of a module that a file imports.
    pub(super) fn absolute(&self, file: &File, module: &str, level: u32) -> Option<String> {
        if level == 0 {
            return Some(module.to_owned());
        }
        let own = self.module_name(&file.path)?;
        let mut parts: Vec<&str> = own.split('.').collect();
        let up = level as usize - usize::from(file.path.ends_with("__init__.py"));
        parts.truncate(parts.len().checked_sub(up)?);
        parts.extend(module.split('.').filter(|part| !part.is_empty()));
        Some(parts.join("."))
    }
}

/// A statement `from module import …` at the top level of a file.
struct Import {
    module: String,
    level: u32,
    span: Span,
}

/// The statements that import names from modules, each once. Those in a `try` or `if` don't count.
fn imports(file: &File) -> Vec<Import> {
    let program = &file.program;
    let mut found: Vec<Import> = Vec::new();
    for stmt in program.body.statements() {
        let (module, level) = match program.stmt(stmt) {
            Stmt::ImportFrom { module, level, .. } | Stmt::ImportStar { module, level } => (module, level),
            _ => continue,
        };
        let span = program.stmt_spans[stmt.index()];
        if found.last().is_none_or(|last| last.span != span) {
            found.push(Import { module: program.name(module).to_owned(), level, span });
        }
    }
    found
}

/// The edits that add a name to a statement `from module import …`.
fn extended(file: &File, import: &Import, name: &str) -> Option<Vec<(Span, String)>> {
    let text = import.span.text(&file.text);
    let code = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ')' | ','));
    if code.ends_with('*') || text.contains('#') {
        return None;
    }
    let last = code.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    let last = Span::new(import.span.start + last as u32, import.span.start + code.len() as u32);
    Some(add_to_list(&file.text, last, name))
}

/// The start of the line behind the last statement at the top level that imports something before any other code.
fn behind_imports(file: &File, imports: &[Import]) -> Option<u32> {
    let program = &file.program;
    let code = program
        .body
        .statements()
        .find(|stmt| matches!(program.stmt(*stmt), Stmt::Function { .. } | Stmt::Class { .. }));
    let first_code = code.map_or(u32::MAX, |stmt| program.stmt_spans[stmt.index()].start);
    let last = imports.iter().map(|import| import.span.end).filter(|end| *end <= first_code).max()?;
    let rest = file.text.get(last as usize..)?;
    Some(last + rest.find('\n').map_or(rest.len(), |at| at + 1) as u32)
}

/// The names that the `__all__` of a file lists, each with its place; none if there is none, or it isn't written out.
pub(super) fn all(file: &File) -> Option<Vec<(String, Span)>> {
    let program = &file.program;
    let is_all = |target: &ExprId| match program.expr(*target) {
        Expr::Variable(Variable::Global(name)) => program.name(name) == "__all__",
        _ => false,
    };
    let value = program.body.statements().find_map(|stmt| match program.stmt(stmt) {
        Stmt::Assign { targets, value } if program.list(targets).iter().any(is_all) => Some(value),
        _ => None,
    })?;
    let (Expr::List(items) | Expr::Tuple(items)) = program.expr(value) else { return None };
    let text = |item: &ExprId| match program.expr(*item) {
        Expr::Const(id) => match program.constant(id) {
            Const::Str(text) => Some((text.to_string(), program.expr_span(*item))),
            _ => None,
        },
        _ => None,
    };
    program.list(items).iter().map(text).collect()
}
