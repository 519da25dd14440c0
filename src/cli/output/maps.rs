//! The feature maps of two models side by side, as distillation needs them: which have the same size, and which the same
//! channels as well.

use std::io::{self, Write};

use super::columns;
use crate::analysis::Analysis;
use crate::cli::compared::Compared;
use crate::model::Source;
use crate::torch::Value;
use crate::words::{Message, message};

/// A map that a student could learn from: what it is, its row, channels and size.
struct Map {
    role: Role,
    row: usize,
    module: String,
    channels: i64,
    size: [i64; 2],
}

/// What a map is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The last of its size in the backbone.
    Backbone,
    /// One that the head reads.
    Head,
}

/// Prints the last maps of each size in the backbones, and those that the heads read, side by side.
pub(in crate::cli) fn text(a: &Compared, b: &Compared, out: &mut impl Write) -> io::Result<()> {
    let (teacher, student) = (maps(a), maps(b));
    let heading = [
        message!("heading-map"),
        message!("heading-size"),
        "a".into(),
        message!("heading-channels"),
        "b".into(),
        message!("heading-channels"),
        "".into(),
    ];
    let say = |message: Message| a.language.say(&message);
    let mut lines = vec![heading.map(say).to_vec()];
    for map in &teacher {
        let alike = student.iter().find(|other| other.role == map.role && other.size == map.size);
        let named = |map: &Map| format!("{} {}", map.row, map.module);
        lines.push(vec![
            say(match map.role {
                Role::Backbone => message!("map-of-backbone"),
                Role::Head => message!("map-of-head"),
            }),
            format!("{}×{}", map.size[0], map.size[1]),
            named(map),
            map.channels.to_string(),
            alike.map(named).unwrap_or_default(),
            alike.map(|other| other.channels.to_string()).unwrap_or_default(),
            say(match alike {
                Some(other) if other.channels == map.channels => message!("map-fits"),
                Some(_) => message!("map-needs-convolution"),
                None => message!("map-has-no-partner"),
            }),
        ]);
    }
    columns(&lines, &[false, true, false, true, false, true, false], out)
}

fn maps(side: &Compared) -> Vec<Map> {
    let analysis = &side.analysis;
    let model = &side.file.model;
    let Some(head) = analysis.rows.len().checked_sub(1) else { return Vec::new() };
    let map = |role: Role, row: usize| {
        let [_, channels, height, width] = shape(analysis, row)?;
        let module = model.rows[row].module_name().unwrap_or_default().to_owned();
        Some(Map { role, row, module, channels, size: [height, width] })
    };
    let backbone = model.sections.iter().find(|section| section.name == "backbone");
    let rows = backbone.map_or(0..0, |section| section.rows.clone());
    let mut maps: Vec<Map> = Vec::new();
    for row in rows {
        let Some(found) = map(Role::Backbone, row) else { continue };
        match maps.last_mut().filter(|last| last.size == found.size) {
            Some(last) => *last = found,
            None => maps.push(found),
        }
    }
    let read = analysis.rows[head].from.iter().filter_map(|source| match source {
        Source::Row(row) => map(Role::Head, *row),
        Source::Image => None,
    });
    maps.extend(read.collect::<Vec<_>>());
    maps
}

fn shape(analysis: &Analysis, row: usize) -> Option<[i64; 4]> {
    analysis.rows.get(row)?.output.as_ref().and_then(Value::first_tensor)?.bchw().ok()
}
