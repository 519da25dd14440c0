//! Exceptions of modules that aren't modelled otherwise: programs name them in `except` clauses.

use super::super::class::Type;
use super::super::machine::Machine;
use super::super::value::Value;
use super::{Counts, Library};

pub(super) static LIBRARY: Library = Library {
    packages: &[
        "argparse",
        "concurrent",
        "http",
        "importlib",
        "json",
        "pickle",
        "pkg_resources",
        "queue",
        "re",
        "shutil",
        "socket",
        "struct",
        "subprocess",
        "tarfile",
        "urllib",
        "zipfile",
        "zlib",
    ],
    counts: Counts::First,
    functions: &[],
    find,
    others: &["urllib.error.URLError", "importlib.metadata.PackageNotFoundError", "concurrent.futures.TimeoutError"],
};

const EXCEPTIONS: &[(&str, Type)] = &[
    ("argparse.ArgumentError", Type::Exception),
    ("argparse.ArgumentTypeError", Type::Exception),
    ("concurrent.futures.TimeoutError", Type::TimeoutError),
    ("importlib.metadata.PackageNotFoundError", Type::ModuleNotFoundError),
    ("json.JSONDecodeError", Type::ValueError),
    ("pickle.UnpicklingError", Type::Exception),
    ("pkg_resources.DistributionNotFound", Type::Exception),
    ("pkg_resources.VersionConflict", Type::Exception),
    ("queue.Empty", Type::Exception),
    ("queue.Full", Type::Exception),
    ("re.error", Type::Exception),
    ("shutil.Error", Type::OSError),
    ("socket.error", Type::OSError),
    ("socket.gaierror", Type::OSError),
    ("socket.timeout", Type::TimeoutError),
    ("struct.error", Type::Exception),
    ("subprocess.CalledProcessError", Type::Exception),
    ("subprocess.TimeoutExpired", Type::Exception),
    ("tarfile.TarError", Type::Exception),
    ("urllib.error.HTTPError", Type::OSError),
    ("urllib.error.URLError", Type::OSError),
    ("zipfile.BadZipFile", Type::Exception),
    ("zlib.error", Type::Exception),
];

fn find(m: &mut Machine, path: &str) -> Option<Value> {
    let (_, base) = EXCEPTIONS.iter().find(|e| e.0 == path)?;
    let (module, name) = path.rsplit_once('.')?;
    let base = m.builtin(*base);
    Some(Value::Class(m.native_class(name, module, &[base], Vec::new())))
}
