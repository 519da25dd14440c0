//! A class in a Python file: its place, and the parameters of its constructor.

use std::fmt;
use std::sync::Arc;

use crate::python::file::File;
use crate::python::ir::{ClassId, FunctionId};
use crate::text::{Location, Span};
use crate::words::printed;

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
        let source = &self.file.source;
        let line = source.lines.line_span(&source.text, source.lines.line(span.start));
        Location { span: Span::new(span.start, line.end), file: source.clone() }
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

    /// Whether its constructor begins with the channels of the input and of the output, neither of which has a default.
    pub fn takes_channels(&self) -> bool {
        let parameters = self.positional().unwrap_or_default();
        match parameters.as_slice() {
            [first, second, ..] => [first, second].iter().all(|p| p.default.is_none() && p.is_channels()),
            _ => false,
        }
    }

    /// Whether its constructor begins with a number of channels that has no default.
    pub fn must_get_channels(&self) -> bool {
        let parameters = self.positional().unwrap_or_default();
        parameters.first().is_some_and(|first| first.default.is_none() && first.is_channels())
    }

    /// Whether its constructor takes a number of repeats behind the channels.
    pub fn takes_repeats(&self) -> bool {
        self.positional().unwrap_or_default().get(2).is_some_and(Parameter::is_repeats)
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

impl Parameter {
    /// Whether it may be a number of channels, by its name.
    pub fn is_channels(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let parts = ["chan", "dim", "plane", "feat", "filter", "width", "out", "inp", "oup", "ouc", "inc", "nin", "nf"];
        let is_short = |name: &str| {
            let rest = name.strip_prefix('c').unwrap_or("?");
            rest.chars().all(|c| c.is_ascii_digit() || c == '_')
        };
        is_short(&name)
            || parts.iter().any(|part| name.contains(part))
            || name
                .split('_')
                .any(|word| matches!(word, "c" | "ch" | "chn" | "in" | "out" | "cin" | "cout" | "c1" | "c2"))
    }

    /// Whether it may be a number of repeats, by its name.
    pub fn is_repeats(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let parts = ["num", "depth", "repeat", "block", "layer", "number", "stage", "times"];
        matches!(name.as_str(), "n" | "m" | "n_" | "l" | "nb") || parts.iter().any(|part| name.contains(part))
    }

    /// Whether it is neither for sure, by its name: a kernel, a stride, a share, a switch.
    pub fn is_other(&self) -> bool {
        const OTHERS: [&str; 38] = [
            "k",
            "ks",
            "ksize",
            "kernel",
            "kernel_size",
            "k_size",
            "s",
            "stride",
            "p",
            "pad",
            "padding",
            "g",
            "groups",
            "d",
            "dilation",
            "act",
            "bias",
            "shortcut",
            "e",
            "expansion",
            "expand_ratio",
            "ratio",
            "r",
            "reduction",
            "factor",
            "heads",
            "num_heads",
            "head_dim",
            "drop",
            "dropout",
            "drop_path",
            "attn_ratio",
            "scale",
            "eps",
            "gamma",
            "b",
            "window_size",
            "mode",
        ];
        OTHERS.contains(&self.name.to_ascii_lowercase().as_str())
    }
}

impl fmt::Debug for PythonClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.name(), self.file.path)
    }
}

printed!(PythonClass);

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
