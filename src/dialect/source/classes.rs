//! Modules in a framework's source: the place of each class, its docstring and its constructor's parameters.

use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::{SourceDialect, model};
use crate::bindings;
use crate::dialect::{ModuleInfo, Param, RowParam};
use crate::interpret::{Class, Function, Machine, Module, Value};
use crate::python::Literal;
use crate::python::file::File;
use crate::python::ir::{Body, Const, Program};
use crate::python::{self, parse_expression};
use crate::text::{Location, SourceFile, Span};
use crate::torch::Type;

/// The most lines of a docstring that are shown.
const MAX_DOC: usize = 24;

/// Names of a constructor's first parameter where it is the channels of what the module reads, which rows don't give.
const INPUT_CHANNELS: [&str; 14] = [
    "c1",
    "ch",
    "ch_in",
    "channel",
    "channels",
    "cin",
    "dim",
    "in_c",
    "in_ch",
    "in_channel",
    "in_channels",
    "in_dim",
    "inc",
    "inp",
];

/// The module with `parse_model` can't be imported.
pub(super) struct NotImported;

/// Reads the modules that `parse_model` can name, as far as they are in files.
pub(super) fn read(dialect: &SourceDialect) -> Result<Vec<Arc<ModuleInfo>>, NotImported> {
    // Much that no run needs is imported for this, so the machine isn't kept.
    let mut m = Machine::new(dialect.sources.clone());
    bindings::install(&mut m);
    let module = tasks(dialect, &mut m)?;
    let mut sources = HashMap::new();
    let mut found = Vec::new();
    for name in m.names_of(&module) {
        let Some(Value::Class(class)) = module.names.borrow().get(&name).cloned() else { continue };
        if is_module(&class) {
            let name = m.text(name).to_string();
            found.extend(info(&mut m, &mut sources, name, &class).map(Arc::new));
        }
    }
    Ok(found)
}

/// Reads the module that `parse_model` knows by a name, if it is in a file.
pub(super) fn called(dialect: &SourceDialect, name: &str) -> Result<Option<Arc<ModuleInfo>>, NotImported> {
    let mut m = dialect.machine(false);
    let found = tasks(dialect, &mut m).map(|module| {
        let symbol = m.symbol(name);
        match m.find_attribute(&Value::Module(module), symbol) {
            Ok(Some(Value::Class(class))) if is_module(&class) => {
                info(&mut m, &mut HashMap::new(), name.to_owned(), &class).map(Arc::new)
            }
            _ => None,
        }
    });
    dialect.keep(m);
    found
}

/// The module with `parse_model`, and the classes of further files in it.
fn tasks(dialect: &SourceDialect, m: &mut Machine) -> Result<Rc<Module>, NotImported> {
    let tasks = m.import(&dialect.entry).map_err(|_| NotImported)?;
    for path in &dialect.modules {
        model::add_classes(m, &dialect.sources, path, &tasks);
    }
    match tasks {
        Value::Module(module) => Ok(module),
        _ => Err(NotImported),
    }
}

/// Whether a class is derived from `nn.Module`.
fn is_module(class: &Rc<Class>) -> bool {
    class.order().iter().any(|base| base.full_name() == "torch.nn.modules.module.Module")
}

/// Describes a class; none if it isn't in a file.
fn info(
    m: &mut Machine,
    sources: &mut HashMap<PathBuf, Arc<SourceFile>>,
    name: String,
    class: &Rc<Class>,
) -> Option<ModuleInfo> {
    let file = m.module_by_name(&class.module)?.code.as_ref()?.file.clone();
    if file.path.starts_with('<') {
        return None;
    }
    let program = &file.program;
    // The last one of a name is what the name means.
    let written = program.classes.iter().rfind(|c| program.name(c.qualname) == &*class.qualname)?;
    let init = m.symbol("__init__");
    let init = match class.lookup_own(init) {
        Some(Value::Function(function)) if !function.code.file.path.starts_with('<') => Some(function),
        _ => None,
    };
    let params = init.as_ref().map_or_else(Vec::new, |init| parameters(sources, init));
    Some(ModuleInfo {
        place: word(&file.text, written.span, program.name(written.name)).map(|span| at(sources, &file, span)),
        path: class.full_name().into(),
        doc: written.doc.map_or(String::new(), |doc| text(program, doc)).into(),
        page: None,
        row_params: row_params(&params),
        params,
        is_head: false,
        has_levels: false,
        name: name.into(),
    })
}

/// A place in a file, of which one copy is shared.
fn at(sources: &mut HashMap<PathBuf, Arc<SourceFile>>, file: &File, span: Span) -> Location {
    let path = PathBuf::from(&*file.path);
    let file = sources.entry(path.clone()).or_insert_with(|| SourceFile::new(path, file.text.clone()).into());
    Location { file: file.clone(), span }
}

/// The parameters of a constructor behind `self`.
fn parameters(sources: &mut HashMap<PathBuf, Arc<SourceFile>>, init: &Function) -> Vec<Param> {
    let file = &init.code.file;
    let program = &file.program;
    let function = program.function(init.id);
    let end = match function.body {
        Body::Block(body) => body.get(0).map_or(function.span.end, |stmt| program.stmt_span(stmt).start),
        _ => function.span.end,
    };
    let header = Span::new(function.span.start, end);
    let stars = [function.star, function.double_star].iter().filter(|has| **has).count();
    let plain = function.parameters.len().saturating_sub(stars);
    let mut params = Vec::new();
    for (k, parameter) in function.parameters.iter().enumerate().skip(1) {
        let name = program.name(parameter.name);
        let prefix = match k.checked_sub(plain) {
            None => "",
            Some(0) if function.star => "*",
            Some(_) => "**",
        };
        let default = parameter.default.map(|default| program.expr_span(default).text(&file.text));
        params.push(Param {
            name: format!("{prefix}{name}").into(),
            ty: Type::Any,
            default: default.map(literal),
            place: word(&file.text, header, name).map(|span| at(sources, file, span)),
        });
    }
    params
}

/// A default value as it is written.
fn literal(text: &str) -> Literal {
    let value = parse_expression(text).ok().and_then(python::Expr::literal);
    value.unwrap_or_else(|| Literal::Other(text.to_owned()))
}

/// Guesses from the names of parameters which of them a row gives.
fn row_params(params: &[Param]) -> Vec<RowParam> {
    let skipped = usize::from(params.first().is_some_and(|first| INPUT_CHANNELS.contains(&&*first.name)));
    let row_param = |(k, param): (usize, &Param)| RowParam {
        name: param.name.clone(),
        param: Some(k),
        is_required: param.default.is_none() && !param.takes_rest(),
        is_scaled: false,
    };
    params.iter().enumerate().skip(skipped).map(row_param).collect()
}

/// The first place of a word in a part of a text.
fn word(text: &str, within: Span, word: &str) -> Option<Span> {
    let part = within.text(text);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let start = part
        .match_indices(word)
        .map(|(at, _)| at)
        .find(|&at| !part[..at].ends_with(is_word) && !part[at + word.len()..].starts_with(is_word))?;
    let start = within.start + start as u32;
    Some(Span::new(start, start + word.len() as u32))
}

/// A docstring without its indentation.
fn text(program: &Program, doc: crate::python::ir::ConstId) -> String {
    let Const::Str(doc) = program.constant(doc) else { return String::new() };
    let mut lines = doc.trim().lines();
    let first = lines.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = lines.collect();
    let indent = rest.iter().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len());
    let indent = indent.min().unwrap_or(0);
    let rest = rest.iter().map(|line| line.get(indent..).unwrap_or("").trim_end().to_owned());
    [first].into_iter().chain(rest).take(MAX_DOC).collect::<Vec<_>>().join("\n")
}
