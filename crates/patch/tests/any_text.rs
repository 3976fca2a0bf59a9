//! Whatever a model writes, reading it ends without a panic; what is read while it is written ends as what is applied.

use std::fs;

use codex_patch::{Hunk, apply, from_command, parse, parse_partial, verify};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_text_can_be_read(lines in proptest::collection::vec(
        prop_oneof![
            "[ +@*\\-éa\t]{0,4}",
            Just("*** Begin Patch".to_owned()), Just("*** End Patch".to_owned()), Just("*** Add File: a".to_owned()),
            Just("*** Update File: b".to_owned()), Just("*** Move to: c".to_owned()), Just("*** End of File".to_owned()),
            Just("@@ x".to_owned()), Just("apply_patch <<E".to_owned()), Just("E".to_owned()),
        ], 0..12))
    {
        let text = lines.join("\n");
        let _ = parse(&text);
        let _ = from_command(&["bash".into(), "-c".into(), text.clone()]);
        for (end, _) in text.char_indices() {
            parse_partial(&text[..end]);
        }
    }

    /// A line replaced anywhere in a file, found by its text and what stands before it.
    #[test]
    fn an_edit_does_what_it_says(lines in proptest::collection::vec("[a-c]{0,2}", 1..8), at in 0usize..8, new in "[x-z]{1,3}") {
        let at = at % lines.len();
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("f");
        fs::write(&file, lines.join("\n") + "\n").expect("written");
        // All lines up to the changed one are given, so there is one place for them.
        let above: String = lines[..at].iter().map(|l| format!(" {l}\n")).collect();
        let text = format!("*** Begin Patch\n*** Update File: f\n@@\n{above}-{}\n+{new}\n*** End Patch", lines[at]);
        let patch = parse(&text).expect("a patch");
        prop_assert_eq!(parse_partial(&text).len(), patch.hunks.iter().filter(|h| matches!(h, Hunk::Update { .. })).count());
        let verified = verify(patch, dir.path()).expect("it fits");
        apply(&verified.patch, &verified.cwd, &verified.places).expect("applied");
        let mut expected = lines.clone();
        expected[at] = new;
        // An empty last line is the final line end.
        let expected = expected.join("\n").trim_end_matches('\n').to_owned();
        let found = fs::read_to_string(&file).expect("there");
        prop_assert_eq!(found.trim_end_matches('\n'), expected);
    }
}
