use serde_json::{Value, json};

use super::*;

fn parse(line: Value) -> Result<RolloutLine, LineError> {
    RolloutLine::parse(line.to_string().as_bytes())
}

fn event(payload: Value) -> Result<RolloutLine, LineError> {
    parse(json!({"timestamp": "t", "type": "event_msg", "payload": payload}))
}

/// Lines as the reference wrote them, shortened in their texts.
const REFERENCE_LINES: &[&str] = &[
    r#"{"timestamp":"2026-11-21T10:35:03.125Z","type":"session_meta","payload":{"id":"01a1fdac-7ff4-7be0-827b-b41bc0029b35","timestamp":"2026-11-21T10:35:03.042Z","cwd":"/w","originator":"oracle","cli_version":"0.128.0","source":"vscode","model_provider":"mock_provider","base_instructions":{"text":"T"}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.125Z","type":"session_meta","payload":{"id":"01a1fdac-7ff4-7be0-827b-b41bc0029b35","forked_from_id":"01a1fdac-aaae-7cc2-b715-246835df998e","timestamp":"2026-11-21T10:35:03.042Z","cwd":"/w","originator":"oracle","cli_version":"0.128.0","source":{"subagent":{"thread_spawn":{"parent_thread_id":"01a1fdaf-ebf3-7ba1-abe1-f248bf02ab94","depth":1,"agent_path":null,"agent_nickname":"Solo","agent_role":null}}},"agent_nickname":"Solo","model_provider":"mock_provider","base_instructions":null,"dynamic_tools":[{"name":"lookup","description":"Looks up","inputSchema":{"type":"object"},"deferLoading":false}],"memory_mode":"disabled","git":{"commit_hash":"1f2e","branch":"feature/one","repository_url":"https://example.com/r.git"}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.126Z","type":"event_msg","payload":{"type":"task_started","turn_id":"a","started_at":1795257303,"model_context_window":258400,"collaboration_mode_kind":"default"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.126Z","type":"turn_context","payload":{"turn_id":"a","cwd":"/w","current_date":"2026-11-21","timezone":"Etc/UTC","approval_policy":"never","sandbox_policy":{"type":"read-only"},"permission_profile":{"type":"managed","network":"restricted"},"model":"mock-model","personality":"pragmatic","collaboration_mode":{"mode":"default","settings":{"model":"mock-model","reasoning_effort":null,"developer_instructions":null}},"realtime_active":false,"summary":"auto","truncation_policy":{"mode":"bytes","limit":10000}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.126Z","type":"turn_context","payload":{"turn_id":"a","cwd":"/w","approval_policy":"on-request","sandbox_policy":{"type":"workspace-write","writable_roots":["/home/memories"],"network_access":false,"exclude_tmpdir_env_var":false,"exclude_slash_tmp":false},"model":"m","effort":"high","summary":"auto"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.127Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"please echo"}]}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.128Z","type":"event_msg","payload":{"type":"user_message","message":"please echo","images":[],"local_images":[],"text_elements":[]}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.276Z","type":"event_msg","payload":{"type":"token_count","info":null,"rate_limits":{"limit_id":"codex","limit_name":null,"primary":null}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.280Z","type":"event_msg","payload":{"type":"agent_reasoning","text":"thinking it over"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.281Z","type":"response_item","payload":{"type":"reasoning","summary":[{"type":"summary_text","text":"thinking it over"}],"content":null,"encrypted_content":"b64"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.281Z","type":"response_item","payload":{"type":"function_call","name":"shell_command","arguments":"{\"command\": \"echo out\"}","call_id":"c1"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.282Z","type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":15,"cached_input_tokens":0,"output_tokens":5,"reasoning_output_tokens":0,"total_tokens":20},"last_token_usage":{"input_tokens":15,"cached_input_tokens":0,"output_tokens":5,"reasoning_output_tokens":0,"total_tokens":20},"model_context_window":258400},"rate_limits":null}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.339Z","type":"response_item","payload":{"type":"function_call_output","call_id":"c1","output":"Exit code: 0"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.409Z","type":"event_msg","payload":{"type":"agent_message","message":"all done","phase":null,"memory_citation":null}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.409Z","type":"event_msg","payload":{"type":"agent_message","message":"all done","phase":"final_answer","memory_citation":{"entries":[{"path":"MEMORY.md","lineStart":3,"lineEnd":7,"note":"why"}],"rolloutIds":["id-1"]}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"task_complete","turn_id":"a","last_agent_message":"all done","completed_at":1795257303,"duration_ms":289,"time_to_first_token_ms":155}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"turn_aborted","turn_id":"a","reason":"interrupted","completed_at":1795257308,"duration_ms":412}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"error","message":"no good","codex_error_info":"internal_server_error"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"exec_command_end","call_id":"c1","turn_id":"a","command":["/bin/bash","-c","echo short"],"cwd":"/w","parsed_cmd":[{"type":"unknown","cmd":"echo short"}],"source":"agent","stdout":"","stderr":"","aggregated_output":"short\n","exit_code":0,"duration":{"secs":0,"nanos":27139591},"formatted_output":"","status":"completed"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"patch_apply_end","call_id":"c1","turn_id":"a","stdout":"","stderr":"no","success":false,"changes":{"/w/outside.txt":{"type":"add","content":"made\n"}},"status":"declined"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"mcp_tool_call_end","call_id":"c1","invocation":{"server":"alpha","tool":"write","arguments":{"path":"/x"}},"duration":{"secs":0,"nanos":615881},"result":{"Ok":{"content":[{"type":"text","text":"write called"}]}}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"dynamic_tool_call_request","callId":"d1","turnId":"a","namespace":null,"tool":"lookup","arguments":{"a":"b"}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"dynamic_tool_call_response","call_id":"d1","turn_id":"a","namespace":null,"tool":"lookup","arguments":{"a":"b"},"content_items":[{"type":"inputText","text":"the answer"}],"success":true,"error":null,"duration":{"secs":0,"nanos":3871573}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"item_completed","thread_id":"t","turn_id":"a","item":{"type":"Plan","id":"a-plan","text":"Plan"}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"collab_agent_spawn_end","call_id":"s1","sender_thread_id":"a","new_thread_id":"b","new_agent_nickname":"Solo","prompt":"TASK","model":"m","reasoning_effort":"medium","status":"pending_init"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"collab_waiting_end","sender_thread_id":"a","call_id":"w1","agent_statuses":[{"thread_id":"b","agent_nickname":"Solo","status":{"completed":"done"}}],"statuses":{"b":{"completed":"done"}}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"guardian_assessment","id":"g","target_item_id":"c1","turn_id":"a","status":"denied","risk_level":"critical","user_authorization":"low","rationale":"too much","decision_source":"agent","action":{"type":"command","source":"shell","command":"touch made.txt","cwd":"/w"}}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"entered_review_mode","target":{"type":"custom","instructions":"I"},"user_facing_hint":"I"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"context_compacted"}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"compacted","payload":{"message":"S","replacement_history":[{"type":"message","role":"user","content":[{"type":"input_text","text":"S"}]}]}}"#,
    r#"{"timestamp":"2026-11-21T10:35:03.410Z","type":"event_msg","payload":{"type":"thread_name_updated","thread_id":"a","thread_name":"given name"}}"#,
];

#[test]
fn what_the_reference_wrote_is_written_back_byte_for_byte() {
    for line in REFERENCE_LINES {
        let record = RolloutLine::parse(line.as_bytes()).unwrap_or_else(|e| panic!("{e}: {line}"));
        let mut out = Vec::new();
        record.item.write_line(&record.timestamp, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{line}\n"));
    }
}

#[test]
fn the_short_way_reads_what_the_long_way_reads() {
    for line in REFERENCE_LINES {
        let record = RolloutLine::parse(line.as_bytes()).unwrap();
        // A blank before the first key leads the long way.
        let spaced = format!("{{ {}", &line[1..]);
        assert_eq!(RolloutLine::parse(spaced.as_bytes()).unwrap(), record, "{line}");
    }
    let line = r#"{"timestamp":"t","type":"event_msg","payload":{"type":"thread_rolled_back","num_turns":1}"#;
    for (end, readable) in [
        ("}", true),
        ("} \n", true),
        (",\"x\":1}", true),
        ("", false),
        ("}}", false),
        ("}x", false),
    ] {
        let line = format!("{line}{end}");
        assert_eq!(RolloutLine::parse(line.as_bytes()).is_ok(), readable, "{line}");
    }
    let control = format!("{line}}}").replace("\"t\"", "\"\t\"");
    assert!(RolloutLine::parse(control.as_bytes()).is_err());
}

#[test]
fn sniffing_agrees_with_reading() {
    for line in REFERENCE_LINES {
        let kind = RolloutLine::parse(line.as_bytes()).unwrap().item.kind();
        assert_eq!(sniff(line.as_bytes()), Some(kind));
        // Another order of keys, with blanks.
        let value: Value = serde_json::from_str(line).unwrap();
        let odd = format!(
            "{{ \"payload\" : {}, \"type\":{},\"timestamp\":\"t\" }}\r",
            serde_json::to_string_pretty(&value["payload"])
                .unwrap()
                .replace('\n', " "),
            value["type"]
        );
        assert_eq!(sniff(odd.as_bytes()), Some(kind));
        assert_eq!(RolloutLine::parse(odd.as_bytes()).unwrap().item.kind(), kind);
    }
    assert_eq!(sniff(b"junk"), None);
    assert_eq!(sniff(b"[1,2]"), None);
    assert_eq!(
        sniff(br#"{"timestamp":"t","type":"from_the_future","payload":{}}"#),
        Some(RecordKind::Unknown)
    );
    assert_eq!(
        sniff(br#"{"timestamp":"t","type":"event_msg","payload":{"type":"future"}}"#),
        Some(RecordKind::Unknown)
    );
}

#[test]
fn unknown_kinds_pass_through_as_they_are() {
    for line in [
        r#"{"timestamp":"t","type":"from_the_future","payload":{"b":1.50,"a":[ 1]}}"#,
        r#"{"timestamp":"t","type":"event_msg","payload":{"type":"future_event","x":1e2}}"#,
    ] {
        let record = RolloutLine::parse(line.as_bytes()).unwrap();
        assert!(matches!(record.item, RolloutItem::Raw(_)));
        let mut out = Vec::new();
        record.item.write_line("t", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{line}\n"));
    }
}

#[test]
fn fields_of_other_versions_in_heads_and_contexts_and_items_are_kept() {
    for line in [
        r#"{"timestamp":"t","type":"session_meta","payload":{"id":"01a1fdac-7ff4-7be0-827b-b41bc0029b35","timestamp":"x","cwd":"/","originator":"o","cli_version":"1","source":"cli","model_provider":null,"base_instructions":null,"surprising":{"a":1}}}"#,
        r#"{"timestamp":"t","type":"turn_context","payload":{"cwd":"/w","approval_policy":"never","sandbox_policy":{"type":"danger-full-access"},"model":"m","summary":"none","user_instructions":"old"}}"#,
        r#"{"timestamp":"t","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}],"metadata":{"k":1}}}"#,
        r#"{"timestamp":"t","type":"response_item","payload":{"type":"ghost_snapshot","ghost_commit":{"id":"x"}}}"#,
    ] {
        let record = RolloutLine::parse(line.as_bytes()).unwrap();
        let mut out = Vec::new();
        record.item.write_line("t", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{line}\n"));
    }
}

#[test]
fn a_record_that_does_not_fit_its_kind_is_no_record() {
    assert!(event(json!({"type": "user_message", "wrong": "shape"})).is_err());
    assert!(event(json!({"type": "turn_aborted", "turn_id": "a", "reason": "bogus"})).is_err());
    assert!(
        parse(json!({"timestamp": "t", "type": "response_item", "payload": {"type": "message"}})).is_err()
    );
    assert!(parse(json!({"type": "event_msg", "payload": {"type": "context_compacted"}})).is_err());
    assert!(matches!(RolloutLine::parse(b"  \r\n"), Err(LineError::Blank)));
    assert!(matches!(RolloutLine::parse(b"\xff"), Err(LineError::Utf8(_))));
}

#[test]
fn older_names_are_read() {
    let record =
        event(json!({"type": "turn_started", "turn_id": "a", "model_context_window": null})).unwrap();
    assert!(matches!(
        record.item,
        RolloutItem::EventMsg(EventMsg::TaskStarted(_))
    ));
    let head = parse(json!({"timestamp": "t", "type": "session_meta", "payload": {
        "id": "01a1fdac-7ff4-7be0-827b-b41bc0029b35", "timestamp": "2025-03-04T10-00-01", "cwd": "/w", "originator": "o",
        "cli_version": "0.20.0", "agent_type": "worker", "source": {"subagent": {"thread_spawn": {
            "parent_thread_id": "01a1fdac-7ff4-7be0-827b-b41bc0029b35", "depth": 1, "agent_type": "worker"}}}}}))
    .unwrap();
    let RolloutItem::SessionMeta(head) = head.item else {
        panic!("not a head")
    };
    assert_eq!(head.agent_role.as_deref(), Some("worker"));
    assert_eq!(head.created_at().unwrap().to_string(), "2025-03-04T10:00:01Z");
}

#[test]
fn an_unknown_word_for_the_source_is_unknown_and_none_is_an_editor() {
    assert_eq!(
        serde_json::from_value::<Source>(json!("moon")).unwrap(),
        Source::Unknown
    );
    assert_eq!(Source::default(), Source::VsCode);
    for source in [
        json!("mcp"),
        json!({"custom": "x"}),
        json!({"subagent": "review"}),
        json!({"subagent": {"other": "x"}}),
        json!({"internal": "memory_consolidation"}),
    ] {
        assert_eq!(
            serde_json::to_value(serde_json::from_value::<Source>(source.clone()).unwrap()).unwrap(),
            source
        );
    }
}

#[test]
fn the_limited_mode_leaves_out_tools_and_keeps_failures() {
    let error: RolloutItem = EventMsg::from(ErrorEvent {
        message: "x".into(),
        codex_error_info: None,
    })
    .into();
    let seen: RolloutItem = EventMsg::from(ViewImageToolCall {
        call_id: "v".into(),
        path: "/p".into(),
    })
    .into();
    assert!(Mode::Limited.stores(&error) && Mode::Extended.stores(&error));
    assert!(!Mode::Limited.stores(&seen) && Mode::Extended.stores(&seen));
}

#[test]
fn outputs_of_commands_are_stored_with_their_middle_cut_out() {
    let text = "0123456789".repeat(3000);
    let cut = cut_middle(&text, STORED_OUTPUT_CHARS);
    assert_eq!(cut.len(), 10_000 + "…20000 chars truncated…".len());
    assert!(cut.starts_with(&text[..5000]) && cut.ends_with(&text[..5000]));
    assert_eq!(
        &cut[5000..5000 + "…20000 chars truncated…".len()],
        "…20000 chars truncated…"
    );
    assert_eq!(cut_middle("short", 10), "short");
    let umlauts = "ä".repeat(10);
    assert_eq!(cut_middle(&umlauts, 9), "ää…6 chars truncated…ää");
}

#[test]
fn the_services_own_ids_are_not_stored() {
    let item = |json: Value| RolloutItem::ResponseItem(serde_json::from_value(json).unwrap());
    let stored = Mode::Limited
        .to_stored(item(json!({"type": "message", "id": "msg_1", "role": "assistant", "content": [], "phase": "final_answer"})))
        .unwrap();
    assert_eq!(
        stored,
        item(json!({"type": "message", "role": "assistant", "content": [], "phase": "final_answer"}))
    );
    let picture =
        item(json!({"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": ""}));
    assert_eq!(Mode::Limited.to_stored(picture.clone()), Some(picture));
}

#[test]
fn times_have_milliseconds() {
    assert_eq!(
        timestamp("2025-03-04T10:00:01.2349Z".parse().unwrap()),
        "2025-03-04T10:00:01.234Z"
    );
    assert_eq!(
        timestamp("2025-03-04T10:00:01Z".parse().unwrap()),
        "2025-03-04T10:00:01.000Z"
    );
}
