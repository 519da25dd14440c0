//! Which image sizes a model can take: found by running it.

use super::{Analysis, Options, Status, analyse};
use crate::model::{Model, Source};
use crate::python::Literal;
use crate::torch::Value;
use crate::words::{Message, message};

/// Which image sizes a model can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The multiple to which the framework rounds the sides.
    pub padded: i64,
    /// Sides that are multiples of this work, in any pair.
    pub multiple: i64,
    /// The smallest such side that works.
    pub least: i64,
}

impl Sizes {
    /// `multiples of 32, at least 32`
    pub fn message(&self) -> Message {
        let Sizes { padded, multiple, least } = self;
        match multiple == padded {
            true => message!("sizes", multiple, least),
            false => message!("sizes-of", multiple, least, padded),
        }
    }
}

/// A size that the framework feeds and the model can't take.
#[derive(Clone, Debug)]
pub struct Failing {
    /// Height and width.
    pub size: [i64; 2],
    /// The row that fails, and why.
    pub row: usize,
    pub why: Message,
    /// The multiple to which the framework rounds the sides.
    pub padded: i64,
    /// The largest stride of any map, if the model needs multiples of it.
    pub deepest: Option<i64>,
}

/// Largest number of times that a multiple is doubled until all sides work.
const DOUBLINGS: u32 = 4;

/// The sizes that a model can take; none if it can't be run or another framework pads it.
pub fn sizes(model: &Model, analysis: &Analysis) -> Option<Sizes> {
    let padded = padded(model, analysis)?;
    let side = analysis.imgsz.into_iter().max()?;
    let multiple = (0..=DOUBLINGS).map(|n| padded << n).find(|by| {
        let base = (side + by - 1) / by * by;
        let near = [[base + by, base + by], [base, base + by], [base + 2 * by, base + by]];
        near.into_iter().all(|size| failure(model, analysis, size).is_none())
    })?;
    let least = (1..=side / multiple).map(|n| n * multiple).find(|&s| failure(model, analysis, [s, s]).is_none())?;
    Some(Sizes { padded, multiple, least })
}

/// The first size that the framework feeds at this image size and the model can't take, if it may have one: rectangles in
/// prediction and validation, which adds one multiple to the sides.
pub fn failing(model: &Model, analysis: &Analysis) -> Option<Failing> {
    let strides = || (0..analysis.rows.len()).filter_map(|row| stride(analysis, &Source::Row(row)));
    let head = analysis.rows.last().filter(|row| row.is_head())?;
    let read = head.from.iter().filter_map(|source| stride(analysis, source)).max()?.max(32);
    let deepest = strides().max().filter(|deepest| *deepest > read);
    // All other models fit the sizes that they are fed.
    if deepest.is_none() && !has_areas(analysis) {
        return None;
    }
    let padded = padded(model, analysis)?;
    let [height, width] = analysis.imgsz;
    if height % padded != 0 || width % padded != 0 {
        return None;
    }
    let smaller = (1..height / padded)
        .map(|n| height - n * padded)
        .find(|side| side % deepest.unwrap_or(padded) != 0 || deepest.is_none());
    let fed = [smaller.map(|side| [side, width]), Some([height + padded, width + padded])];
    fed.into_iter().flatten().find_map(|size| {
        let (row, why) = failure(model, analysis, size)?;
        Some(Failing { size, row, why, padded, deepest })
    })
}

/// The multiple to which the framework pads the sides of images; none if the model can't be run as it is.
fn padded(model: &Model, analysis: &Analysis) -> Option<i64> {
    let is_run = analysis.rows.iter().all(|row| matches!(row.status, Status::Exact | Status::Uncounted(_)));
    // Other frameworks pad in other ways.
    if !is_run || analysis.rows.is_empty() || analysis.dialect.variables().is_empty() {
        return None;
    }
    analysis.dialect.image_multiple(model, &analysis.scale, &analysis.dataset)
}

/// The first row that fails at a size, and why.
fn failure(model: &Model, analysis: &Analysis, imgsz: [i64; 2]) -> Option<(usize, Message)> {
    let options = Options { imgsz, ..analysis.options() };
    let other = analyse(model, &analysis.scale, &options);
    let mut rows = other.rows.iter().enumerate();
    rows.find_map(|(i, row)| Some((i, row.status.reason().filter(|_| matches!(row.status, Status::Fault(_)))?)))
}

/// The stride of what a row returns, where it is a map.
fn stride(analysis: &Analysis, source: &Source) -> Option<i64> {
    let Source::Row(row) = source else { return None };
    let Value::Tensor(shape) = analysis.rows.get(*row)?.output.as_ref()? else { return None };
    let [_, _, height, width] = *shape.dims() else { return None };
    analysis.stride([height, width]).filter(|_| height > 1)
}

/// Whether a module divides its map into areas.
fn has_areas(analysis: &Analysis) -> bool {
    analysis.rows.iter().any(|row| {
        let params = row.info.iter().flat_map(|info| &info.params).zip(&row.args);
        params.into_iter().any(|(param, arg)| param.name == "area" && matches!(arg.value, Literal::Int(2..)))
    })
}
