//! Shows what histories say: for each file named, one JSON line with its turns and what the model would be told.

use std::fs::File;
use std::io::Write;

use codex_rollout::{fold, history, reader::ReadAt};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let file = File::open(&path)?;
        let mut turns = fold::read_turns(&file)?;
        turns.iter_mut().for_each(fold::settle);
        let mut model = history::rebuild(&file, ReadAt::len(&file)?)?;
        history::pair_calls(&mut model.items);
        let shown = serde_json::json!({ "path": path, "turns": turns, "model": model.items });
        writeln!(out, "{shown}")?;
    }
    Ok(())
}
