//! A class in a file of Python: where it stands, and what its constructor takes.

use std::fmt;
use std::sync::Arc;

use crate::python::file::File;
use crate::python::ir::{ClassId, FunctionId};
use crate::text::{Location, SourceFile, Span};

/// A class in a file of Python.
#[derive(Clone)]
pub struct PythonClass {
    /// The file.
    pub file: Arc<File>,
    /// Which class of the file.
    pub class: ClassId,
    /// Its `__init__`, its own or one that it inherits, if that is in a file of the program too.
    pub constructor: Option<(Arc<File>, FunctionId)>,
}

/// A parameter of a constructor, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The text of its default value.
    pub default: Option<String>,
}

impl PythonClass {
    /// Its name.
    pub fn name(&self) -> &str {
        let program = &self.file.program;
        program.name(program.class(self.class).name)
    }

    /// The line with its name.
    pub fn location(&self) -> Location {
        let span = self.file.program.class(self.class).span;
        let source = SourceFile::new(&*self.file.path, self.file.text.clone());
        let line = source.lines.line_span(&source.text, source.lines.line(span.start));
        Location { span: Span::new(span.start, line.end), file: source.into() }
    }

    /// The parameters of its constructor that can be given by position, without `self`; none if they aren't known.
    pub fn positional(&self) -> Option<Vec<Parameter>> {
        let (file, id) = self.constructor.as_ref()?;
        let function = file.program.function(*id);
        let parameters = function.parameters.iter().take(function.positional as usize).skip(1);
        let parameter = |parameter: &crate::python::ir::Parameter| Parameter {
            name: file.program.name(parameter.name).to_owned(),
            default: parameter.default.map(|id| file.program.expr_span(id).text(&file.text).to_owned()),
        };
        Some(parameters.map(parameter).collect())
    }

    /// Whether its constructor takes any number of positional arguments.
    pub fn takes_rest(&self) -> bool {
        self.constructor.as_ref().is_some_and(|(file, id)| file.program.function(*id).star)
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.file.program.class(self.class).span.text(&self.file.text)
    }

    /// Whether both are the same class of the same file.
    pub fn is_same(&self, other: &PythonClass) -> bool {
        self.file.path == other.file.path && self.class == other.class
    }
}

impl fmt::Debug for PythonClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.name(), self.file.path)
    }
}

/// Written as a call: `EMA(channels, factor=32)`.
impl fmt::Display for PythonClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name())?;
        for (i, parameter) in self.positional().unwrap_or_default().iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(&parameter.name)?;
            if let Some(default) = &parameter.default {
                write!(f, "={default}")?;
            }
        }
        f.write_str(")")
    }
}
