//! Which framework a file is read with: trees of files, and what is chosen in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use yolint::internals::config::FrameworkSetting;
use yolint::internals::interpret::Machine;
use yolint::internals::project::{Choice, Files, Framework, ImportPath, Surroundings, choose};

use super::{fill, folder};

/// A tree, and what Python knows of it.
struct Tree {
    root: PathBuf,
    surroundings: Surroundings,
    setting: Option<FrameworkSetting>,
    python: Option<PathBuf>,
}

impl Tree {
    fn new(name: &str, tree: &str) -> Tree {
        let root = folder(&format!("frameworks/{name}"), tree);
        // The build folder may stand in a repository, and folders above the tree aren't its own.
        let surroundings = Surroundings { workspace: vec![root.clone()], ..Surroundings::default() };
        std::fs::create_dir_all(root.join(".git")).expect("the build folder can be written");
        Tree { root, surroundings, setting: None, python: None }
    }

    fn choice(&self, file: &str) -> Choice {
        let setting = self.setting.as_ref();
        choose(&self.root.join(file), setting, self.python.as_deref(), &self.surroundings, &Files::default())
    }

    /// The frameworks that could count for a file, the chosen one first.
    fn found(&self, file: &str) -> Vec<String> {
        let choice = self.choice(file);
        std::iter::once(&choice.framework).chain(&choice.others).map(|framework| self.shown(framework)).collect()
    }

    fn chosen(&self, file: &str) -> String {
        self.found(file).remove(0)
    }

    fn shown(&self, framework: &Framework) -> String {
        let Some(source) = &framework.source else { return framework.kind.name().to_owned() };
        let version = source.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        format!("{} {}{version} in {}", framework.kind.name(), source.module, self.relative(&source.root))
    }

    fn relative(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        format!("/{}", path.to_string_lossy().replace('\\', "/"))
    }

    fn roots(&self, file: &str) -> Vec<String> {
        self.choice(file).roots.iter().map(|root| self.relative(root)).collect()
    }
}

/// The files of a framework that is called `ultralytics`, in a folder.
fn ultralytics(folder: &str, version: &str) -> String {
    format!(
        "{folder}/ultralytics/__init__.py: __version__ = \"{version}\"\n\
         {folder}/ultralytics/nn/__init__.py:\n\
         {folder}/ultralytics/nn/tasks.py: from ultralytics.nn.modules import Conv\\ndef parse_model(d, ch):\\n    pass\n"
    )
}

#[test]
fn without_source_the_built_in_one_counts() {
    let tree =
        Tree::new("none", "m.yaml:\nultralytics/nn/tasks.py: # def parse_model\\nclass Model: pass\nmodels/readme.md:");
    assert_eq!(tree.found("m.yaml"), ["builtin"]);
    assert_eq!(
        tree.choice("m.yaml").framework.why.english(),
        "no framework's source stands above the file or is installed"
    );
    assert_eq!(tree.roots("m.yaml"), [""; 0]);
}

#[test]
fn a_checkout_of_ultralytics() {
    let tree = Tree::new("checkout", &ultralytics(".", "8.3.1"));
    for file in ["m.yaml", "cfg/a/m.yaml", "ultralytics/cfg/models/11/m.yaml", "ultralytics/nn/m.yaml"] {
        assert_eq!(tree.found(file), ["folder ultralytics.nn.tasks 8.3.1 in /", "builtin"], "{file}");
    }
}

/// YOLOv5 and what came of it is run in its folder, where `models` and `utils` are packages.
#[test]
fn a_checkout_of_yolov5() {
    let yolo = "from models.common import *\\ndef parse_model(d, ch):  # model_dict\\n    pass";
    let tree = Tree::new("yolov5", &format!("models/__init__.py:\nmodels/yolo.py: {yolo}\nmodels/hub/m.yaml:"));
    assert_eq!(tree.chosen("models/hub/m.yaml"), "folder models.yolo in /");
    // Also if somebody made the folder a package.
    let tree = Tree::new("yolov5_init", &format!("v5/__init__.py:\nv5/models/yolo.py: {yolo}"));
    assert_eq!(tree.chosen("v5/models/m.yaml"), "folder models.yolo in /v5");
}

#[test]
fn a_package_of_any_name() {
    let yolo = "import torch\\nfrom yolov5.models.common import *\\ndef parse_model(d, ch):\\n    pass";
    let tasks = "from .modules import *\\ndef parse_model(d, ch, verbose=True):\\n    pass";
    let tree = Tree::new(
        "packages",
        &format!(
            "a/yolov5/__init__.py: __version__ = '7.0.14'\na/yolov5/models/__init__.py:\na/yolov5/models/yolo.py: {yolo}\n\
             b/doclayout/__init__.py: __all__ = 1\nb/doclayout-0.0.4.dist-info/METADATA:\nb/doclayout/nn/tasks.py: {tasks}"
        ),
    );
    let yolov5 = "folder yolov5.models.yolo 7.0.14 in /a";
    assert_eq!(tree.chosen("a/yolov5/models/hub/m.yaml"), yolov5);
    assert_eq!(tree.chosen("a/m.yaml"), yolov5);
    let doclayout = "folder doclayout.nn.tasks 0.0.4 in /b";
    assert_eq!(tree.chosen("b/doclayout/cfg/models/v10/m.yaml"), doclayout);
    assert_eq!(tree.chosen("b/cfg/m.yaml"), doclayout);
}

/// Many publish the files of the package without its folder.
#[test]
fn a_package_without_its_folder() {
    let tasks = "import torch\\nfrom ultralytics.nn.modules import Conv\\nfrom ultralytics.utils import LOGGER\\n\
                 def parse_model(d, ch):\\n    pass";
    let own = "a-fork/__init__.py: __version__ = '8.3.5'\na-fork/nn/modules.py: class Conv: pass\n";
    let tree = format!("{own}a-fork/utils/__init__.py: LOGGER = 1\na-fork/nn/tasks.py: {tasks}\na-fork/cfg/m.yaml:");
    let tree = Tree::new("nameless", &tree);
    assert_eq!(tree.chosen("a-fork/cfg/m.yaml"), "folder ultralytics.nn.tasks 8.3.5 in /a-fork");
    let source = tree.choice("a-fork/cfg/m.yaml").framework.source.expect("a fork");
    assert_eq!([tree.relative(&source.package), tree.relative(&source.entry())], ["/a-fork", "/a-fork/nn/tasks.py"]);
    let imports = ImportPath::new(Arc::default(), &[source.root]).with_package("ultralytics", &source.package);
    let mut machine = Machine::new(Arc::new(imports));
    machine.eager = true;
    assert!(machine.import("ultralytics.nn.tasks").is_ok());
    // What needs more than there is belongs to an installed one.
    let tree = Tree::new("nameless_part", &format!("{own}a-fork/nn/tasks.py: {tasks}"));
    assert_eq!(tree.chosen("a-fork/m.yaml"), "folder nn.tasks in /a-fork");
}

#[test]
fn the_nearest_one_counts() {
    let yolo = "from models.common import *\\ndef parse_model(d, ch):\\n    pass";
    let tree = ultralytics(".", "8.3.1") + &ultralytics("old", "8.0.1");
    let tree = Tree::new("nearest", &format!("{tree}YOLOv5-SPD/models/yolo.py: {yolo}\n"));
    let (new, old) = ("folder ultralytics.nn.tasks 8.3.1 in /", "folder ultralytics.nn.tasks 8.0.1 in /old");
    let spd = "folder models.yolo in /YOLOv5-SPD";
    assert_eq!(tree.found("old/m.yaml"), [old, new, "builtin", spd]);
    assert_eq!(tree.found("YOLOv5-SPD/models/m.yaml"), [spd, new, "builtin", old]);
    // What stands right above counts before what stands beside.
    assert_eq!(tree.found("cfg/m.yaml"), [new, "builtin", spd, old]);
}

#[test]
fn a_repository_is_left_alone_by_its_neighbours() {
    let tree = Tree::new("neighbours", &(ultralytics("fork", "8.3.1") + "own/.git/\nown/cfg/m.yaml:\nhome/m.yaml:"));
    assert_eq!(tree.chosen("own/cfg/m.yaml"), "builtin");
    // In a worktree or a submodule it is a file.
    let tree = Tree::new("worktree", &(ultralytics(".", "8.3.1") + "sub/.git: gitdir: x\nsub/m.yaml:"));
    assert_eq!(tree.chosen("sub/m.yaml"), "builtin");
}

/// A folder of several projects: what one has isn't another's.
#[test]
fn a_project_is_left_alone_by_its_neighbours() {
    let fork = "folder ultralytics.nn.tasks 8.3.1 in /fork";
    for mark in ["pyproject.toml", "setup.py", "requirements.txt"] {
        let tree = Tree::new("projects", &(ultralytics("fork", "8.3.1") + &format!("own/{mark}:\nown/cfg/m.yaml:")));
        assert_eq!(tree.found("own/cfg/m.yaml"), ["builtin", fork], "{mark}");
        assert_eq!(tree.found("cfg/m.yaml"), [fork, "builtin"], "{mark}");
    }
    // Of several beside the file none can be told to be its own.
    let tree = Tree::new("several", &(ultralytics("fork", "8.3.1") + &ultralytics("old", "8.0.1") + "cfg/m.yaml:"));
    assert_eq!(tree.found("cfg/m.yaml"), ["builtin", fork, "folder ultralytics.nn.tasks 8.0.1 in /old"]);
    let why = "which framework beside the file is its own can't be told; the setting `framework` can say it";
    assert_eq!(tree.choice("cfg/m.yaml").framework.why.english(), why);
    assert_eq!(tree.chosen("fork/m.yaml"), fork);
}

#[test]
fn without_a_repository_the_workspace_bounds() {
    // Not in the build folder, which stands in a repository.
    let root = std::env::temp_dir().join(format!("yolint-workspace-{}", std::process::id()));
    fill(&root, &ultralytics("clones/fork", "8.3.1"));
    let surroundings = Surroundings { workspace: vec![root.join("clones")], ..Surroundings::default() };
    let mut tree = Tree { root, surroundings, setting: None, python: None };
    let fork = "folder ultralytics.nn.tasks 8.3.1 in /clones/fork";
    assert_eq!(tree.chosen("clones/cfg/m.yaml"), fork);
    // A folder in which a person has all kinds of things is no workspace.
    tree.surroundings.variables.home = Some(tree.root.join("clones"));
    assert_eq!(tree.chosen("clones/cfg/m.yaml"), "builtin");
    assert_eq!(tree.chosen("clones/fork/cfg/m.yaml"), fork);
    std::fs::remove_dir_all(&tree.root).expect("it was made");
}

#[test]
fn settings_come_first() {
    let mut tree = Tree::new("settings", &(ultralytics(".", "8.3.1") + &ultralytics("lib/fork", "8.0.1")));
    let (near, fork) = ("folder ultralytics.nn.tasks 8.3.1 in /", "folder ultralytics.nn.tasks 8.0.1 in /lib/fork");
    for named in ["lib/fork", "lib", "lib/fork/ultralytics"] {
        tree.setting = Some(FrameworkSetting::Folder(tree.root.join(named)));
        assert_eq!(tree.found("m.yaml"), [fork, near, "builtin"], "{named}");
        assert_eq!(tree.choice("m.yaml").framework.why.english(), "the setting `framework` names it");
    }
    tree.setting = Some(FrameworkSetting::Builtin);
    assert_eq!(tree.found("m.yaml"), ["builtin", near]);
    tree.setting = Some(FrameworkSetting::Auto);
    assert_eq!(tree.chosen("m.yaml"), near);
    tree.setting = Some(FrameworkSetting::Folder(tree.root.join("cfg")));
    let choice = tree.choice("m.yaml");
    assert!(
        choice
            .problem
            .is_some_and(|problem| problem.english().starts_with("`framework`: no `parse_model` was found in "))
    );
    assert_eq!(tree.shown(&choice.framework), near);
}

#[test]
fn environments_of_every_layout() {
    for (name, site) in [
        ("unix", "env/lib/python3.11/site-packages"),
        ("windows", "env/Lib/site-packages"),
        ("debian", "env/local/lib/python3.12/dist-packages"),
    ] {
        let mut tree = Tree::new(name, &(ultralytics(site, "8.2.0") + "cfg/m.yaml:\ncfg/env/pyvenv.cfg:"));
        let installed = format!("environment ultralytics.nn.tasks 8.2.0 in /{site}");
        let prefix = tree.root.join("env");
        assert_eq!(tree.found("cfg/m.yaml"), [&installed, "builtin"], "{name}: above the file");
        assert_eq!(tree.roots("cfg/m.yaml"), [format!("/{site}")]);
        std::fs::rename(&prefix, tree.root.join("elsewhere")).expect("it can be moved");
        let installed = installed.replace("/env/", "/elsewhere/");
        let prefix = tree.root.join("elsewhere");
        assert_eq!(tree.chosen("cfg/m.yaml"), "builtin", "{name}");
        tree.python = Some(prefix.clone());
        assert_eq!(tree.chosen("cfg/m.yaml"), installed, "{name}: set");
        tree.python = None;
        tree.surroundings.variables.virtual_env = Some(prefix.clone());
        assert_eq!(tree.chosen("cfg/m.yaml"), installed, "{name}: activated");
        tree.surroundings.variables.virtual_env = None;
        tree.surroundings.variables.conda_prefix = Some(prefix);
        assert_eq!(tree.chosen("cfg/m.yaml"), installed, "{name}: conda's");
    }
}

#[cfg(unix)]
#[test]
fn the_interpreter_on_the_path() {
    use std::os::unix::fs::symlink;
    let system = "usr/bin/python3.11: #!\nusr/lib/python3/dist-packages/six.py:\n";
    let mut tree = Tree::new("path", &(ultralytics("usr/local/lib/python3.11/dist-packages", "8.1.0") + system));
    symlink("python3.11", tree.root.join("usr/bin/python3")).expect("links can be made");
    tree.surroundings.variables.path = vec![tree.root.join("nowhere"), tree.root.join("usr/bin")];
    let installed = "environment ultralytics.nn.tasks 8.1.0 in /usr/local/lib/python3.11/dist-packages";
    assert_eq!(tree.chosen("m.yaml"), installed);
    let debian = ["/usr/local/lib/python3.11/dist-packages", "/usr/lib/python3/dist-packages"];
    assert_eq!(tree.roots("m.yaml"), debian);

    // An environment's interpreter is a link to the one that it was made with.
    let venv = "v/pyvenv.cfg: home = {}/usr/bin\\ninclude-system-site-packages = true\\nversion = 3.11.2\n\
                v/lib/python3.11/site-packages/timm/__init__.py:\nv/bin/\n";
    let system = ultralytics("usr/local/lib/python3.11/dist-packages", "8.1.0") + system + venv;
    let mut tree = Tree::new("venv_on_path", &system);
    symlink(tree.root.join("usr/bin/python3.11"), tree.root.join("v/bin/python3")).expect("links can be made");
    tree.surroundings.variables.path = vec![tree.root.join("v/bin")];
    assert_eq!(tree.chosen("m.yaml"), installed);
    assert_eq!(
        tree.roots("m.yaml")[0],
        "/usr/local/lib/python3.11/dist-packages",
        "the framework's own folder is first"
    );
    assert_eq!(tree.roots("m.yaml")[1], "/v/lib/python3.11/site-packages");

    // pyenv has a script of this name, which looks for the version that is chosen.
    let pyenv = ultralytics("p/versions/3.12.1/lib/python3.12/site-packages", "8.2.0");
    let pyenv = pyenv + &ultralytics("p/versions/3.10.4/lib/python3.10/site-packages", "8.0.0");
    let mut tree =
        Tree::new("pyenv", &(pyenv + "p/shims/python3: #!\np/version: 3.12.1\\n\nold/.python-version: 3.10.4"));
    tree.surroundings.variables.path = vec![tree.root.join("p/shims")];
    assert!(tree.chosen("m.yaml").contains(" 8.2.0 "), "{}", tree.chosen("m.yaml"));
    assert!(tree.chosen("old/m.yaml").contains(" 8.0.0 "), "{}", tree.chosen("old/m.yaml"));
}

#[test]
fn editable_installs() {
    let site = "env/lib/python3.11/site-packages";
    let project = ultralytics("outside of it/src", "8.3.9");
    for (name, files) in [
        ("a_path_file", format!("{site}/__editable__.ultralytics-8.3.9.pth: {{}}/outside of it/src")),
        (
            "an_older_path_file",
            format!("{site}/easy-install.pth: # notes\\nimport sys\\n./nothing\\n../../../../outside of it/src"),
        ),
        (
            "a_finder",
            format!(
                "{site}/__editable__.x.pth: import __editable___x_finder; __editable___x_finder.install()\n\
                 {site}/__editable___x_finder.py: import sys\\nMAPPING: dict[str, str] = \
                 {{'tests': '/a/b', 'ultralytics': '{{}}/outside of it/src/ultralytics'}}\\n"
            ),
        ),
        (
            "a_note",
            format!(
                "{site}/x-1.0.dist-info/direct_url.json: \
                 {{\"url\": \"file://{{}}/outside%20of%20it\", \"dir_info\": {{\"editable\": true}}}}"
            ),
        ),
    ] {
        let mut tree = Tree::new(name, &format!("{project}{files}\ncfg/.git/\ncfg/m.yaml:"));
        tree.python = Some(tree.root.join("env"));
        let installed = "environment ultralytics.nn.tasks 8.3.9 in /outside of it/src";
        assert_eq!(tree.found("cfg/m.yaml"), [installed, "builtin"], "{name}");
        // The folder itself isn't found twice.
        assert_eq!(tree.found("outside of it/src/m.yaml").len(), 2, "{name}");
    }
}

#[test]
fn of_other_packages_in_an_environment_one_can_be_told() {
    let site = "env/lib/python3.11/site-packages";
    let package =
        |name: &str| format!("{site}/{name}/__init__.py:\n{site}/{name}/nn/tasks.py: def parse_model(d):\\n    pass\n");
    let tree = Tree::new("one_package", &package("doclayout"));
    assert_eq!(tree.chosen("m.yaml"), format!("environment doclayout.nn.tasks in /{site}"));
    let tree = Tree::new("two_packages", &(package("doclayout") + &package("yolo9")));
    assert_eq!(tree.chosen("m.yaml"), "builtin");
}

#[test]
fn a_fork_that_import_may_not_take_is_told_of() {
    let site = "env/lib/python3.11/site-packages";
    let confusion = |name: &str, fork: &str, installed: &str| {
        let tree = ultralytics(".", fork) + &ultralytics(site, installed);
        let tree = Tree::new(name, &tree);
        let sentence = tree.choice("m.yaml").confusion(&Files::default());
        sentence.map(|sentence| sentence.english().replace(&*tree.root.to_string_lossy(), ""))
    };
    assert_eq!(
        confusion("confused", "8.3.9", "8.4.1").as_deref(),
        Some(
            "models are read with the `ultralytics` in , but `import ultralytics` may take version 8.4.1 in \
             /env/lib/python3.11/site-packages"
        )
    );
    assert_eq!(confusion("the_same", "8.3.9", "8.3.9"), None);
}
