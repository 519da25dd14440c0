//! Going back to before a run: nothing that a run changed is there for the next one, nothing is imported twice, and what is
//! constructed is as new, though an earlier run may have constructed it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use yolint::internals::bindings;
use yolint::internals::interpret::{Args, Machine, Sources, Stop, Value};
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

/// What constructors make and do, each in another way, and what runs do with it.
const CONSTRUCTORS: &str = "
import torch, torch.nn as nn
made = []
class Plain(nn.Module):
    def __init__(self, c, k=(1, 2)):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(c, 4, 1), nn.ReLU())
        self.k = list(k)
        self.scale = torch.zeros(2)
        self.half = self.scale[:1]
        self.weight = nn.Parameter(torch.ones(c))
        self.grow = lambda by: self.k.append(by)
class Counted(nn.Module):
    count = 0
    def __init__(self, c):
        super().__init__()
        Counted.count += 1
        self.size = c + Counted.count
class Noted(nn.Module):
    def __init__(self, c):
        super().__init__()
        made.append(c)
class Keeping(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
class Growing(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.size = len(sizes)
        sizes.append(self.size)
class Saying(nn.Module):
    def __init__(self, c):
        super().__init__()
        print(c)
class Chosen(nn.Module):
    wide = False
    def __init__(self, c):
        super().__init__()
        self.size = 2 * c if Chosen.wide else c
def plain(one):
    return (one.conv[0].weight.shape, one.conv[0].stride, len(one.conv), one.k, one.scale.tolist(), one.half.tolist(),
        one.weight.tolist(), one.training, hasattr(one, 'mark'), [name for name, _ in one.named_modules()])
def show():
    one, two = Plain(3), Plain(3)
    one.k.append(5)
    sizes = [1]
    keeping = Keeping(sizes)
    sizes.append(2)
    growing = [4]
    Growing(growing), Growing([4])
    chosen = [Chosen(1).size]
    Chosen.wide = True
    chosen.append(Chosen(1).size)
    return repr((one is two, plain(one), plain(two), plain(Plain(3.0 // 1 == 3 and 5)), Counted(1).size, Counted(1).size,
        len(made), Noted(1).training, len(made), keeping.sizes, Keeping([1]).sizes, growing, Saying(1).training, chosen))
def change():
    one = Plain(3)
    one.grow(7)
    one.half.fill_(7)
    one.weight.data[0] = 7
    one.conv[0].stride = (2, 2)
    one.conv.append(nn.SiLU())
    one.eval()
    one.mark = one
    two = Plain(3)
    two.conv[0] = Plain(5)
    two.conv[0].scale.fill_(3)
    del two.half
    Counted(1), Noted(1), Saying(1), Chosen(1)
    Keeping([1]).sizes.append(3)
    Chosen.wide = 3
    Chosen(1).size = 5
class Endless(nn.Module):
    def __init__(self, c):
        super().__init__()
        while c:
            c += 1
def never():
    Endless(1)
def which():
    return repr((id(Plain(3)), id(Chosen(1))))
";

/// What `forward` reads and changes, each in another way, and what is set before it is called.
const CALLS: &str = "
import torch, torch.nn as nn
total = 0
class Block(nn.Module):
    kind = 1
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 1)
        self.act = nn.ReLU(inplace=True)
        self.width = c
        self.seen = []
        self.n = 0
class Moded(Block):
    def forward(self, x): return x if self.training else self.conv(x)
class Wide(Block):
    def forward(self, x): return torch.cat([self.conv(x)] * self.width, 1)
class Classed(Block):
    def forward(self, x): return torch.cat([self.conv(x)] * Block.kind, 1)
class Counting(Block):
    def forward(self, x):
        self.n += 1
        return x[:, :, self.n:]
class Seeing(Block):
    def forward(self, x):
        self.seen.append(1)
        return x[:, :, len(self.seen):]
class Global(Block):
    def forward(self, x):
        global total
        total += 1
        return x[:, :, total:]
class Taking(Block):
    def forward(self, xs):
        xs.append(xs[0])
        return torch.cat(xs, 1)
class InPlace(Block):
    def forward(self, x): return self.act(x)
class Several(Block):
    def forward(self, x):
        y = self.conv(x)
        return [x, y, (y, None)]
class Holding(Block):
    def forward(self, x): return self.conv.weight
class Filling(Block):
    def forward(self, x): return x.fill_(2)
class Sharing(Block):
    act = nn.SiLU()
    def __init__(self, c):
        super().__init__(c)
        del self.act
        self.shared = Sharing.act
    def forward(self, x): return self.shared(self.conv(x)) if self.shared.inplace else x
class Nested(Block):
    def __init__(self, c):
        super().__init__(c)
        self.inner = Wide(c)
    def forward(self, x): return self.inner(self.conv(x))
def sizes(value):
    if isinstance(value, torch.Tensor):
        return list(value.shape)
    return value and [sizes(item) for item in value]
def called(edit):
    found = []
    for kind in (Moded, Wide, Classed, Counting, Seeing, Global, Taking, InPlace, Several, Holding, Filling, Sharing, Nested):
        one = kind(2)
        edit(one)
        for size in (8, 8, 4):
            x = torch.zeros(1, 2, size, size)
            given = [x] if kind is Taking else x
            out = one(given)
            again = out[1] is out[2][0] if kind is Several else out is one.conv.weight
            first = out[0] if kind is Several else out
            found.append((sizes(out), sizes(given), first is x, again, one.n, len(one.seen)))
            if kind is Filling:
                found.append(x[0, 0, 0].tolist())
    return repr(found)
def plain(one): pass
def mode(one): one.eval()
def width(one): one.width = 3
def both(one):
    one.width = 3
    one.width = 4
    one.eval()
def inner(one):
    if isinstance(one, Nested):
        one.inner.width = 5
    one.conv = nn.Conv2d(2, 2, 1, 2)
def of_class(one):
    Block.kind = 3
    Sharing.act.inplace = True
def show_plain(): return called(plain)
def show_mode(): return called(mode)
def show_width(): return called(width)
def show_both(): return called(both)
def show_inner(): return called(inner)
def show_of_class(): return called(of_class)
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

fn machine(sources: &Arc<Files>) -> Machine {
    let mut machine = Machine::new(sources.clone());
    bindings::install(&mut machine);
    machine
}

fn result(machine: &mut Machine, name: &str) -> Result<Value, Stop> {
    let symbol = machine.symbol(name);
    let module = machine.import("lib.state")?;
    let function = machine.get_attribute(&module, symbol)?;
    machine.call(&function, Args::default())
}

fn call(machine: &mut Machine, name: &str) -> String {
    match result(machine, name) {
        Ok(Value::Str(text)) => text.to_string(),
        Ok(_) => String::new(),
        Err(Stop::Unknown(unknown)) => panic!("{name}: {}", unknown.reason.english()),
        Err(Stop::Raise(raised)) => panic!("{name}: {}", machine.describe(&raised)),
    }
}

#[test]
fn a_run_begins_as_the_first_did() {
    let file = |path, text| (path, Arc::new(File::new(path, text)));
    let files = vec![file("lib/__init__.py", ""), file("lib/state.py", STATE), file("lib/other.py", "VALUE = []")];
    let sources = Arc::new(Files { files, reads: AtomicUsize::new(0) });
    let expected = call(&mut machine(&sources), "show");
    let mut kept = machine(&sources);
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

/// Why `never()` has no result.
fn never(machine: &mut Machine) -> String {
    match result(machine, "never") {
        Err(Stop::Unknown(unknown)) => format!("{} {:?}", unknown.reason.english(), unknown.place),
        _ => panic!("it has to end by the limit of steps"),
    }
}

#[test]
fn what_is_constructed_again_is_as_new() {
    let file = |path, text| (path, Arc::new(File::new(path, text)));
    let files = vec![file("lib/__init__.py", ""), file("lib/state.py", CONSTRUCTORS)];
    let sources = Arc::new(Files { files, reads: AtomicUsize::new(0) });
    let expected = call(&mut machine(&sources), "show");
    let unending = never(&mut machine(&sources));
    let mut kept = machine(&sources);
    assert!(kept.mark());
    let mut begins = true;
    let mut run = |name: &str| {
        // A run that doesn't say that it begins constructs everything anew.
        begins = !begins || name == "which";
        if begins {
            kept.begin();
        }
        let said = match name {
            "never" => never(&mut kept),
            name => call(&mut kept, name),
        };
        assert!(kept.rewind());
        said
    };
    for round in 0..4 {
        assert_eq!(run("show"), expected, "round {round}");
        run("change");
        // A run that asks top levels for something new keeps nothing that it constructs.
        run("which");
        assert_eq!(run("which"), run("which"), "round {round}");
        assert_eq!(run("never"), unending, "round {round}");
    }
}

#[test]
fn what_is_called_again_returns_what_it_would() {
    let file = |path, text| (path, Arc::new(File::new(path, text)));
    let files = vec![file("lib/__init__.py", ""), file("lib/state.py", CALLS)];
    let sources = Arc::new(Files { files, reads: AtomicUsize::new(0) });
    let shows = ["show_plain", "show_mode", "show_width", "show_both", "show_inner", "show_of_class"];
    let expected = shows.map(|show| call(&mut machine(&sources), show));
    let mut kept = machine(&sources);
    assert!(kept.mark());
    // The second time in an order in which each follows another one.
    for show in [0, 1, 2, 3, 4, 5, 0, 0, 2, 1, 5, 4, 3, 2, 0, 5, 5, 1, 3, 4] {
        kept.begin();
        assert_eq!(call(&mut kept, shows[show]), expected[show], "{}", shows[show]);
        assert!(kept.rewind());
    }
}
