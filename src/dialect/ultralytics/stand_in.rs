//! Substitutes for rows whose module can't be named: a declared output, or a module of the framework as it would be
//! built once it is imported.

use super::arguments::{BASE, OTHER};
use super::arrange::{Call, arrange};
use super::cells::{gained_repeats, sources};
use super::modules::{self, Modules};
use super::parsed::{ParsedRow, StandIn};
use super::state::State;
use crate::catalog;
use crate::dialect::{BoundArg, Origin};
use crate::model::{DeclaredOutput, Row};
use crate::python::Literal;
use crate::torch::{Args, repeated_layer};

/// The substitute for row `i`, whose module isn't known; sets the row's channels as `parse_model` would.
pub(super) fn stand_in(
    known: &Modules,
    state: &mut State<'_>,
    i: usize,
    row: &Row,
    parsed: &mut ParsedRow,
) -> Option<StandIn> {
    let name = row.module_name()?;
    let f = &row.from()?.value;
    let reads = sources(f, i, state.header.model.rows.len()).ok()?;
    let declared = row.output.or_else(|| known.declared(name));
    let first = state.channels(*reads.first()?).ok()?;
    parsed.from_is_list = f.as_list().is_some();
    parsed.from.clone_from(&reads);
    if let Some(output) = declared {
        state.c2 = Some(match output {
            DeclaredOutput::Same => first,
            DeclaredOutput::Channels(channels) => Literal::Int(channels),
        });
        return Some(StandIn::Declared(output));
    }
    let spec = catalog::unregistered().find(|spec| spec.name == name)?;
    let args = row.args()?.value.as_list()?.iter().enumerate();
    let args = args.map(|(j, value)| BoundArg { value: value.clone(), origin: Origin::Cell(j) }).collect();
    let n = row.repeats()?.value.as_float()?;
    let repeats = gained_repeats(state, &row.repeats()?.value, n).ok()?;
    let info = modules::unlisted(spec);
    let treatment = if modules::takes_channels(spec) { BASE } else { OTHER };
    let mut call = Call { module: &info, treatment, f, reads: &reads, args, repeats };
    arrange(state, &mut call).ok()?;
    let values: Vec<Literal> = call.args.iter().map(|arg| arg.value.clone()).collect();
    let bound = Args::bind(spec, &values).ok()?;
    let layer = state.build.attempt(|b| match call.repeats.as_int().filter(|&n| n > 1) {
        Some(n) => repeated_layer(b, n, |b| (spec.build)(b, &bound)),
        None => (spec.build)(b, &bound),
    });
    layer.ok().map(StandIn::Layer)
}
