//! Code lens above the first section: the model's totals, and switches.

use std::path::Path;

use super::{ModelFile, hints, since_head};
use crate::analysis::Status;
use crate::budget;
use crate::cost::{Convention, units};
use crate::dialect::scale_in_name;
use crate::rules;
use crate::text::stem as stem_of;
use crate::words::{Message, message};

/// A code lens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// Start of the line below it.
    pub offset: u32,
    /// Its text.
    pub title: String,
    /// What a click switches; none if it is only text.
    pub switches: Option<Switch>,
}

/// What can be switched for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The active scale.
    Scale,
    /// The image size.
    ImageSize,
    /// The number of image channels.
    Channels,
    /// The FLOP-counting convention.
    Convention,
}

impl Switch {
    /// All of them.
    pub const ALL: [Switch; 4] = [Switch::Scale, Switch::ImageSize, Switch::Channels, Switch::Convention];

    /// The setting that it switches.
    pub fn setting(self) -> &'static str {
        match self {
            Switch::Scale => "scale",
            Switch::ImageSize => "imgsz",
            Switch::Channels => "channels",
            Switch::Convention => "convention",
        }
    }
}

/// Returns the lenses of a file with file stem `stem`; none if it has no section.
pub fn lenses(file: &ModelFile, stem: &str) -> Vec<Lens> {
    let Some(first) = file.model.sections.iter().map(|section| section.span.start).min() else { return Vec::new() };
    let offset = file.lines().line_span(file.text(), file.lines().line(first)).start;
    let analysis = file.at_active_scale();
    let scales = file.model.scales().count();
    // The built-in framework goes without saying.
    let framework = file.framework().filter(|framework| framework.id != "built-in");
    let say = |message: Message, switch| (file.say(&message), Some(switch));
    let titles = [
        Some((summary(file, stem), None)),
        since_head::totals(file, analysis).map(|changed| (changed, None)),
        framework.map(|framework| (file.say(framework), None)),
        file.data().map(|said| (file.say(&said), None)),
        (scales > 1).then(|| say(message!("at-scale", scale = analysis.scale), Switch::Scale)),
        Some(say(message!("lens-image", size = units::image_size(analysis.imgsz)), Switch::ImageSize)),
        (channels(file).len() > 1).then(|| say(message!("lens-channels", n = analysis.channels), Switch::Channels)),
        Some(say(message!("lens-convention", convention = analysis.convention), Switch::Convention)),
    ];
    titles.into_iter().flatten().map(|(title, switches)| Lens { offset, title, switches }).collect()
}

/// Returns the numbers of image channels that can be chosen: 3, what the file says, and what is shown.
pub fn channels(file: &ModelFile) -> Vec<i64> {
    let said = ["ch", "channels"].into_iter().filter_map(|key| file.model.get(key)?.as_int().filter(|&ch| ch > 0));
    let mut channels: Vec<i64> = said.chain([3, file.at_active_scale().channels]).collect();
    channels.sort_unstable();
    channels.dedup();
    channels
}

/// Returns the totals of a file with file stem `stem`: `yolo11n · 181 layers · 2.62M params · 6.67 GFLOPs @640`
pub fn summary(file: &ModelFile, stem: &str) -> String {
    let analysis = file.at_active_scale();
    let mut parts = vec![file.say(&model_name(stem, &analysis.scale))];
    match &analysis.totals {
        Some(totals) => {
            parts.push(file.say(&message!("amount-layers", n = units::grouped(totals.layers as u128))));
            parts.push(file.say(&message!("amount-params", n = units::params(totals.params))));
            parts.push(totals.ops.map_or("?".to_owned(), |ops| analysis.convention.format_ops(ops)));
        }
        None => parts.push("?".to_owned()),
    }
    let fault = analysis.rows.iter().enumerate().find_map(|(i, row)| match &row.status {
        Status::Fault(fault) => Some((i, rules::rule_of(fault)?)),
        Status::Unknown(_) => Some((i, "not-known")),
        _ => None,
    });
    let mut summary = format!("{} @{}", parts.join(" · "), units::image_size(analysis.imgsz));
    if analysis.convention != Convention::default() {
        summary.push_str(&file.say(&message!("lens-by", convention = analysis.convention)));
    }
    if analysis.fused {
        summary.push_str(&format!(" · {}", file.say(&message!("lens-fused"))));
    }
    if let Some(found) = file.transfer() {
        let (kept, items) = (found.transfer.transferred, found.transfer.items);
        let model = model_name(&stem_of(Path::new(&found.name)), &found.scale);
        let said = match file.names_weights() {
            true => Some(message!("lens-weights", kept, items)),
            // Where a row doesn't work, that is what is said.
            false => (kept < items && fault.is_none()).then(|| message!("lens-weights-of", kept, items, model)),
        };
        let said = said.map(|said| format!(" · {}", file.say(&said)));
        summary.push_str(&said.unwrap_or_default());
    }
    for standing in budget::critical(&file.statuses(analysis)) {
        summary.push_str(&format!(" · {}", file.say(&standing.title())));
    }
    if let Some((row, rule)) = fault {
        let rule = file.say(&hints::short(rule));
        summary.push_str(&format!(" · {}", file.say(&message!("lens-row", row, rule))));
    }
    summary
}

/// Returns the framework's name for a file at a scale: `yolo11n-seg` for `yolo11-seg` at scale n. If the file's name
/// can't contain the scale, returns the name and the scale.
pub fn model_name(stem: &str, letter: &str) -> Message {
    let name = if stem.is_empty() { "model" } else { stem };
    if letter.is_empty() || scale_in_name(name).is_some_and(|own| letter.chars().eq([own])) {
        return name.into();
    }
    let number = name.find("yolo").and_then(|at| name[at..].find(|c: char| c.is_ascii_digit()).map(|n| at + n));
    if let Some(number) = number {
        let end = name[number..].find(|c: char| !c.is_ascii_digit()).map_or(name.len(), |n| number + n);
        // A letter of another scale makes room.
        let own = scale_in_name(name).filter(|&own| name[end..].starts_with(own));
        let rest = &name[end + own.map_or(0, char::len_utf8)..];
        let renamed = format!("{}{letter}{rest}", &name[..end]);
        if scale_in_name(&renamed).is_some_and(|scale| letter.chars().eq([scale])) {
            return renamed.into();
        }
    }
    message!("value-at-scale", value = name, scale = letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Options;
    use crate::check::Request;

    fn titles(text: &str, request: &Request) -> Vec<String> {
        let file = ModelFile::read(text, request, false).unwrap();
        lenses(&file, &request.stem).into_iter().map(|lens| lens.title).collect()
    }

    // The figures are those of torch 2.15 and ultralytics-thop 2.2.3.
    const MODEL: &str = "\
nc: 3
scales: {n: [1.0, 0.25, 1024], m: [1.0, 0.5, 1024]}
# The model.
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [-1, 1, nn.Identity, []]
";

    #[test]
    fn costs_and_what_can_be_switched() {
        let of = |stem: &str| Request { stem: stem.to_owned(), ..Request::default() };
        let said = titles(MODEL, &of("yolo11"));
        let summary = "yolo11n · 4 layers · 464 params · 0.102 GFLOPs @640";
        assert_eq!(said, [summary, "scale n", "image 640", "counted by ultralytics"]);
        let options = Options { imgsz: [320, 640], convention: Convention::Formula, ..Options::default() };
        let said = titles(MODEL, &Request { scale: Some("m".to_owned()), options, ..of("mine") });
        assert!(said[0].starts_with("mine at scale m · 4 layers · 928 params · "), "{said:?}");
        assert!(said[0].ends_with(" @320×640 by formula"), "{said:?}");
        assert_eq!(said[1..], ["scale m", "image 320×640", "counted by formula"]);
        let said = titles(&format!("ch: 6\n{MODEL}"), &of("yolo11"));
        assert_eq!(said, [summary, "scale n", "image 640", "3 channels", "counted by ultralytics"]);
    }

    #[test]
    fn how_it_stands_against_its_budgets() {
        let said = |budget: &str| {
            let text = MODEL.replace("# The model.", &format!("# yolint: budget {budget}"));
            let title = titles(&text, &Request { stem: "yolo11".to_owned(), ..Request::default() }).remove(0);
            title.split_once(" @640").unwrap().1.to_owned()
        };
        assert_eq!(said("params<=1k gflops<=0.1"), " · budget 0.1 GFLOPs: over by 0.0016");
        assert_eq!(said("params<=1k gflops<=0.2"), " · budget 0.2 GFLOPs: 0.098 left");
        let two = " · budget 1 layers: over by 3 · budget 400 params: over by 64";
        assert_eq!(said("params<=400 gflops<=0.1 layers<=1"), two);
        assert_eq!(said("m: params<=400"), "");
        // A baseline that isn't there says nothing.
        assert_eq!(said("params<=+5%"), "");
    }

    #[test]
    fn what_keeps_the_model_from_being_built() {
        let text = MODEL.replace("nn.Identity", "Own");
        let said = titles(&text, &Request::default());
        assert_eq!(said[0], "model at scale n · ? @640 · row 1: unknown module");
    }

    #[test]
    fn above_the_first_section() {
        let file = ModelFile::read(MODEL, &Request::default(), false).unwrap();
        let lenses = lenses(&file, "");
        assert!(lenses.iter().all(|lens| MODEL[lens.offset as usize..].starts_with("backbone")));
    }

    #[test]
    fn names_of_models() {
        for (stem, letter, name) in [
            ("yolo11", "n", "yolo11n"),
            ("yolo11n", "n", "yolo11n"),
            ("yolo11n-seg", "x", "yolo11x-seg"),
            ("yolo11-seg", "s", "yolo11s-seg"),
            ("yoloe-v8", "l", "yoloe-v8l"),
            ("my-yolov8-p2", "m", "my-yolov8m-p2"),
            ("yolov10b", "b", "yolov10b at scale b"),
            ("rtdetr-l", "l", "rtdetr-l at scale l"),
            ("net", "", "net"),
            ("网络yolo", "n", "网络yolo at scale n"),
        ] {
            assert_eq!(model_name(stem, letter).english(), name, "{stem} {letter}");
        }
    }
}
