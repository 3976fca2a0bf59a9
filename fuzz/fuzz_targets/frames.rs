//! Any bytes on a WebSocket.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    codex_server::fuzzing::frames(input);
});
