//! The table of what `parse_model` does with the arguments of each module. [`super::arrange`] executes it,
//! [`row_params`] reads it.

use std::borrow::Cow;

use crate::dialect::{Param, RowParam};

/// The treatment of a module's arguments. Positions count as the row gives them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Treatment {
    /// The required form of its `from`.
    pub(super) reads: Reads,
    /// The arguments that are read by their position, in the order in which that is done.
    pub(super) needs: &'static [usize],
    /// Which of them the module gets.
    pub(super) takes: Takes,
    /// Arguments that are channels: capped, multiplied by width and rounded up.
    pub(super) scaled: &'static [usize],
    /// Other changes.
    pub(super) quirk: Option<Quirk>,
    /// The values that are inserted, by their position in the constructor.
    pub(super) inserted: &'static [(usize, Extra)],
    /// The values that are appended, so that no argument before them can be left out and none can follow.
    pub(super) appended: &'static [Extra],
    /// The number of channels that it returns.
    pub(super) c2: C2,
}

/// The form of `from`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reads {
    One,
    List,
    Any,
}

/// Which of a row's arguments its module gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Takes {
    All,
    /// All, and there must be as many as it has parameters before the appended ones.
    Exactly,
    First,
    ButFirst,
    Nothing,
}

/// An argument that no row gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Extra {
    /// The channels of what is read.
    C1,
    /// `repeats`, so that the module isn't repeated itself.
    Repeats,
    /// The channels of each row that is read.
    Inputs,
    RegMax,
    End2end,
}

/// The number of channels that a row is taken to return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum C2 {
    /// The argument at a position.
    Literal(usize),
    /// Four times the argument at 1, unless that at 3 is true.
    Expanded,
    /// That of what it reads.
    Input,
    /// The sum of all that it reads.
    Sum,
    /// That of the last row that it reads.
    Last,
    /// That of the row before it.
    Before,
}

/// Special treatment of a few modules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quirk {
    /// Its heads are of the present form.
    Modern,
    /// The same, and blocks are `C3k` at the larger scales.
    C3k2,
    /// The same, and there are residuals at the largest scales.
    A2C2f,
    /// Its embedding and its heads are scaled.
    C2fAttn,
}

/// Every module that isn't in the table.
pub(super) const OTHER: Treatment = Treatment {
    reads: Reads::One,
    needs: &[],
    takes: Takes::All,
    scaled: &[],
    quirk: None,
    inserted: &[],
    appended: &[],
    c2: C2::Input,
};

/// `[c1, c2, …]`, with `c2` scaled by width.
pub(super) const BASE: Treatment =
    Treatment { needs: &[0], scaled: &[0], inserted: &[(0, Extra::C1)], c2: C2::Literal(0), ..OTHER };

/// `[c1, c2, n, …]`
const REPEATED: Treatment = Treatment { inserted: &[(0, Extra::C1), (2, Extra::Repeats)], ..BASE };

/// A head, which gets the channels of all its inputs.
const HEAD: Treatment =
    Treatment { reads: Reads::List, takes: Takes::Exactly, appended: &[Extra::Inputs], c2: C2::Before, ..OTHER };

/// A head of boxes.
const BOX_HEAD: Treatment = Treatment { appended: &[Extra::RegMax, Extra::End2end, Extra::Inputs], ..HEAD };

/// `[cm, c2, …]` behind `c1`.
const HG: Treatment = Treatment { needs: &[0, 1], scaled: &[], c2: C2::Literal(1), ..BASE };

/// A module that gets the channels of all its inputs behind its first argument.
const INPUTS_SECOND: Treatment =
    Treatment { reads: Reads::List, inserted: &[(1, Extra::Inputs)], c2: C2::Before, ..OTHER };

static TABLE: &[(&[&str], Treatment)] = &[
    (
        &[
            "Conv",
            "ConvTranspose",
            "GhostConv",
            "Bottleneck",
            "GhostBottleneck",
            "SPP",
            "SPPF",
            "DWConv",
            "Focus",
            "RepNCSPELAN4",
            "ELAN1",
            "ADown",
            "AConv",
            "SPPELAN",
            "nn.ConvTranspose2d",
            "DWConvTranspose2d",
            "PSA",
            "SCDown",
        ],
        BASE,
    ),
    (&["Classify"], Treatment { scaled: &[], ..BASE }),
    (&["BottleneckCSP", "C1", "C2", "C2f", "C3", "C3TR", "C3Ghost", "C3x", "RepC3", "C2fPSA", "C2PSA"], REPEATED),
    (&["C2fCIB"], Treatment { quirk: Some(Quirk::Modern), ..REPEATED }),
    (&["C3k2"], Treatment { quirk: Some(Quirk::C3k2), ..REPEATED }),
    (&["A2C2f"], Treatment { quirk: Some(Quirk::A2C2f), ..REPEATED }),
    (&["C2fAttn"], Treatment { needs: &[0, 2, 1], quirk: Some(Quirk::C2fAttn), ..REPEATED }),
    (&["AIFI"], Treatment { inserted: &[(0, Extra::C1)], c2: C2::Before, ..OTHER }),
    (&["HGStem"], HG),
    (&["HGBlock"], Treatment { inserted: &[(0, Extra::C1), (4, Extra::Repeats)], ..HG }),
    (&["ResNetLayer"], Treatment { reads: Reads::Any, needs: &[3, 1], c2: C2::Expanded, ..OTHER }),
    (&["nn.BatchNorm2d"], Treatment { takes: Takes::Nothing, inserted: &[(0, Extra::C1)], c2: C2::Before, ..OTHER }),
    (&["Concat"], Treatment { reads: Reads::List, c2: C2::Sum, ..OTHER }),
    (&["CBFuse"], Treatment { reads: Reads::List, c2: C2::Last, ..OTHER }),
    (&["CBLinear"], Treatment { scaled: &[], ..BASE }),
    (&["TorchVision", "Index"], Treatment { needs: &[0], takes: Takes::ButFirst, c2: C2::Literal(0), ..OTHER }),
    (&["Detect", "WorldDetect", "YOLOEDetect", "Pose", "Pose26", "OBB", "OBB26"], BOX_HEAD),
    (&["Segment", "Segment26", "YOLOESegment", "YOLOESegment26"], Treatment { scaled: &[2], ..BOX_HEAD }),
    (&["v10Detect", "SemanticSegment"], HEAD),
    (&["Depth"], Treatment { takes: Takes::First, ..HEAD }),
    (&["ImagePoolingAttn", "RTDETRDecoder"], INPUTS_SECOND),
];

/// The treatment of the module called `name`.
pub(super) fn treatment(name: &str) -> Treatment {
    TABLE.iter().find(|(names, _)| names.contains(&name)).map_or(OTHER, |(_, treatment)| *treatment)
}

impl Treatment {
    /// The position in the constructor of a row's argument at `j`.
    pub(super) fn position(&self, j: usize) -> usize {
        let mut position = j;
        for (inserted, _) in self.inserted {
            position += usize::from(*inserted <= position);
        }
        position
    }

    /// How many of `params` rows give: those that the framework doesn't append.
    pub(super) fn own(&self, params: usize) -> usize {
        if self.takes == Takes::Nothing { 0 } else { params - self.appended.len() }
    }
}

/// The arguments that a row can give to a module, in order.
pub(super) fn row_params(params: &[Param], treatment: Treatment) -> Vec<RowParam> {
    let mut row_params: Vec<RowParam> = Vec::with_capacity(params.len());
    if treatment.takes == Takes::ButFirst {
        row_params.push(RowParam { name: Cow::Borrowed("c2"), param: None, is_required: true, is_scaled: false });
    }
    let own = treatment.own(params.len());
    let is_full = !treatment.appended.is_empty();
    let needed = treatment.needs.iter().max().map_or(0, |last| last + 1);
    for (position, param) in params[..own].iter().enumerate() {
        if treatment.inserted.iter().any(|(inserted, _)| *inserted == position) {
            continue;
        }
        let j = row_params.len();
        row_params.push(RowParam {
            name: param.name.clone(),
            param: Some(position),
            is_required: is_full || j < needed || param.default.is_none(),
            is_scaled: treatment.scaled.contains(&j),
        });
    }
    row_params
}
