//! Two loops that number the offsets between points: attention with biases by relative position makes such a table, whose
//! pairs are too many to go through statement by statement.
//!
//! ```python
//! for p1 in points:
//!     for p2 in others:
//!         offset = (abs(p1[0] - p2[0]), abs(p1[1] - p2[1]))
//!         if offset not in numbers:
//!             numbers[offset] = len(numbers)
//!         places.append(numbers[offset])
//! ```

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::code::Code;
use super::frame::Frame;
use super::key::Key;
use super::machine::Machine;
use super::value::{Entries, Res, Value};
use crate::python::ir::{Argument, Binary, Block, Compare, Expr, ExprId, Program, Stmt, StmtId, Variable};

/// More pairs aren't gone through.
const MOST: usize = 1_000_000;

/// What the loops are made of.
struct Pairs {
    /// The variables of the points, and what they are taken from.
    points: [(Variable, ExprId); 2],
    offset: Variable,
    parts: [ExprId; 2],
    numbers: Variable,
    places: Variable,
    /// What is called `len`.
    length: ExprId,
    /// Variables that are set to a constant in each round.
    fixed: Vec<(Variable, ExprId)>,
}

/// A part of an offset.
enum Part {
    /// A number, and whether it is a float.
    Fixed(f64, bool),
    /// A coordinate of one of the two points.
    Of(usize, usize),
    Size(Box<Part>),
    Binary(Binary, Box<Part>, Box<Part>),
}

impl Part {
    fn value(&self, points: [&[f64]; 2]) -> f64 {
        match self {
            Part::Fixed(x, _) => *x,
            Part::Of(point, axis) => points[*point][*axis],
            Part::Size(part) => part.value(points).abs(),
            Part::Binary(op, left, right) => {
                let (left, right) = (left.value(points), right.value(points));
                match op {
                    Binary::Add => left + right,
                    Binary::Sub => left - right,
                    _ => left * right,
                }
            }
        }
    }
}

impl Part {
    fn is_float(&self) -> bool {
        match self {
            Part::Fixed(_, is_float) => *is_float,
            Part::Of(..) => false,
            Part::Size(part) => part.is_float(),
            Part::Binary(_, left, right) => left.is_float() || right.is_float(),
        }
    }
}

impl Machine {
    /// Runs such loops as a whole. Whether they were: otherwise nothing was done.
    pub(super) fn number_pairs(&mut self, code: &Rc<Code>, frame: &mut Frame, stmt: StmtId) -> Res<bool> {
        let Some(pairs) = Pairs::of(&code.file.program, stmt) else { return Ok(false) };
        if !matches!(self.eval(code, frame, pairs.length)?, Value::Native(native) if &*native.name == "len") {
            return Ok(false);
        }
        let mut points = Vec::new();
        for &(variable, value) in &pairs.fixed {
            let value = self.eval(code, frame, value)?;
            self.store_variable(code, frame, variable, value)?;
        }
        for (_, from) in pairs.points {
            let Value::List(list) = self.eval(code, frame, from)? else { return Ok(false) };
            let Some(all) = list.borrow().iter().map(point).collect::<Option<Vec<_>>>() else { return Ok(false) };
            points.push((list, all));
        }
        let [(first, outer), (second, inner)] = &points[..] else { return Ok(false) };
        let count = outer.len() * inner.len();
        let rank = outer.iter().chain(inner).map(Vec::len).min().unwrap_or(0);
        let (numbers, places) = (self.load(code, frame, pairs.numbers)?, self.load(code, frame, pairs.places)?);
        let (Value::Dict(numbers), Value::List(places)) = (numbers, places) else { return Ok(false) };
        let is_new = numbers.entries.borrow().is_empty() && places.borrow().is_empty();
        if !(1..=MOST).contains(&count) || !is_new || Rc::ptr_eq(first, &places) || Rc::ptr_eq(second, &places) {
            return Ok(false);
        }
        let [Some(x), Some(y)] = pairs.parts.map(|part| self.part(code, frame, &pairs, rank, part)) else {
            return Ok(false);
        };
        self.spend(count as u64 / 4)?;
        let mut known: FxHashMap<[u64; 2], i64> = FxHashMap::default();
        let (mut all, mut order) = (Vec::with_capacity(count), Vec::new());
        for one in outer {
            for other in inner {
                let offset = [x.value([one, other]), y.value([one, other])];
                let number = *known.entry(offset.map(|x| (x + 0.0).to_bits())).or_insert_with(|| {
                    order.push(offset);
                    order.len() as i64 - 1
                });
                all.push(Value::Int(number));
            }
        }
        let offset = |offset: [f64; 2]| {
            let number = |(part, x): (&Part, f64)| if part.is_float() { Value::Float(x) } else { Value::Int(x as i64) };
            Value::tuple([&x, &y].into_iter().zip(offset).map(number).collect())
        };
        let last = match (outer.last(), inner.last()) {
            (Some(one), Some(other)) => offset([x.value([one, other]), y.value([one, other])]),
            _ => Value::None,
        };
        let mut entries = Entries::default();
        for (number, found) in order.into_iter().enumerate() {
            entries.insert(Key::new(self, &offset(found))?, Value::Int(number as i64));
        }
        numbers.entries.borrow_mut().extend(entries);
        places.borrow_mut().extend(all);
        let ends = [first, second].map(|list| list.borrow().last().cloned().unwrap_or(Value::None));
        for ((variable, _), end) in pairs.points.into_iter().zip(ends) {
            self.store_variable(code, frame, variable, end)?;
        }
        self.store_variable(code, frame, pairs.offset, last)?;
        Ok(true)
    }

    /// A part of an offset; none where it is made of anything else than coordinates and numbers.
    fn part(&mut self, code: &Rc<Code>, frame: &mut Frame, pairs: &Pairs, rank: usize, id: ExprId) -> Option<Part> {
        let program = &code.file.program;
        match program.expr(id) {
            Expr::Subscript(of, index) => {
                let Expr::Variable(variable) = program.expr(of) else { return None };
                let point = pairs.points.iter().position(|(point, _)| *point == variable)?;
                let Value::Int(axis) = self.eval(code, frame, index).ok()? else { return None };
                usize::try_from(axis).ok().filter(|axis| *axis < rank).map(|axis| Part::Of(point, axis))
            }
            Expr::Call(function, arguments) => {
                let [Argument::Positional(argument)] = program.arguments[arguments.range()] else { return None };
                let Value::Native(native) = self.eval(code, frame, function).ok()? else { return None };
                match &*native.name {
                    "abs" => Some(Part::Size(Box::new(self.part(code, frame, pairs, rank, argument)?))),
                    "math.ceil" | "math.floor" if pairs.leave(program, argument) => {
                        number(&self.eval(code, frame, id).ok()?).map(|(x, is_float)| Part::Fixed(x, is_float))
                    }
                    _ => None,
                }
            }
            Expr::Binary(op @ (Binary::Add | Binary::Sub | Binary::Mult), left, right) => {
                let left = self.part(code, frame, pairs, rank, left)?;
                Some(Part::Binary(op, Box::new(left), Box::new(self.part(code, frame, pairs, rank, right)?)))
            }
            _ if pairs.leave(program, id) => {
                number(&self.eval(code, frame, id).ok()?).map(|(x, is_float)| Part::Fixed(x, is_float))
            }
            _ => None,
        }
    }
}

impl Pairs {
    fn of(program: &Program, stmt: StmtId) -> Option<Pairs> {
        let (first, body) = for_loop(program, stmt)?;
        let (inner, true) = (body.get(0)?, body.statements().len() == 1) else { return None };
        let (second, body) = for_loop(program, inner)?;
        let ahead = body.statements().len().checked_sub(3)?;
        let fixed: Option<Vec<_>> = body.statements().take(ahead).map(|stmt| fixed(program, stmt)).collect();
        let Stmt::Assign { targets, value } = program.stmt(body.get(ahead)?) else { return None };
        let (&[offset], Expr::Tuple(parts)) = (program.list(targets), program.expr(value)) else { return None };
        let (offset, &[x, y]) = (variable(program, offset)?, program.list(parts)) else { return None };
        // A new offset gets the next number.
        let Stmt::If(test, then, orelse) = program.stmt(body.get(ahead + 1)?) else { return None };
        let (Expr::Compare(tested, rest), 0) = (program.expr(test), orelse.statements().len()) else { return None };
        let &[(Compare::NotIn, numbers)] = &program.comparisons[rest.range()] else { return None };
        let numbers = variable(program, numbers)?;
        let (Stmt::Assign { targets, value }, 1) = (program.stmt(then.get(0)?), then.statements().len()) else {
            return None;
        };
        let is_item = |id: ExprId| match program.expr(id) {
            Expr::Subscript(of, index) => {
                variable(program, of) == Some(numbers) && variable(program, index) == Some(offset)
            }
            _ => false,
        };
        let (&[target], Expr::Call(length, of)) = (program.list(targets), program.expr(value)) else { return None };
        let is_length = matches!(program.arguments[of.range()], [Argument::Positional(of)] if variable(program, of) == Some(numbers));
        // It is put at the end of a list.
        let Stmt::Expr(put) = program.stmt(body.get(ahead + 2)?) else { return None };
        let Expr::Call(append, arguments) = program.expr(put) else { return None };
        let Expr::Attribute(places, name) = program.expr(append) else { return None };
        let places = variable(program, places)?;
        let is_put = program.name(name) == "append"
            && matches!(program.arguments[arguments.range()], [Argument::Positional(item)] if is_item(item));
        let is_number = variable(program, tested) == Some(offset) && is_item(target) && is_length;
        let fixed = fixed?;
        let all: Vec<_> =
            [first.0, second.0, offset, numbers, places].into_iter().chain(fixed.iter().map(|f| f.0)).collect();
        let are_apart = all.iter().enumerate().all(|(i, one)| !all[..i].contains(one));
        (is_number && is_put && are_apart).then_some(Pairs {
            points: [first, second],
            offset,
            parts: [x, y],
            numbers,
            places,
            length,
            fixed,
        })
    }

    /// Whether an expression is made of numbers and names that the loops leave as they are.
    fn leave(&self, program: &Program, id: ExprId) -> bool {
        match program.expr(id) {
            Expr::Const(_) => true,
            Expr::Variable(one) => {
                let [first, second] = self.points.map(|(point, _)| point);
                ![first, second, self.offset, self.numbers, self.places].contains(&one)
            }
            Expr::Attribute(of, _) => self.leave(program, of),
            Expr::Binary(_, left, right) => self.leave(program, left) && self.leave(program, right),
            _ => false,
        }
    }
}

/// The target of a loop without `else` and the variable that it goes through, and its body.
fn for_loop(program: &Program, stmt: StmtId) -> Option<((Variable, ExprId), Block)> {
    let Stmt::For { target, iter, body, orelse, .. } = program.stmt(stmt) else { return None };
    variable(program, iter)?;
    (orelse.statements().len() == 0).then_some(((variable(program, target)?, iter), body))
}

/// A variable that a statement sets to a constant.
fn fixed(program: &Program, stmt: StmtId) -> Option<(Variable, ExprId)> {
    let Stmt::Assign { targets, value } = program.stmt(stmt) else { return None };
    let (&[target], Expr::Const(_)) = (program.list(targets), program.expr(value)) else { return None };
    Some((variable(program, target)?, value))
}

fn variable(program: &Program, id: ExprId) -> Option<Variable> {
    if let Expr::Variable(variable) = program.expr(id) { Some(variable) } else { None }
}

/// The coordinates of a point; none where they aren't all whole.
fn point(value: &Value) -> Option<Vec<f64>> {
    let Value::Tuple(tuple) = value else { return None };
    tuple.items.iter().map(number).map(|found| found.filter(|(_, is_float)| !is_float).map(|(x, _)| x)).collect()
}

/// A number that is exact as a float, and whether it is one.
fn number(value: &Value) -> Option<(f64, bool)> {
    match value {
        Value::Int(i) if i.unsigned_abs() < 1 << 24 => Some((*i as f64, false)),
        Value::Float(x) if x.abs() < (1 << 24) as f64 => Some((*x, true)),
        _ => None,
    }
}
