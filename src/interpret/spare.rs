//! Spares: instances that a run constructed, kept for the next call of the class with the same arguments.
//!
//! A constructor makes the same each time if it is given numbers, texts, lists of them and what was there before the run, and
//! if neither it nor anything before it in the run changed what was there. Then the next run takes the instance instead,
//! which went back to what it was when its constructor returned.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::class::Class;
use super::given::Given;
use super::machine::Machine;
use super::rewind::Walk;
use super::symbol::Symbol;
use super::tracked::{Journal, Keep, Place, Tracked};
use super::value::{Args, Instance, List, Res, Stop, Value};

/// So many objects are kept in spares, those used last.
const MOST_OBJECTS: usize = 200_000;

/// So many calls that take too many steps are remembered.
const MOST_ENDLESS: usize = 64;

/// What is kept for runs that construct the same again.
#[derive(Default)]
pub struct Spares {
    /// Instances of this class and those derived from it are kept.
    of: Option<Rc<Class>>,
    known: FxHashMap<u64, Vec<Spare>>,
    /// What can change in them, each at the place of its number.
    objects: Vec<Option<Rc<dyn Keep>>>,
    free: Vec<u32>,
    /// Calls that take more steps than a run has.
    endless: Vec<Endless>,
    /// Classes whose instances can't be kept, as they do more than make themselves.
    others: FxHashSet<*const Class>,
    /// The present run.
    run: u64,
    /// What [`Journal::changes`] was when it began, and has become by what is in `set`; none before [`Machine::begin`].
    changes: Option<u64>,
    /// Of how many changes it wasn't known what they made; likewise.
    unknown: u64,
    /// Attributes of classes that the run has set so far, and a hash of them.
    set: Rc<Vec<SetAttribute>>,
    set_hash: u64,
    /// What each spare is made of, by its place.
    parts: FxHashMap<u32, Rc<[Rc<Instance>]>>,
    /// Whether an instance is being constructed, parts of which needn't be kept.
    is_busy: bool,
}

/// An instance that can be used again.
struct Spare {
    call: Call,
    instance: Value,
    /// What its constructor made, in order: instances and shared variables.
    instances: Rc<[Rc<Instance>]>,
    cells: Vec<Rc<Tracked<Value>>>,
    /// The places of what can change in it.
    places: Vec<u32>,
    cost: Cost,
    /// The run that made it, and the one that used it last.
    made: u64,
    used: u64,
}

/// What a constructor took from its run.
#[derive(Clone, Copy)]
struct Cost {
    steps: u64,
    /// From how many elements that aren't known it chose, at most.
    chosen: i64,
}

/// A call that didn't end.
struct Endless {
    call: Call,
    /// The steps that were left when it began.
    steps: u64,
    stop: Stop,
}

/// A call of a class.
struct Call {
    class: Rc<Class>,
    positional: Vec<Argument>,
    keywords: Vec<(Symbol, Argument)>,
    /// What isn't known is judged differently where the program may catch an exception.
    is_guarded: bool,
    set: Rc<Vec<SetAttribute>>,
}

/// A class that was there before the run, the name of an attribute, and its value.
type SetAttribute = (*const Class, Symbol, Argument);

/// An argument that is the same in each run; classes and functions that were there before it by their identity.
type Argument = Given<usize>;

/// Which spares go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Forget {
    All,
    /// Those made since the last mark, which may hold what isn't there any more.
    OfThisRun,
}

/// An argument; none of what may be another in each run.
fn argument(value: &Value) -> Option<Argument> {
    Given::new(value, &mut |value| {
        let is_before = match value {
            Value::Class(class) if class.builtin.is_some() => true,
            Value::Class(_) | Value::Function(_) => matches!(value.as_keep()?.place()?, Place::Before(_)),
            _ => false,
        };
        is_before.then(|| value.identity())
    })
}

impl PartialEq for Call {
    fn eq(&self, other: &Call) -> bool {
        Rc::ptr_eq(&self.class, &other.class)
            && self.is_guarded == other.is_guarded
            && self.positional == other.positional
            && self.keywords == other.keywords
            && self.set == other.set
    }
}

impl Call {
    fn new(class: &Rc<Class>, args: &Args, is_guarded: bool, set: &Rc<Vec<SetAttribute>>) -> Option<Call> {
        Some(Call {
            class: class.clone(),
            positional: args.positional.iter().map(argument).collect::<Option<_>>()?,
            keywords: args
                .keywords
                .iter()
                .map(|(name, value)| Some((*name, argument(value)?)))
                .collect::<Option<_>>()?,
            is_guarded,
            set: set.clone(),
        })
    }

    fn key(&self) -> u64 {
        let mut hasher = FxHasher::default();
        Rc::as_ptr(&self.class).hash(&mut hasher);
        self.positional.hash(&mut hasher);
        self.keywords.hash(&mut hasher);
        hasher.finish()
    }
}

/// A list among arguments, and what it was before the call.
struct GivenList {
    list: Rc<List>,
    /// How often it is held, apart from the call.
    held: usize,
    items: Option<Argument>,
}

impl GivenList {
    /// Whether the call has neither kept nor changed it.
    fn is_as_it_was(&self) -> bool {
        Rc::strong_count(&self.list) <= self.held && argument(&Value::List(self.list.clone())) == self.items
    }
}

/// The lists in an argument.
fn lists(value: &Value, found: &mut Vec<GivenList>) {
    match value {
        Value::List(list) => {
            found.push(GivenList { list: list.clone(), held: 0, items: argument(value) });
            list.borrow().iter().for_each(|item| lists(item, found));
        }
        Value::Tuple(tuple) => tuple.items.iter().for_each(|item| lists(item, found)),
        _ => {}
    }
}

impl Spares {
    /// What lies at a place.
    pub(super) fn object(&self, place: u32) -> Option<&Rc<dyn Keep>> {
        self.objects.get(place as usize)?.as_ref()
    }

    /// The run has ended: its instances went back, and may be used by the next one. If there are too many, those used longest
    /// ago go.
    pub(super) fn run_ends(&mut self) {
        self.run += 1;
        self.is_busy = false;
        self.changes = None;
        self.set = Rc::default();
        self.set_hash = 0;
        if self.count() > MOST_OBJECTS / 4 * 3 {
            let mut uses: Vec<(u64, usize)> =
                self.known.values().flatten().map(|spare| (spare.used, spare.places.len())).collect();
            uses.sort_unstable_by_key(|(used, _)| std::cmp::Reverse(*used));
            let mut left = MOST_OBJECTS / 2;
            let last = uses.into_iter().find(|(_, count)| {
                let is_over = *count > left;
                left = left.saturating_sub(*count);
                is_over
            });
            self.forget(|spare| last.is_some_and(|(last, _)| spare.used <= last));
        }
    }

    fn count(&self) -> usize {
        self.objects.len() - self.free.len()
    }

    /// Puts what can change in an instance among the objects.
    fn place(&mut self, journal: &Rc<Journal>, objects: Vec<Rc<dyn Keep>>) -> Vec<u32> {
        let mut places = Vec::with_capacity(objects.len());
        for object in objects {
            let place = self.free.pop().unwrap_or_else(|| {
                self.objects.push(None);
                self.objects.len() as u32 - 1
            });
            object.keep(journal, Place::Spare(place));
            self.objects[place as usize] = Some(object);
            places.push(place);
        }
        journal.own(&places);
        places
    }

    fn forget(&mut self, goes: impl Fn(&Spare) -> bool) {
        let mut gone = Vec::new();
        for spares in self.known.values_mut() {
            gone.extend(spares.extract_if(.., |spare| goes(spare)));
        }
        self.known.retain(|_, spares| !spares.is_empty());
        for spare in gone {
            self.parts.remove(&spare.places[0]);
            for place in &spare.places {
                self.objects[*place as usize] = None;
                self.free.push(*place);
            }
            spare.end();
        }
    }
}

impl Spare {
    /// Empties what it is made of: what holds each other would never be freed.
    fn end(self) {
        for instance in &*self.instances {
            instance.let_go();
            drop((instance.attributes.take(), instance.base.replace(Value::None)));
        }
        for cell in &self.cells {
            cell.let_go();
            cell.replace(Value::None);
        }
    }
}

impl Machine {
    /// Has spares of a class and those derived from it.
    pub fn keep_spares(&mut self, of: Rc<Class>) {
        self.spares.of = Some(of);
    }

    /// A run begins that constructs what any other would from what was there before.
    pub fn begin(&mut self) {
        self.spares.changes = Some(self.journal.changes());
        self.spares.unknown = self.journal.known_changes().0;
        self.journal.begin();
    }

    /// Sets an attribute of a class: what is constructed from here on may depend on it.
    pub(super) fn set_of_class(&mut self, class: &Rc<Class>, name: Symbol, value: Value) {
        let is_known = self.spares.changes == Some(self.journal.changes()) && !self.spares.is_busy;
        let given = argument(&value).filter(|_| is_known && class.place().is_some());
        let unknown = self.journal.known_changes().0;
        class.namespace.borrow_mut().insert(name, value);
        if let Some(given) = given {
            self.spares.unknown += self.journal.known_changes().0 - unknown;
            let mut hasher = DefaultHasher::new();
            (self.spares.set_hash, Rc::as_ptr(class), name, &given).hash(&mut hasher);
            self.spares.set_hash = hasher.finish();
            Rc::make_mut(&mut self.spares.set).push((Rc::as_ptr(class), name, given));
            self.spares.changes = Some(self.journal.changes());
        }
    }

    /// Lets spares go, as top levels made something.
    pub(super) fn forget_spares(&mut self, which: Forget) {
        let run = self.spares.run;
        self.spares.forget(|spare| which == Forget::All || spare.made + 1 >= run);
        self.spares.others.clear();
        self.spares.endless.clear();
    }

    /// Whether an instance of a class may be kept that is constructed now.
    fn has_spares(&self, class: &Rc<Class>) -> bool {
        let spares = &self.spares;
        !spares.is_busy
            && self.making == 0
            && spares.of.as_ref().is_some_and(|of| class.derives(of))
            && self.mark.is_some()
            && self.tracer.is_none()
            && class.place().is_some()
            && spares.changes == Some(self.journal.changes())
            && !spares.others.contains(&Rc::as_ptr(class))
    }

    /// Makes an instance, or takes a spare one.
    pub(super) fn instance_of(&mut self, class: &Rc<Class>, args: Args) -> Res {
        if !self.has_spares(class) {
            return self.instantiate(class, args);
        }
        let Some(call) = Call::new(class, &args, self.is_guarded(), &self.spares.set) else {
            return self.instantiate(class, args);
        };
        let key = call.key();
        let is_it = |endless: &&Endless| self.fuel.steps <= endless.steps && endless.call == call;
        if let Some(endless) = self.spares.endless.iter().find(is_it) {
            self.fuel.steps = 0;
            return Err(endless.stop.clone());
        }
        if let Some(instance) = self.spare(key, &call)? {
            return Ok(instance);
        }
        let mut given = Vec::new();
        for arg in args.positional.iter().chain(args.keywords.iter().map(|(_, value)| value)) {
            lists(arg, &mut given);
        }
        // The arguments end with the call.
        let ends = |list: &Rc<List>| {
            let is_it = |arg: &&Value| matches!(arg, Value::List(arg) if Rc::ptr_eq(arg, list));
            args.positional.iter().chain(args.keywords.iter().map(|(_, value)| value)).filter(is_it).count()
        };
        given.iter_mut().for_each(|given| given.held = Rc::strong_count(&given.list) - ends(&given.list));
        let before = (self.state(), self.fuel.steps, self.kept_instances.len(), self.kept_cells.len());
        let outer = self.replace_chosen(0);
        self.spares.is_busy = true;
        let made = self.instantiate(class, args);
        self.spares.is_busy = false;
        let chosen = self.replace_chosen(outer);
        self.replace_chosen(outer.max(chosen));
        let (state, steps, instances, cells) = before;
        let made = match made {
            Err(stop @ Stop::Unknown(_)) if self.fuel.steps == 0 && self.spares.endless.len() < MOST_ENDLESS => {
                self.spares.endless.push(Endless { call, steps, stop: stop.clone() });
                return Err(stop);
            }
            made => made?,
        };
        let is_alone = self.state() == state
            && given.iter().all(GivenList::is_as_it_was)
            && self.add_spare(key, call, &made, Cost { steps: steps - self.fuel.steps, chosen }, [instances, cells]);
        if !is_alone {
            self.spares.others.insert(Rc::as_ptr(class));
        }
        Ok(made)
    }

    /// What an instance is that is a spare or will be one, as a hash: equal states of it, and of all classes, in several runs
    /// are alike. None if that isn't known.
    pub fn state_of(&self, instance: &Rc<Instance>) -> Option<u64> {
        let Some(Place::Spare(place)) = instance.place() else { return None };
        let is_known = self.making == 0
            && self.tracer.is_none()
            && !self.spares.is_busy
            && self.spares.changes.is_some()
            && self.journal.known_changes().0 == self.spares.unknown;
        let constants = self.journal.known_changes().1;
        let mut hasher = DefaultHasher::new();
        (self.journal.history(place).filter(|_| is_known)?, self.spares.set_hash, constants).hash(&mut hasher);
        Some(hasher.finish())
    }

    /// The instances that such an instance is made of, in the same order in each run.
    pub fn parts_of(&self, instance: &Rc<Instance>) -> Option<Rc<[Rc<Instance>]>> {
        let Some(Place::Spare(place)) = instance.place() else { return None };
        self.spares.parts.get(&place).cloned()
    }

    /// Sets from how many elements the run has chosen, at most; returns from how many it had.
    pub fn replace_chosen(&self, chosen: i64) -> i64 {
        self.kept.iter().map(|(_, kept)| kept.replace_chosen(chosen)).max().unwrap_or(0)
    }

    /// What a call leaves as it is that makes nothing but what it returns.
    pub fn state(&self) -> [usize; 6] {
        let kept = self.kept.iter().map(|(_, kept)| kept.progress()).sum();
        [
            self.journal.changes() as usize,
            self.asked.len(),
            self.output.len(),
            self.absent,
            self.kept_classes.len(),
            kept,
        ]
    }

    /// A spare for a call.
    fn spare(&mut self, key: u64, call: &Call) -> Res<Option<Value>> {
        let run = self.spares.run;
        let Some(spares) = self.spares.known.get_mut(&key) else { return Ok(None) };
        let is_free =
            |spare: &&mut Spare| spare.used != run && spare.cost.steps < self.fuel.steps && spare.call == *call;
        let Some(spare) = spares.iter_mut().find(is_free) else { return Ok(None) };
        spare.used = run;
        let Cost { steps, chosen } = spare.cost;
        self.fuel.steps -= steps;
        let (instance, instances) = (spare.instance.clone(), spare.instances.clone());
        for instance in &*instances {
            if let Some(extra) = instance.extra.borrow().clone() {
                extra.begin(self, &instance.class())?;
            }
        }
        let before = self.replace_chosen(chosen);
        self.replace_chosen(before.max(chosen));
        Ok(Some(instance))
    }

    /// Keeps an instance that was made since there were so many instances and cells. False if it can't be kept.
    fn add_spare(&mut self, key: u64, call: Call, made: &Value, cost: Cost, since: [usize; 2]) -> bool {
        let mut walk =
            Walk { open: vec![made.clone()], seen: FxHashSet::default(), objects: Vec::new(), is_whole: true };
        while let Some(value) = walk.open.pop() {
            let is_foreign = match &value {
                Value::Class(_) | Value::Module(_) => value.as_keep().is_some_and(|object| object.place().is_none()),
                Value::Iterator(_) | Value::Names(_) => true,
                value => value.as_keep().is_some_and(|object| matches!(object.place(), Some(Place::Spare(_)))),
            };
            if is_foreign {
                walk.is_whole = false;
            }
            if !walk.is_whole {
                break;
            }
            walk.visit(&value, |object, _| object.keep(&self.journal, Place::Open));
        }
        let is_small = walk.objects.len() + self.spares.count() <= MOST_OBJECTS;
        if !walk.is_whole || !is_small {
            walk.objects.iter().for_each(|object| object.let_go());
            return walk.is_whole;
        }
        let [instances, cells] = since;
        let run = self.spares.run;
        let instances: Rc<[Rc<Instance>]> =
            self.kept_instances.drain(instances..).filter_map(|instance| instance.upgrade()).collect();
        let places = self.spares.place(&self.journal, walk.objects);
        self.spares.parts.insert(places[0], instances.clone());
        let spare = Spare {
            call,
            instance: made.clone(),
            instances,
            cells: self.kept_cells.drain(cells..).filter_map(|cell| cell.upgrade()).collect(),
            places,
            cost,
            made: run,
            used: run,
        };
        self.spares.known.entry(key).or_default().push(spare);
        true
    }
}
