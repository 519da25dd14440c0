//! Budgets from below: how much of pretrained weights a model must keep, and the time on a device that it must be able to
//! reach.

use std::fmt;

use super::Budgets;
use crate::analysis::Analysis;
use crate::bound::{Device, Precision, bound, device};
use crate::weights::{Base, StateDict};
use crate::words::{Message, message};

/// A budget from below.
#[derive(Clone, Debug, PartialEq)]
pub struct Floor {
    /// The only scale that it applies to; none for all scales.
    pub scale: Option<String>,
    /// What is asked for.
    pub kind: FloorKind,
}

/// What a budget from below asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum FloorKind {
    /// The share of the model's items that pretrained weights must fill.
    Transferred(f64),
    /// The milliseconds in which the model must be able to run on a device.
    TimeMs {
        /// The device.
        device: String,
        /// Milliseconds for one image.
        ms: f64,
    },
}

impl fmt::Display for FloorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FloorKind::Transferred(share) => write!(f, "min_transferred {} %", share * 100.0),
            FloorKind::TimeMs { device, ms } => write!(f, "min_time_ms {ms} on {device}"),
        }
    }
}

/// Returns for each budget from below that a model breaks a message.
pub fn broken(analysis: &Analysis, budgets: &Budgets, base: Option<&Base>) -> Vec<Message> {
    let applies = |floor: &&Floor| floor.scale.as_ref().is_none_or(|scale| *scale == analysis.scale);
    let floors = budgets.floors.iter().filter(applies);
    floors.filter_map(|floor| message(analysis, &floor.kind, &budgets.devices, budgets.precision, base)).collect()
}

fn message(
    analysis: &Analysis,
    kind: &FloorKind,
    devices: &[Device],
    precision: Precision,
    base: Option<&Base>,
) -> Option<Message> {
    match kind {
        FloorKind::Transferred(share) => {
            let mine = StateDict::of(analysis)?;
            let found = base?.weighed(&mine, &analysis.scale, &analysis.options())?;
            let (kept, items) = (found.transfer.transferred, found.transfer.items);
            (((kept as f64) < share * items as f64) && items > 0).then(|| {
                let percent = format!("{:.0}", kept as f64 * 100.0 / items as f64);
                message!("too-few-filled", kept, items, percent, base = found.name, least = share * 100.0)
            })
        }
        FloorKind::TimeMs { device: name, ms } => {
            let device = device(name, devices).ok()?;
            let least = bound(analysis, device, precision)?.hard * 1e3;
            (least > *ms).then(|| {
                let least = format!("{least:.1}");
                message!("too-slow", least, device = name, precision = precision.name(), ms)
            })
        }
    }
}
