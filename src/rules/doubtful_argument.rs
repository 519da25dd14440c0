//! `doubtful-argument`: an argument that a module takes, but that was hardly meant for this parameter.

use super::{Diagnostic, File, Fix, Level, Severity, conv_sizes, decimal_comma, rule};
use crate::analysis::{Analysis, RowAnalysis, Status};
use crate::dialect::{ModuleInfo, Origin, Param};
use crate::model::Cell;
use crate::python::Literal;
use crate::torch::Type;
use crate::words::{and, message};

rule! {
    /// The module takes this argument, but probably for something else than what was meant.
    ///
    /// ## What it does
    /// Reports
    ///
    /// * a number other than 0 and 1, or a text, in the place of a flag: `0.25` as `c3k`, `3` as `shortcut`, `Ture`;
    /// * `True` or `False` in the place of a number;
    /// * a fraction with a decimal comma: `0,25` are two arguments, 0 and 25;
    /// * an `HGBlock` or `HGStem` whose first argument, `cm`, was left out, so that its kernel is the number of channels;
    /// * an `e` of 2 or more, with which a module is wider inside than its output;
    /// * a kernel of 2 with an odd stride, as in `[64, 2, 3]`: the kernel comes first;
    /// * a head with more mask coefficients than channels of prototypes;
    /// * a text as `end2end`, such as `"False"` and `None`: every text counts as True.
    ///
    /// ## Why is this bad?
    /// Python takes any value for true or false, so the model is built and trained as another one than was meant. `n` isn't
    /// among the arguments: the framework takes it from the second cell of the row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 2, C3k2, [128, 0.25]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 2]]
    ///   - [-1, 2, C3k2, [128, False, 0.25]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fixes put the value in the place where it was probably meant, or take it out. They change the model, so they
    /// aren't safe.
    "doubtful-argument", Warning, File(check)
}

/// The smallest `e` that is reported.
const WIDE: f64 = 2.0;

/// What is said of kernel and stride in the other's place.
const STRIDE: &str = "doubtful-stride";

/// What is said of a block whose channels inside were left out.
const INSIDE: &str = "channels-inside-missing";

/// What makes rows fail, further down too.
const CAUSES: [&str; 2] = [STRIDE, INSIDE];

/// The largest number of output channels that is rather a kernel.
const FEW: i64 = 7;

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    let Some(analysis) = file.checked.first() else { return Vec::new() };
    let fails = analysis.rows.iter().any(|row| matches!(row.status, Status::Fault(_)));
    let is_fault = |row: Option<usize>| row.is_some_and(|row| matches!(analysis.rows[row].status, Status::Fault(_)));
    let severity = |found: Diagnostic| match CAUSES.contains(&found.message.id) && fails || is_fault(found.row) {
        true => found.severity(Severity::Error),
        false => found,
    };
    let rows = (0..analysis.rows.len()).filter_map(|row| finding(file, analysis, row)).map(severity);
    rows.chain(end_to_end(file, analysis)).collect()
}

/// The finding on a text as `end2end`, which the head takes for True whatever it says.
fn end_to_end(file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let key = file.model.key("end2end").filter(|_| file.dialect().source().is_none())?;
    let text = key.value.value.as_str()?;
    let is_used = analysis.rows.iter().flat_map(|row| &row.args).any(|arg| arg.origin == Origin::Header("end2end"));
    let is_any = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()));
    if !is_used || is_any(&["true", "yes", "y", "on", "1"]) {
        return None;
    }
    let found = RULE.at(key.value.span, message!("doubtful-end2end", text));
    let is_no = is_any(&["false", "no", "n", "off", "0", "none", "null", ""]);
    let fix = is_no.then(|| Fix::doubtful(message!("write", text = "False"), key.value.span, "False"));
    Some(Diagnostic { fixes: fix.into_iter().collect(), ..found })
}

/// Whether such an argument says why a row is what it is.
pub(super) fn explains(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    file.lint.level(RULE.name) != Some(Level::Off) && finding(file, analysis, row).is_some()
}

/// Whether a row can't be built or run because of such an argument of its own.
pub(super) fn fails(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    matches!(analysis.rows[row].status, Status::Fault(_)) && explains(file, analysis, row)
}

/// Whether there is such an argument in a row or above it, so that sizes below it aren't those that were meant.
pub(super) fn changes_sizes(file: &File<'_>, analysis: &Analysis, row: usize) -> bool {
    let is_cause = |found: Diagnostic| CAUSES.contains(&found.message.id);
    file.lint.level(RULE.name) != Some(Level::Off)
        && (0..=row).any(|above| finding(file, analysis, above).is_some_and(is_cause))
}

fn finding(file: &File<'_>, analysis: &Analysis, row: usize) -> Option<Diagnostic> {
    let known = &analysis.rows[row];
    let module = known.info.as_deref()?;
    let cells = &file.model.rows[row].args()?.items;
    let written = Written { file, known, module, cells };
    if let Some(found) = written.decimal(row) {
        return Some(found.of_row(row));
    }
    let is_exact = matches!(known.status, Status::Exact);
    let of_cell = |place: usize| {
        let (param, value) = written.at(place)?;
        match param.ty {
            Type::Bool => written.flag(place, param, value),
            Type::Float if param.name == "e" => written.share(place, value),
            Type::Int if matches!(value, Literal::Bool(_)) && is_exact => written.number(place, param),
            _ => None,
        }
    };
    if matches!(known.status, Status::Fault(_)) {
        let share = || (0..cells.len()).find_map(|place| written.share_of(place));
        return written.inside().or_else(share).map(|found| found.of_row(row));
    }
    let found = written
        .inside()
        .or_else(|| written.kernels())
        .or_else(|| (0..cells.len()).find_map(of_cell))
        .or_else(|| written.stride())
        .or_else(|| written.masks());
    found.map(|found| found.of_row(row))
}

/// A row that is built, with its cells.
struct Written<'a> {
    file: &'a File<'a>,
    known: &'a RowAnalysis,
    module: &'a ModuleInfo,
    cells: &'a [Cell],
}

impl Written<'_> {
    /// The parameter that a cell becomes, and its value.
    fn at(&self, place: usize) -> Option<(&Param, &Literal)> {
        let at = self.known.args.iter().position(|arg| arg.origin == Origin::Cell(place))?;
        // Where the input isn't known, the arguments lack what comes from it.
        let param = match self.known.status {
            Status::Exact => self.module.params.get(at),
            _ => self.module.param_of(self.module.row_params.get(place)?),
        };
        Some((param?, &self.known.args[at].value))
    }

    /// The place of the argument with this name, in a row.
    fn place(&self, name: &str) -> Option<usize> {
        self.module.row_params.iter().position(|param| param.name == name)
    }

    fn text(&self, place: usize) -> &str {
        self.cells[place].span.text(self.file.text())
    }

    /// The finding on a fraction that YAML cuts at its comma.
    fn decimal(&self, row: usize) -> Option<Diagnostic> {
        let cut = decimal_comma::cut(self.file, row, self.module)?;
        let written = cut.span.text(self.file.text());
        let message = message!("decimal-comma", written, fraction = cut.fraction, digits = cut.digits);
        let fix = Fix::doubtful(message!("write", text = cut.fraction), cut.comma, ".");
        Some(RULE.at(cut.span, message).fix(fix))
    }

    /// The finding on the kernel sizes of `SPP` in a row of `SPPF`, which takes one.
    fn kernels(&self) -> Option<Diagnostic> {
        let [_, first, rest @ ..] = self.cells else { return None };
        let is_kernel = |cell: &Cell| cell.value.as_int().is_some_and(|k| k > 2 && k % 2 == 1);
        if &*self.module.name != "SPPF" || rest.len() < 2 || !is_kernel(first) || !rest.iter().all(is_kernel) {
            return None;
        }
        let span = crate::text::Span::new(first.span.end, rest.last()?.span.end);
        let (kernel, sizes) = (self.text(1), and(rest.iter().map(|cell| cell.span.text(self.file.text()))));
        let message = message!("one-kernel-size", kernel, sizes);
        Some(RULE.at(rest[0].span, message).fix(Fix::doubtful(message!("write", text = kernel), span, "")))
    }

    /// The finding on a block that takes the channels inside before those of its output, where what follows is a kernel.
    fn inside(&self) -> Option<Diagnostic> {
        let [first, second, ..] = self.cells else { return None };
        let takes_both = self.place("cm") == Some(0) && self.place("c2") == Some(1);
        let is_kernel = matches!(second.value, Literal::Bool(_))
            || second.value.as_int().is_some_and(|k| (1..=FEW).contains(&k)) && first.value.as_int() > Some(FEW);
        let (module, inside, output) = (&self.module.name, self.text(0), self.text(1));
        let message = message!("channels-inside-missing", module, inside, output);
        (takes_both && is_kernel)
            .then(|| RULE.at(first.span, message).help(message!("channels-inside-first", output = inside)))
    }

    /// The finding on a flag where a number is wanted.
    fn number(&self, place: usize, param: &Param) -> Option<Diagnostic> {
        let message =
            message!("doubtful-number", cell = self.text(place), param = param.name, module = self.module.name);
        Some(RULE.at(self.cells[place].span, message))
    }

    fn flag(&self, place: usize, param: &Param, value: &Literal) -> Option<Diagnostic> {
        let is_flag = matches!(value, Literal::Bool(_) | Literal::None | Literal::Int(0 | 1));
        // That numbers of groups stood there once is told by `version-drift`.
        let is_old = param.name == "attn" && value.as_int().is_some();
        if is_flag || is_old || value.as_list().is_some() {
            return None;
        }
        let (cell, span) = (self.text(place), self.cells[place].span);
        let counts = Literal::Bool(value.truthy());
        let message = message!("doubtful-flag", cell, param = param.name, module = self.module.name, counts);
        let found = RULE.at(span, message);
        if let Some(word) = value.as_str() {
            let flag = ["True", "False"]
                .into_iter()
                .find(|flag| strsim::damerau_levenshtein(&word.to_lowercase(), &flag.to_lowercase()) <= 1);
            let fix = flag.map(|flag| Fix::doubtful(message!("write", text = flag), span, flag));
            return Some(Diagnostic { fixes: fix.into_iter().collect(), ..found });
        }
        // `area`, but no number of groups.
        let next = self.module.row_params.get(place + 1).and_then(|param| self.module.param_of(param));
        let is_next = next.is_some_and(|next| next.ty == Type::Int && next.name != "g");
        match value {
            Literal::Int(_) if place == 1 && self.takes_repeats() && !is_next => {
                let without = crate::text::Span::new(self.cells[0].span.end, span.end);
                let fix = Fix::doubtful(message!("remove-repeats", n = cell), without, "");
                Some(found.help(message!("repeats-are-second")).fix(fix))
            }
            _ => {
                let fix = self.moved(place, if matches!(value, Literal::Int(_)) { Type::Int } else { Type::Float });
                Some(Diagnostic { fixes: fix.into_iter().collect(), ..found })
            }
        }
    }

    /// The fix that gives a value to the next parameter of its type, with what those between are by default.
    fn moved(&self, place: usize, ty: Type) -> Option<Fix> {
        let rest = self.module.row_params.get(place..)?;
        let further = rest.iter().position(|param| self.module.param_of(param).is_some_and(|param| param.ty == ty))?;
        if place + 1 < self.cells.len() {
            return None;
        }
        let between =
            rest[..further].iter().map(|param| Some(self.module.param_of(param)?.default.as_ref()?.to_string()));
        let mut values = between.collect::<Option<Vec<String>>>()?;
        values.push(self.text(place).to_owned());
        let values = values.join(", ");
        let name = &rest[further].name;
        Some(Fix::doubtful(message!("write-for-param", text = values, param = name), self.cells[place].span, values))
    }

    /// The finding on True or False as `e`, in a row whose arguments aren't all known.
    fn share_of(&self, place: usize) -> Option<Diagnostic> {
        let param = self.module.param_of(self.module.row_params.get(place)?).filter(|param| param.name == "e")?;
        matches!(self.cells[place].value, Literal::Bool(_)).then(|| self.number(place, param))?
    }

    /// The finding on `e`, the share of the output's channels that a module has inside.
    fn share(&self, place: usize, value: &Literal) -> Option<Diagnostic> {
        let module = &self.module.name;
        if matches!(value, Literal::Bool(_)) {
            return self.number(place, self.at(place)?.0);
        }
        let is_fraction = self.at(place)?.0.default.as_ref()?.as_float()? <= 1.0;
        let message = message!("doubtful-width", module, times = value);
        (is_fraction && value.as_float()? >= WIDE)
            .then(|| RULE.at(self.cells[place].span, message).help(message!("width-is-share")))
    }

    /// The finding on kernel and stride in the other's place.
    fn stride(&self) -> Option<Diagnostic> {
        let [k, s] = conv_sizes::kernel_and_stride(self.module)?;
        let (kernel, stride) = (self.cells.get(k)?.value.as_int()?, self.cells.get(s)?.value.as_int()?);
        if kernel != 2 || stride < 3 || stride % 2 == 0 {
            return None;
        }
        let message = message!("doubtful-stride", module = self.module.name, kernel, stride);
        Some(RULE.at(self.cells[s].span, message).fix(self.exchanged(k, s)))
    }

    /// The finding on masks of which there are more than their prototypes have channels.
    fn masks(&self) -> Option<Diagnostic> {
        let (nm, npr) = (self.place("nm")?, self.place("npr")?);
        let (masks, channels) = (self.cells.get(nm)?.value.as_int()?, self.cells.get(npr)?.value.as_int()?);
        let message = message!("doubtful-masks", module = self.module.name, masks, channels);
        (masks > channels).then(|| RULE.at(self.cells[nm].span, message).fix(self.exchanged(nm, npr)))
    }

    /// Whether the framework gives it the number of repeats.
    fn takes_repeats(&self) -> bool {
        let n = self.module.params.iter().position(|param| param.name == "n");
        n.is_some_and(|n| self.module.row_params.iter().all(|param| param.param != Some(n)))
    }

    fn exchanged(&self, a: usize, b: usize) -> Fix {
        let (first, second) = (self.text(a).to_owned(), self.text(b).to_owned());
        let title = message!("exchange", first, second);
        Fix::of(title, vec![(self.cells[a].span, second), (self.cells[b].span, first)])
    }
}
