//! The configuration over the wire: what clients are told about it, and changes of the user's file.

use std::fs;

use crate::support::Home;
use serde_json::{Value, json};

const INVALID: i64 = -32600;

fn config_text(home: &Home) -> String {
    fs::read_to_string(home.path().join("config.toml")).expect("config.toml")
}

fn edit(key_path: &str, value: Value) -> Value {
    json!({ "keyPath": key_path, "value": value, "mergeStrategy": "replace" })
}

#[tokio::test]
async fn a_start_in_an_untrusted_folder_warns_of_its_settings() {
    let home = Home::with_config("");
    let folder = home.work().join(".codex");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("config.toml"), "model = \"of the project\"\n").unwrap();
    let mut client = home.client().await;
    let named = |warning: &Value| {
        let summary = warning["summary"].as_str().unwrap_or_default();
        summary.contains(folder.to_str().unwrap())
    };
    client.until_where("configWarning", named).await;
}

#[tokio::test]
async fn rules_that_cannot_be_read_are_told_at_the_start() {
    let home = Home::with_config("");
    fs::create_dir(home.path().join("rules")).unwrap();
    fs::write(home.path().join("rules/default.rules"), "prefix_rule(\n").unwrap();
    let mut client = home.client().await;
    let warning = client
        .until_where("configWarning", |w| w["path"].is_string())
        .await;
    assert!(
        warning["params"]["path"]
            .as_str()
            .unwrap()
            .ends_with("rules/default.rules"),
        "{warning}"
    );
}

#[tokio::test]
async fn old_and_unfinished_switches_are_told_to_who_opens_a_thread() {
    let home = Home::scripted("");
    let old = "[features]\ncollab = true\ngoals = true\n";
    home.configure(&format!("{}{old}", config_text(&home)));
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    let unstable = |w: &Value| w["message"].as_str().is_some_and(|m| m.contains("goals"));
    let warning = client.until_where("warning", unstable).await;
    assert_eq!(warning["params"]["threadId"], thread.as_str());
    let notices = client.seen("deprecationNotice");
    assert_eq!(notices.len(), 1, "{notices:?}");
    let summary = notices[0]["summary"].as_str().unwrap();
    assert!(
        summary.contains("collab") && summary.contains("multi_agent"),
        "{summary}"
    );
    client.turn(&thread, "hello").await;

    client.forget();
    client.call("thread/fork", json!({ "threadId": thread })).await;
    assert_eq!(
        client.seen("deprecationNotice").len(),
        1,
        "a fork tells before its reply"
    );
    client.end().await;

    let mut client = home.client().await;
    client.call("thread/resume", json!({ "threadId": thread })).await;
    assert_eq!(client.seen("deprecationNotice").len(), 1);
    client.call("thread/resume", json!({ "threadId": thread })).await;
    assert_eq!(client.seen("deprecationNotice").len(), 1, "joining opens nothing");
}

#[tokio::test]
async fn an_old_home_with_sessions_keeps_its_tone_once() {
    let home = Home::scripted("");
    let mut client = home.client().await;
    let marker = home.path().join(".personality_migration");
    assert_eq!(
        fs::read_to_string(&marker).unwrap(),
        "v1\n",
        "a new home has the marker"
    );
    let thread = client.start_thread().await;
    client.turn(&thread, "hello").await;
    client.end().await;
    assert!(!config_text(&home).contains("personality"));

    fs::remove_file(&marker).unwrap();
    let mut client = home.client().await;
    let read = client.call("config/read", json!({})).await;
    assert_eq!(read["config"]["personality"], "pragmatic");
    assert!(marker.exists());
    client.end().await;
}

#[tokio::test]
async fn a_change_keeps_the_text_around_it_and_tells_the_version_to_go_on_from() {
    let home = Home::empty();
    home.configure("# mine\nmodel = 'm' # kept\n# t\ntools = { view_image = true }\n");
    let mut client = home.client().await;
    let first = client
        .call(
            "config/value/write",
            edit("approvals_reviewer", "auto_review".into()),
        )
        .await;
    assert_eq!(
        (&first["status"], &first["overriddenMetadata"]),
        (&json!("ok"), &Value::Null)
    );
    assert_eq!(
        first["filePath"],
        home.path().join("config.toml").to_str().unwrap()
    );
    let edits = json!([edit("model", "n".into()), edit("tools.view_image", false.into())]);
    let both = json!({ "edits": edits, "expectedVersion": first["version"] });
    let second = client.call("config/batchWrite", both.clone()).await;
    assert_eq!(
        config_text(&home),
        "# mine\nmodel = \"n\" # kept\napprovals_reviewer = \"auto_review\"\n\n# t\n[tools ]\nview_image = false\n"
    );
    let read = client.call("config/read", json!({ "includeLayers": true })).await;
    assert_eq!(second["version"], read["layers"][0]["version"]);
    let (code, message) = client.refusal("config/batchWrite", both).await;
    assert_eq!(code, INVALID);
    assert!(message.contains("modified since last read"), "{message}");
}

#[tokio::test]
async fn a_refused_change_says_why_in_its_data_and_leaves_the_file() {
    let home = Home::with_config("");
    let text = config_text(&home);
    let mut client = home.client().await;
    for (change, code) in [
        (edit("model", 5.into()), "configValidationError"),
        (edit("no.such.path", Value::Null), "configPathNotFound"),
    ] {
        let id = client.request("config/value/write", change).await;
        let error = client.reply(id).await["error"].clone();
        assert_eq!(error["code"], INVALID);
        assert_eq!(error["data"], json!({ "config_write_error_code": code }));
    }
    assert_eq!(config_text(&home), text);
    home.configure("x = [\n");
    let (code, _) = client
        .refusal("config/value/write", edit("model", "m".into()))
        .await;
    assert_eq!(code, -32603);
}

#[tokio::test]
async fn a_change_below_a_flag_names_the_flags() {
    let home = Home::with_config("");
    let mut client = home.server_with(home.command(["app-server", "-c", "model=flag"]));
    client.initialize().await;
    let reply = client
        .call("config/value/write", edit("model", "mine".into()))
        .await;
    assert_eq!(reply["status"], "okOverridden");
    assert_eq!(
        reply["overriddenMetadata"]["overridingLayer"]["name"],
        json!({ "type": "sessionFlags" })
    );
    assert_eq!(reply["overriddenMetadata"]["effectiveValue"], "flag");
}

#[tokio::test]
async fn a_loaded_thread_takes_over_hooks_when_asked_to() {
    let home = Home::scripted("");
    let ran = home.file("ran");
    let hook =
        json!([{ "hooks": [{ "type": "command", "command": format!("echo ran >> {}", ran.display()) }] }]);
    let runs = || fs::read_to_string(&ran).map_or(0, |text| text.lines().count());
    let mut client = home.client().await;
    let thread = client.start_thread().await;
    client
        .call("config/value/write", edit("hooks.UserPromptSubmit", hook))
        .await;
    client.turn(&thread, "one").await;
    assert_eq!(runs(), 0);
    let reload = |edits: Value| json!({ "edits": edits, "reloadUserConfig": true });
    client.call("config/batchWrite", reload(json!([]))).await;
    client.turn(&thread, "two").await;
    assert_eq!(runs(), 1);
    client
        .call("config/batchWrite", reload(json!([edit("hooks", Value::Null)])))
        .await;
    client.turn(&thread, "three").await;
    assert_eq!(runs(), 1);
}

#[tokio::test]
async fn threads_started_side_by_side_all_leave_their_trust() {
    let home = Home::scripted_with("", "approval_policy = \"never\"\n");
    let mut client = home.client().await;
    let mut ids = Vec::new();
    for n in 0..12 {
        let cwd = home.work().join(format!("p{n}"));
        fs::create_dir(&cwd).unwrap();
        let params = json!({ "cwd": cwd, "sandbox": "workspace-write" });
        ids.push(client.request("thread/start", params).await);
    }
    for id in ids {
        let reply = client.reply(id).await;
        assert!(reply["error"].is_null(), "{reply}");
    }
    assert_eq!(config_text(&home).matches("trust_level").count(), 12);
}

#[tokio::test]
async fn what_a_provider_can_do_follows_the_file() {
    let home = Home::with_config("");
    let mut client = home.client().await;
    let read = client.call("modelProvider/capabilities/read", json!({})).await;
    assert_eq!(
        read,
        json!({ "namespaceTools": true, "imageGeneration": true, "webSearch": true })
    );
    home.configure("model_provider = \"amazon-bedrock\"\n");
    let read = client.call("modelProvider/capabilities/read", json!({})).await;
    assert_eq!(read["webSearch"], false);
}

#[tokio::test]
async fn a_catalogue_file_counts_as_it_was_at_the_start() {
    let home = Home::with_config("model_catalog_json = \"catalogue.json\"\n");
    let file = home.path().join("catalogue.json");
    fs::write(&file, "{").unwrap();
    let mut client = home.client().await;
    client
        .until_where("configWarning", |w| w["details"].is_string())
        .await;
    let bundled = client.call("model/list", json!({})).await;
    assert!(
        bundled["data"].as_array().is_some_and(|models| models.len() > 1),
        "{bundled}"
    );
}

#[tokio::test]
async fn setting_up_the_sandbox_of_another_system_starts_and_fails() {
    let home = Home::with_config("");
    let mut client = home.client().await;
    let params = json!({ "mode": "unelevated" });
    let reply = client.call("windowsSandbox/setupStart", params).await;
    assert_eq!(reply, json!({ "started": true }));
    let done = client.until("windowsSandbox/setupCompleted").await;
    assert_eq!(
        (&done["params"]["mode"], &done["params"]["success"]),
        (&json!("unelevated"), &json!(false))
    );
}
