//! What the generators write, seen from outside.

use std::error::Error as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use codex_schema::generate_json_schema;
use codex_schema::generate_ts;

/// All files below `folder`, by their paths in it.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("text");
                out.push((path.strip_prefix(folder).expect("below").to_owned(), text));
            }
        }
    }
    out.sort();
    out
}

fn checked_in(path: &str) -> Vec<(PathBuf, String)> {
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../schema")
            .join(path),
    )
}

#[test]
fn the_files_are_those_checked_in() {
    let out = tempfile::tempdir().expect("a folder");
    for (edition, experimental) in [("stable", false), ("experimental", true)] {
        let json = out.path().join("json").join(edition);
        generate_json_schema(&json, experimental).expect("written");
        assert!(
            files(&json) == checked_in(&format!("json/{edition}")),
            "{edition} JSON Schema differs"
        );
        let typescript = out.path().join("typescript").join(edition);
        generate_ts(&typescript, experimental, None).expect("written");
        assert!(
            files(&typescript) == checked_in(&format!("typescript/{edition}")),
            "{edition} TypeScript differs"
        );
    }
}

#[test]
fn there_are_as_many_files_as_clients_of_the_reference_know() {
    assert_eq!(checked_in("json/stable").len(), 234);
    assert_eq!(checked_in("json/experimental").len(), 269);
    assert_eq!(checked_in("typescript/stable").len(), 509);
    assert_eq!(checked_in("typescript/experimental").len(), 544);
}

#[test]
fn strangers_get_the_header_and_a_line_in_the_index() {
    let out = tempfile::tempdir().expect("a folder");
    fs::write(out.path().join("Stranger.ts"), "export type Stranger = 1;\n").expect("written");
    fs::write(out.path().join("not.a.type.ts"), "export {};\n").expect("written");
    generate_ts(out.path(), false, None).expect("written");
    generate_ts(out.path(), false, None).expect("written again");
    let stranger = fs::read_to_string(out.path().join("Stranger.ts")).expect("text");
    assert_eq!(
        stranger,
        "// GENERATED CODE! DO NOT MODIFY BY HAND!\n\nexport type Stranger = 1;\n"
    );
    let index = fs::read_to_string(out.path().join("index.ts")).expect("text");
    assert!(index.contains("export type { Stranger } from \"./Stranger\";\n"));
    assert!(!index.contains("not.a"));
    assert!(index.ends_with("export * as v2 from \"./v2\";\n"));
}

#[test]
fn a_file_in_the_place_of_the_folder_is_an_error() {
    let out = tempfile::tempdir().expect("a folder");
    let file = out.path().join("file");
    fs::write(&file, "").expect("written");
    let error = generate_json_schema(&file, false).expect_err("not a folder");
    assert_eq!(
        error.to_string(),
        format!("Failed to create output directory {}", file.display())
    );
    assert!(error.source().is_some());
}

#[cfg(unix)]
#[test]
fn prettier_is_called_once_with_all_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let prettier = folder.path().join("prettier");
    let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" >> \"$(dirname \"$0\")/calls\"\n";
    fs::write(&prettier, script).expect("written");
    fs::set_permissions(&prettier, fs::Permissions::from_mode(0o755)).expect("made executable");
    let out = folder.path().join("out");
    generate_ts(&out, false, Some(&prettier)).expect("written");
    let calls = fs::read_to_string(folder.path().join("calls")).expect("called");
    assert!(calls.starts_with("--write\n--log-level\nwarn\n"));
    assert_eq!(calls.lines().count(), 3 + 509);

    fs::write(&prettier, "#!/bin/sh\nexit 3\n").expect("written");
    let error = generate_ts(&out, false, Some(&prettier)).expect_err("it fails");
    assert_eq!(error.to_string(), "Prettier failed with status exit status: 3");
    let missing = folder.path().join("missing");
    let error = generate_ts(&out, false, Some(&missing)).expect_err("there is none");
    assert_eq!(
        error.to_string(),
        format!("Failed to invoke Prettier at {}", missing.display())
    );
}
