//! Whatever a model writes, reading it ends without a panic, and quoting loses nothing.

use std::path::Path;

use codex_shell::{Command, command_actions, commands, is_safe, plain_commands, quote, split};
use proptest::prelude::*;

/// Text rich in what means something to a shell.
fn script() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z/.~*é-]{0,4}",
        "[ \t\r\n]{1,2}",
        Just("ls".to_owned()),
        Just("sed -n 1p".to_owned()),
        Just("<<E\nE\n".to_owned()),
        "[\"'\\\\$`;&|<>(){}\\[\\]#!=0-9]{1,3}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_script_can_be_read(script in script()) {
        let argv = ["bash".to_owned(), "-c".to_owned(), script.clone()];
        is_safe(&Command::of_list(&argv), &|_| true);
        prop_assert!(!commands(&argv).commands.is_empty());
        command_actions(&argv, Path::new("/w"));
        for words in plain_commands(&script).into_iter().flatten() {
            prop_assert!(!words.is_empty());
        }
    }

    #[test]
    fn quoting_loses_nothing(words in proptest::collection::vec("[^\0]{0,6}", 0..5)) {
        prop_assert_eq!(split(&quote(&words)), Some(words));
    }

    #[test]
    fn a_list_put_into_a_script_is_one_plain_command(words in proptest::collection::vec("[a-z '\\n;|&<>(*#éA]{0,6}", 0..4)) {
        let words: Vec<String> = std::iter::once("ls".to_owned()).chain(words).collect();
        prop_assert_eq!(plain_commands(&quote(&words)), Some(vec![words]));
    }
}
