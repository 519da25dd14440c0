//! The elements of a set, and the order in which Python would go through them.

use std::ops::Deref;

use indexmap::IndexSet;

use super::key::Key;
use super::operate::integer;
use super::value::{Fast, Value};

/// How many places behind its own a number may stand, before a place is looked for elsewhere in the table.
const PROBES: usize = 9;

/// The elements of a set.
#[derive(Clone, Default)]
pub struct Elements {
    keys: IndexSet<Key, Fast>,
    /// Whether they came otherwise than one by one, so that the size of Python's table isn't known.
    is_mixed: bool,
}

impl Elements {
    /// Adds an element.
    pub fn insert(&mut self, key: Key) {
        self.keys.insert(key);
    }

    /// Takes an element out.
    pub fn remove(&mut self, key: &Key) -> bool {
        self.is_mixed = true;
        self.keys.shift_remove(key)
    }

    /// Keeps the elements of which `is_kept` says so.
    pub fn retain(&mut self, is_kept: impl FnMut(&Key) -> bool) {
        self.is_mixed = true;
        self.keys.retain(is_kept);
    }

    /// Takes out the element that came last.
    pub fn pop(&mut self) -> Option<Key> {
        self.is_mixed = true;
        self.keys.pop()
    }

    /// These elements, which came otherwise than one by one.
    pub fn mixed(self) -> Elements {
        Elements { is_mixed: true, ..self }
    }

    /// The elements in Python's order, as far as that is known: small numbers are their own hashes.
    pub(super) fn in_order(&self) -> Option<Vec<Value>> {
        let values = || self.keys.iter().map(|key| key.value().clone());
        if self.keys.len() < 2 {
            return Some(values().collect());
        }
        let numbers: Option<Vec<usize>> = values().map(|value| usize::try_from(integer(&value)?).ok()).collect();
        let numbers = numbers.filter(|numbers| numbers.iter().all(|&number| number as u64 >> 60 == 0))?;
        let places = if self.is_mixed { of_any_table(&numbers)? } else { of_table(&numbers) };
        Some(places.into_iter().filter_map(|at| self.keys.get_index(at)).map(|key| key.value().clone()).collect())
    }
}

/// The places of numbers that came one by one, in the order of Python's table.
fn of_table(numbers: &[usize]) -> Vec<usize> {
    let mut table = vec![None; 8];
    for at in 0..numbers.len() {
        put(&mut table, numbers, at);
        let used = at + 1;
        // It grows when it is three fifths full.
        if used * 5 >= (table.len() - 1) * 3 {
            let least = used * if used > 50_000 { 2 } else { 4 };
            let before = std::mem::replace(&mut table, vec![None; (least + 1).next_power_of_two()]);
            before.into_iter().flatten().for_each(|at| put(&mut table, numbers, at));
        }
    }
    table.into_iter().flatten().collect()
}

/// The same whatever table they are in: each has a place of its own in the smallest one.
fn of_any_table(numbers: &[usize]) -> Option<Vec<usize>> {
    let mut size = 8;
    while numbers.len() * 5 >= (size - 1) * 3 {
        size *= 2;
    }
    let mut places: Vec<usize> = (0..numbers.len()).collect();
    places.sort_by_key(|&at| numbers[at]);
    numbers.iter().all(|&number| number < size).then_some(places)
}

/// Puts the number at `at` where Python does.
fn put(table: &mut [Option<usize>], numbers: &[usize], at: usize) {
    let mask = table.len() - 1;
    let mut rest = numbers[at];
    let mut start = rest & mask;
    loop {
        let probes = if start + PROBES <= mask { PROBES } else { 0 };
        if let Some(free) = (start..=start + probes).find(|&slot| table[slot].is_none()) {
            table[free] = Some(at);
            return;
        }
        rest >>= 5;
        start = (start * 5 + 1 + rest) & mask;
    }
}

impl Deref for Elements {
    type Target = IndexSet<Key, Fast>;

    fn deref(&self) -> &Self::Target {
        &self.keys
    }
}

impl PartialEq for Elements {
    fn eq(&self, other: &Elements) -> bool {
        self.keys == other.keys
    }
}

impl FromIterator<Key> for Elements {
    fn from_iter<T: IntoIterator<Item = Key>>(keys: T) -> Self {
        Elements { keys: keys.into_iter().collect(), is_mixed: false }
    }
}
