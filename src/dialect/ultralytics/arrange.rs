//! The arguments of a row's constructor, as the table of [`super::arguments`] says.

use super::arguments::{C2, Extra, Quirk, Reads, Takes, Treatment};
use super::number::{round_half_even, scaled_channels, sum};
use super::state::{Failure, State, Stop};
use crate::dialect::{Blame, BoundArg, ModuleInfo, Origin, Scaling};
use crate::model::Source;
use crate::python::Literal;
use crate::torch::ops::{Fault, FaultKind};
use crate::words::{Message, message};

/// A constructor's call while its arguments are arranged.
pub(super) struct Call<'a> {
    pub(super) module: &'a ModuleInfo,
    pub(super) treatment: Treatment,
    /// `from`
    pub(super) f: &'a Literal,
    pub(super) reads: &'a [Source],
    pub(super) args: Vec<BoundArg>,
    /// `n`: what is left of it once a module took it as an argument is 1.
    pub(super) repeats: Literal,
}

/// Arranges the arguments as `parse_model` does, and sets the row's `c2`.
pub(super) fn arrange(state: &mut State<'_>, call: &mut Call<'_>) -> Result<(), Stop> {
    let Treatment { reads, needs, takes, scaled, quirk, inserted, appended, c2 } = call.treatment;
    let inputs = call.inputs(state, reads)?;
    for &i in needs {
        call.at(i)?;
    }
    match takes {
        Takes::Exactly => call.expect_own()?,
        Takes::First => call.args.truncate(1),
        Takes::Nothing => call.args.clear(),
        Takes::All | Takes::ButFirst => {}
    }
    for &i in scaled {
        call.args[i].value = call.scaled(state, i)?;
    }
    if let Some(quirk) = quirk {
        apply(quirk, state, call)?;
    }
    match c2 {
        C2::Literal(i) => {
            state.c1 = inputs.first().cloned();
            state.c2 = Some(call.at(i)?.clone());
        }
        C2::Expanded => state.c2 = Some(call.expanded()?),
        C2::Input => state.c2 = inputs.first().cloned(),
        C2::Sum => state.c2 = Some(sum(&inputs).ok_or_else(|| call.not_a_number())?),
        C2::Last => state.c2 = Some(inputs.last().cloned().ok_or_else(|| call.reads_nothing())?),
        C2::Before => {}
    }
    if takes == Takes::ButFirst {
        call.args.remove(0);
    }
    for &(i, extra) in inserted {
        let arg = call.extra(state, extra, &inputs);
        call.args.insert(i.min(call.args.len()), arg);
    }
    for &extra in appended {
        let arg = call.extra(state, extra, &inputs);
        call.args.push(arg);
    }
    Ok(())
}

/// Special treatment of a few modules.
fn apply(quirk: Quirk, state: &mut State<'_>, call: &mut Call<'_>) -> Result<(), Stop> {
    let scale = state.header.scale;
    let of_scale = |value| BoundArg { value, origin: Origin::Scale };
    if quirk == Quirk::C2fAttn {
        return call.scale_attention(&state.header.scaling);
    }
    state.legacy = false;
    if quirk == Quirk::C3k2 && matches!(scale, "m" | "l" | "x") {
        let c3k = of_scale(Literal::Bool(true));
        match call.args.get_mut(1) {
            Some(given) => *given = c3k,
            None => call.args.push(c3k),
        }
    }
    if quirk == Quirk::A2C2f && matches!(scale, "l" | "x") {
        call.args.extend([Literal::Bool(true), Literal::Float(1.2)].map(of_scale));
    }
    Ok(())
}

impl Call<'_> {
    /// The channels of what the row reads.
    fn inputs(&self, state: &State<'_>, reads: Reads) -> Result<Vec<Literal>, Stop> {
        let (name, f) = (&self.module.name, self.f);
        let is_list = f.as_list().is_some();
        let message = match reads {
            Reads::Any => return Ok(Vec::new()),
            Reads::One if is_list || self.reads.len() != 1 => {
                message!("reads-one-row", name, from = f)
            }
            Reads::List if !is_list => message!("reads-list-of-rows", name, from = f),
            Reads::One | Reads::List => return self.reads.iter().map(|&source| state.channels(source)).collect(),
        };
        Err(Stop::Fault(Fault::new(FaultKind::From, message), Blame::From(None)))
    }

    /// The argument at `i`, or the `IndexError` that the framework would raise.
    fn at(&self, i: usize) -> Result<&Literal, Failure> {
        self.args.get(i).map(|a| &a.value).ok_or_else(|| (Fault::new(FaultKind::Arguments, self.lacks(i)), Blame::Args))
    }

    /// Says which parameter argument `i` would be.
    fn lacks(&self, i: usize) -> Message {
        let module = self.module;
        if self.treatment.takes == Takes::ButFirst {
            return message!("lacks-output-channels", module = module.name);
        }
        let name = self.param(i);
        let c1 = self.treatment.inserted.iter().find(|(position, _)| *position == 0);
        let what = message!("call-lacks", names = format!("`{name}`"));
        let message = message!("call", module = module.name, what, signature = module);
        match c1.and(module.params.first()) {
            Some(first) => message!("arguments-inserted", message, names = format!("`{}`", first.name)),
            None => message,
        }
    }

    /// The name of the parameter that argument `i` becomes.
    fn param(&self, i: usize) -> &str {
        self.module.params.get(self.treatment.position(i)).map_or("", |param| &param.name)
    }

    fn blame(&self, i: usize) -> Blame {
        match self.args.get(i).map(|a| a.origin) {
            Some(Origin::Cell(j)) => Blame::Arg(j),
            _ => Blame::Args,
        }
    }

    /// An argument that the row doesn't give.
    fn extra(&mut self, state: &State<'_>, extra: Extra, inputs: &[Literal]) -> BoundArg {
        let header = &state.header;
        let (value, origin) = match extra {
            Extra::C1 => (inputs.first().cloned().unwrap_or(Literal::None), Origin::From),
            Extra::Inputs => (Literal::List(inputs.to_vec()), Origin::From),
            Extra::Repeats => (std::mem::replace(&mut self.repeats, Literal::Int(1)), Origin::Repeats),
            Extra::RegMax => (header.reg_max.clone(), Origin::Header("reg_max")),
            Extra::End2end => (header.end2end.clone(), Origin::Header("end2end")),
        };
        BoundArg { value, origin }
    }

    /// A head gets arguments of the framework's behind the row's, so it fails on any number of these but its own.
    fn expect_own(&self) -> Result<(), Failure> {
        let params = &self.module.params;
        let own = self.treatment.own(params.len());
        if self.args.len() == own {
            return Ok(());
        }
        let names: Vec<&str> = params[..own].iter().map(|p| p.name.as_ref()).collect();
        let (names, given) = (names.join(", "), self.args.len());
        let message = message!("arguments-of-head", module = self.module.name, names, given);
        Err((Fault::new(FaultKind::Arguments, message), Blame::Args))
    }

    /// `make_divisible(min(args[i], max_channels) * width, 8)`
    fn scaled(&self, state: &State<'_>, i: usize) -> Result<Literal, Failure> {
        let c = self.at(i)?;
        if c.as_float().is_none() {
            let (param, name) = (self.param(i), &self.module.name);
            let message = message!("param-channels", param, name, c, kind = c.type_name());
            return Err((Fault::new(FaultKind::Arguments, message), self.blame(i)));
        }
        let Scaling { width, max_channels, .. } = &state.header.scaling;
        // Scales with other values than numbers were reported already.
        if width.as_float().is_none() {
            return Err((Fault::value(message!("width-number", width)), Blame::Header("width_multiple")));
        }
        scaled_channels(c, max_channels, width).map(Literal::Int).ok_or_else(|| {
            let message = message!("channels-not-scaled", c, width, max_channels);
            (Fault::too_large(message), self.blame(i))
        })
    }

    /// `C2fAttn`: its number of heads is capped and scaled, its embedding channels are worked out.
    fn scale_attention(&mut self, scaling: &Scaling) -> Result<(), Stop> {
        let number = |call: &Call<'_>, i: usize| -> Result<f64, Failure> {
            let value = call.at(i)?;
            value.as_float().ok_or_else(|| {
                let message = message!("number-expected", value, kind = value.type_name());
                (Fault::new(FaultKind::Arguments, message), call.blame(i))
            })
        };
        let c2 = self.at(0)?.as_float().unwrap_or_default();
        let heads = number(self, 2)?;
        let e = if self.args.len() > 6 { number(self, 6)? } else { 0.5 };
        let width = scaling.width.as_float().unwrap_or(1.0);
        let cap = scaling.max_channels.as_float().unwrap_or(f64::INFINITY);
        let cap = if cap.is_finite() { ((cap / 2.0).floor() / 32.0).floor() } else { f64::INFINITY };
        let scaled = if heads > 1.0 { (round_half_even(heads.min(cap)) * width).max(1.0) } else { heads };
        let hidden = c2 * e;
        if !(scaled.abs() < 1e9 && hidden.abs() < 1e15) {
            return Err(Stop::Fault(Fault::too_large(message!("c2fattn-too-large")), Blame::Args));
        }
        let (heads, hidden) = (scaled as i64, hidden as i64);
        if heads == 0 || hidden % heads != 0 {
            let message = message!("c2fattn-heads", hidden, heads);
            return Err(Stop::Fault(Fault::value(message), self.blame(2)));
        }
        self.args[2].value = Literal::Int(heads);
        self.args[1].value = Literal::Int(hidden);
        Ok(())
    }

    /// `c2` of a `ResNetLayer`.
    fn expanded(&self) -> Result<Literal, Stop> {
        let is_first = self.at(3)?.truthy();
        let c2 = self.at(1)?;
        match c2.as_int() {
            _ if is_first => Ok(c2.clone()),
            Some(c2) => Ok(Literal::Int(c2.saturating_mul(4))),
            None => {
                let message = message!("resnet-c2", c2);
                Err(Stop::Fault(Fault::new(FaultKind::Arguments, message), self.blame(1)))
            }
        }
    }

    fn reads_nothing(&self) -> Stop {
        let message = message!("reads-no-rows", module = self.module.name);
        Stop::Fault(Fault::new(FaultKind::From, message), Blame::From(None))
    }

    fn not_a_number(&self) -> Stop {
        let message = message!("adds-up-channels", module = self.module.name);
        Stop::Fault(Fault::new(FaultKind::From, message), Blame::From(None))
    }
}
