//! The TypeScript compiles, and a program that uses it does.
//!
//! Runs where a TypeScript compiler is at hand: `tsc` on the path, or installed for `npx`.

use std::fs;
use std::path::Path;
use std::process::Command;

use codex_schemagen::workspace;

/// A client in miniature: it sends requests, tells them apart by their methods, and reads what comes.
const PROGRAM: &str = r#"
import type { ClientRequest, InitializeParams, RequestId, ServerNotification, ServerRequest, v2 } from "./index";

const initialize: InitializeParams = {
    clientInfo: { name: "test", title: null, version: "1" },
    capabilities: { experimentalApi: true },
};

const requests: ClientRequest[] = [
    { method: "initialize", id: 0, params: initialize },
    { method: "thread/start", id: 1, params: {} },
    { method: "thread/start", id: "two", params: { approvalPolicy: "on-request", serviceTier: null, config: { a: [1, "b", null] } } },
    { method: "turn/start", id: 3, params: { threadId: "t", input: [{ type: "text", text: "hi", text_elements: [] }] } },
    { method: "thread/read", id: 4, params: { threadId: "t" } },
    { method: "account/logout", id: 5 },
    { method: "command/exec", id: 6, params: { command: ["ls"], env: { A: "b", C: null } } },
];

function threadOf(request: ClientRequest): string | null {
    switch (request.method) {
        case "turn/start":
        case "thread/read":
            return request.params.threadId;
        default:
            return null;
    }
}

function textOf(notification: ServerNotification): string {
    switch (notification.method) {
        case "item/agentMessage/delta":
            return notification.params.delta;
        case "item/completed": {
            const item: v2.ThreadItem = notification.params.item;
            return item.type === "commandExecution" ? item.aggregatedOutput ?? "" : item.id;
        }
        case "turn/completed":
            return notification.params.turn.error?.message ?? notification.params.turn.status;
        default:
            return "";
    }
}

type Answer = { id: RequestId, result: v2.CommandExecutionRequestApprovalResponse };

function answer(request: ServerRequest): Answer | null {
    if (request.method !== "item/commandExecution/requestApproval") {
        return null;
    }
    const words = request.params.proposedExecpolicyAmendment;
    const decision: v2.CommandExecutionApprovalDecision = words
        ? { acceptWithExecpolicyAmendment: { execpolicy_amendment: words } }
        : "accept";
    return { id: request.id, result: { decision } };
}

// @ts-expect-error there is no such method
const wrong: ClientRequest = { method: "thread/stop", id: 7, params: {} };
// @ts-expect-error the thread is missing
const incomplete: v2.TurnStartParams = { input: [] };

export { answer, incomplete, requests, textOf, threadOf, wrong };
"#;

#[test]
fn the_typescript_compiles_and_so_does_a_program_that_uses_it() {
    let Some(compiler) = compiler() else {
        eprintln!("skipped: no TypeScript compiler (`tsc`, or typescript installed for `npx`)");
        return;
    };
    for edition in ["stable", "experimental"] {
        let folder = tempfile::tempdir().expect("a folder");
        copy(
            &workspace().join("schema/typescript").join(edition),
            folder.path(),
        );
        fs::write(folder.path().join("program.ts"), PROGRAM).expect("written");
        let output = Command::new(compiler[0])
            .args(&compiler[1..])
            .args([
                "--strict", "--noEmit", "--target", "es2022", "--module", "preserve",
            ])
            .args(["--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"])
            .args(["program.ts", "index.ts", "v2/index.ts"])
            .current_dir(folder.path())
            .output()
            .expect("the compiler runs");
        assert!(
            output.status.success(),
            "{edition}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

fn compiler() -> Option<Vec<&'static str>> {
    [vec!["tsc"], vec!["npx", "--no-install", "tsc"]]
        .into_iter()
        .find(|command| {
            let version = Command::new(command[0])
                .args(&command[1..])
                .arg("--version")
                .output();
            version.is_ok_and(|output| {
                output.status.success() && String::from_utf8_lossy(&output.stdout).starts_with("Version ")
            })
        })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copied");
        }
    }
}
