//! Reading a stored thread's history: its turns for clients, its items for the model.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use codex_agent::{History, Keeper, Seed};
use codex_protocol::{Turn, TurnStatus};
use codex_rollout::fold::{Fold, Keep, settle};
use codex_rollout::history::{self, Bounds};
use codex_rollout::record::{RecordKind, TokenUsageInfo};
use codex_rollout::{LineReader, ReverseLineReader, RolloutItem};

use crate::error::RpcError;
use crate::store::{Store, blocking};

/// All turns of a history, read in one go or up to where the file has grown since.
pub struct TurnsReader {
    path: PathBuf,
    file: File,
    fold: Fold,
    read: u64,
}

impl TurnsReader {
    /// Reads what is there now.
    pub async fn open(path: PathBuf) -> Result<Self, RpcError> {
        Self::keeping(Keep::Items, path).await
    }

    /// Reads what is there now but for the items: the turns are empty.
    pub async fn open_outline(path: PathBuf) -> Result<Self, RpcError> {
        Self::keeping(Keep::Spans, path).await
    }

    async fn keeping(keep: Keep, path: PathBuf) -> Result<Self, RpcError> {
        let opened = blocking(move || {
            let file = File::open(&path).map_err(|e| failed(&path, &e))?;
            Self {
                path,
                file,
                fold: Fold::new(keep),
                read: 0,
            }
            .read_on()
        });
        opened.await?
    }

    /// Reads what has been written since.
    pub async fn catch_up(self) -> Result<Self, RpcError> {
        blocking(move || self.read_on()).await?
    }

    fn read_on(mut self) -> Result<Self, RpcError> {
        let result = (|| {
            let end = self.file.metadata()?.len();
            let mut lines = LineReader::new(&self.file, self.read..end);
            while let Some(line) = lines.next_line()? {
                // Half a line is read again when the other half is there.
                if self.fold.push_line(&line) || line.terminated {
                    self.read = line.range.end;
                }
            }
            Ok::<_, io::Error>(())
        })();
        match result {
            Ok(()) => Ok(self),
            Err(error) => Err(failed(&self.path, &error)),
        }
    }

    /// How far it has been read.
    pub fn end(&self) -> u64 {
        self.read
    }

    /// The turn that the last token totals are told for.
    pub fn usage_turn_id(&self) -> String {
        self.fold.usage_turn_id()
    }

    /// The turns; whatever is in progress, but for the turn `running`, was interrupted.
    pub fn into_turns(self, running: Option<&str>) -> Vec<Turn> {
        let mut turns = self.fold.into_turns();
        settle_all(&mut turns, running);
        turns
    }
}

/// Shows turns in progress, but for the one that runs, as interrupted.
pub fn settle_all(turns: &mut [Turn], running: Option<&str>) {
    for turn in turns {
        if turn.status == TurnStatus::InProgress && running != Some(turn.id.as_str()) {
            settle(turn);
        }
    }
}

/// What the end of a history tells at once: enough to show a thread that is resumed. The model's side is rebuilt when
/// the first turn needs it, which for a long history without a compaction is no small work.
#[derive(Debug, Default)]
pub struct Tail {
    /// The token totals so far.
    pub token_info: Option<TokenUsageInfo>,
    /// The model that was last used.
    pub last_model: Option<String>,
}

/// Reads the end of a history.
pub async fn read_tail(path: &Path) -> Result<Tail, RpcError> {
    let path = path.to_owned();
    let read = blocking(move || {
        let file = File::open(&path)?;
        let end = file.metadata()?.len();
        let token_info = history::last_token_info(&file, end)?;
        Ok(Tail {
            token_info,
            last_model: last_model(&file, end)?,
        })
    });
    read.await?
        .map_err(|e: io::Error| RpcError::internal(format!("failed to read thread: {e}")))
}

fn last_model(file: &File, end: u64) -> io::Result<Option<String>> {
    let mut lines = ReverseLineReader::new(file, end);
    while let Some(line) = lines.next_line()? {
        if line.kind() == Some(RecordKind::TurnContext)
            && let Ok(record) = line.parse()
            && let RolloutItem::TurnContext(context) = record.item
        {
            return Ok(Some(context.model));
        }
    }
    Ok(None)
}

/// Rebuilds the model's side of a history, from its last compaction on or as much of it as the model can use: what its
/// conversation goes on with.
pub async fn read_model_history(store: &Store, path: &Path, budget: Option<u64>) -> Result<Seed, RpcError> {
    let path = path.to_owned();
    let read = store.with(move |index| {
        let file = File::open(&path).map_err(|e| failed(&path, &e))?;
        let end = file.metadata().map_err(|e| failed(&path, &e))?.len();
        let dropped = || match index.history_summary(&path) {
            Ok(summary) => Ok(summary.dropped),
            Err(_) => history::dropped(&file, end),
        };
        let mut keeper = Keeper::default();
        let read = history::rebuild_with(&file, Bounds { end, budget }, dropped, |item, line| {
            keeper.keep(item, line)
        });
        let read = read.map_err(|e| failed(&path, &e))?;
        Ok(Seed {
            history: History::resumed(Arc::new(file), keeper, read.items),
            token_info: read.token_info,
            last_model: read.last_context.as_ref().map(|context| context.model.clone()),
            last_context: read.last_context.filter(|_| read.context_is_told),
            compactions: u64::from(read.compaction.is_some()),
            ..Seed::default()
        })
    });
    read.await?
}

fn failed(path: &Path, error: &io::Error) -> RpcError {
    let shown = path.display();
    RpcError::internal(format!(
        "failed to read thread: thread-store internal error: failed to read thread {shown}: {error}"
    ))
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write;

    use super::*;

    #[tokio::test]
    async fn a_line_read_when_half_of_it_was_written_is_read_when_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.jsonl");
        let said = |text: &str| {
            format!(
                "{{\"timestamp\":\"t\",\"type\":\"event_msg\",\"payload\":{{\"type\":\"agent_message\",\"message\":\"{text}\"}}}}\n"
            )
        };
        let (one, two, three) = (said("one"), said("two"), said("three"));
        // Half of a line, all of it but the newline, all of it.
        for cut in [two.len() / 2, two.len() - 1, two.len()] {
            std::fs::write(&path, format!("{one}{}", &two[..cut])).unwrap();
            let reader = TurnsReader::open(path.clone()).await.unwrap();
            let mut file = OpenOptions::new().append(true).open(&path).unwrap();
            file.write_all(format!("{}{three}", &two[cut..]).as_bytes())
                .unwrap();
            let reader = reader.catch_up().await.unwrap();
            assert_eq!(reader.end(), file.metadata().unwrap().len());
            assert_eq!(reader.into_turns(None)[0].items.len(), 3, "cut at {cut}");
        }
    }
}
