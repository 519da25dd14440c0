//! Cells of what a run can change. What was there before the run remembers what it held, so that the machine can go back
//! to it, and knows that something was changed at all.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::Rc;

use super::value::Value;

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
    /// The values in it.
    fn held(&self, _: &mut Vec<Value>) {}
}

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
}

impl Journal {
    /// Takes the places of what was changed.
    pub(super) fn take(&self) -> Vec<Place> {
        self.changed.take()
    }

    /// How often something from before a run was changed.
    pub(super) fn changes(&self) -> u64 {
        self.changes.get()
    }

    /// Notes a change of something from before a run that is in no cell.
    pub(super) fn note_change(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    /// Takes changes since there were so many for none: they would come about again in any run.
    pub(super) fn forget_changes(&self, before: u64) {
        self.changes.set(before);
    }

    /// Notes that what lies at a place is changed, for the first time or not.
    fn note(&self, place: Place, is_first: bool) {
        if is_first {
            self.changed.borrow_mut().push(place);
        }
        if let Place::Before(_) = place {
            self.note_change();
        }
    }
}

/// A cell that remembers what it held when it was kept.
#[derive(Default)]
pub struct Tracked<T> {
    now: RefCell<T>,
    kept: RefCell<Option<Box<Kept<T>>>>,
}

/// How a cell is kept.
struct Kept<T> {
    journal: Rc<Journal>,
    place: Place,
    /// What it held, once it was changed.
    then: Option<Box<T>>,
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
        self.kept.borrow().as_ref().is_some_and(|kept| kept.then.is_some())
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
            Some(kept) => (kept.place, kept.then) = (place, None),
            None => *kept = Some(Box::new(Kept { journal: journal.clone(), place, then: None })),
        }
    }

    fn let_go(&self) {
        self.kept.take();
    }

    fn undo(&self, garbage: &mut Vec<Value>) {
        let then = self.kept.borrow_mut().as_mut().and_then(|kept| kept.then.take());
        if let Some(then) = then {
            // Values that end here end with the garbage, one after the other.
            self.now.replace(*then).held(garbage);
        }
    }

    fn held(&self, values: &mut Vec<Value>) {
        self.now.borrow().held(values);
    }
}

impl<T: Content> Kept<T> {
    #[cold]
    fn remember(&mut self, now: &RefCell<T>) {
        let is_first = self.then.is_none();
        if is_first {
            self.then = Some(Box::new(now.borrow().clone()));
        }
        self.journal.note(self.place, is_first);
    }
}

impl<T: Content + Default> Tracked<T> {
    /// Takes what it holds.
    pub fn take(&self) -> T {
        self.replace(T::default())
    }
}
