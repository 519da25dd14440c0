//! Registering a class with a framework: the edits of the framework's source, and a small model file that uses the class.

use std::collections::VecDeque;
use std::path::Path;

use crate::analysis::{Options, Status, analyse};
use crate::dialect::{How, Parameter, ParseModel, PythonClass, SourceDialect, Way};
use crate::model::{Model, ReadFile};
use crate::rewrite::{self, Change, New};
use crate::rules;
use crate::text::{FileEdits, Span, apply_in_style};
use crate::torch::Value;
use crate::words::{Message, and, message};

/// How a class is registered.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The edits of the framework's files; none if nothing is missing there.
    pub files: Vec<FileEdits>,
    /// What was done, in sentences without their ends.
    pub done: Vec<Message>,
    /// A model file that uses the class.
    pub yaml: String,
    /// The row of it that does.
    pub row: usize,
}

impl Registration {
    /// The line of the model file with the row, from 0, and the row's text.
    pub fn line(&self) -> (u32, String) {
        let read = ReadFile::new(self.yaml.as_str());
        let span = read.model.rows.get(self.row).map_or(Span::empty(0), |row| row.span);
        (read.lines().line(span.start), span.text(&self.yaml).to_owned())
    }
}

/// The number of channels of the row that a class is tried behind, and that it is asked for.
const CHANNELS: i64 = 64;

/// Finds edits of the framework's source after which a row can name a class, and a model file that is built and run with them:
/// `base` with a row behind its backbone, or a small one.
///
/// # Errors
/// A sentence if the class can't be imported, or none of the ways to call it works.
pub fn register(source: &SourceDialect, class: &PythonClass, base: Option<&str>) -> Result<Registration, Message> {
    let name = class.name();
    let is_bound = source.bound(name).pop().is_some_and(|known| known.is_same(class));
    if !is_bound && source.bound(name).pop().is_some_and(|known| known.text() != class.text()) {
        let known = source.bound(name).pop().map(|known| known.file.path.to_string()).unwrap_or_default();
        return Err(message!("register-name-taken", name, known));
    }
    let parse = source.parse_model();
    let mut ways = match &parse {
        Some(parse) => {
            let ways = |several| match is_bound {
                true => parse.ways_to_call(class, &[], several),
                false => source.ways_to_import(parse, class, several),
            };
            let alone = ways(false);
            let several = ways(true).into_iter().filter(|way| way.how == How::Several);
            alone.into_iter().chain(several).collect()
        }
        None => Vec::new(),
    };
    // What takes the channels of its input should get them, whatever the scale.
    let takes_input = class.positional().unwrap_or_default().first().is_some_and(Parameter::is_channels);
    ways.sort_by_key(|way| takes_input && way.how == How::Plain);
    if ways.is_empty() {
        let path = &class.file.path;
        return Err(message!("register-cant-import", path, root = source.root()));
    }
    let templates = match base {
        Some(base) => {
            let dialect = source.edited(&[]);
            vec![Template::of_base(base, &Options { dialect, ..Options::default() })?]
        }
        None => Template::small(source, parse.as_ref()),
    };
    let mut first = None;
    // Where a class returns other channels than are booked, that is known once it has run.
    let (mut ways, mut is_booked) = (VecDeque::from(ways), false);
    while let Some(way) = ways.pop_front() {
        let edited = source.edited(&way.edits);
        for template in &templates {
            for args in arguments(class, way.how, template) {
                let from = if way.how == How::Several { "[-1, -1]" } else { "-1" };
                let row = format!("[{from}, 1, {name}, [{}]]", args.join(", "));
                let Some(yaml) = template.with_row(&row) else { continue };
                let read = ReadFile::new(yaml.as_str());
                let options = Options { dialect: edited.clone(), ..Options::default() };
                let analysis = analyse(&read.model, &scale(&read.model), &options);
                if analysis.header.is_empty() && analysis.rows.iter().all(|row| row.output.is_some()) {
                    let done = done(source, class, way.how, is_bound, &way.edits);
                    return Ok(Registration { files: way.edits, done, yaml, row: template.at });
                }
                let row_there = analysis.rows.get(template.at);
                if let (Some(parse), Some(there), false) = (&parse, row_there, is_booked) {
                    let sums = rules::sums_for(there);
                    let booking: Vec<Way> = sums.iter().filter_map(|sum| way.booking(parse, name, sum)).collect();
                    is_booked = !booking.is_empty();
                    booking.into_iter().rev().for_each(|way| ways.push_front(way));
                }
                let reason = row_there.and_then(|row| row.status.reason());
                let is_reached = !matches!(row_there.map(|row| &row.status), Some(Status::BlockedBy(_)));
                // What is tried last says little about a class that reads one row.
                let tells = is_reached && way.how != How::Several;
                first = first.or(reason.filter(|_| tells).map(|reason| (row, reason)));
            }
        }
    }
    Err(match first {
        Some((row, why)) => message!("register-no-way-because", class, row, why),
        None => message!("register-no-way", class),
    })
}

/// The first scale of a file.
fn scale(model: &Model) -> String {
    model.scales().next().map_or(String::new(), |(letter, ..)| letter.to_owned())
}

fn done(source: &SourceDialect, class: &PythonClass, how: How, is_bound: bool, edits: &[FileEdits]) -> Vec<Message> {
    let name = class.name();
    let name_of = |path: &Path| path.strip_prefix(source.root()).unwrap_or(path).display().to_string();
    let files: Vec<String> = edits.iter().map(|edits| name_of(&edits.file.path)).collect();
    let mut done = Vec::new();
    if edits.is_empty() {
        done.push(message!("registered-already", name));
    } else if !is_bound {
        done.push(message!("registered-import", name, files = and(files)));
    }
    match how {
        _ if edits.is_empty() => {}
        How::Plain => done.push(message!("registered-plain")),
        How::Scaled { repeats } => {
            done.push(message!("registered-scaled"));
            if repeats {
                done.push(message!("registered-repeats"));
            }
        }
        How::Input { .. } => done.push(message!("registered-input")),
        How::Booked | How::Several => done.push(message!("registered-booked")),
    }
    done
}

/// The arguments to try in a row, those that are most likely first.
fn arguments(class: &PythonClass, how: How, template: &Template) -> Vec<Vec<String>> {
    let parameters = class.positional().unwrap_or_default();
    let passed = match how {
        How::Plain | How::Booked | How::Several => 0,
        How::Scaled { repeats } => 1 + usize::from(repeats),
        How::Input { .. } => 1,
    };
    // Of the channels, the row gives those of the output.
    let given = |skip: usize| -> Vec<String> {
        let required = parameters.iter().skip(skip).take_while(|parameter| parameter.default.is_none());
        required.map(|parameter| value(parameter, template.channels)).collect()
    };
    match how {
        How::Scaled { .. } => {
            let mut args = vec![template.width.to_string()];
            args.extend(given(1 + passed));
            vec![args]
        }
        How::Input { .. } => vec![given(passed)],
        How::Several => vec![given(1), given(0)],
        How::Plain | How::Booked => {
            let first = [template.channels.to_string()];
            let all = given(0);
            let of_channels = parameters.first().map(|_| first.to_vec());
            // A branch that is there already may pass the channels itself.
            let behind_channels: Vec<String> = first.iter().cloned().chain(given(2)).collect();
            let mut tries = vec![all];
            tries.extend(of_channels);
            tries.push(behind_channels);
            tries.push(given(1));
            tries.dedup();
            tries
        }
    }
}

/// A value for a parameter that must be given.
fn value(parameter: &Parameter, channels: i64) -> String {
    match parameter.name.to_ascii_lowercase().as_str() {
        "k" | "ks" | "kernel" | "kernel_size" | "ksize" => "3".to_owned(),
        "heads" | "num_heads" => "4".to_owned(),
        "s" | "stride" | "n" | "g" | "groups" | "d" | "dilation" => "1".to_owned(),
        _ if parameter.is_channels() => channels.to_string(),
        _ => "1".to_owned(),
    }
}

/// The framework's own convolution, which rows give channels, kernel and stride: `Conv`, or the first one like it.
fn convolution(source: &SourceDialect, parse: Option<&ParseModel>) -> Option<String> {
    let is_one = |name: &str| {
        let parameters = source.bound(name).pop().and_then(|class| class.positional()).unwrap_or_default();
        let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        matches!(names[..], [_, _, "k" | "kernel_size", "s" | "stride", ..])
    };
    if !source.bound("Conv").is_empty() {
        return Some("Conv".to_owned());
    }
    parse?.scaled()?.modules().find(|name| is_one(name)).map(str::to_owned)
}

/// A model file into which a row is put.
struct Template {
    read: ReadFile,
    /// The index of the row.
    at: usize,
    /// The channels that it reads.
    channels: i64,
    /// The channels that it is asked for, before they are scaled.
    width: i64,
}

impl Template {
    /// A file to put the row into, behind its backbone.
    fn of_base(base: &str, options: &Options) -> Result<Template, Message> {
        let read = ReadFile::new(base);
        let backbone = read.model.sections.iter().find(|section| section.name == "backbone");
        let at = backbone.map(|backbone| backbone.rows.end).filter(|at| *at > 0);
        let at = at.ok_or(message!("register-no-backbone"))?;
        let analysis = analyse(&read.model, &scale(&read.model), options);
        let Some(Value::Tensor(shape)) = &analysis.rows[at - 1].output else {
            return Err(message!("register-unknown-row", row = at - 1));
        };
        let [_, channels, ..] = shape.bchw().map_err(|_| message!("register-no-map", row = at - 1))?;
        let written = read.model.rows[at - 1].args().and_then(|args| args.items.first()?.value.as_int());
        Ok(Template { at, channels, width: written.filter(|width| *width >= 8).unwrap_or(channels), read })
    }

    /// Files that are as small as they can be, with heads of several frameworks.
    fn small(source: &SourceDialect, parse: Option<&ParseModel>) -> Vec<Template> {
        let conv = match convolution(source, parse) {
            None => [format!("nn.Conv2d, [3, {CHANNELS}, 3, 2, 1]"), "nn.MaxPool2d, [2]".to_owned()],
            Some(conv) => [CHANNELS, 2 * CHANNELS].map(|width| format!("{conv}, [{width}, 3, 2]")),
        };
        let factors = "nc: 80\ndepth_multiple: 1.0\nwidth_multiple: 1.0\n";
        let with_anchors = format!("{factors}anchors:\n  - [10, 14, 24, 30, 36, 60]\n");
        let kinds = [
            ("nc: 80\n", "Classify", "[-1, 1, Classify, [nc]]"),
            ("nc: 80\n", "Detect", "[[1], 1, Detect, [nc]]"),
            (&with_anchors, "Detect", "[[1], 1, Detect, [nc, anchors]]"),
            (&with_anchors, "Detect", "[[1], 1, Detect, [nc]]"),
            (factors, "", "[-1, 1, nn.Identity, []]"),
        ];
        let is_there = |(_, head, _): &(&str, &str, &str)| head.is_empty() || !source.bound(head).is_empty();
        let text = |(header, _, head): (&str, &str, &str)| {
            format!(
                "{header}\n# [from, repeats, module, args]\nbackbone:\n  - [-1, 1, {}]\n  - [-1, 1, {}]\n\nhead:\n  - {head}\n",
                conv[0], conv[1]
            )
        };
        let template =
            |kind| Template { read: ReadFile::new(text(kind).as_str()), at: 1, channels: CHANNELS, width: CHANNELS };
        kinds.into_iter().filter(is_there).map(template).collect()
    }

    /// The text with a row that the next one reads.
    fn with_row(&self, row: &str) -> Option<String> {
        let kinds = [New::Feeding(0), New::Below];
        let edits = kinds
            .into_iter()
            .find_map(|new| rewrite::change_with(&self.read, Change::Insert { at: self.at, new }, row))?;
        Some(apply_in_style(self.read.text(), &edits))
    }
}
