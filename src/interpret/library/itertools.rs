//! `itertools`.

use super::super::call::Taken;
use super::super::iterate::{Iteration, State};
use super::super::machine::Machine;
use super::super::value::{Args, NativeFn, Res, Value};
use super::{Counts, Library};

pub(super) static LIBRARY: Library =
    Library { packages: &["itertools"], counts: Counts::First, functions: FUNCTIONS, find: |_, _| None, others: &[] };

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("itertools.chain", |_, _, a| {
        let all = Iteration::new(State::Values(a.positional.into_iter()));
        Ok(lazy(State::Chain(all, None)))
    }),
    ("itertools.chain.from_iterable", |m, _, a| {
        let items = Taken::new("from_iterable", a).required(m, "iterable")?;
        let items = m.iter(&items)?;
        Ok(lazy(State::Chain(items, None)))
    }),
    ("itertools.count", |m, _, a| {
        let mut args = Taken::new("count", a);
        let (start, step) = (args.or(m, "start", Value::Int(0))?, args.or(m, "step", Value::Int(1))?);
        Ok(lazy(State::Count(start, step)))
    }),
    ("itertools.repeat", |m, _, a| {
        let mut args = Taken::new("repeat", a);
        let value = args.required(m, "object")?;
        let times = match args.optional(m, "times")? {
            Some(times) => Some(m.index(&times)?),
            None => None,
        };
        Ok(lazy(State::Repeat(value, times)))
    }),
    ("itertools.cycle", |m, _, a| {
        let items = Taken::new("cycle", a).required(m, "iterable")?;
        Ok(lazy(State::Cycle(m.collect(&items)?, 0)))
    }),
    ("itertools.islice", |m, _, a| {
        let mut args = Taken::new("islice", a);
        let items = args.required(m, "iterable")?;
        let mut bounds = Vec::new();
        for value in args.rest() {
            bounds.push(if value.is_none() { None } else { Some(m.index(&value)?) });
        }
        let (start, stop, step) = match bounds.as_slice() {
            [stop] => (0, *stop, 1),
            [start, stop] => (start.unwrap_or(0), *stop, 1),
            [start, stop, step] => (start.unwrap_or(0), *stop, step.unwrap_or(1)),
            _ => return Err(m.type_error("islice expected at least 2 arguments, got 1")),
        };
        if start < 0 || stop.is_some_and(|s| s < 0) || step < 1 {
            return Err(m.value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
        }
        let items = m.iter(&items)?;
        Ok(lazy(State::Slice(items, start, step, stop)))
    }),
    ("itertools.takewhile", |m, _, a| {
        let mut args = Taken::new("takewhile", a);
        let (function, items) = (args.required(m, "predicate")?, args.required(m, "iterable")?);
        let items = m.iter(&items)?;
        Ok(lazy(State::TakeWhile(function, items)))
    }),
    ("itertools.dropwhile", |m, _, a| {
        let mut args = Taken::new("dropwhile", a);
        let (function, items) = (args.required(m, "predicate")?, args.required(m, "iterable")?);
        let items = m.iter(&items)?;
        Ok(lazy(State::DropWhile(function, items, true)))
    }),
    ("itertools.filterfalse", |m, _, a| {
        let mut args = Taken::new("filterfalse", a);
        let (function, items) = (args.required(m, "predicate")?, args.required(m, "iterable")?);
        let mut kept = Vec::new();
        for item in m.collect(&items)? {
            let test = if function.is_none() { item.clone() } else { m.call(&function, Args::of(vec![item.clone()]))? };
            if !m.truth(&test)? {
                kept.push(item);
            }
        }
        Ok(Machine::iterator(kept))
    }),
    ("itertools.accumulate", |m, _, a| {
        let mut args = Taken::new("accumulate", a);
        let items = args.required(m, "iterable")?;
        let function = args.or(m, "func", Value::None)?;
        let items = m.iter(&items)?;
        Ok(lazy(State::Accumulate(function, items, None)))
    }),
    ("itertools.starmap", |m, _, a| {
        let mut args = Taken::new("starmap", a);
        let (function, items) = (args.required(m, "function")?, args.required(m, "iterable")?);
        let mut results = Vec::new();
        for item in m.collect(&items)? {
            let args = m.collect(&item)?;
            results.push(m.call(&function, Args::of(args))?);
        }
        Ok(Machine::iterator(results))
    }),
    ("itertools.product", |m, _, a| {
        let mut args = Taken::new("product", a);
        let repeat = m.symbol("repeat");
        let times = match args.keyword(repeat) {
            Some(times) => m.index(&times)?.max(0) as usize,
            None => 1,
        };
        let mut pools: Vec<Vec<Value>> = Vec::new();
        for value in args.rest() {
            pools.push(m.collect(&value)?);
        }
        m.limit((pools.len() * times) as i64)?;
        let pools: Vec<Vec<Value>> = pools.iter().cycle().take(pools.len() * times).cloned().collect();
        let mut results: Vec<Vec<Value>> = vec![Vec::new()];
        for pool in &pools {
            m.limit((results.len() * pool.len()) as i64)?;
            let longer = results.iter().flat_map(|prefix| {
                pool.iter().map(move |item| {
                    let mut longer = prefix.clone();
                    longer.push(item.clone());
                    longer
                })
            });
            results = longer.collect();
        }
        Ok(Machine::iterator(results.into_iter().map(Value::tuple).collect()))
    }),
    ("itertools.combinations", |m, _, a| choose(m, a, |picked, i| picked.last().is_none_or(|&last| i > last))),
    ("itertools.combinations_with_replacement", |m, _, a| {
        choose(m, a, |picked, i| picked.last().is_none_or(|&last| i >= last))
    }),
    ("itertools.permutations", |m, _, a| choose(m, a, |picked, i| !picked.contains(&i))),
    ("itertools.pairwise", |m, _, a| {
        let items = Taken::new("pairwise", a).required(m, "iterable")?;
        let items = m.collect(&items)?;
        Ok(Machine::iterator(items.windows(2).map(|pair| Value::tuple(pair.to_vec())).collect()))
    }),
    ("itertools.zip_longest", |m, _, a| {
        let mut args = Taken::new("zip_longest", a);
        let fill = m.symbol("fillvalue");
        let fill = args.keyword(fill).unwrap_or(Value::None);
        let mut pools: Vec<Vec<Value>> = Vec::new();
        for value in args.rest() {
            pools.push(m.collect(&value)?);
        }
        let longest = pools.iter().map(Vec::len).max().unwrap_or(0);
        let row = |i: usize| pools.iter().map(|p| p.get(i).cloned().unwrap_or_else(|| fill.clone())).collect();
        Ok(Machine::iterator((0..longest).map(|i| Value::tuple(row(i))).collect()))
    }),
    ("itertools.groupby", |m, _, a| {
        let mut args = Taken::new("groupby", a);
        let items = args.required(m, "iterable")?;
        let key = args.or(m, "key", Value::None)?;
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        for item in m.collect(&items)? {
            let rank = if key.is_none() { item.clone() } else { m.call(&key, Args::of(vec![item.clone()]))? };
            let same = match groups.last() {
                Some((last, _)) => m.equal(last, &rank)?,
                None => false,
            };
            match groups.last_mut() {
                Some((_, group)) if same => group.push(item),
                _ => groups.push((rank, vec![item])),
            }
        }
        let pairs = groups.into_iter().map(|(key, group)| Value::tuple(vec![key, Machine::iterator(group)]));
        Ok(Machine::iterator(pairs.collect()))
    }),
    ("itertools.tee", |m, _, a| {
        let mut args = Taken::new("tee", a);
        let items = args.required(m, "iterable")?;
        let n = args.or(m, "n", Value::Int(2))?;
        let (items, n) = (m.collect(&items)?, m.index(&n)?.clamp(0, 64));
        Ok(Value::tuple((0..n).map(|_| Machine::iterator(items.clone())).collect()))
    }),
    ("itertools.compress", |m, _, a| {
        let mut args = Taken::new("compress", a);
        let (items, selectors) = (args.required(m, "data")?, args.required(m, "selectors")?);
        let (items, selectors) = (m.collect(&items)?, m.collect(&selectors)?);
        let mut kept = Vec::new();
        for (item, selector) in items.into_iter().zip(&selectors) {
            if m.truth(selector)? {
                kept.push(item);
            }
        }
        Ok(Machine::iterator(kept))
    }),
];

fn lazy(state: State) -> Value {
    Value::Iterator(Iteration::new(state))
}

/// Tuples of elements whose indices may follow each other.
fn choose(m: &mut Machine, a: Args, may: fn(&[usize], usize) -> bool) -> Res {
    let mut args = Taken::new("combinations", a);
    let items = args.required(m, "iterable")?;
    let items = m.collect(&items)?;
    let size = match args.optional(m, "r")? {
        Some(Value::None) | None => items.len(),
        Some(size) => m.index(&size)?.max(0) as usize,
    };
    let mut results: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        m.limit((results.len() * items.len()) as i64)?;
        let mut longer = Vec::new();
        for picked in &results {
            for i in 0..items.len() {
                if may(picked, i) {
                    longer.push(picked.iter().copied().chain([i]).collect());
                }
            }
        }
        results = longer;
    }
    let tuples = results.iter().map(|picked| Value::tuple(picked.iter().map(|&i| items[i].clone()).collect()));
    Ok(Machine::iterator(tuples.collect()))
}
