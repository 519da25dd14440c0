//! What each form prints.

use boon::{Compiler, Schemas};
use expect_test::expect;
use serde_json::Value as Json;

use super::{MIXED, check, folder};

#[test]
fn sarif_fits_its_schema() {
    let schema: Json = serde_json::from_str(include_str!("sarif-schema-2.1.0.json")).expect("JSON");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("sarif.json", schema).expect("a schema");
    let schema = compiler.compile("sarif.json", &mut schemas).expect("a schema");
    let odd = MIXED.replace("Conv", "Cönv 😀\t");
    let syntax = MIXED.replace(", Conv, [30", ", Conv [30").replace('\n', "\r\n");
    let folder = folder("sarif", &[("mixed.yaml", MIXED), ("ä ,:%.yaml", &odd), ("syntax.yaml", &syntax)]);
    let ran = check(&folder, &["--format", "sarif", "--hints", "."]);
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    let sarif: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    if let Err(error) = schemas.validate(&sarif, schema) {
        panic!("{error:#}");
    }
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().expect("results");
    let of_file = |name: &str| -> Vec<&Json> {
        let uri = |result: &&&Json| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == name;
        results.iter().collect::<Vec<_>>().iter().filter(uri).copied().collect()
    };
    assert!(!of_file("%C3%A4%20%2C%3A%25.yaml").is_empty());
    let mixed = of_file("mixed.yaml");
    let concat = mixed.iter().find(|result| result["ruleId"] == "spatial-mismatch").expect("the finding");
    assert_eq!(concat["level"], "error");
    assert_eq!(concat["relatedLocations"].as_array().map(Vec::len), Some(2));
    let region = &concat["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&Json::from(9), &Json::from(10)));
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let fix = mixed.iter().find(|result| result["ruleId"] == "bad-directive").expect("the finding");
    assert_eq!(fix["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "bad-from");
    // A schema that is read wrongly takes everything.
    let broken = serde_json::json!({ "version": "2.1.0", "runs": [{}] });
    assert!(schemas.validate(&broken, schema).is_err());
}

#[test]
fn github_annotations() {
    let folder = folder("github", &[("a,b.yaml", MIXED)]);
    let ran = check(&folder, &["--format", "github", "."]);
    expect![[r#"
        ::warning file=a%2Cb.yaml,line=1,endLine=1,col=18,endColumn=26,title=yolint bad-directive::unknown rule `bad-form`; did you mean `bad-from`?
        ::warning file=a%2Cb.yaml,line=3,endLine=3,col=1,endColumn=3,title=yolint duplicate-key::`nc` is defined twice: this value is overridden by the later one%0Aline 4: this value is used
        ::error file=a%2Cb.yaml,line=9,endLine=9,col=10,endColumn=11,title=yolint spatial-mismatch::Concat gets feature maps of different sizes: row 0 is 320x320 (stride 2), row 1 is 160x160 (stride 4)%0Aline 6: row 0 (Conv) returns [1, 16, 320, 320]%0Aline 7: row 1 (Conv) returns [1, 32, 160, 160]
    "#]]
    .assert_eq(&ran.stdout);
}

/// What GitLab reads of an entry, by its documentation of Code Quality reports.
#[test]
fn gitlab_code_quality() {
    let folder = folder("gitlab", &[("a.yaml", MIXED)]);
    let ran = check(&folder, &["--format", "gitlab", "."]);
    let issues: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    let issues = issues.as_array().expect("a list");
    let said: Vec<String> = issues
        .iter()
        .map(|issue| {
            let (name, severity) = (issue["check_name"].as_str(), issue["severity"].as_str());
            let line = issue["location"]["lines"]["begin"].as_u64();
            assert_eq!(issue["location"]["path"], "a.yaml");
            assert!(issue["description"].as_str().is_some_and(|text| !text.is_empty()));
            format!("{} {} {}", line.unwrap_or_default(), severity.unwrap_or_default(), name.unwrap_or_default())
        })
        .collect();
    assert_eq!(said, ["1 minor bad-directive", "3 minor duplicate-key", "9 critical spatial-mismatch"]);
    let prints = |ran: &str| -> std::collections::BTreeSet<String> {
        let issues: Json = serde_json::from_str(ran).expect("JSON");
        issues.as_array().expect("a list").iter().map(|issue| issue["fingerprint"].to_string()).collect()
    };
    assert_eq!(prints(&ran.stdout).len(), 3);
    // Lines above a finding don't make it another one.
    std::fs::write(folder.join("a.yaml"), format!("# one\n# more\n{MIXED}")).expect("the build folder can be written");
    assert_eq!(prints(&check(&folder, &["--format", "gitlab", "."]).stdout), prints(&ran.stdout));
}

#[test]
fn diagnostics_of_reviewdog() {
    // Columns count bytes there.
    let odd = MIXED.replace("# yolint: ignore[bad-form]", "# ä: 😀\n# yolint: ignore[bad-form]");
    let folder = folder("rdjson", &[("a.yaml", &odd)]);
    let ran = check(&folder, &["--format", "rdjson", "."]);
    let report: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["source"]["name"], "yolint");
    let found = &report["diagnostics"][0];
    assert_eq!((&found["severity"], &found["code"]["value"]), (&"WARNING".into(), &"bad-directive".into()));
    let place = serde_json::json!({ "start": { "line": 2, "column": 18 }, "end": { "line": 2, "column": 26 } });
    assert_eq!(found["location"], serde_json::json!({ "path": "a.yaml", "range": place }));
    assert_eq!(found["suggestions"], serde_json::json!([{ "range": place, "text": "bad-from" }]));
    let concat = &report["diagnostics"][2];
    assert_eq!(
        (&concat["severity"], &concat["relatedLocations"][0]["location"]["range"]["start"]["line"]),
        (&"ERROR".into(), &7.into())
    );
}

#[test]
fn junit() {
    let folder = folder(
        "junit",
        &[("a & b.yaml", MIXED), ("good.yaml", "backbone: [[-1, 1, Conv, [8]]]\nhead: [[-1, 1, Classify, [3]]]\n")],
    );
    let ran = check(&folder, &["--format", "junit", "."]);
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="yolint" tests="4" skipped="0" failures="1" errors="0">
            <testsuite name="a &amp; b.yaml" tests="3" skipped="0" errors="0" failures="1">
                <testcase name="bad-directive (1:18)" classname="a &amp; b.yaml" file="a &amp; b.yaml" line="1">
                    <system-out>a &amp; b.yaml:1:18: warning[bad-directive] unknown rule `bad-form`; did you mean `bad-from`?
        </system-out>
                </testcase>
                <testcase name="duplicate-key (3:1)" classname="a &amp; b.yaml" file="a &amp; b.yaml" line="3">
                    <system-out>a &amp; b.yaml:3:1: warning[duplicate-key] `nc` is defined twice: this value is overridden by the later one
        a &amp; b.yaml:4:1: this value is used
        </system-out>
                </testcase>
                <testcase name="spatial-mismatch (9:10)" classname="a &amp; b.yaml" file="a &amp; b.yaml" line="9">
                    <failure message="Concat gets feature maps of different sizes: row 0 is 320x320 (stride 2), row 1 is 160x160 (stride 4)" type="error[spatial-mismatch]">a &amp; b.yaml:9:10: error[spatial-mismatch] Concat gets feature maps of different sizes: row 0 is 320x320 (stride 2), row 1 is 160x160 (stride 4)
        a &amp; b.yaml:6:5: row 0 (Conv) returns [1, 16, 320, 320]
        a &amp; b.yaml:7:5: row 1 (Conv) returns [1, 32, 160, 160]
        </failure>
                </testcase>
            </testsuite>
            <testsuite name="good.yaml" tests="1" skipped="0" errors="0" failures="0">
                <testcase name="check" classname="good.yaml" file="good.yaml"/>
            </testsuite>
        </testsuites>
    "#]]
    .assert_eq(&ran.stdout);
    let denied = check(&folder, &["--format", "junit", "--deny", "warnings", "."]);
    assert!(denied.stdout.contains(r#"failures="3""#), "{}", denied.stdout);
    // A real reader of XML takes it.
    let path = folder.join("junit.xml");
    std::fs::write(&path, denied.stdout).expect("the build folder can be written");
    let script =
        "import sys, xml.etree.ElementTree as x; print(len(x.parse(sys.argv[1]).getroot().findall('.//failure')))";
    let read = std::process::Command::new("python3").args(["-c", script]).arg(path).output().expect("python3");
    assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), "3");
}

#[test]
fn junit_of_what_xml_does_not_allow() {
    let model = "backbone:\n  - [-1, 1, \"<No\\x01\\e[31m\\tsuch>\", []]\nhead: []\n";
    let folder = folder("junit-control", &[("line\nbreak\u{1}.yaml", model)]);
    let ran = check(&folder, &["--format", "junit", "--select", "unknown-module", "."]);
    let path = folder.join("junit.xml");
    std::fs::write(&path, ran.stdout).expect("the build folder can be written");
    let script = "import sys, xml.etree.ElementTree as x; root = x.parse(sys.argv[1]).getroot(); \
        print(ascii(root[0].get('name')), ascii(root.find('.//failure').get('message'))[:30])";
    let read = std::process::Command::new("python3").args(["-c", script]).arg(path).output().expect("python3");
    let read = String::from_utf8_lossy(&read.stdout);
    assert_eq!(read.trim(), "'line break.yaml' \"`<Nosuch>` can't be the name");
}

#[test]
fn pretty_says_help_and_totals() {
    let folder = folder("pretty", &[("mixed.yaml", MIXED)]);
    let ran = check(&folder, &["mixed.yaml"]);
    expect![[r#"
        bad-directive

          ⚠ unknown rule `bad-form`; did you mean `bad-from`?
           ╭─[mixed.yaml:1:18]
         1 │ # yolint: ignore[bad-form] 100%
           ·                  ────────
         2 │ ch: 3
           ╰────
          help: fix: write `bad-from`
                see: yolint rule bad-directive

        duplicate-key

          ⚠ `nc` is defined twice: this value is overridden by the later one
           ╭─[mixed.yaml:3:1]
         2 │ ch: 3
         3 │ nc: 3
           · ──
         4 │ nc: 3
           · ─┬
           ·  ╰── this value is used
         5 │ backbone:
           ╰────
          help: fix (unsafe): remove this `nc`
                see: yolint rule duplicate-key

        spatial-mismatch

          × Concat gets feature maps of different sizes: row 0 is 320x320 (stride 2), row 1 is 160x160 (stride 4)
            ╭─[mixed.yaml:9:10]
          5 │ backbone:
          6 │   - [-1, 1, Conv, [16, 3, 2]]
            ·     ────────────┬────────────
            ·                 ╰── row 0 (Conv) returns [1, 16, 320, 320]
          7 │   - [-1, 1, Conv, [30, 3, 2]]
            ·     ────────────┬────────────
            ·                 ╰── row 1 (Conv) returns [1, 32, 160, 160]
          8 │ head:
          9 │   - [[0, 1], 1, Concat, [1]]
            ·          ─
         10 │   - [-1, 1, Classify, [nc]]
            ╰────
          help: see: yolint rule spatial-mismatch

        mixed.yaml: 73.0k params, ? GFLOPs, 11 layers
        mixed.yaml: 1 cell asks for channels that are rounded to multiples of 8: --hints shows them
        1 file checked: 1 error and 2 warnings
    "#]]
    .assert_eq(&ran.stdout);
    let quiet = check(&folder, &["--quiet", "mixed.yaml"]).stdout;
    let (findings, _) = ran.stdout.split_once("mixed.yaml: ").expect("the totals");
    assert_eq!(quiet, findings);
}

/// Wide characters take two columns on a terminal, a TAB reaches to the next multiple of four.
#[test]
fn wide_characters_and_tabs_are_underlined_where_they_stand() {
    let text = "nc: 3\nbackbone:\n  - [-1, 1, \"😀你\", [64, 3, 2]] # 你好\n  - [-1, 1, Conv, [64]]\t# yolint: ignore[bad-form]\n  - [\"宽字\", 1, Cnov, [64]]\n\
                head: [[-1, 1, Classify, [nc]]]\n";
    let folder = folder("wide", &[("wide.yaml", text)]);
    let ran = check(&folder, &["--quiet", "wide.yaml"]);
    expect![[r#"
        unknown-module

          × Unknown module `😀你`: Ultralytics 8.4.190 doesn't have it
           ╭─[wide.yaml:3:13]
         2 │ backbone:
         3 │   - [-1, 1, "😀你", [64, 3, 2]] # 你好
           ·             ──────
         4 │   - [-1, 1, Conv, [64]] # yolint: ignore[bad-form]
           ╰────
          help: see: yolint rule unknown-module

        syntax

          ⚠ A TAB between words: PyYAML's pure-Python loader (`yaml.safe_load`) rejects it
           ╭─[wide.yaml:4:24]
         3 │   - [-1, 1, "😀你", [64, 3, 2]] # 你好
         4 │   - [-1, 1, Conv, [64]] # yolint: ignore[bad-form]
           ·                        ─
         5 │   - ["宽字", 1, Cnov, [64]]
           ╰────
          help: fix: replace this by a space
                see: yolint rule syntax

        bad-directive

          ⚠ unknown rule `bad-form`; did you mean `bad-from`?
           ╭─[wide.yaml:4:42]
         3 │   - [-1, 1, "😀你", [64, 3, 2]] # 你好
         4 │   - [-1, 1, Conv, [64]] # yolint: ignore[bad-form]
           ·                                          ────────
         5 │   - ["宽字", 1, Cnov, [64]]
           ╰────
          help: fix: write `bad-from`
                see: yolint rule bad-directive

        unknown-module

          × Unknown module `Cnov`; did you mean `Conv`?
           ╭─[wide.yaml:5:19]
         4 │   - [-1, 1, Conv, [64]] # yolint: ignore[bad-form]
         5 │   - ["宽字", 1, Cnov, [64]]
           ·                 ────
         6 │ head: [[-1, 1, Classify, [nc]]]
           ╰────
          help: fix (unsafe): write `Conv`
                see: yolint rule unknown-module

    "#]]
    .assert_eq(&ran.stdout);
}

#[test]
fn totals_of_all_scales_are_in_a_line() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let ran = check(&examples, &["yolo11-tiny.yaml"]);
    expect![[r#"
        yolo11-tiny.yaml: n 542k/3.41G, s 1.68M/9.74G (params/FLOPs)
        1 file checked: no findings
    "#]]
    .assert_eq(&ran.stdout);
    let one = check(&examples, &["--scale", "n", "yolo11-tiny.yaml"]);
    expect![[r#"
        yolo11-tiny.yaml: n: 542k params, 3.41 GFLOPs, 122 layers
        1 file checked: no findings
    "#]]
    .assert_eq(&one.stdout);
}

#[test]
fn markdown_for_a_summary() {
    let folder = folder(
        "markdown",
        &[("mixed_1.yaml", MIXED), ("good.yaml", "backbone: [[-1, 1, Conv, [8]]]\nhead: [[-1, 1, Classify, [3]]]\n")],
    );
    let ran = check(&folder, &["--report", "report.md", "--format", "concise", "."]);
    assert_eq!(ran.status, Some(1));
    let report = std::fs::read_to_string(folder.join("report.md")).expect("a report");
    expect![[r#"
        # yolint

        2 files checked: 1 error and 2 warnings.

        | file | scale | layers | params | operations | findings |
        | --- | --- | ---: | ---: | ---: | --- |
        | good.yaml |  | 8 | 16.7k | 13.7 GFLOPs | nothing |
        | mixed\_1.yaml |  | 11 | 73.0k | ? GFLOPs | 1 error, 2 warnings |

        ## mixed\_1.yaml

        * 1:18 **warning** bad-directive: unknown rule `bad-form`; did you mean `bad-from`?
          * fix: write `bad-from`
        * 3:1 **warning** duplicate-key: `nc` is defined twice: this value is overridden by the later one
          * 4:1 this value is used
          * fix (unsafe): remove this `nc`
        * 9:10 **error** spatial-mismatch: Concat gets feature maps of different sizes: row 0 is 320x320 (stride 2), row 1 is 160x160 (stride 4)
          * 6:5 row 0 (Conv) returns \[1, 16, 320, 320\]
          * 7:5 row 1 (Conv) returns \[1, 32, 160, 160\]
    "#]]
    .assert_eq(&report);
    let ran = check(&folder, &["--report", "no/such/folder.md", "."]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("no/such/folder.md"), "{}", ran.stderr);
}

#[test]
fn hints_and_warnings_count_where_asked_for() {
    let odd = "ch: 3\nbackbone: [[-1, 1, Conv, [6]]]\nhead: [[-1, 1, Classify, [3]]]\n";
    let folder = folder("levels", &[("hint.yaml", odd), ("warning.yaml", &odd.replace("ch: 3", "nc: 3\nnc: 3"))]);
    for format in ["concise", "github", "junit", "sarif", "json"] {
        let shown = |args: &[&str]| check(&folder, &[args, &["--format", format, "hint.yaml"]].concat()).stdout;
        let is_there = |stdout: &str| stdout.contains("6 channels are rounded up");
        assert!(!is_there(&shown(&[])) && is_there(&shown(&["--hints"])), "{format}");
    }
    assert_eq!(check(&folder, &["--hints", "--deny", "warnings", "hint.yaml"]).status, Some(0));
    assert_eq!(check(&folder, &["warning.yaml"]).status, Some(0));
    assert_eq!(check(&folder, &["--deny", "warnings", "warning.yaml"]).status, Some(1));
}
