//! `einsum`: products summed over the letters that the result lacks.

use super::{Fault, FaultKind, Result, Shape, empty};
use crate::words::{Message, message};

/// The result of an `einsum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Einsum {
    /// The shape of the result.
    pub output: Shape,
    /// All sizes multiplied, those summed over included.
    pub volume: i64,
}

/// A dimension's label: a letter, or a place under `...` counted from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    Letter(char),
    Dots(usize),
}

/// `einsum` of operands by an equation such as `bchw,bkc->bkhw`.
///
/// Dimensions under `...` are broadcast; a letter that appears twice in one operand means its diagonal. Without `->`
/// the result has `...` and then the letters that appear once, in their order.
pub fn einsum(equation: &str, operands: &[Shape]) -> Result<Einsum> {
    let equation: String = equation.chars().filter(|c| *c != ' ').collect();
    let refused = |why: Message| Fault::value(message!("einsum", equation, why));
    let (left, right) = match equation.split_once("->") {
        Some((left, right)) => (left, Some(right)),
        None => (equation.as_str(), None),
    };
    if operands.is_empty() {
        return Err(refused(message!("einsum-no-operand")));
    }
    let terms: Vec<&str> = left.split(',').collect();
    if terms.len() != operands.len() {
        return Err(refused(message!("einsum-operands", named = terms.len(), given = operands.len())));
    }
    let mut sizes: Vec<(Label, i64)> = Vec::new();
    let mut counts: Vec<(char, usize)> = Vec::new();
    let mut most_dots = 0;
    for (term, operand) in terms.iter().zip(operands) {
        let parsed = parse(term).ok_or_else(|| refused(message!("einsum-operand-letters")))?;
        let letters = parsed.iter().flatten().count();
        let has_dots = letters < parsed.len();
        if letters > operand.rank() || (!has_dots && letters < operand.rank()) {
            return Err(Fault::new(FaultKind::Shape, message!("einsum-dimensions", equation, term, operand)));
        }
        let dots = operand.rank() - letters;
        if has_dots {
            most_dots = most_dots.max(dots);
        }
        let mut labels = Vec::with_capacity(operand.rank());
        for part in parsed {
            match part {
                None => labels.extend((0..dots).rev().map(Label::Dots)),
                Some(c) => {
                    labels.push(Label::Letter(c));
                    match counts.iter_mut().find(|(known, _)| *known == c) {
                        Some((_, n)) => *n += 1,
                        None => counts.push((c, 1)),
                    }
                }
            }
        }
        let mut own: Vec<(Label, i64)> = Vec::new();
        for (&label, &size) in labels.iter().zip(operand.dims()) {
            match own.iter().find(|(known, _)| *known == label) {
                Some((_, before)) if *before != size => {
                    return Err(refused(message!("einsum-letter-sizes", before, size, operand)));
                }
                Some(_) => continue,
                None => own.push((label, size)),
            }
            match sizes.iter_mut().find(|(known, _)| *known == label) {
                None => sizes.push((label, size)),
                Some((_, before)) if *before == size || size == 1 => {}
                Some((_, before)) if *before == 1 => *before = size,
                Some((_, before)) => {
                    return Err(Fault::new(
                        FaultKind::Shape,
                        message!("einsum-disagree", equation, operands = format!("{operands:?}"), before, size),
                    ));
                }
            }
        }
    }
    let output = match right {
        Some(right) => parse(right).ok_or_else(|| refused(message!("einsum-result-letters")))?,
        None => {
            let mut once: Vec<char> = counts.iter().filter(|(_, n)| *n == 1).map(|(c, _)| *c).collect();
            once.sort_unstable();
            std::iter::once(None).chain(once.into_iter().map(Some)).collect()
        }
    };
    let size_of = |label| sizes.iter().find(|(known, _)| *known == label).map(|(_, size)| *size);
    let mut result = Vec::new();
    for (i, part) in output.iter().enumerate() {
        match part {
            None => result.extend((0..most_dots).rev().filter_map(|k| size_of(Label::Dots(k)))),
            Some(c) if output[..i].contains(&Some(*c)) => return Err(refused(message!("einsum-letter-twice"))),
            Some(c) => {
                result.push(size_of(Label::Letter(*c)).ok_or_else(|| refused(message!("einsum-letter-unknown", c)))?)
            }
        }
    }
    let volume = sizes.iter().try_fold(1i64, |n, (_, size)| n.checked_mul(*size));
    let volume = volume.ok_or_else(|| Fault::too_large(message!("einsum-overflows", equation)))?;
    Ok(Einsum { output: empty(&result)?, volume })
}

/// The letters of a term, none for `...`; nothing if it has other characters or two `...`.
fn parse(term: &str) -> Option<Vec<Option<char>>> {
    let (before, after) = match term.split_once("...") {
        None => (term, None),
        Some((before, after)) => (before, Some(after)),
    };
    let mut parts: Vec<Option<char>> = before.chars().map(Some).collect();
    if let Some(after) = after {
        parts.push(None);
        parts.extend(after.chars().map(Some));
    }
    parts.iter().flatten().all(char::is_ascii_alphabetic).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Torch's results, with the products counted by hand.
    #[test]
    fn einsums() {
        let (q, k) = (Shape::new(&[2, 5, 4, 8]), Shape::new(&[2, 7, 4, 8]));
        assert_eq!(
            einsum("bqhd, bkhd -> bhqk", &[q, k]),
            Ok(Einsum { output: Shape::new(&[2, 4, 5, 7]), volume: 2 * 4 * 5 * 7 * 8 })
        );
        let (a, b) = (Shape::new(&[3, 1]), Shape::new(&[1, 4]));
        assert_eq!(einsum("ij,jk->ik", &[a, b]), Ok(Einsum { output: Shape::new(&[3, 4]), volume: 12 }));
        assert_eq!(einsum("ij,jk->ik", &[q, k]).unwrap_err().kind, FaultKind::Shape);
        assert_eq!(
            einsum("ij,jk->ik", &[Shape::new(&[3, 2]), Shape::new(&[3, 4])]).unwrap_err().kind,
            FaultKind::Shape
        );
        assert_eq!(einsum("...j,jk->...k", &[a, b]).map(|product| product.output), Ok(Shape::new(&[3, 4])));
    }
}
