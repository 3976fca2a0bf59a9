//! `gitDiffToRemote`: what a work tree has that its remote has not (fs.md §6).

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use codex_protocol::*;
use tokio::process::Command;

use crate::dispatch::Context;
use crate::error::RpcError;

/// How long one call of git may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many untracked files are compared at once.
const AT_ONCE: usize = 4;

/// What of a diff is left out: whatever the user's configuration would have made of it.
const PLAIN: [&str; 3] = ["diff", "--no-textconv", "--no-ext-diff"];

/// `gitDiffToRemote`.
pub async fn git_diff_to_remote(
    cx: &mut Context,
    params: GitDiffToRemoteParams,
) -> Result<GitDiffToRemoteResponse, RpcError> {
    let git = Git {
        folder: cx.app.sources.process_cwd.join(&params.cwd),
    };
    cx.unless_gone(git.diff_to_remote()).await?.ok_or_else(|| {
        let message = format!("failed to compute git diff to remote for cwd: {:?}", params.cwd);
        RpcError::invalid_request(message)
    })
}

/// Calls of git in one folder. `None` is a call that failed.
struct Git {
    folder: PathBuf,
}

impl Git {
    async fn diff_to_remote(&self) -> Option<GitDiffToRemoteResponse> {
        let remotes = self.remotes().await?;
        let sha = self.closest_commit(&remotes).await?;
        let mut diff = self.diff(&[&sha]).await?;
        let untracked = self
            .text(&["ls-files", "--others", "--exclude-standard", "-z"])
            .await?;
        let names: Vec<&str> = untracked.split('\0').filter(|name| !name.is_empty()).collect();
        for some in names.chunks(AT_ONCE) {
            let diffs = some.iter().map(|name| self.diff_of_untracked(name));
            for of_file in futures_util::future::join_all(diffs).await {
                diff.push_str(&of_file?);
            }
        }
        Some(GitDiffToRemoteResponse {
            sha: GitSha(sha),
            diff,
        })
    }

    /// `origin` first.
    async fn remotes(&self) -> Option<Vec<String>> {
        let text = self.text(&["remote"]).await?;
        let mut remotes: Vec<String> = text.lines().map(str::to_owned).collect();
        remotes.sort_by_key(|name| name != "origin");
        Some(remotes).filter(|remotes| !remotes.is_empty())
    }

    /// Of the branches that may be what this one started from, the commit on a remote that is fewest commits behind.
    async fn closest_commit(&self, remotes: &[String]) -> Option<String> {
        let mut closest: Option<(u64, String)> = None;
        for branch in self.candidates(remotes).await {
            let Some(commit) = self.on_a_remote(remotes, &branch).await else {
                continue;
            };
            let range = format!("{commit}..HEAD");
            let Some(ahead) = self.line(&["rev-list", "--count", &range]).await else {
                continue;
            };
            let Ok(ahead) = ahead.parse() else { continue };
            if closest.as_ref().is_none_or(|(least, _)| ahead < *least) {
                closest = Some((ahead, commit));
            }
        }
        closest.map(|(_, commit)| commit)
    }

    async fn candidates(&self, remotes: &[String]) -> Vec<String> {
        let mut branches = Vec::new();
        branches.extend(self.line(&["branch", "--show-current"]).await);
        branches.extend(self.default_branch(remotes).await);
        for remote in remotes {
            let (refs, prefix) = (
                format!("refs/remotes/{remote}"),
                format!("refs/remotes/{remote}/"),
            );
            let listed = self
                .text(&["for-each-ref", "--format=%(refname)", "--contains=HEAD", &refs])
                .await;
            let names = listed.unwrap_or_default();
            branches.extend(
                names
                    .lines()
                    .filter_map(|name| name.strip_prefix(&prefix))
                    .map(str::to_owned),
            );
        }
        let mut seen = std::collections::HashSet::new();
        branches.retain(|branch| branch != "HEAD" && seen.insert(branch.clone()));
        branches
    }

    async fn default_branch(&self, remotes: &[String]) -> Option<String> {
        for remote in remotes {
            let head = format!("refs/remotes/{remote}/HEAD");
            if let Some(target) = self.line(&["symbolic-ref", "--quiet", &head]).await
                && let Some(branch) = target.strip_prefix(&format!("refs/remotes/{remote}/"))
            {
                return Some(branch.to_owned());
            }
            // This may ask the remote itself.
            let told = self.text(&["remote", "show", remote]).await.unwrap_or_default();
            let named = told
                .lines()
                .find_map(|line| line.trim().strip_prefix("HEAD branch: "));
            if let Some(branch) = named.filter(|branch| *branch != "(unknown)") {
                return Some(branch.to_owned());
            }
        }
        for branch in ["main", "master"] {
            if self.commit(&format!("refs/heads/{branch}")).await.is_some() {
                return Some(branch.to_owned());
            }
        }
        None
    }

    async fn on_a_remote(&self, remotes: &[String], branch: &str) -> Option<String> {
        for remote in remotes {
            if let Some(commit) = self.commit(&format!("refs/remotes/{remote}/{branch}")).await {
                return Some(commit);
            }
        }
        None
    }

    async fn commit(&self, name: &str) -> Option<String> {
        self.line(&["rev-parse", "--verify", "--quiet", name]).await
    }

    async fn diff(&self, args: &[&str]) -> Option<String> {
        let output = self.call(&[&PLAIN, args].concat()).await?;
        // 1: there are differences.
        let is_done = matches!(output.status.code(), Some(0 | 1));
        is_done.then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn diff_of_untracked(&self, name: &str) -> Option<String> {
        self.diff(&["--binary", "--no-index", "--", "/dev/null", name])
            .await
    }

    /// What a call says, if that is anything.
    async fn line(&self, args: &[&str]) -> Option<String> {
        let text = self.text(args).await?;
        Some(text.trim().to_owned()).filter(|line| !line.is_empty())
    }

    async fn text(&self, args: &[&str]) -> Option<String> {
        let output = self.call(args).await?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn call(&self, args: &[&str]) -> Option<Output> {
        let mut command = Command::new("git");
        command
            .args(args)
            .current_dir(Path::new(&self.folder))
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()
    }
}
