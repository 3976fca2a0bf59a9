//! Any bytes on stdin.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    codex_server::fuzzing::lines(input);
});
