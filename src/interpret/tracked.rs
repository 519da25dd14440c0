//! Cells of what a run can change. What was there before the run remembers what it held, so that the machine can go back
//! to it, and knows that something was changed at all.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::given::Given;
use super::symbol::Symbol;
use super::value::{Namespace, Value};

/// Something that can be put back to what it was when it was kept.
pub trait Keep {
    /// Goes through what it is made of, one part at least: cells, or what is made of some.
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep));

    /// The values that it holds besides those in its parts.
    fn others(&self, _: &mut Vec<Value>) {}

    /// Whether it only gets what it would always have given: names of a module, which are bound when they are asked for.
    fn grows(&self) -> bool {
        false
    }

    /// Where it lies among what is kept; none if it isn't kept.
    fn place(&self) -> Option<Place> {
        let mut place = None;
        self.parts(&mut |part| place = place.or(part.place()));
        place
    }

    /// Takes what it holds now for what it goes back to.
    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        self.parts(&mut |part| part.keep(journal, place));
    }

    /// Isn't kept any more.
    fn let_go(&self) {
        self.parts(&mut |part| part.let_go());
    }

    /// Puts back what it held.
    fn undo(&self, garbage: &mut Vec<Value>) {
        self.parts(&mut |part| part.undo(garbage));
    }

    /// The values that it holds.
    fn held(&self, values: &mut Vec<Value>) {
        self.parts(&mut |part| part.held(values));
        self.others(values);
    }
}

/// What is in a cell.
pub trait Content: Clone {
    /// What a part of it was, of contents that are also changed part by part.
    type Part;

    /// The values in it.
    fn held(&self, _: &mut Vec<Value>) {}

    /// Puts a part back; the value that was there instead is garbage.
    fn put_back(&mut self, _: Self::Part, _: &mut Vec<Value>) {}
}

/// The parts of contents that are only changed as a whole.
pub type Whole = std::convert::Infallible;

/// Where something lies among what a machine keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among what was there before runs.
    Before(u32),
    /// Among what runs constructed, which the next run may use again.
    Spare(u32),
    /// In an instance of which it isn't known yet whether it can be used again.
    Open,
}

/// What was changed of what a machine keeps.
#[derive(Default)]
pub struct Journal {
    changed: RefCell<Vec<Place>>,
    changes: Cell<u64>,
    /// How many of these changes set a constant, and a hash of what was set where, in order.
    constants: Cell<(u64, u64)>,
    /// The place of the instance to which each place among spares belongs.
    owners: RefCell<Vec<u32>>,
    /// What the run has set so far in instances that were used again, one after the other: a hash; none if that isn't known.
    histories: RefCell<FxHashMap<u32, Option<u64>>>,
}

impl Journal {
    /// Takes the places of what was changed.
    pub(super) fn take(&self) -> Vec<Place> {
        self.histories.borrow_mut().clear();
        self.changed.take()
    }

    /// The places that belong to the instance at the first of them.
    pub(super) fn own(&self, places: &[u32]) {
        let mut owners = self.owners.borrow_mut();
        for &place in places {
            let place = place as usize;
            if owners.len() <= place {
                owners.resize(place + 1, u32::MAX);
            }
            owners[place] = places[0];
        }
    }

    /// What an instance that was used again is, compared with what its constructor made: a hash of what was set in it. None
    /// if that isn't known, or if the place is that of a part of one.
    pub(super) fn history(&self, place: u32) -> Option<u64> {
        let is_whole = self.owners.borrow().get(place as usize) == Some(&place);
        self.histories.borrow().get(&place).copied().unwrap_or(Some(0)).filter(|_| is_whole)
    }

    /// How often something from before a run was changed.
    pub(super) fn changes(&self) -> u64 {
        self.changes.get()
    }

    /// How often something from before a run was changed so that it isn't known what it is now, and a hash of the other changes.
    pub(super) fn known_changes(&self) -> (u64, u64) {
        let (constants, hash) = self.constants.get();
        (self.changes.get() - constants, hash)
    }

    /// A run begins: the hash is of what it changes.
    pub(super) fn begin(&self) {
        self.constants.set((self.constants.get().0, 0));
    }

    /// What to give to [`Journal::forget_changes`].
    pub(super) fn so_far(&self) -> (u64, (u64, u64)) {
        (self.changes.get(), self.constants.get())
    }

    /// Notes a change of something from before a run that is in no cell.
    pub(super) fn note_change(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    /// Takes changes since there were so many for none: they would come about again in any run.
    pub(super) fn forget_changes(&self, (changes, constants): (u64, (u64, u64))) {
        self.changes.set(changes);
        self.constants.set(constants);
    }

    /// Notes that what lies at a place is changed, for the first time or not. `what` tells what was set.
    fn note(&self, place: Place, is_first: bool, what: Option<u64>) {
        if is_first {
            self.changed.borrow_mut().push(place);
        }
        match place {
            Place::Before(at) => {
                self.note_change();
                if let Some(what) = what {
                    let (constants, hash) = self.constants.get();
                    self.constants.set((constants + 1, hashed(hash, at, what)));
                }
            }
            Place::Spare(at) => {
                let owner = self.owners.borrow()[at as usize];
                let mut histories = self.histories.borrow_mut();
                let history = histories.entry(owner).or_insert(Some(0));
                *history = history.zip(what).map(|(so_far, what)| hashed(so_far, at, what));
            }
            Place::Open => {}
        }
    }
}

fn hashed(so_far: u64, at: u32, what: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (so_far, at, what).hash(&mut hasher);
    hasher.finish()
}

/// A hash of a name and its value; none of a value that may change or be another in each run.
fn set_what(name: Symbol, value: &Value) -> Option<u64> {
    let value = Given::<Whole>::new(value, &mut |_| None).filter(Given::is_constant)?;
    let mut hasher = DefaultHasher::new();
    (name, value).hash(&mut hasher);
    Some(hasher.finish())
}

/// A cell that remembers what it held when it was kept.
#[derive(Default)]
pub struct Tracked<T: Content> {
    now: RefCell<T>,
    kept: RefCell<Option<Box<Kept<T>>>>,
}

/// How a cell is kept.
struct Kept<T: Content> {
    journal: Rc<Journal>,
    place: Place,
    then: Then<T>,
}

/// What a cell held when it was kept.
enum Then<T: Content> {
    /// What it holds now.
    Same,
    /// The same but for parts, each at most once, those that were changed first before the others.
    Parts(Vec<T::Part>),
    /// Something else.
    Other(Box<T>),
}

impl<T: Content> Then<T> {
    /// Puts it back.
    fn put_back(self, now: &mut T, garbage: &mut Vec<Value>) {
        match self {
            Then::Same => {}
            Then::Parts(parts) => parts.into_iter().rev().for_each(|part| now.put_back(part, garbage)),
            // Values that end here end with the garbage, one after the other.
            Then::Other(then) => std::mem::replace(now, *then).held(garbage),
        }
    }

    fn take(&mut self) -> Then<T> {
        std::mem::replace(self, Then::Same)
    }
}

impl<T: Content> Tracked<T> {
    /// A cell that isn't kept.
    pub fn new(value: T) -> Tracked<T> {
        Tracked { now: RefCell::new(value), kept: RefCell::default() }
    }

    /// To read.
    #[inline]
    pub fn borrow(&self) -> Ref<'_, T> {
        self.now.borrow()
    }

    /// To change.
    #[inline]
    pub fn borrow_mut(&self) -> RefMut<'_, T> {
        self.change();
        self.now.borrow_mut()
    }

    /// Notes that it is changed.
    #[inline]
    pub fn change(&self) {
        if let Some(kept) = self.kept.borrow_mut().as_mut() {
            kept.remember(&self.now);
        }
    }

    /// To change what going back needn't undo.
    pub fn amend(&self) -> RefMut<'_, T> {
        self.now.borrow_mut()
    }

    /// To change by its owner, which needn't remember.
    pub fn get_mut(&mut self) -> &mut T {
        self.now.get_mut()
    }

    /// The value, by its owner.
    pub fn into_inner(self) -> T {
        self.now.into_inner()
    }

    /// Puts a value in place of what it holds.
    pub fn replace(&self, value: T) -> T {
        std::mem::replace(&mut self.borrow_mut(), value)
    }
}

impl<T: Content> Tracked<T> {
    /// Whether it was changed since it is kept.
    pub(super) fn is_changed(&self) -> bool {
        self.kept.borrow().as_ref().is_some_and(|kept| !matches!(kept.then, Then::Same))
    }
}

impl<T: Content + 'static> Keep for Tracked<T> {
    fn parts(&self, each: &mut dyn FnMut(&dyn Keep)) {
        each(self);
    }

    fn place(&self) -> Option<Place> {
        self.kept.borrow().as_ref().map(|kept| kept.place)
    }

    fn keep(&self, journal: &Rc<Journal>, place: Place) {
        let mut kept = self.kept.borrow_mut();
        match kept.as_mut() {
            Some(kept) => (kept.place, kept.then) = (place, Then::Same),
            None => *kept = Some(Box::new(Kept { journal: journal.clone(), place, then: Then::Same })),
        }
    }

    fn let_go(&self) {
        self.kept.take();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        let then = self.kept.borrow_mut().as_mut().map(|kept| kept.then.take());
        if let Some(then) = then {
            then.put_back(&mut self.now.borrow_mut(), garbage);
        }
    }

    fn held(&self, values: &mut Vec<Value>) {
        self.now.borrow().held(values);
    }
}

impl<T: Content> Kept<T> {
    #[cold]
    fn remember(&mut self, now: &RefCell<T>) {
        let is_first = matches!(self.then, Then::Same);
        if !matches!(self.then, Then::Other(_)) {
            let mut then = now.borrow().clone();
            self.then.take().put_back(&mut then, &mut Vec::new());
            self.then = Then::Other(Box::new(then));
        }
        self.journal.note(self.place, is_first, None);
    }
}

impl Tracked<Namespace> {
    /// Sets one name.
    pub fn set(&self, name: Symbol, value: Value) -> Option<Value> {
        if let Some(kept) = self.kept.borrow_mut().as_mut() {
            let part = || (name, self.now.borrow().get(&name).cloned());
            let is_first = matches!(kept.then, Then::Same);
            match &mut kept.then {
                Then::Same => kept.then = Then::Parts(vec![part()]),
                Then::Parts(parts) if parts.iter().all(|(known, _)| *known != name) => parts.push(part()),
                _ => {}
            }
            kept.journal.note(kept.place, is_first, set_what(name, &value));
        }
        self.now.borrow_mut().insert(name, value)
    }
}

impl<T: Content + Default> Tracked<T> {
    /// Takes what it holds.
    pub fn take(&self) -> T {
        self.replace(T::default())
    }
}
