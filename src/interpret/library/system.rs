//! What a program asks of its surroundings: `os`, `sys`, `platform`, `time`, `random`, `warnings`, `threading` and so on.
//!
//! The surroundings are always the same: Python 3.11 on Linux, not in a notebook, without environment variables, clocks or
//! random numbers. What is written to a disk goes nowhere, and what would be read from one isn't known, apart from texts
//! that are opened (`files.rs`).

use super::super::class::Type;
use super::super::machine::Machine;
use super::super::value::{Args, Entries, Foreign, Native, NativeFn, Res, Value};
use super::{Counts, Library, nothing};
use crate::words::{Message, message};
use std::any::Any;
use std::rc::Rc;

pub(super) static LIBRARY: Library = Library {
    packages: &[
        "os",
        "sys",
        "warnings",
        "time",
        "random",
        "string",
        "gc",
        "platform",
        "threading",
        "shutil",
        "IPython",
        "atexit",
        "signal",
        "faulthandler",
        "locale",
    ],
    counts: Counts::First,
    functions: FUNCTIONS,
    find,
    others: OTHERS,
};

const OTHERS: &[&str] = &[
    "os.sep",
    "os.environ",
    "os.name",
    "os.linesep",
    "os.path.sep",
    "sys.version_info",
    "sys.platform",
    "sys.maxsize",
    "sys.path",
    "sys.argv",
    "sys.modules",
    "sys.version",
    "sys.stdout",
    "sys.stderr",
    "string.ascii_lowercase",
    "string.ascii_uppercase",
    "string.ascii_letters",
    "string.digits",
    "string.punctuation",
    "threading.Lock",
    "threading.Thread",
    "warnings.catch_warnings",
];

/// Functions whose results aren't known, by what they tell.
const UNKNOWN: &[(Message, &[&str])] = &[
    (message!("whether-file"), &["os.path.isfile", "os.path.islink", "os.path.lexists", "os.access"]),
    (message!("working-folder"), &["os.getcwd", "os.path.relpath"]),
    (message!("home-folder"), &["os.path.expanduser"]),
    (message!("folder-holds"), &["os.listdir", "os.walk", "os.scandir"]),
    (message!("file-size"), &["os.path.getsize", "os.stat", "shutil.disk_usage"]),
    (message!("file-time"), &["os.path.getmtime", "os.path.getctime"]),
    (message!("processors"), &["os.cpu_count"]),
    (message!("process-id"), &["os.getpid", "os.getppid", "threading.get_ident"]),
    (message!("another-program"), &["os.system", "os.popen", "shutil.which"]),
    (message!("object-size"), &["sys.getsizeof", "sys.getrefcount"]),
    (message!("terminal-size"), &["shutil.get_terminal_size", "os.get_terminal_size"]),
    (
        message!("the-machine"),
        &["platform.release", "platform.platform", "platform.node", "platform.version", "platform.uname"],
    ),
    (
        message!("the-time"),
        &[
            "time.time",
            "time.time_ns",
            "time.perf_counter",
            "time.perf_counter_ns",
            "time.monotonic",
            "time.process_time",
            "time.strftime",
            "time.localtime",
            "time.ctime",
        ],
    ),
    (
        message!("random-number"),
        &[
            "random.random",
            "random.uniform",
            "random.randint",
            "random.randrange",
            "random.gauss",
            "random.betavariate",
        ],
    ),
    (message!("random-choice"), &["random.choice", "random.choices", "random.sample"]),
];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let text = |s: &str| Some(Value::str(s));
    match path {
        "os.sep" | "os.path.sep" => text("/"),
        "os.pathsep" => text(":"),
        "os.name" => text("posix"),
        "os.linesep" => text("\n"),
        "os.devnull" => text("/dev/null"),
        "os.environ" => Some(Value::dict(Default::default())),
        "os.F_OK" => Some(Value::Int(0)),
        "os.X_OK" => Some(Value::Int(1)),
        "os.W_OK" => Some(Value::Int(2)),
        "os.R_OK" => Some(Value::Int(4)),
        "os.PathLike" => Some(Value::Class(m.native_class("PathLike", "os", &[], Vec::new()))),
        "sys.platform" => text("linux"),
        "sys.byteorder" => text("little"),
        "sys.version" => text("3.11.7 (main)"),
        "sys.maxsize" => Some(Value::Int(i64::MAX)),
        "sys.argv" => Some(Value::list(vec![Value::str("")])),
        "sys.path" => {
            let roots = m.sources.roots().iter().map(|root| Value::str(root)).collect();
            Some(Value::list(roots))
        }
        "sys.modules" => Some(Value::Foreign(Rc::new(Modules))),
        "sys.stdout" | "sys.__stdout__" => Some(stream(m, "stdout", |m, _, a| {
            if let Some(text) = a.positional.get(1) {
                let text = m.str(text)?;
                m.print(&text, "")?;
            }
            Ok(Value::None)
        })),
        "sys.stderr" | "sys.__stderr__" => Some(stream(m, "stderr", nothing)),
        "sys.version_info" => {
            let fields = ["major", "minor", "micro", "releaselevel", "serial"].map(Into::into);
            let class = m.named_tuple(&"version_info".into(), &fields, Vec::new(), Default::default()).ok()?;
            let items = vec![Value::Int(3), Value::Int(11), Value::Int(7), Value::str("final"), Value::Int(0)];
            m.call(&class, Args::of(items)).ok()
        }
        "string.ascii_lowercase" => text("abcdefghijklmnopqrstuvwxyz"),
        "string.ascii_uppercase" => text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "string.ascii_letters" => text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "string.digits" => text("0123456789"),
        "string.punctuation" => text("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        "threading.Lock" | "threading.RLock" | "threading.Semaphore" | "threading.Condition" => {
            Some(manager(m, path, |_, _, _| Ok(Value::Bool(true))))
        }
        "warnings.catch_warnings" => Some(manager(m, path, nothing)),
        "threading.local" => Some(Value::Class(m.native_class("local", "threading", &[], Vec::new()))),
        "threading.Thread" => Some(thread(m)),
        _ => {
            UNKNOWN.iter().find(|u| u.1.contains(&path))?;
            let call: NativeFn = |m, n, _| {
                let told = UNKNOWN.iter().find(|u| u.1.contains(&&*n.name));
                Ok(m.unknown_value(told.map_or_else(|| (&*n.name).into(), |(reason, _)| reason.clone())))
            };
            Some(Value::native(path, call))
        }
    }
}

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("os.path.exists", |m, _, a| standing(m, a, message!("whether-file"))),
    ("os.path.isdir", |m, _, a| standing(m, a, message!("whether-folder"))),
    ("os.path.join", |m, _, a| {
        let mut path = String::new();
        for part in &a.positional {
            let part = m.str(part)?;
            if part.starts_with('/') || path.is_empty() {
                path = part.to_string();
            } else {
                if !path.ends_with('/') {
                    path.push('/');
                }
                path.push_str(&part);
            }
        }
        Ok(Value::str(&path))
    }),
    ("os.path.basename", |m, n, a| path(m, n, a, |p| p.rsplit('/').next().unwrap_or_default().to_owned())),
    ("os.path.dirname", |m, n, a| {
        path(m, n, a, |p| match p.rsplit_once('/') {
            Some(("", _)) => "/".to_owned(),
            Some((folder, _)) => folder.to_owned(),
            None => String::new(),
        })
    }),
    ("os.path.abspath", same),
    ("os.path.realpath", same),
    ("os.path.splitext", |m, _, a| {
        let value = a.positional.first().cloned().unwrap_or(Value::None);
        let text = m.str(&value)?;
        let name = text.rfind('/').map_or(0, |i| i + 1);
        let stem = text[name..].trim_start_matches('.');
        let first = text.len() - stem.len();
        let cut = stem.rfind('.').map_or(text.len(), |i| first + i);
        Ok(Value::tuple(vec![Value::str(&text[..cut]), Value::str(&text[cut..])]))
    }),
    ("os.path.normpath", |m, n, a| path(m, n, a, normal)),
    ("os.path.isabs", |m, _, a| {
        let text = m.str(a.positional.first().unwrap_or(&Value::None))?;
        Ok(Value::Bool(text.starts_with('/')))
    }),
    ("os.path.split", |m, _, a| {
        let text = m.str(a.positional.first().unwrap_or(&Value::None))?;
        let (folder, name) = match text.rsplit_once('/') {
            Some(("", name)) => ("/", name),
            Some((folder, name)) => (folder, name),
            None => ("", &*text),
        };
        Ok(Value::tuple(vec![Value::str(folder), Value::str(name)]))
    }),
    ("os.fspath", same),
    ("os.getenv", |m, _, a| {
        let environment = m.library_value("os.environ")?;
        let name = a.positional.first().cloned().unwrap_or(Value::None);
        let found = match m.contains(&environment, &name)? {
            Value::Bool(true) => Some(m.get_item(&environment, &name)?),
            _ => a.positional.into_iter().nth(1),
        };
        Ok(found.unwrap_or(Value::None))
    }),
    ("os.makedirs", nothing),
    ("os.mkdir", nothing),
    ("os.remove", nothing),
    ("os.unlink", nothing),
    ("os.rename", nothing),
    ("os.chdir", nothing),
    ("os.chmod", nothing),
    ("os.umask", nothing),
    ("shutil.rmtree", nothing),
    ("shutil.copy", nothing),
    ("shutil.copy2", nothing),
    ("shutil.copyfile", nothing),
    ("shutil.copytree", nothing),
    ("shutil.move", nothing),
    ("sys.exit", |m, _, a| Err(m.error_with(Type::SystemExit, a.positional))),
    ("sys.getrecursionlimit", |_, _, _| Ok(Value::Int(1000))),
    ("sys.setrecursionlimit", nothing),
    ("sys.intern", same),
    ("sys.exc_info", |_, _, _| Ok(Value::tuple(vec![Value::None, Value::None, Value::None]))),
    ("sys.getdefaultencoding", |_, _, _| Ok(Value::str("utf-8"))),
    ("sys.getfilesystemencoding", |_, _, _| Ok(Value::str("utf-8"))),
    ("warnings.warn", nothing),
    ("warnings.resetwarnings", nothing),
    ("warnings.filterwarnings", nothing),
    ("warnings.simplefilter", nothing),
    ("atexit.register", same),
    ("signal.signal", nothing),
    ("faulthandler.enable", nothing),
    ("locale.setlocale", nothing),
    ("IPython.get_ipython", nothing),
    ("gc.disable", nothing),
    ("gc.enable", nothing),
    ("gc.collect", |_, _, _| Ok(Value::Int(0))),
    ("time.sleep", nothing),
    ("random.seed", nothing),
    ("platform.system", |_, _, _| Ok(Value::str("Linux"))),
    ("platform.machine", |_, _, _| Ok(Value::str("x86_64"))),
    ("platform.processor", |_, _, _| Ok(Value::str("x86_64"))),
    ("platform.python_version", |_, _, _| Ok(Value::str("3.11.7"))),
    ("platform.python_implementation", |_, _, _| Ok(Value::str("CPython"))),
    ("threading.current_thread", |m, _, _| {
        let class = m.library_value("threading.Thread")?;
        let thread = m.call(&class, Args::default())?;
        let name = m.symbol("name");
        m.set_attribute(&thread, name, Value::str("MainThread"))?;
        Ok(thread)
    }),
];

fn same(_: &mut Machine, _: &Native, a: Args) -> Res {
    Ok(a.positional.into_iter().next().unwrap_or(Value::None))
}

fn path(m: &mut Machine, _: &Native, a: Args, f: fn(&str) -> String) -> Res {
    let value = a.positional.first().cloned().unwrap_or(Value::None);
    if let Value::Unknown(_) = value {
        return Ok(value);
    }
    let text = m.str(&value)?;
    Ok(Value::str(&f(&text)))
}

fn standing(m: &mut Machine, a: Args, unknown: Message) -> Res {
    match a.positional.first() {
        Some(path) if !matches!(path, Value::Unknown(_)) => {
            let path = m.str(path)?;
            Ok(m.is_standing(&path, unknown))
        }
        _ => Ok(m.unknown_value(unknown)),
    }
}

pub(super) fn normal(text: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/').filter(|p| !p.is_empty() && *p != ".") {
        match parts.last() {
            Some(last) if part == ".." && *last != ".." => {
                parts.pop();
            }
            None if part == ".." && text.starts_with('/') => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (text.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A class whose objects are entered and left without effect: locks, filters of warnings.
fn manager(m: &mut Machine, path: &str, acquire: NativeFn) -> Value {
    let enter: NativeFn = |_, _, a| Ok(a.positional.into_iter().next().unwrap_or(Value::None));
    let methods: [(&str, NativeFn); 6] = [
        ("__init__", nothing),
        ("__enter__", enter),
        ("__exit__", |_, _, _| Ok(Value::Bool(false))),
        ("acquire", acquire),
        ("release", nothing),
        ("locked", |_, _, _| Ok(Value::Bool(false))),
    ];
    let members = methods.map(|(name, call)| (name, Value::native_method(name, call)));
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    Value::Class(m.native_class(name, module, &[], members.to_vec()))
}

/// `threading.Thread`: what a thread does, and when, isn't known.
fn thread(m: &mut Machine) -> Value {
    let methods: [(&str, NativeFn); 4] = [
        ("__init__", nothing),
        ("start", |m, _, _| Err(m.unknown(message!("thread-started")))),
        ("join", nothing),
        ("is_alive", |_, _, _| Ok(Value::Bool(false))),
    ];
    let members = methods.map(|(name, call)| (name, Value::native_method(name, call)));
    Value::Class(m.native_class("Thread", "threading", &[], members.to_vec()))
}

/// `sys.stdout` or `sys.stderr`.
fn stream(m: &mut Machine, name: &str, write: NativeFn) -> Value {
    let methods: [(&str, NativeFn); 5] = [
        ("write", write),
        ("flush", nothing),
        ("reconfigure", nothing),
        ("isatty", |_, _, _| Ok(Value::Bool(false))),
        ("fileno", |_, _, _| Ok(Value::Int(1))),
    ];
    let mut members = methods.map(|(name, call)| (name, Value::native_method(name, call))).to_vec();
    members.extend([("encoding", Value::str("utf-8")), ("name", Value::str(name)), ("closed", Value::Bool(false))]);
    let class = m.native_class("TextIOWrapper", "_io", &[], members);
    Value::Instance(m.instance(&class, Value::Unbound))
}

/// `sys.modules`.
struct Modules;

impl Foreign for Modules {
    fn class(&self, machine: &mut Machine) -> Res<Rc<super::super::class::Class>> {
        Ok(machine.builtin(Type::Dict))
    }

    fn as_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn get(self: Rc<Self>, machine: &mut Machine, name: super::super::symbol::Symbol) -> Res<Option<Value>> {
        let text = machine.text(name);
        let call: NativeFn = match &*text {
            "get" => |m, _, a| match m.loaded(a.positional.first())? {
                Some(module) => Ok(module),
                None => Ok(a.positional.into_iter().nth(1).unwrap_or(Value::None)),
            },
            "pop" => |m, _, a| match m.loaded(a.positional.first())? {
                Some(_) => Err(m.unknown(message!("module-taken-out"))),
                None => Ok(a.positional.into_iter().nth(1).unwrap_or(Value::None)),
            },
            "keys" | "copy" => |m, _, _| {
                let mut names = Entries::default();
                for (name, module) in m.modules.clone() {
                    names.insert(super::super::key::Key::str(&name), module);
                }
                Ok(Value::dict(names))
            },
            _ => return Ok(None),
        };
        Ok(Some(Value::native(&text, call)))
    }

    fn special(self: Rc<Self>, machine: &mut Machine, name: &str, args: &[Value]) -> Res<Option<Value>> {
        Ok(Some(match name {
            "__getitem__" => match machine.loaded(args.first())? {
                Some(module) => module,
                None => return Err(machine.error_with(Type::KeyError, args.to_vec())),
            },
            "__contains__" => Value::Bool(machine.loaded(args.first())?.is_some()),
            "__setitem__" => {
                if let [Value::Str(name), module] = args {
                    machine.modules.insert(name.clone(), module.clone());
                }
                Value::None
            }
            _ => return Ok(None),
        }))
    }
}

impl Machine {
    /// A module that was imported already.
    fn loaded(&mut self, name: Option<&Value>) -> Res<Option<Value>> {
        let Some(Value::Str(name)) = name else { return Ok(None) };
        match self.modules.get(name) {
            Some(module) => Ok(Some(module.clone())),
            // A library is there as soon as somebody imports it, which is all that is asked of it.
            None if self.libraries.iter().any(|l| l.has(name.split('.').next().unwrap_or(name))) => {
                self.import(name).map(Some)
            }
            None => Ok(None),
        }
    }
}
