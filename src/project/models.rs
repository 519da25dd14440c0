//! The model files that come with the frameworks at hand.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::archive;
use super::files::{MOST_ENTRIES, read};
use super::framework::Choice;
use crate::dialect::{HAS_FILES, name_without_scale, scale_in_name};
use crate::model::ReadFile;
use crate::text::{SourceFile, stem};
use crate::weights::{Base, read_checkpoint};
use crate::words::{Message, message};

/// Where a framework keeps its model files, in its package.
const FOLDERS: [&str; 2] = ["cfg/models", "models"];

/// The largest description of a model in a checkpoint that is read, in bytes; those of published ones are under 2 MB.
const MOST_PICKLED: u64 = 64 << 20;

/// How deep they stand below.
const MOST_DEEP: usize = 3;

/// The most files and folders of a folder that are looked at; forks have had over a thousand models in one.
const MOST_IN_A_FOLDER: usize = 2000;

/// The paths of the model files that come with the framework that counts for a file, or else with another at hand.
fn official_files(choice: &Choice) -> Vec<PathBuf> {
    if !HAS_FILES {
        return Vec::new();
    }
    let frameworks = std::iter::once(&choice.framework).chain(&choice.others);
    let sources = frameworks.filter_map(|framework| framework.source.as_ref());
    let mut folders = sources.flat_map(|source| FOLDERS.map(|folder| source.package.join(folder)));
    folders.find_map(|folder| Some(yaml_below(&folder)).filter(|files| !files.is_empty())).unwrap_or_default()
}

/// The official models that are at hand: those of the framework that is there, and those that come with yolint. The file at `own`,
/// which may be edited in its framework's folder, isn't one of them.
pub fn official_bases(choice: &Choice, own: &Path) -> Vec<Base> {
    let own = own.canonicalize().ok();
    let mut files = official_files(choice);
    files.retain(|path| own.is_none() || path.canonicalize().ok() != own);
    let of_file = |(name, text): (String, String)| Base::of_file(&name, ReadFile::new(&*text), None);
    let mut bases: Vec<Base> = texts(&files).filter_map(of_file).collect();
    for base in Base::built_in() {
        if bases.iter().all(|known| known.name != base.name) {
            bases.push(base);
        }
    }
    bases
}

/// The model whose weights a path names: a checkpoint, a model file, or the name of an official model, `yolo11n.pt`; none if
/// there is no such file and no such model.
///
/// # Errors
/// A sentence that says why a file can't be used.
pub fn base(path: &Path, choice: &Choice) -> Result<Option<Base>, Message> {
    let name = path.display().to_string();
    let is_checkpoint = path.extension().is_some_and(|ending| ending == "pt" || ending == "pth");
    if HAS_FILES && path.is_file() {
        if is_checkpoint {
            let mut file = File::open(path).map_err(|why| message!("of-file", name, why))?;
            let data = archive::entry(&mut file, "/data.pkl", MOST_PICKLED);
            let read = data.and_then(|data| read_checkpoint(&data));
            let read = read.map_err(|why| message!("file-cant-be-read", name, why))?;
            return Ok(Some(Base::of_weights(&name, read)));
        }
        let file = ReadFile::new(SourceFile::new(path, read(path)?.text));
        let own_name = file.source.name().into_owned();
        let base = Base::of_file(&own_name, file, scale_in_name(&stem(path)).map(String::from).as_deref());
        return base.map(Some).ok_or_else(|| message!("neither-checkpoint", name));
    }
    let found = by_name(path, choice);
    if found.is_none() && is_checkpoint {
        return Err(message!("no-official-model", name));
    }
    Ok(found)
}

/// The official model of a name: `yolo11n.pt`, `yolo11n` or `yolo11.yaml@n`.
fn by_name(path: &Path, choice: &Choice) -> Option<Base> {
    let text = path.file_name()?.to_str()?;
    let (text, scale) = text.rsplit_once('@').map_or((text, None), |(text, scale)| (text, Some(scale.to_owned())));
    let stem = stem(Path::new(text)).into_owned();
    let bare = name_without_scale(&format!("{stem}.yaml"));
    let scale = scale.or_else(|| scale_in_name(&stem).map(String::from));
    let mut bases = official_bases(choice, path);
    let at = |name: &str| bases.iter().position(|base| base.name == name);
    let at = at(&format!("{stem}.yaml")).or_else(|| at(bare.as_deref()?))?;
    let base = bases.swap_remove(at);
    Some(match scale {
        Some(scale) => base.at_scale(&scale),
        None => base,
    })
}

/// The texts of model files, with their names; what can't be read is left out.
fn texts(paths: &[PathBuf]) -> impl Iterator<Item = (String, String)> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().filter_map(move |path| Some((name(path), read(path).ok()?.text)))
}

/// The YAML files below a folder, sorted. Of folders that are hidden, and of what is over [`MOST_ENTRIES`] files and folders in all,
/// nothing is seen.
pub(super) fn yaml_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = VecDeque::from([(folder.to_owned(), 0)]);
    let mut left = MOST_ENTRIES;
    while let Some((folder, depth)) = open.pop_front() {
        // What holds more is data.
        let entries =
            fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).take(left.min(MOST_IN_A_FOLDER));
        for entry in entries {
            left -= 1;
            let (path, is_hidden) = (entry.path(), entry.file_name().to_string_lossy().starts_with('.'));
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir() || (kind.is_symlink() && path.is_dir()));
            if is_folder && depth < MOST_DEEP && !is_hidden {
                open.push_back((path, depth + 1));
            } else if !is_folder && path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
