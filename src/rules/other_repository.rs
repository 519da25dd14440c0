//! `other-repository`: files of repositories other than the framework's.

use std::collections::BTreeSet;

use super::{Diagnostic, File, Fix, Level, rule};
use crate::analysis::Status;
use crate::model::{Cell, Row};
use crate::text::Span;
use crate::torch::ops::FaultKind;
use crate::words::{Message, comma, message};

rule! {
    /// The file belongs to another repository.
    ///
    /// ## What it does
    /// Recognises files of the repositories of YOLOv3, YOLOv5, YOLOv7, YOLOv9 and YOLOv13, ports of YOLOv6, and files of
    /// repositories made from these. Their heads take `anchors`, or their rows name modules that the framework doesn't have.
    /// The other modules and keys of the file count as well. There is one finding at the top, instead of one for each row.
    ///
    /// Files of YOLOv10 and YOLOv12 name only modules that Ultralytics has too, so nothing is reported: the framework builds them.
    ///
    /// Nothing is reported if yolint reads the source of a framework, because then that source decides.
    ///
    /// ## Why is this bad?
    /// The framework can't build the model. Use the file with its own repository (`framework: PATH` in `.yolint.yaml`),
    /// or rewrite it for the framework.
    ///
    /// ## Example
    /// ```yaml
    /// nc: 80
    /// anchors:
    ///   - [10,13, 16,30, 33,23]
    /// backbone:
    ///   - [-1, 1, Conv, [64, 6, 2, 2]]
    /// head:
    ///   - [[0], 1, Detect, [nc, anchors]]
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// nc: 80
    /// backbone:
    ///   - [-1, 1, Conv, [64, 6, 2, 2]]
    /// head:
    ///   - [[0], 1, Detect, [nc]]
    /// ```
    "other-repository", Error, File(check)
}

/// The fewest modules of a repository that tell a file of it, where neither its head nor `anchors` does.
const LEAST: usize = 3;

/// The most modules that a message names.
const NAMED: usize = 6;

const YOLOV5: &str = "YOLOv5";

/// A repository that a file belongs to.
struct Origin<'a> {
    repository: &'a str,
    /// Whether all that the file names is there; otherwise the file is of a repository made from it.
    is_whole: bool,
    /// The rows with modules that the framework doesn't have.
    unknown: Vec<(usize, &'a str)>,
    /// The head's argument with anchors, as row and position.
    anchors: Option<(usize, usize)>,
}

fn origin<'a>(file: &'a File<'_>) -> Option<Origin<'a>> {
    let dialect = file.dialect();
    if dialect.variables().is_empty() {
        return None;
    }
    let last = file.model.rows.len().checked_sub(1)?;
    let anchors = anchors(&file.model.rows[last]).map(|at| (last, at));
    let rows = || file.model.rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.module_name()?)));
    let is_unknown = |row: usize| match &file.analyses[0].rows[row].status {
        Status::Fault(fault) => fault.fault.kind == FaultKind::Module,
        _ => false,
    };
    let unknown: Vec<(usize, &str)> =
        rows().filter(|(i, name)| is_unknown(*i) && dialect.suggestion(name).is_none()).collect();
    let names: BTreeSet<&str> = unknown.iter().map(|(_, name)| *name).collect();
    let is_of = |repository: &str, name: &str| dialect.repositories(name).contains(&repository);
    let count = |repository: &str| names.iter().filter(|name| is_of(repository, name)).count();
    let has_scales = file.model.key("scales").is_some();
    let is_whole = |repository: &str| {
        let is_there = |name: &str| name.starts_with("nn.") || is_of(repository, name);
        rows().all(|(_, name)| is_there(name)) && (!has_scales || is_of(repository, "C2f"))
    };
    // YOLOv7 has no head without anchors; of several repositories that have as many, the first one.
    let has_its_head = |repository: &&str| *repository != "YOLOv7" || anchors.is_some() || is_unknown(last);
    let of_modules = unknown.iter().flat_map(|(_, name)| dialect.repositories(name)).filter(has_its_head);
    let best = of_modules.reduce(|best, other| if count(other) > count(best) { other } else { best });
    let found = |repository, unknown| Some(Origin { repository, is_whole: is_whole(repository), unknown, anchors });
    if let Some(repository) = best {
        let of_it = count(repository);
        let is_head = unknown.last().is_some_and(|(row, name)| *row == last && is_of(repository, name));
        let is_told = of_it >= LEAST && 2 * of_it >= names.len() || of_it > 1 && anchors.is_some();
        // What is made from the framework has no anchors.
        let is_fork = is_of(repository, "C2f");
        let has_its_keys = !is_fork && file.model.key("anchors").is_some() && unknown.len() > 1;
        if is_head || is_told || is_whole(repository) && has_its_keys {
            return found(repository, unknown);
        }
    }
    anchors?;
    found(YOLOV5, unknown)
}

/// The position of anchors among the arguments of the last row: their key, or lists of numbers.
fn anchors(row: &Row) -> Option<usize> {
    let is_number = |cell: &Cell| cell.value.as_float().is_some();
    let is_level = |cell: &Cell| cell.items.len() >= 4 && cell.items.iter().all(is_number);
    let is_list = |cell: &Cell| cell.items.len() > 1 && cell.items.iter().all(is_level);
    row.args()?.items.iter().position(|cell| cell.value.as_str() == Some("anchors") || is_list(cell))
}

/// Whether a row's arguments name the number of anchors, as in the first files of YOLOv5: `na * (nc + 5)`.
fn names_anchors(row: &Row) -> bool {
    let is_word = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "na");
    row.args().is_some_and(|args| args.items.iter().any(|cell| cell.value.as_str().is_some_and(is_word)))
}

/// Whether the fault of a row comes from the file's origin.
pub(super) fn explains(file: &File<'_>, row: usize) -> bool {
    let is_of_arguments = || match &file.analyses[0].rows[row].status {
        Status::Fault(fault) => fault.fault.kind == FaultKind::Arguments,
        _ => false,
    };
    // The same name may be another class there: YOLOv7's `Conv` takes the activation as its sixth argument.
    let is_other =
        |origin: &Origin<'_>| origin.repository != YOLOV5 || !origin.is_whole && file.model.key("scales").is_none();
    file.lint.level(RULE.name) != Some(Level::Off)
        && origin(file).is_some_and(|origin| {
            origin.unknown.iter().any(|(of, _)| *of == row)
                || origin.anchors.is_some_and(|(of, _)| of == row)
                || (is_other(&origin) || names_anchors(&file.model.rows[row])) && is_of_arguments()
        })
}

fn check(file: &File<'_>) -> Vec<Diagnostic> {
    origin(file).into_iter().filter_map(|origin| finding(file, &origin)).collect()
}

fn finding(file: &File<'_>, origin: &Origin<'_>) -> Option<Diagnostic> {
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in &origin.unknown {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let anchors = origin.anchors.and_then(|(row, at)| Some((row, file.model.rows[row].args()?.items.get(at)?)));
    let is_of_framework = file.model.key("scales").is_some() && origin.repository == YOLOV5;
    let lacking = (!names.is_empty() && !is_of_framework).then(|| {
        let (count, more) = (names.len(), names.len().saturating_sub(NAMED));
        let listed = comma(names.iter().take(NAMED).map(|name| format!("`{name}`")));
        match more {
            0 => message!("not-in-release", modules = listed, count),
            more => message!("not-in-release-more", modules = listed, more),
        }
    });
    let takes_none = anchors.filter(|_| lacking.is_none() || origin.repository == YOLOV5);
    let reason = match (lacking, takes_none.map(|_| message!("takes-no-anchors"))) {
        (Some(first), Some(second)) => message!("reasons", first, second),
        (reason, other) => reason.or(other)?,
    };
    let top = file.model.keys.first().map_or(Span::new(0, 0), |key| key.span);
    let mut found = match anchors {
        // The head alone is from there.
        Some((row, cell)) if is_of_framework => {
            let whose = message!("whose-head", repository = YOLOV5);
            RULE.at(cell.span, message!("whose", whose, reason)).of_row(row)
        }
        _ => RULE.at(top, message!("whose", whose = whose(file, origin), reason)),
    };
    found.help = Some(advice(file, origin, &names));
    for (row, name) in origin.unknown.iter().filter(|_| !is_of_framework) {
        found = found.related(file.at(file.model.rows[*row].module()?.span), format!("`{name}`"));
    }
    let Some((row, cell)) = anchors else { return Some(found) };
    let is_known = file.analyses[0].rows[row].info.is_some();
    if !is_known || origin.repository != YOLOV5 {
        return Some(found);
    }
    if !is_of_framework {
        found = found.related(file.at(cell.span), message!("without-this"));
    }
    if let Some(key) = file.model.key("anchors") {
        found = found.related(file.at(key.span), message!("remove-this-key"));
    }
    let edits = without_anchors(file, &file.model.rows[row], cell)?;
    Some(found.fix(Fix::of(message!("head-without-anchors"), edits)))
}

/// The edits that take anchors out of the head's arguments and of the keys.
fn without_anchors(file: &File<'_>, row: &Row, cell: &Cell) -> Option<Vec<(Span, String)>> {
    let items = &row.args()?.items;
    let before = items.iter().take_while(|item| item.span != cell.span).last();
    let after = items.iter().skip_while(|item| item.span != cell.span).nth(1);
    let argument = match (before, after) {
        (Some(before), _) => Span::new(before.span.end, cell.span.end),
        (None, Some(after)) => Span::new(cell.span.start, after.span.start),
        (None, None) => cell.span,
    };
    let lines = file.lines();
    let whole = |key: &crate::model::Key| {
        let first = lines.line_span(file.text(), lines.line(key.span.start)).start;
        let last = lines.line(key.value.span.end.max(key.span.end));
        Span::new(first, lines.line_end(last))
    };
    let key = file.model.key("anchors").map(|key| (whole(key), String::new()));
    Some(key.into_iter().chain([(argument, String::new())]).collect())
}

/// Whose file it is.
fn whose(file: &File<'_>, origin: &Origin<'_>) -> Message {
    let repository = origin.repository;
    match repository {
        "YOLOv6" if origin.is_whole => message!("whose-port", repository),
        _ if !origin.is_whole => message!("whose-made", repository),
        YOLOV5 if is_v3(file) => message!("whose-v3"),
        "YOLOv9" => message!("whose-own", repository = message!("repository-own", name = repository)),
        _ => message!("whose-repository", repository),
    }
}

/// Whether a comment calls the model YOLOv3.
fn is_v3(file: &File<'_>) -> bool {
    let comments = file.text().lines().filter_map(|line| line.split_once('#'));
    comments.map(|(_, comment)| comment).any(|comment| comment.contains("YOLOv3") || comment.contains("darknet53"))
}

/// What to do with the file.
fn advice(file: &File<'_>, origin: &Origin<'_>, names: &[&str]) -> Message {
    let first = match (names.len(), origin.repository) {
        (0, _) | (_, YOLOV5) => message!("own-repository"),
        (count, _) => message!("own-repository-help", count),
    };
    let inputs = file.analyses[0].rows.last().map_or(0, |row| row.from.len());
    let official = match origin.repository {
        _ if !origin.is_whole => None,
        YOLOV5 if is_v3(file) => Some("yolov3.yaml, yolov3-spp.yaml, yolov3-tiny.yaml"),
        YOLOV5 if inputs == 4 => Some("yolov5-p6.yaml"),
        YOLOV5 => Some("yolov5.yaml"),
        "YOLOv6" => Some("yolov6.yaml"),
        "YOLOv9" => Some("yolov9t.yaml … yolov9e.yaml"),
        _ => None,
    };
    let official = official.map(|files| match origin.anchors {
        Some(_) => message!("official-without-anchors", files),
        None => message!("official", files),
    });
    let same =
        names.iter().filter_map(|name| Some(message!("does-the-same", name, other = file.dialect().equivalent(name)?)));
    let activation = activation(file).filter(|_| origin.repository == "YOLOv7");
    let activation = activation.map(|activation| message!("activation-there", activation));
    let all = official.into_iter().chain(same).chain(activation);
    all.fold(first, |first, next| message!("full-sentences", first, next))
}

/// The activation that rows of `Conv` name as their sixth argument.
fn activation<'a>(file: &'a File<'_>) -> Option<&'a str> {
    let rows = file.model.rows.iter().filter(|row| row.module_name() == Some("Conv"));
    rows.filter_map(|row| row.args()?.items.get(5)?.value.as_str()).find(|text| text.starts_with("nn."))
}
