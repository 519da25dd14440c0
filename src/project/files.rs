//! Reading files: what is said of one that can't be read, and the sources of a framework, of which those that an editor has
//! open count before the disk, and unchanged ones are parsed once.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::SystemTime;

use super::half_typed;
use crate::dialect::HAS_FILES;
use crate::interpret::{Machine, Sources};
use crate::python::file::File;
use crate::words::{Message, message, printed};

printed!(io::Error);

/// The largest file that is read, in bytes. The largest published model file is under 100 kB.
const MAX_BYTES: u64 = 16 << 20;

/// The largest file that is read though nobody named or opened it, in bytes.
const MAX_UNASKED: u64 = 1 << 20;

/// The largest file of Python that is read for a framework, in bytes. The largest ones of frameworks are under 400 kB.
const MAX_PYTHON: u64 = 4 << 20;

/// The most entries of a folder that are looked at.
pub(super) const MOST_ENTRIES: usize = 5000;

/// Whether a file is one of Python.
pub fn is_python(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "py")
}

/// Reads the text of a model file, or of settings.
///
/// # Errors
/// A sentence that says why it can't be read.
pub fn read(path: &Path) -> Result<Decoded, Message> {
    let name = path.display();
    if !HAS_FILES {
        return Err(message!("no-files-here", name));
    }
    let unreadable = |error: io::Error| message!("of-file", name = path.display(), why = reason(&error));
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(message!("is-a-directory", name));
    }
    if metadata.len() > MAX_BYTES {
        return Err(too_large(&name.to_string(), metadata.len()));
    }
    read_from(&name.to_string(), fs::File::open(path).map_err(unreadable)?)
}

/// Reads the text called `name` from what may never end, such as a pipe.
///
/// # Errors
/// A sentence that says why it can't be read.
pub fn read_from(name: &str, from: impl io::Read) -> Result<Decoded, Message> {
    let mut bytes = Vec::new();
    let read = from.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| message!("of-file", name, why = reason(&error)))?;
    decode(name, bytes)
}

/// Reads the text of a file that nobody named or opened: it may be a model file, or a dataset's.
pub fn read_unasked(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= MAX_UNASKED);
    is_small.then(|| read(path).ok()).flatten().map(|read| read.text)
}

/// The text of a file.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The text without the bytes that aren't UTF-8: frameworks leave them out too.
    pub text: String,
    /// A sentence on these bytes, if there are any.
    pub left_out: Option<Message>,
}

/// Decodes the bytes of the file called `name`.
///
/// # Errors
/// A sentence that says why they are no text.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Decoded, Message> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large(name, bytes.len() as u64));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(message!("file-is-empty", name));
    }
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, left_out: None }),
        Err(error) => error,
    };
    let (at, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
    let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    if bytes.contains(&0) {
        return Err(message!("file-not-utf8", name, at, line));
    }
    let left_out = message!("file-bytes-left-out", name, line);
    Ok(Decoded { text: bytes.utf8_chunks().map(|chunk| chunk.valid()).collect(), left_out: Some(left_out) })
}

fn too_large(name: &str, bytes: u64) -> Message {
    let (size, most) = (bytes >> 20, MAX_BYTES >> 20);
    message!("file-over", name, size, most)
}

fn reason(error: &io::Error) -> Message {
    match error.kind() {
        io::ErrorKind::NotFound => message!("no-such-file"),
        io::ErrorKind::PermissionDenied => message!("permission-denied"),
        _ => error.to_string().into(),
    }
}

/// A path from the root, without steps back: the folders above `a/../b.yaml` are those above `b.yaml`.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components() {
        match part {
            Component::ParentDir => _ = whole.pop(),
            part => whole.push(part),
        }
    }
    whole
}

/// The files that a process reads; threads share them.
#[derive(Debug, Default)]
pub struct Files {
    open: RwLock<HashMap<PathBuf, Arc<str>>>,
    /// The texts of open files when they were last whole.
    whole: Mutex<HashMap<PathBuf, Arc<str>>>,
    parsed: Mutex<HashMap<PathBuf, Parsed>>,
    /// How often the disk was to be looked at afresh; 0 if that is done whenever something is read.
    looks: AtomicU64,
}

/// A parsed file, and what tells whether it has changed since.
#[derive(Debug)]
struct Parsed {
    /// When it was written, and its length; none if it was open in an editor.
    stamp: Option<(SystemTime, u64)>,
    /// Its text as it is written; that of `file` may be mended.
    text: Arc<str>,
    file: Arc<File>,
}

impl Files {
    /// What a program read and imported counts from now on until this is said again, without another look at the disk.
    pub fn look_afresh(&self) {
        self.looks.fetch_add(1, Ordering::Relaxed);
    }

    /// Sets the text that an editor has of a file; none if it was closed.
    pub fn set_open(&self, path: &Path, text: Option<Arc<str>>) {
        if self.looks.load(Ordering::Relaxed) > 0 {
            self.look_afresh();
        }
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        match text {
            Some(text) => _ = open.insert(path.to_owned(), text),
            None => {
                open.remove(path);
                self.whole().remove(path);
            }
        }
    }

    fn whole(&self) -> MutexGuard<'_, HashMap<PathBuf, Arc<str>>> {
        self.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the text of a file; none of what is no file, or larger than files of frameworks are.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        let known = || {
            let stamp = stamp(path)?;
            self.parsed().get(path).filter(|known| known.stamp == Some(stamp)).map(|known| known.text.clone())
        };
        self.open_text(path).or_else(known).or_else(|| from_disk(path).map(Into::into))
    }

    fn open_text(&self, path: &Path) -> Option<Arc<str>> {
        self.open.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Returns a parsed file of Python.
    pub fn python(&self, path: &Path) -> Option<Arc<File>> {
        let open = self.open_text(path);
        let stamp = match open {
            Some(_) => None,
            None => Some(stamp(path)?),
        };
        if let Some(known) = self.parsed().get(path) {
            let is_same = open.as_deref().is_none_or(|text| *known.text == *text);
            if known.stamp == stamp && is_same {
                return Some(known.file.clone());
            }
        }
        // Nobody waits while a file is parsed; two threads may both parse it.
        let text = open.or_else(|| from_disk(path).map(Into::into))?;
        let is_open = stamp.is_none();
        let mut file = File::new(&path.to_string_lossy(), &text);
        if is_open && file.errors.is_empty() {
            self.whole().insert(path.to_owned(), text.clone());
        } else if is_open && let Some(whole) = self.last_whole(path) {
            file = File::new(&path.to_string_lossy(), &half_typed::mended(&text, &whole));
        }
        let file = Arc::new(file);
        self.parsed().insert(path.to_owned(), Parsed { stamp, text, file: file.clone() });
        Some(file)
    }

    /// The text of an open file when it was last whole, at the latest on the disk.
    fn last_whole(&self, path: &Path) -> Option<Arc<str>> {
        self.whole().get(path).cloned().or_else(|| from_disk(path).map(Into::into))
    }

    fn parsed(&self) -> MutexGuard<'_, HashMap<PathBuf, Parsed>> {
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a file was written, and its length; none of what isn't read.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok().filter(|m| m.is_file() && m.len() <= MAX_PYTHON)?;
    Some((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len()))
}

/// The text of a file on the disk. A device or a pipe isn't opened, since that may never end.
fn from_disk(path: &Path) -> Option<String> {
    let (_, length) = stamp(path)?;
    let mut bytes = Vec::with_capacity(length as usize);
    // It may grow while it is read.
    fs::File::open(path).ok()?.take(MAX_PYTHON + 1).read_to_end(&mut bytes).ok()?;
    let is_whole = bytes.len() as u64 <= MAX_PYTHON;
    is_whole.then(|| String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
}

thread_local! {
    /// Machines that a thread may use again, those used last at the end.
    static MACHINES: RefCell<Vec<KeptMachine>> = const { RefCell::new(Vec::new()) };
}

/// A machine after a run.
struct KeptMachine {
    /// The program that it runs.
    id: u64,
    /// A hash of the edits with which it runs it; 0 without.
    edits: u64,
    machine: Machine,
    /// Whether it went back to before the run.
    is_back: bool,
}

impl KeptMachine {
    /// Has it go back; none if it can't be used again.
    fn back(mut self) -> Option<KeptMachine> {
        self.is_back = self.is_back || self.machine.rewind();
        self.is_back.then_some(self)
    }
}

/// Has the machines of this thread go back to before their runs, while nobody waits for them. Those that tried edits go.
pub fn rest() {
    if !HAS_FILES {
        return;
    }
    let kept = MACHINES.take().into_iter().filter(|kept| kept.edits == 0).filter_map(KeptMachine::back).collect();
    MACHINES.set(kept);
}

/// So many machines a thread keeps: each holds the top levels of a framework.
const MOST_MACHINES: usize = 3;

/// The files of one program: where its imports are looked for, and what was asked for.
#[derive(Debug)]
pub struct ImportPath {
    /// A number of its own.
    id: u64,
    files: Arc<Files>,
    roots: Vec<String>,
    /// A folder that isn't there, and the one that counts for it.
    package: Option<(String, String)>,
    asked: Mutex<BTreeMap<String, bool>>,
    /// The folders whose files were listed.
    listed: Mutex<BTreeSet<PathBuf>>,
}

impl ImportPath {
    /// Makes a program's files from the folders of `sys.path`.
    pub fn new(files: Arc<Files>, roots: &[PathBuf]) -> ImportPath {
        let roots = roots.iter().map(|root| root.to_string_lossy().into_owned()).collect();
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        ImportPath { id, files, roots, package: None, asked: Mutex::default(), listed: Mutex::default() }
    }

    /// Takes a folder for the package called `name` of the first root.
    pub fn with_package(self, name: &str, folder: &Path) -> ImportPath {
        let called = self.roots.first().map(|root| format!("{root}/{name}"));
        let folder = folder.to_string_lossy().into_owned();
        ImportPath { package: called.filter(|called| *called != folder).map(|called| (called, folder)), ..self }
    }

    /// The path at which that of a module stands.
    fn place<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let of = |(called, folder): &(String, String)| {
            let rest = path.strip_prefix(called).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
            Some(format!("{folder}{rest}"))
        };
        self.package.as_ref().and_then(of).map_or(Cow::Borrowed(path), Cow::Owned)
    }

    /// Returns the files that were read, those below the first root without it.
    pub fn read(&self) -> Vec<String> {
        let asked = self.asked();
        let read =
            asked.into_iter().filter(|(path, is_there)| *is_there && path.ends_with(".py")).map(|(path, _)| path);
        let own = self.roots.first().map_or(String::new(), |root| format!("{root}/"));
        read.map(|path| path.strip_prefix(&own).map(str::to_owned).unwrap_or(path)).collect()
    }

    /// Whether a path was asked for, whether there was something or not: by its name, or with all files of Python in a folder.
    pub fn has_asked_for(&self, path: &Path) -> bool {
        let is_listed = || {
            let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
            is_python(path) && path.ancestors().skip(1).any(|folder| listed.contains(folder))
        };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&*path.to_string_lossy()) || is_listed()
    }

    /// Returns the paths that were asked for, and whether there was something.
    pub fn asked(&self) -> BTreeMap<String, bool> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, path: &str, is_there: bool) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        match asked.get_mut(path) {
            Some(known) => *known = is_there,
            None => _ = asked.insert(path.to_owned(), is_there),
        }
    }
}

impl Sources for ImportPath {
    fn file(&self, path: &str) -> Option<Arc<File>> {
        let path = &*self.place(path);
        let file = self.files.python(Path::new(path));
        self.note(path, file.is_some());
        file
    }

    fn text(&self, path: &str) -> Option<Arc<str>> {
        let path = &*self.place(path);
        let text = self.files.text(Path::new(path));
        self.note(path, text.is_some());
        text
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let folder = &*self.place(folder);
        self.listed.lock().unwrap_or_else(PoisonError::into_inner).insert(PathBuf::from(folder));
        let entries = fs::read_dir(if folder.is_empty() { "." } else { folder }).into_iter().flatten();
        let name = |entry: fs::DirEntry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Of most entries it is known without another look.
            let is_folder = match entry.file_type() {
                Ok(kind) if !kind.is_symlink() => kind.is_dir(),
                _ => entry.path().is_dir(),
            };
            if is_folder { format!("{name}/") } else { name }
        };
        let mut names: Vec<String> = entries.take(MOST_ENTRIES).filter_map(Result::ok).map(name).collect();
        names.sort();
        names
    }

    fn is_folder(&self, path: &str) -> bool {
        let path = &*self.place(path);
        let is_folder = Path::new(path).is_dir();
        self.note(path, is_folder);
        is_folder
    }

    fn roots(&self) -> &[String] {
        &self.roots
    }

    fn looks(&self) -> u64 {
        self.files.looks.load(Ordering::Relaxed)
    }

    fn keep(&self, machine: Machine, edits: u64) {
        let surplus = MACHINES.with_borrow_mut(|kept| {
            kept.push(KeptMachine { id: self.id, edits, machine, is_back: false });
            (kept.len() > MOST_MACHINES).then(|| kept.remove(0))
        });
        drop(surplus);
    }

    fn kept(&self, eager: bool, edits: u64) -> Option<Machine> {
        let kept = MACHINES.with_borrow_mut(|kept| {
            let is_it = |kept: &KeptMachine| (kept.id, kept.edits, kept.machine.eager) == (self.id, edits, eager);
            let at = kept.iter().position(is_it)?;
            Some(kept.remove(at))
        });
        Some(kept?.back()?.machine)
    }
}
