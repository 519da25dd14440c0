//! Rows followed from text to text. This is all that is known of an open file beyond its text: what its half-typed rows
//! were when they were last whole, and which rows it had when its wiring was last what was meant.

use crate::model::{Model, ReadFile, Row};
use crate::rewrite::{IntendedWiring, StaleRef, wiring};

/// The most pairs of rows that are compared where several rows changed at once.
const MAX_PAIRS: usize = 1_000_000;

/// What a row counts as.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// As it is written.
    Written,
    /// As it last was when it was whole.
    Last(Box<Row>),
    /// Not at all: it was typed anew and never was whole.
    Absent,
}

/// What is known of the rows of a text from the texts before it.
#[derive(Debug)]
pub(super) struct Follower {
    /// What each row counts as; none if that was forgotten.
    forms: Option<Vec<Form>>,
    /// The wiring that was meant, and which of its rows each row is now. As long as no row reads another one than it did
    /// then, the present wiring counts as meant.
    meant: IntendedWiring,
    /// Rows that are gone since, with their last text: they may come back elsewhere.
    gone: Vec<(usize, String)>,
}

impl Follower {
    /// Begins with a file all of whose rows count as they are written, and whose wiring counts as meant.
    pub(super) fn new(model: &Model) -> Follower {
        let forms = Some(vec![Form::Written; model.rows.len()]);
        Follower { forms, meant: IntendedWiring::as_is(model), gone: Vec::new() }
    }

    /// Goes on to the file after an edit.
    pub(super) fn follow(&self, before: &ReadFile, now: &ReadFile) -> Follower {
        let (old, new) = (texts(before), texts(now));
        let matched = matched(&old, &new);
        let forms = match &self.forms {
            Some(known) => forms(now, &filled(&matched, old.len(), false), &before.model, known),
            None => vec![Form::Written; new.len()],
        };
        let (meant, gone) = self.meaning(&old, &new, &filled(&matched, old.len(), true));
        if now.errors.is_empty() && meant.stale(&wiring(&now.model)).is_empty() {
            return Follower { forms: Some(forms), ..Follower::new(&now.model) };
        }
        Follower { forms: Some(forms), meant, gone }
    }

    /// Forgets what half-typed rows were: they count as they are written, as in a file that is read anew.
    pub(super) fn forget_forms(&mut self) {
        self.forms = None;
    }

    /// What each row counts as; those that aren't named count as they are written.
    pub(super) fn forms(&self) -> &[Form] {
        self.forms.as_deref().unwrap_or_default()
    }

    /// The wiring that was meant.
    pub(super) fn meant(&self) -> &IntendedWiring {
        &self.meant
    }

    /// The entries of the present file that name another row than was meant.
    pub(super) fn stale(&self, model: &Model) -> Vec<StaleRef> {
        self.meant.stale(&wiring(model))
    }

    /// Which rows of the meant wiring the new rows are, and which of its rows are gone.
    fn meaning(&self, old: &[&str], new: &[&str], matched: &[Option<usize>]) -> (IntendedWiring, Vec<(usize, String)>) {
        let (mut meant, mut gone) = (self.meant.clone(), self.gone.clone());
        let before = std::mem::take(&mut meant.origins);
        let mut origins: Vec<Option<usize>> = matched.iter().map(|old| before[(*old)?]).collect();
        let mut is_there = vec![false; meant.wiring.len()];
        origins.iter().flatten().for_each(|&origin| is_there[origin] = true);
        for (old, origin) in old.iter().zip(before) {
            if let Some(origin) = origin.filter(|&origin| !is_there[origin]) {
                gone.push((origin, (*old).to_owned()));
            }
        }
        for (i, new) in new.iter().enumerate() {
            if matched[i].is_none()
                && let Some(at) = gone.iter().position(|(_, gone)| gone == new)
            {
                origins[i] = Some(gone.remove(at).0);
            }
        }
        meant.origins = origins;
        (meant, gone)
    }
}

/// The texts of the rows.
fn texts(file: &ReadFile) -> Vec<&str> {
    file.model.rows.iter().map(|row| row.span.text(file.text())).collect()
}

/// What each row counts as, given what the `earlier` rows of the model `before` counted as.
fn forms(now: &ReadFile, earlier: &[Option<usize>], before: &Model, known: &[Form]) -> Vec<Form> {
    let lacks_cells = |row: &Row| !row.is_list || row.cells.len() < 4;
    let refused = |row: &Row| now.errors.iter().any(|e| e.kind.is_refused_by_all() && row.span.touches(e.span.start));
    let form = |(row, earlier): (&Row, &Option<usize>)| {
        if !lacks_cells(row) && (row.complete || !refused(row)) {
            return Form::Written;
        }
        let Some(j) = *earlier else { return Form::Absent };
        match &known[j] {
            form @ (Form::Last(_) | Form::Absent) => form.clone(),
            Form::Written if lacks_cells(&before.rows[j]) || !before.rows[j].complete => Form::Written,
            Form::Written => Form::Last(Box::new(before.rows[j].clone())),
        }
    };
    now.model.rows.iter().zip(earlier).map(form).collect()
}

/// For each new row the old one of equal text, in order.
fn matched(old: &[&str], new: &[&str]) -> Vec<Option<usize>> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old_rest[..old_rest.len() - suffix], &new_rest[..new_rest.len() - suffix]);
    let mut matched: Vec<Option<usize>> = (0..prefix).map(Some).collect();
    matched.extend(common(old_rest, new_rest).into_iter().map(|at| at.map(|at| at + prefix)));
    matched.extend((old.len() - suffix..old.len()).map(Some));
    matched
}

/// The same, where the new rows between two that stayed are the old ones between them, changed: one by one as far as they
/// go, or with `only_as_many` just where there are as many.
fn filled(matched: &[Option<usize>], count: usize, only_as_many: bool) -> Vec<Option<usize>> {
    let mut filled = matched.to_vec();
    let (mut i, mut first) = (0, 0);
    while i < matched.len() {
        let end = (i..matched.len()).find(|&j| matched[j].is_some()).unwrap_or(matched.len());
        let last = matched.get(end).copied().flatten().unwrap_or(count);
        if !only_as_many || last - first == end - i {
            filled[i..end].iter_mut().zip(first..last).for_each(|(row, old)| *row = Some(old));
        }
        (i, first) = (end + 1, last + 1);
    }
    filled
}

/// A longest common subsequence: for each new row the old one.
fn common(old: &[&str], new: &[&str]) -> Vec<Option<usize>> {
    let mut matched = vec![None; new.len()];
    if old.is_empty() || new.is_empty() || old.len().saturating_mul(new.len()) > MAX_PAIRS {
        return matched;
    }
    let width = new.len() + 1;
    let mut lengths = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let (below, right) = (lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
            let diagonal = lengths[(i + 1) * width + j + 1] + 1;
            lengths[i * width + j] = if old[i] == new[j] { diagonal } else { below.max(right) };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            matched[j] = Some(i);
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    matched
}
