//! Reading files for a model: what an editor has open counts before the disk, and an unchanged file of Python is parsed once.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use crate::interpret::Sources;
use crate::python::file::File;

/// The largest file that is read for a framework, in bytes. The largest ones of frameworks are under 400 kB.
const MAX_BYTES: u64 = 4 << 20;

/// The files that a process reads; threads share them.
#[derive(Debug, Default)]
pub struct Files {
    open: RwLock<HashMap<PathBuf, Arc<str>>>,
    parsed: Mutex<HashMap<PathBuf, Parsed>>,
}

/// A parsed file, and what tells whether it has changed since.
#[derive(Debug)]
struct Parsed {
    /// When it was written, and its length; none if it was open in an editor.
    stamp: Option<(SystemTime, u64)>,
    file: Arc<File>,
}

impl Files {
    /// Sets the text that an editor has of a file; none if it was closed.
    pub fn set_open(&self, path: &Path, text: Option<Arc<str>>) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        match text {
            Some(text) => open.insert(path.to_owned(), text),
            None => open.remove(path),
        };
    }

    /// Returns the text of a file; none of what is no file, or larger than files of frameworks are.
    pub fn text(&self, path: &Path) -> Option<Arc<str>> {
        self.open_text(path).or_else(|| from_disk(path).map(Into::into))
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
            let is_same = open.as_deref().is_none_or(|text| *known.file.text == *text);
            if known.stamp == stamp && is_same {
                return Some(known.file.clone());
            }
        }
        // Nobody waits while a file is parsed; two threads may both parse it.
        let text = open.or_else(|| from_disk(path).map(Into::into))?;
        let file = Arc::new(File::new(&path.to_string_lossy(), &text));
        self.parsed().insert(path.to_owned(), Parsed { stamp, file: file.clone() });
        Some(file)
    }

    fn parsed(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Parsed>> {
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a file was written, and its length; none of what isn't read.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok().filter(|m| m.is_file() && m.len() <= MAX_BYTES)?;
    Some((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len()))
}

/// The text of a file on the disk. A device or a pipe isn't opened, since that may never end.
fn from_disk(path: &Path) -> Option<String> {
    let (_, length) = stamp(path)?;
    let mut bytes = Vec::with_capacity(length as usize);
    // It may grow while it is read.
    fs::File::open(path).ok()?.take(MAX_BYTES + 1).read_to_end(&mut bytes).ok()?;
    let is_whole = bytes.len() as u64 <= MAX_BYTES;
    is_whole.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The files of one program: where its imports are looked for, and what was asked for.
#[derive(Debug)]
pub struct ImportPath {
    files: Arc<Files>,
    roots: Vec<String>,
    asked: Mutex<BTreeMap<String, bool>>,
}

impl ImportPath {
    /// Makes a program's files from the folders of `sys.path`.
    pub fn new(files: Arc<Files>, roots: &[PathBuf]) -> ImportPath {
        let roots = roots.iter().map(|root| root.to_string_lossy().into_owned()).collect();
        ImportPath { files, roots, asked: Mutex::default() }
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
        let file = self.files.python(Path::new(path));
        self.note(path, file.is_some());
        file
    }

    fn is_folder(&self, path: &str) -> bool {
        let is_folder = Path::new(path).is_dir();
        self.note(path, is_folder);
        is_folder
    }

    fn roots(&self) -> &[String] {
        &self.roots
    }
}
