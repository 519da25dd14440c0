//! Going back to before a run: nothing that a run changed is there for the next one, and nothing is imported twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use yolint::internals::bindings;
use yolint::internals::interpret::{Args, Machine, Sources, Value};
use yolint::internals::python::File;

/// What runs change, each in another way, and what shows it.
const STATE: &str = "
import collections, functools, torch, torch.nn as nn
count = 0
names = ['a']
table = {'a': [1]}
kinds = {1, 2}
tensor = torch.zeros(2)
queue = collections.deque([1])
layer = nn.Conv2d(3, 4, 1)
def default(into=[]):
    into.append(1)
    return len(into)
def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
step = counter()
@functools.lru_cache
def fresh(x):
    return [x]
class Base:
    kind = 'base'
class Thing(Base):
    shared = []
    def __init__(self):
        self.size = 1
    def area(self):
        return self.size
thing = Thing()
def change():
    global count, added
    count += 1
    added = 1
    names.append('b')
    table['a'].append(2)
    table['b'] = 1
    kinds.add(3)
    tensor.fill_(7)
    tensor.mark = 1
    queue.popleft()
    layer.stride = (2, 2)
    layer.extra = nn.ReLU()
    default()
    default.mark = 1
    step()
    fresh(1).append(2)
    Base.kind = 'other'
    Thing.area = lambda self: 0
    Thing.shared.append(thing)
    Thing.late = property(lambda self: 5)
    thing.size = 2
    thing.friend = thing
    nn.Conv2d.bias_is = 1
    torch.float_ = 5
    import lib.other
    lib.other.VALUE.append(lib.other)
def show():
    import lib.other
    return repr((count, 'added' in globals(), names, table, sorted(kinds), tensor.tolist(), hasattr(tensor, 'mark'), list(queue),
        layer.stride, hasattr(layer, 'extra'), default(), hasattr(default, 'mark'), step(), fresh(1), Thing.kind, thing.area(),
        len(Thing.shared), hasattr(thing, 'late'), thing.size, hasattr(thing, 'friend'), hasattr(nn.Conv2d, 'bias_is'),
        len(lib.other.VALUE), layer(torch.zeros(1, 3, 8, 8)).shape))
";

struct Files {
    files: Vec<(&'static str, Arc<File>)>,
    reads: AtomicUsize,
}

impl Sources for Files {
    fn file(&self, path: &str) -> Option<Arc<File>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.files.iter().find(|file| file.0 == path).map(|file| file.1.clone())
    }

    fn is_folder(&self, path: &str) -> bool {
        path == "lib"
    }

    fn roots(&self) -> &[String] {
        const ROOT: &[String] = &[String::new()];
        ROOT
    }
}

fn call(machine: &mut Machine, name: &str) -> String {
    let symbol = machine.symbol(name);
    let result = machine
        .import("lib.state")
        .and_then(|module| machine.get_attribute(&module, symbol))
        .and_then(|function| machine.call(&function, Args::default()));
    match result {
        Ok(Value::Str(text)) => text.to_string(),
        Ok(_) => String::new(),
        Err(yolint::internals::interpret::Stop::Unknown(unknown)) => panic!("{name}: {}", unknown.reason.english()),
        Err(yolint::internals::interpret::Stop::Raise(raised)) => panic!("{name}: {}", machine.describe(&raised)),
    }
}

#[test]
fn a_run_begins_as_the_first_did() {
    let file = |path, text| (path, Arc::new(File::new(path, text)));
    let files = vec![file("lib/__init__.py", ""), file("lib/state.py", STATE), file("lib/other.py", "VALUE = []")];
    let sources = Arc::new(Files { files, reads: AtomicUsize::new(0) });
    let machine = || {
        let mut machine = Machine::new(sources.clone());
        bindings::install(&mut machine);
        machine
    };
    let expected = call(&mut machine(), "show");
    let mut kept = machine();
    assert!(kept.mark());
    for round in 0..4 {
        assert_eq!(call(&mut kept, "show"), expected, "round {round}");
        assert!(kept.rewind());
        assert_eq!(call(&mut kept, "change"), "");
        assert_ne!(call(&mut kept, "show"), expected, "round {round}");
        assert!(kept.rewind());
    }
    let reads = sources.reads.load(Ordering::Relaxed);
    call(&mut kept, "change");
    assert_eq!(sources.reads.load(Ordering::Relaxed), reads);
}

#[test]
fn what_was_half_iterated_is_not_kept() {
    let files = vec![("lib/__init__.py", Arc::new(File::new("lib/__init__.py", "")))];
    let state = Arc::new(File::new(
        "lib/state.py",
        "import itertools\nids = itertools.count()\ndef show(): return str(next(ids))",
    ));
    let sources =
        Arc::new(Files { files: [files, vec![("lib/state.py", state)]].concat(), reads: AtomicUsize::new(0) });
    let mut machine = Machine::new(sources);
    assert!(machine.mark());
    assert_eq!(call(&mut machine, "show"), "0");
    assert!(!machine.rewind());
}
