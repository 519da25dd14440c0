//! `invalid-value`: a value that a module can't be built with.

use super::trial::Trial;
use super::{
    Diagnostic, File, Fix, Severity, activation, input_channels, joined_dimension, rule, split_outputs, text_number,
};
use crate::analysis::{Analysis, Status};
use crate::dialect::{Origin, is_scale_in_names};
use crate::model::{Cell, Key};
use crate::text::Span;
use crate::torch::ops::FaultKind;
use crate::words::{Message, message};

rule! {
    /// The model can't be built or run with this value.
    ///
    /// ## What it does
    /// Reports numbers of groups and heads that don't divide the channels, and suggests numbers that do; kernel sizes
    /// and strides of 0; blocks such as `C2PSA` that must return as many channels as they read; scales that aren't
    /// `[depth, width, max_channels]` (only some forks read a fourth value), or have these in another order; activations
    /// that don't exist; rows of `Concat` that join another dimension than the channels; and models with more than
    /// 50,000 modules, in which `repeats` must be wrong.
    ///
    /// What was meant is told for `activation: nn.SiLu()`, `relu` and `Swish()`; for scales with a comma as decimal
    /// point, with percentages or with names for their values; for `(3, 3)`, which YAML cuts at its comma; and for -1
    /// as a number of channels, which doesn't mean "as many as it reads".
    ///
    /// ## Why is this bad?
    /// torch raises an error when the model is built (`ValueError: in_channels must be divisible by groups`) or first run
    /// (`RuntimeError: non-positive stride is not supported`). For scales, the framework raises `too many values to unpack
    /// (expected 3)`. None of these messages names the row.
    ///
    /// ## Example
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 0]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// backbone:
    ///   - [-1, 1, Conv, [64, 3, 1]]
    /// head:
    ///   - [-1, 1, Classify, [10]]
    /// ```
    ///
    /// ## Fix safety
    /// The fix that removes the fourth value of a scale isn't safe: a fork may read it.
    "invalid-value", Error, Fault(check)
}

fn check(file: &File<'_>, analysis: &Analysis, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // What a line can't be read for has been told.
    let line = |span: Span| file.lines().line(span.start);
    let is_unread = |finding: &Diagnostic| {
        finding.row.is_none() && file.errors.iter().any(|error| line(error.span) == line(finding.span))
    };
    let found: Vec<Diagnostic> = found.into_iter().filter(|finding| !is_unread(finding)).collect();
    let form = |finding: &Diagnostic| {
        let scale = file.model.scales().find(|(.., cell)| cell.span == finding.span && finding.row.is_none());
        scale.and_then(|(.., cell)| OtherForm::of(cell))
    };
    let (of_scales, mut found): (Vec<_>, Vec<_>) = found.into_iter().partition(|finding| form(finding).is_some());
    found.extend(of_scales.iter().filter_map(form).filter_map(|form| other_forms(file, form.why)));
    found.extend(joined_dimension::finding(&RULE, file, analysis));
    if let Some((cell, message)) = narrow(file, analysis) {
        found.retain(|finding| finding.row.is_none());
        found.push(RULE.at(cell, message));
    }
    if let Some(order) = large_factor(file, analysis).or_else(|| other_forms(file, Why::Order)) {
        // Depth and width that are no such numbers make models of any size.
        let is_too_large = |row: usize| analysis.rows[row].has_fault(FaultKind::TooLarge);
        let fails = found.extract_if(.., |finding| finding.row.is_some_and(is_too_large)).count() > 0;
        found.push(order.severity(if fails { Severity::Error } else { Severity::Warning }));
    }
    for finding in &mut found {
        match finding.row {
            Some(row) if key_at(file, finding.span).is_none() => {
                finding.fixes.extend(mode(file, row, finding.span));
                finding.help = finding.help.take().or_else(|| names_activation(file, row, finding.span));
                tuple(file, row, finding);
                no_channels(file, analysis, row, finding);
                other_channels(file, analysis, row, finding);
            }
            _ => of_header(file, finding),
        }
    }
    let mut once: Vec<Diagnostic> = Vec::new();
    for finding in split_outputs::once(&RULE, file, analysis, found) {
        // What is wrong with depth or width is wrong for many rows.
        let is_same = |known: &Diagnostic| known.span == finding.span && known.message == finding.message;
        if !once.iter().any(is_same) {
            once.push(finding);
        }
    }
    once
}

/// Says which number of channels a block takes that must return as many as it reads.
fn other_channels(file: &File<'_>, analysis: &Analysis, row: usize, finding: &mut Diagnostic) {
    let known = &analysis.rows[row];
    let ([c1, c2, ..], Some(module)) = (known.args.as_slice(), known.info.as_deref()) else { return };
    let (Origin::From, Origin::Cell(cell)) = (c1.origin, c2.origin) else { return };
    let (Some(reads), Some(returns)) = (c1.value.as_int(), c2.value.as_int()) else { return };
    let Some(cell) = file.model.rows[row].args().and_then(|args| args.items.get(cell)) else { return };
    if !MUST_KEEP_CHANNELS.contains(&&*module.name) || reads == returns || cell.span != finding.span {
        return;
    }
    finding.message = message!("keeps-channels", module = module.name, c1 = reads, c2 = returns);
    // What is large is no other argument of these: the row means something else.
    let is_large = |cell: &Cell| cell.value.as_int().is_some_and(|value| value >= SMALLEST_CAP);
    let is_plain = file.model.rows[row].args().is_some_and(|args| !args.items[1..].iter().any(is_large));
    let trial = Trial::new(file, file.checked, analysis).filter(|_| is_plain);
    if let (Some(trial), Some(c)) = (trial, input_channels::written_above(file, analysis, row)) {
        let title = message!("write-for-channels", c, c1 = reads);
        finding.fixes.extend(trial.edit(row, vec![(cell.span, c.to_string())], title, Some));
    }
}

/// Says of a block without channels that they must be positive.
fn no_channels(file: &File<'_>, analysis: &Analysis, row: usize, finding: &mut Diagnostic) {
    let Some(module) = analysis.rows[row].info.as_deref() else { return };
    let place = module.row_params.iter().position(|param| param.name == "c2");
    let cell = place.and_then(|place| file.model.rows[row].args()?.items.get(place));
    let Some((cell, channels)) = cell.and_then(|cell| Some((cell, cell.value.as_int().filter(|c| *c <= 0)?))) else {
        return;
    };
    finding.message = message!("channels-not-positive", module = module.name, channels);
    finding.span = cell.span;
    finding.help = Some(message!("as-many-as-read"));
    if let Some(c) = input_channels::written_above(file, analysis, row) {
        finding.fixes.push(Fix::doubtful(message!("write", text = c), cell.span, c.to_string()));
    }
}

/// The limit of channels that is so small that all rows have as good as none.
fn narrow(file: &File<'_>, analysis: &Analysis) -> Option<(Span, Message)> {
    let (.., scale) = file.model.scales().find(|(letter, ..)| *letter == analysis.scale)?;
    let [_, _, cap] = scale.items.as_slice() else { return None };
    let fails = analysis.rows.iter().any(|row| matches!(row.status, Status::Fault(_)));
    let is_narrow = fails && cap.value.as_float().is_some_and(|cap| cap < 1.0) && OtherForm::of(scale).is_none();
    is_narrow.then(|| (cap.span, message!("narrow", scale = analysis.scale, cap = cap.value)))
}

/// The finding on a depth or width that is a percentage.
fn large_factor(file: &File<'_>, analysis: &Analysis) -> Option<Diagnostic> {
    let of_keys = ["depth_multiple", "width_multiple"].map(|name| file.model.key(name).map(|key| &key.value));
    let is_this = |letter: &str| letter == analysis.scale;
    let scale = file.model.scales().find(|(letter, ..)| is_this(letter)).map(|(.., cell)| cell);
    let factors: Vec<&Cell> = match scale {
        Some(scale) if scale.items.len() == 3 && OtherForm::of(scale).is_none() => scale.items[..2].iter().collect(),
        Some(_) => Vec::new(),
        None => of_keys.into_iter().flatten().collect(),
    };
    let large =
        factors.into_iter().find(|cell| cell.value.as_float().is_some_and(|value| value >= SMALLEST_PERCENTAGE))?;
    let factor = large.value.as_float()? / 100.0;
    let message = message!("large-factor", value = large.value, factor = factor.to_string());
    let fix = Fix::doubtful(message!("write", text = factor.to_string()), large.span, factor.to_string());
    Some(RULE.at(large.span, message).fix(fix))
}

/// The key with this value.
fn key_at<'a>(file: &'a File<'_>, span: Span) -> Option<&'a Key> {
    file.model.keys.iter().find(|key| key.value.span == span || key.span == span)
}

/// Says how a tuple, which YAML cuts at its comma, becomes a list, and `3x3` a number.
fn tuple(file: &File<'_>, row: usize, finding: &mut Diagnostic) {
    let items = file.model.rows[row].args().map_or(&[][..], |args| &args.items);
    let Some(first) = items.iter().position(|cell| cell.span == finding.span) else { return };
    let text = |cell: &Cell| cell.span.text(file.text()).to_owned();
    let is_number = |part: &&str| part.trim().parse::<i64>().is_ok();
    if text(&items[first]).starts_with('(')
        && let Some(more) = items[first..].iter().position(|cell| text(cell).ends_with(')'))
    {
        let span = Span::new(items[first].span.start, items[first + more].span.end);
        let inner = span.text(file.text()).trim_start_matches('(').trim_end_matches([')', ',', ' ']);
        if inner.split(',').all(|part| is_number(&part)) {
            let list = format!("[{inner}]");
            finding.message = message!("tuple", tuple = span.text(file.text()), list);
            finding.span = span;
            finding.fixes.push(Fix::doubtful(message!("write", text = list), span, list));
        }
        return;
    }
    if let Some((call, text)) = cut_call(file, &items[first..]) {
        finding.message = message!("cut-call", call = call.text(file.text()));
        finding.span = call;
        finding.help = Some(message!("activation-at-top", text));
        return;
    }
    let written = text(&items[first]);
    // A full stop may stand for the comma.
    let parts = written.split([' ', ';']).filter(|part| !part.is_empty());
    let numbers: Vec<&str> = parts.map(|part| part.strip_suffix('.').unwrap_or(part)).collect();
    if numbers.len() > 1 && numbers.iter().all(is_number) {
        let commas = numbers.join(", ");
        finding.message = message!("lacks-commas", written, commas);
        finding.fixes.push(Fix::doubtful(message!("write", text = commas), finding.span, commas));
        return;
    }
    let parts: Vec<&str> = written.split(['x', 'X', '×', '*']).collect();
    if let [height, width] = parts[..]
        && parts.iter().all(is_number)
    {
        let size = if height == width { height.to_owned() } else { format!("[{height}, {width}]") };
        finding.message = message!("size-as-text", written, size);
        finding.fixes.push(Fix::doubtful(message!("write", text = size), finding.span, size));
    }
}

/// A call that YAML cuts at its commas, `nn.LeakyReLU(0.1, True)`, and the activation that it is, with a point for the comma of
/// a fraction.
fn cut_call(file: &File<'_>, items: &[Cell]) -> Option<(Span, String)> {
    let text = |cell: &Cell| cell.span.text(file.text());
    let opens = items.first().filter(|cell| text(cell).contains('(') && !text(cell).contains(')'))?;
    let closes = items.iter().find(|cell| text(cell).ends_with(')'))?;
    let call = Span::new(opens.span.start, closes.span.end);
    let written = call.text(file.text());
    [written.replace("(0,", "(0."), written.to_owned()]
        .into_iter()
        .find(|text| file.dialect().activation(text).is_ok())
        .map(|text| (call, text))
}

/// Says how a value at the top of the file becomes a number, or the three values of a scale.
fn of_header(file: &File<'_>, finding: &mut Diagnostic) {
    let Some(key) = key_at(file, finding.span) else { return };
    if key.name == "activation" {
        finding.fixes.extend(activation::fix(file, key));
    }
    if let Some((reason, fix)) = text_number::mend(file, key) {
        finding.message = message!("with-reason", message = finding.message, reason);
        finding.fixes.push(fix);
    }
    if let Some((name, span, letter)) = other_letter(file).filter(|_| key.name == "scales") {
        finding.message = message!("scale-letter", name, letter);
        finding.span = span;
        let mut fix = Fix::doubtful(message!("write", text = letter), span, letter);
        for (name, span) in capitals(file).filter(|(other, _)| *other != name) {
            finding.related.push((file.at(span), message!("scale-too", scale = name)));
            fix.edits.push((span, name.to_lowercase()));
        }
        if !finding.related.is_empty() {
            let count = finding.related.len();
            finding.message = message!("also-in-scales", message = finding.message, count);
            fix.title = message!("write-small-letters");
        }
        finding.fixes.push(fix);
    }
    let is_scale = key.value.items.len() == 3 && key.value.items.iter().all(|item| item.value.as_float().is_some());
    if key.name == "scales" && is_scale && key.value.names.is_empty() {
        let scale = format!("{{n: {}}}", key.value.span.text(file.text()));
        finding.fixes.push(Fix::doubtful(message!("write", text = scale), key.value.span, scale));
    } else if key.name == "scales" && key.value.names.is_empty() {
        listed_scales(file, key, finding);
    }
}

/// Says how a list of scales becomes a mapping, and that a letter alone is none.
fn listed_scales(file: &File<'_>, key: &Key, finding: &mut Diagnostic) {
    let (text, value) = (file.text(), &key.value);
    let is_letter = |name: &str| name.len() == 1 && name.chars().all(|c| c.is_ascii_alphabetic());
    if value.value.as_str().is_some_and(is_letter) {
        finding.message = message!("scales-of-name", letter = value.value);
        return;
    }
    let is_scale = |cell: &Cell| cell.items.len() == 3 && cell.items.iter().all(|item| item.value.as_float().is_some());
    let is_named = |cell: &Cell| matches!(cell.items.as_slice(), [one] if cell.names.len() == 1 && is_scale(one));
    let is_flow = value.span.text(text).starts_with('[');
    let dash = |cell: &Cell| {
        let dash = text.get(..cell.span.start as usize)?.rfind('-')? as u32;
        (text.get(dash as usize + 1..cell.span.start as usize)?.trim().is_empty())
            .then(|| Span::new(dash, cell.span.start))
    };
    let spaces = |span: Span| (span, " ".repeat(span.len() as usize));
    let edits: Option<Vec<(Span, String)>> = match value.items.as_slice() {
        items if !items.is_empty() && items.iter().all(is_named) && is_flow => Some(vec![
            (Span::new(value.span.start, value.span.start + 1), "{".to_owned()),
            (Span::new(value.span.end - 1, value.span.end), "}".to_owned()),
        ]),
        items if !items.is_empty() && items.iter().all(is_named) => {
            items.iter().map(|cell| dash(cell).map(spaces)).collect()
        }
        [one] if is_scale(one) && !is_flow => {
            let letter = file.checked.first().map(|analysis| &*analysis.scale).filter(|scale| !scale.is_empty());
            dash(one).map(|span| vec![(span, format!("{}: ", letter.unwrap_or("n")))])
        }
        _ => return,
    };
    finding.message = message!("scales-as-list");
    finding.fixes.extend(edits.map(|edits| Fix::of(message!("write-letters"), edits)));
}

/// A scale that is named otherwise than by the letter that is asked for: `N`, `yolov8n`.
pub(super) fn other_letter<'a>(file: &'a File<'_>) -> Option<(&'a str, Span, &'a str)> {
    let letter = &*file.checked.first()?.scale;
    let is_meant = |name: &str| {
        let name = name.to_lowercase();
        name == letter || name.starts_with("yolo") && name.ends_with(letter)
    };
    let is_there = file.model.scales().any(|(name, ..)| name == letter);
    let (name, span, _) = file.model.scales().find(|(name, ..)| !is_there && !letter.is_empty() && is_meant(name))?;
    Some((name, span, letter))
}

/// The scales that are named by a capital letter where the small one is free.
pub(super) fn capitals<'a>(file: &'a File<'a>) -> impl Iterator<Item = (&'a str, Span)> {
    let is_free = |letter: &str| file.model.scales().all(|(name, ..)| name != letter);
    let is_capital =
        move |name: &str| name.len() == 1 && is_scale_in_names(&name.to_lowercase()) && name != name.to_lowercase();
    let scales = file.model.scales().map(|(name, span, _)| (name, span));
    scales.filter(move |(name, _)| is_capital(name) && is_free(&name.to_lowercase()))
}

/// What to say of an activation's name among the arguments of a row.
fn names_activation(file: &File<'_>, row: usize, span: Span) -> Option<Message> {
    let cell = file.model.rows.get(row)?.args()?.items.iter().find(|cell| cell.span == span)?;
    let name = cell.value.as_str()?.trim_end_matches("()");
    let text = format!("nn.{}()", name.strip_prefix("nn.").unwrap_or(name));
    file.dialect().activation(&text).ok()?;
    Some(message!("activation-at-top", text))
}

/// Blocks that must return as many channels as they read.
pub(super) const MUST_KEEP_CHANNELS: [&str; 3] = ["C2PSA", "C2fPSA", "PSA"];

/// The modes of `nn.Upsample` that rows may give.
const MODES: [&str; 4] = ["nearest", "bilinear", "bicubic", "nearest-exact"];

/// The fix of a mode of `nn.Upsample` that is nearly the name of one.
fn mode(file: &File<'_>, row: usize, span: Span) -> Option<Fix> {
    let row = file.model.rows.get(row).filter(|row| row.module_name() == Some("nn.Upsample"))?;
    let cell = row.args()?.items.get(2).filter(|cell| cell.span == span)?;
    let written = cell.value.as_str()?.to_lowercase();
    let likeness = |mode: &&&str| strsim::damerau_levenshtein(&written, mode);
    let mode = MODES.iter().filter(|mode| likeness(mode) <= 3).min_by_key(likeness)?;
    Some(Fix::doubtful(message!("write", text = mode), span, *mode))
}

/// The finding on all scales that aren't three values in brackets for one reason, where it can be told how they become that.
fn other_forms(file: &File<'_>, why: Why) -> Option<Diagnostic> {
    let scales = file.model.scales().filter_map(|(name, _, cell)| Some((name, cell, OtherForm::of(cell)?)));
    let mut scales = scales.filter(|(.., form)| form.why == why);
    let (name, cell, form) = scales.next()?;
    let value = &cell.value;
    let (message, title) = match why {
        Why::Fourth => (message!("scale-of-three", name, value), message!("keep-three")),
        Why::LacksThird => (message!("scale-lacks-third", name, value), message!("add-third")),
        Why::LacksBrackets => (message!("scale-lacks-brackets", name, value), message!("put-in-brackets")),
        Why::Commas => (message!("scale-with-commas", name, value), message!("write-points")),
        Why::Names => (message!("scale-with-names", name), message!("write-without-names")),
        Why::Order => (message!("scale-in-order", name, value, sorted = form.edits[0].1), message!("write-in-order")),
    };
    let mut fix = Fix::of(title, form.edits);
    let mut related = Vec::new();
    for (name, cell, form) in scales {
        related.push((file.at(cell.span), message!("scale-too", scale = name)));
        fix.edits.extend(form.edits);
    }
    let message = match related.len() {
        0 => message,
        count => message!("also-in-scales", message, count),
    };
    let mut found = RULE.at(cell.span, message).fix(fix);
    found.related = related;
    Some(found)
}

/// The smallest depth or width that can only be a percentage.
const SMALLEST_PERCENTAGE: f64 = 10.0;

/// The smallest number that can only be a limit of channels, and what depth and width are below.
const SMALLEST_CAP: i64 = 64;
const LARGEST_FACTOR: f64 = 16.0;

/// Why a scale isn't three values in brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It has a fourth value, which some forks read.
    Fourth,
    LacksThird,
    LacksBrackets,
    /// Its fractions have commas.
    Commas,
    /// It is a mapping.
    Names,
    /// Its numbers are in another order.
    Order,
}

/// A scale that isn't three values in brackets.
struct OtherForm {
    why: Why,
    edits: Vec<(Span, String)>,
}

impl OtherForm {
    fn of(scale: &Cell) -> Option<OtherForm> {
        let at = |place: u32, text: &str| (Span::empty(place), text.to_owned());
        if !scale.names.is_empty() {
            return Some(OtherForm { why: Why::Names, edits: vec![(scale.span, without_names(scale)?)] });
        }
        match scale.items.as_slice() {
            [a, b, c] => {
                let is_cap = |cell: &Cell| cell.value.as_int().is_some_and(|value| value >= SMALLEST_CAP);
                let is_factor = |cell: &Cell| cell.value.as_float().is_some_and(|value| value < LARGEST_FACTOR);
                let sorted = match [a, b, c].map(is_cap) {
                    [true, false, false] => [b, c, a],
                    [false, true, false] => [a, c, b],
                    _ => return None,
                };
                let are_factors = sorted[..2].iter().all(|cell| is_factor(cell));
                let text = format!("[{}]", sorted.map(|cell| cell.value.to_string()).join(", "));
                are_factors.then(|| OtherForm { why: Why::Order, edits: vec![(scale.span, text)] })
            }
            // `0,33, 0,25, 1024`
            items @ [a, b, c, d, _] if items.iter().all(|item| item.value.as_int().is_some()) => Some(OtherForm {
                why: Why::Commas,
                edits: [(a, b), (c, d)]
                    .map(|(whole, part)| (Span::new(whole.span.end, part.span.start), ".".to_owned()))
                    .into(),
            }),
            [_, _, third, .., last] if scale.items.len() > 3 => Some(OtherForm {
                why: Why::Fourth,
                edits: vec![(Span::new(third.span.end, last.span.end), String::new())],
            }),
            [_, width] => Some(OtherForm { why: Why::LacksThird, edits: vec![at(width.span.end, ", 1024")] }),
            [] => {
                let text = scale.value.as_str()?;
                let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
                let values: Vec<&str> = inner.unwrap_or(text).split(',').map(str::trim).collect();
                let is_plain = scale.span.len() as usize == scale.value.as_str()?.len();
                (is_plain && values.len() == 3 && values.iter().all(|value| value.parse::<f64>().is_ok())).then(|| {
                    OtherForm {
                        why: Why::LacksBrackets,
                        edits: match inner {
                            Some(inner) => vec![(scale.span, format!("[{inner}]"))],
                            None => vec![at(scale.span.start, "["), at(scale.span.end, "]")],
                        },
                    }
                })
            }
            _ => None,
        }
    }
}

/// The three values of a scale that is a mapping.
fn without_names(scale: &Cell) -> Option<String> {
    let is_of = |name: &str, of: &[&str]| of.contains(&name);
    let orders: [&[&str]; 3] =
        [&["depth", "depth_multiple"], &["width", "width_multiple"], &["max_channels", "max_ch"]];
    let value = |of: &[&str]| {
        let at = scale.names.iter().position(|(name, _)| is_of(name, of));
        at.map(|at| scale.items[at].value.to_string())
    };
    let are_known = scale.names.iter().all(|(name, _)| orders.iter().any(|of| is_of(name, of)));
    let [depth, width, most] = orders.map(value);
    are_known.then_some(format!("[{}, {}, {}]", depth?, width?, most.unwrap_or_else(|| "1024".to_owned())))
}
