//! Shared by rules on faults: what fails below a row that isn't what it was taken for.

use crate::analysis::{Analysis, Status};
use crate::torch::ops::FaultKind;
use crate::words::{Message, message};

/// The first row that is shown as it would be once its module can be named: what fails below may come from that.
pub(super) fn first_supposed(analysis: &Analysis) -> Option<usize> {
    analysis.rows.iter().position(|row| matches!(row.status, Status::Fault(_)) && row.output.is_some())
}

/// The first row that fails, by what it reads, because a row above isn't what it was taken for.
pub(super) fn fails_below(analysis: &Analysis, row: usize) -> Option<(usize, Message)> {
    let below = analysis.rows.iter().enumerate().skip(row + 1);
    below.filter(|(_, row)| is_of_indices(&row.status)).find_map(|(i, row)| {
        let Status::Fault(fault) = &row.status else { return None };
        Some((
            i,
            match fault.fault.kind {
                FaultKind::Spatial => message!("gets-other-sizes"),
                FaultKind::Channels => message!("gets-other-channels"),
                _ => message!("fails", fault = fault.fault.message),
            },
        ))
    })
}

/// Whether a fault comes from which rows a row reads.
pub(super) fn is_of_indices(status: &Status) -> bool {
    use FaultKind::{Channels, From, HeadInputs, Spatial};
    matches!(status, Status::Fault(fault) if matches!(fault.fault.kind, Channels | From | HeadInputs | Spatial))
}
