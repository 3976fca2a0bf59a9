//! The tables, indexes and triggers themselves, and the reference's record of how it came to them.

use rusqlite::Connection;

/// A migration as the reference recorded it: version, description, SHA-384 of its text in hex.
pub(super) type Migration = (i64, &'static str, &'static str);

/// A table: how it is made, and each of its columns as it is added to an older file that has the table without it.
pub(super) struct Table {
    name: &'static str,
    /// Column name and definition, in order.
    columns: &'static [(&'static str, &'static str)],
    /// Table constraints, each with its leading comma.
    constraints: &'static str,
}

impl Table {
    /// Makes the table, or adds the columns it lacks.
    pub(super) fn ensure(&self, conn: &Connection) -> rusqlite::Result<()> {
        let columns: Vec<String> = self.columns.iter().map(|(n, d)| format!("{n} {d}")).collect();
        conn.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {} ({}{})",
            self.name,
            columns.join(", "),
            self.constraints
        ))?;
        let mut select = conn.prepare(&format!("SELECT name FROM pragma_table_info('{}')", self.name))?;
        let there: Vec<String> = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
        for (name, definition) in self.columns.iter().filter(|(n, _)| !there.iter().any(|t| t == n)) {
            conn.execute_batch(&format!(
                "ALTER TABLE {} ADD COLUMN {name} {definition}",
                self.name
            ))?;
        }
        Ok(())
    }
}

pub(super) const MIGRATION_TABLE: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL)";

const TEXT: &str = "TEXT";
const INT: &str = "INTEGER";
const NN_TEXT: &str = "TEXT NOT NULL";
const NN_INT: &str = "INTEGER NOT NULL";
const NN_EMPTY: &str = "TEXT NOT NULL DEFAULT ''";
const NN_ZERO: &str = "INTEGER NOT NULL DEFAULT 0";

pub(super) const TABLES: [Table; 11] = [
    Table {
        name: "threads",
        columns: &[
            ("id", "TEXT PRIMARY KEY"),
            ("rollout_path", NN_TEXT),
            ("created_at", NN_INT),
            ("updated_at", NN_INT),
            ("source", NN_TEXT),
            ("model_provider", NN_TEXT),
            ("cwd", NN_TEXT),
            ("title", NN_TEXT),
            ("sandbox_policy", NN_TEXT),
            ("approval_mode", NN_TEXT),
            ("tokens_used", NN_ZERO),
            ("has_user_event", NN_ZERO),
            ("archived", NN_ZERO),
            ("archived_at", INT),
            ("git_sha", TEXT),
            ("git_branch", TEXT),
            ("git_origin_url", TEXT),
            ("cli_version", NN_EMPTY),
            ("first_user_message", NN_EMPTY),
            ("agent_nickname", TEXT),
            ("agent_role", TEXT),
            ("memory_mode", "TEXT NOT NULL DEFAULT 'enabled'"),
            ("model", TEXT),
            ("reasoning_effort", TEXT),
            ("agent_path", TEXT),
            ("created_at_ms", INT),
            ("updated_at_ms", INT),
        ],
        constraints: "",
    },
    Table {
        name: "thread_dynamic_tools",
        columns: &[
            ("thread_id", NN_TEXT),
            ("position", NN_INT),
            ("name", NN_TEXT),
            ("description", NN_TEXT),
            ("input_schema", NN_TEXT),
            ("defer_loading", NN_ZERO),
            ("namespace", TEXT),
        ],
        constraints: ", PRIMARY KEY (thread_id, position), FOREIGN KEY (thread_id) REFERENCES threads(id) ON DELETE CASCADE",
    },
    Table {
        name: "stage1_outputs",
        columns: &[
            ("thread_id", "TEXT PRIMARY KEY"),
            ("source_updated_at", NN_INT),
            ("raw_memory", NN_TEXT),
            ("rollout_summary", NN_TEXT),
            ("generated_at", NN_INT),
            ("rollout_slug", TEXT),
            ("usage_count", INT),
            ("last_usage", INT),
            ("selected_for_phase2", NN_ZERO),
            ("selected_for_phase2_source_updated_at", INT),
        ],
        constraints: ", FOREIGN KEY (thread_id) REFERENCES threads(id) ON DELETE CASCADE",
    },
    Table {
        name: "jobs",
        columns: &[
            ("kind", NN_TEXT),
            ("job_key", NN_TEXT),
            ("status", NN_TEXT),
            ("worker_id", TEXT),
            ("ownership_token", TEXT),
            ("started_at", INT),
            ("finished_at", INT),
            ("lease_until", INT),
            ("retry_at", INT),
            ("retry_remaining", NN_INT),
            ("last_error", TEXT),
            ("input_watermark", INT),
            ("last_success_watermark", INT),
        ],
        constraints: ", PRIMARY KEY (kind, job_key)",
    },
    Table {
        name: "backfill_state",
        columns: &[
            ("id", "INTEGER PRIMARY KEY CHECK (id = 1)"),
            ("status", NN_TEXT),
            ("last_watermark", TEXT),
            ("last_success_at", INT),
            ("updated_at", NN_INT),
        ],
        constraints: "",
    },
    Table {
        name: "agent_jobs",
        columns: &[
            ("id", "TEXT PRIMARY KEY"),
            ("name", NN_TEXT),
            ("status", NN_TEXT),
            ("instruction", NN_TEXT),
            ("output_schema_json", TEXT),
            ("input_headers_json", NN_TEXT),
            ("input_csv_path", NN_TEXT),
            ("output_csv_path", NN_TEXT),
            ("auto_export", "INTEGER NOT NULL DEFAULT 1"),
            ("created_at", NN_INT),
            ("updated_at", NN_INT),
            ("started_at", INT),
            ("completed_at", INT),
            ("last_error", TEXT),
            ("max_runtime_seconds", INT),
        ],
        constraints: "",
    },
    Table {
        name: "agent_job_items",
        columns: &[
            ("job_id", NN_TEXT),
            ("item_id", NN_TEXT),
            ("row_index", NN_INT),
            ("source_id", TEXT),
            ("row_json", NN_TEXT),
            ("status", NN_TEXT),
            ("assigned_thread_id", TEXT),
            ("attempt_count", NN_ZERO),
            ("result_json", TEXT),
            ("last_error", TEXT),
            ("created_at", NN_INT),
            ("updated_at", NN_INT),
            ("completed_at", INT),
            ("reported_at", INT),
        ],
        constraints: ", PRIMARY KEY (job_id, item_id), FOREIGN KEY (job_id) REFERENCES agent_jobs(id) ON DELETE CASCADE",
    },
    Table {
        name: "thread_spawn_edges",
        columns: &[
            ("parent_thread_id", NN_TEXT),
            ("child_thread_id", "TEXT NOT NULL PRIMARY KEY"),
            ("status", NN_TEXT),
        ],
        constraints: "",
    },
    Table {
        name: "remote_control_enrollments",
        columns: &[
            ("websocket_url", NN_TEXT),
            ("account_id", NN_TEXT),
            ("app_server_client_name", NN_TEXT),
            ("server_id", NN_TEXT),
            ("environment_id", NN_TEXT),
            ("server_name", NN_TEXT),
            ("updated_at", NN_INT),
        ],
        constraints: ", PRIMARY KEY (websocket_url, account_id, app_server_client_name)",
    },
    Table {
        name: "device_key_bindings",
        columns: &[
            ("key_id", "TEXT PRIMARY KEY NOT NULL"),
            ("account_user_id", NN_TEXT),
            ("client_id", NN_TEXT),
            ("created_at", NN_INT),
            ("updated_at", NN_INT),
        ],
        constraints: "",
    },
    Table {
        name: "thread_goals",
        columns: &[
            (
                "thread_id",
                "TEXT PRIMARY KEY NOT NULL REFERENCES threads(id) ON DELETE CASCADE",
            ),
            ("goal_id", NN_TEXT),
            ("objective", NN_TEXT),
            (
                "status",
                "TEXT NOT NULL CHECK(status IN ('active', 'paused', 'budget_limited', 'complete'))",
            ),
            ("token_budget", INT),
            ("tokens_used", NN_ZERO),
            ("time_used_seconds", NN_ZERO),
            ("created_at_ms", NN_INT),
            ("updated_at_ms", NN_INT),
        ],
        constraints: "",
    },
];

pub(super) const INDEXES_AND_TRIGGERS: &str = "
    CREATE INDEX IF NOT EXISTS idx_agent_job_items_status ON agent_job_items(job_id, status, row_index ASC);
    CREATE INDEX IF NOT EXISTS idx_agent_jobs_status ON agent_jobs(status, updated_at DESC);
    CREATE INDEX IF NOT EXISTS idx_jobs_kind_status_retry_lease ON jobs(kind, status, retry_at, lease_until);
    CREATE INDEX IF NOT EXISTS idx_stage1_outputs_source_updated_at ON stage1_outputs(source_updated_at DESC, thread_id DESC);
    CREATE INDEX IF NOT EXISTS idx_thread_dynamic_tools_thread ON thread_dynamic_tools(thread_id);
    CREATE INDEX IF NOT EXISTS idx_thread_spawn_edges_parent_status ON thread_spawn_edges(parent_thread_id, status);
    CREATE INDEX IF NOT EXISTS idx_threads_archived ON threads(archived);
    CREATE INDEX IF NOT EXISTS idx_threads_archived_cwd_created_at_ms ON threads(archived, cwd, created_at_ms DESC, id DESC);
    CREATE INDEX IF NOT EXISTS idx_threads_archived_cwd_updated_at_ms ON threads(archived, cwd, updated_at_ms DESC, id DESC);
    CREATE INDEX IF NOT EXISTS idx_threads_created_at ON threads(created_at DESC, id DESC);
    CREATE INDEX IF NOT EXISTS idx_threads_created_at_ms ON threads(created_at_ms DESC, id DESC);
    CREATE INDEX IF NOT EXISTS idx_threads_provider ON threads(model_provider);
    CREATE INDEX IF NOT EXISTS idx_threads_source ON threads(source);
    CREATE INDEX IF NOT EXISTS idx_threads_updated_at ON threads(updated_at DESC, id DESC);
    CREATE INDEX IF NOT EXISTS idx_threads_updated_at_ms ON threads(updated_at_ms DESC, id DESC);
    CREATE TRIGGER IF NOT EXISTS threads_created_at_ms_after_insert
        AFTER INSERT ON threads
        WHEN NEW.created_at_ms IS NULL
        BEGIN UPDATE threads SET created_at_ms = NEW.created_at * 1000 WHERE id = NEW.id; END;
    CREATE TRIGGER IF NOT EXISTS threads_created_at_ms_after_update
        AFTER UPDATE OF created_at ON threads
        WHEN NEW.created_at != OLD.created_at AND NEW.created_at_ms IS OLD.created_at_ms
        BEGIN UPDATE threads SET created_at_ms = NEW.created_at * 1000 WHERE id = NEW.id; END;
    CREATE TRIGGER IF NOT EXISTS threads_updated_at_ms_after_insert
        AFTER INSERT ON threads
        WHEN NEW.updated_at_ms IS NULL
        BEGIN UPDATE threads SET updated_at_ms = NEW.updated_at * 1000 WHERE id = NEW.id; END;
    CREATE TRIGGER IF NOT EXISTS threads_updated_at_ms_after_update
        AFTER UPDATE OF updated_at ON threads
        WHEN NEW.updated_at != OLD.updated_at AND NEW.updated_at_ms IS OLD.updated_at_ms
        BEGIN UPDATE threads SET updated_at_ms = NEW.updated_at * 1000 WHERE id = NEW.id; END;
";

pub(super) const LOG_TABLE: Table = Table {
    name: "logs",
    columns: &[
        ("id", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("ts", NN_INT),
        ("ts_nanos", NN_INT),
        ("level", NN_TEXT),
        ("target", NN_TEXT),
        ("feedback_log_body", TEXT),
        ("module_path", TEXT),
        ("file", TEXT),
        ("line", INT),
        ("thread_id", TEXT),
        ("process_uuid", TEXT),
        ("estimated_bytes", NN_ZERO),
    ],
    constraints: "",
};

pub(super) const LOG_INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS idx_logs_process_uuid_threadless_ts ON logs(process_uuid, ts DESC, ts_nanos DESC, id DESC) WHERE thread_id IS NULL;
    CREATE INDEX IF NOT EXISTS idx_logs_thread_id ON logs(thread_id);
    CREATE INDEX IF NOT EXISTS idx_logs_thread_id_ts ON logs(thread_id, ts DESC, ts_nanos DESC, id DESC);
    CREATE INDEX IF NOT EXISTS idx_logs_ts ON logs(ts DESC, ts_nanos DESC, id DESC);
";

#[rustfmt::skip]
pub(super) const MIGRATIONS: [Migration; 29] = [
    (1, "threads", "627ef19164c9bb298a0cd99945981c9b7bda3d9e6cf12eb35145e3b1d3bf7cf8740f0dbaa0b475185fc2993397078049"),
    (2, "logs", "521b72cbc04c7d03b1e4aef8dc0fdee672f1f7f5881385a55a0e937e4ebe87a3f67bca4d3f6b59afbc9a7ca723c82856"),
    (3, "logs thread id", "e58a2862bdb66d3274e60144a26dc9d68bbefff834cd29b82b740f38fcf95862934f412665d985715167839e8f0eb377"),
    (4, "thread dynamic tools", "8adc251366e4c7e5ea78b620ac71f4c4bdfb8f048bf9f2fd7204226cfba54c8e83fc9d83fc1ec334bc683bb7f6d0d8a8"),
    (5, "threads cli version", "1ac64f85e083e5b49b974bf498fc39c630f0032057fb4bf4cb31708619fac5a80189f261cf3e38dafd92dc406e73c220"),
    (6, "memories", "a203fc4b597e1420bffdc4e00e214798b21cf7fc921d8bd6f089c75248fb6a4b4942c97a1f8e0271eca8cf3b3e5e7a80"),
    (7, "threads first user message", "7e35a464df6d4c82694de50865ba3fe9104f9e1385a33be7d633ab4b8d6cf60b7f369fe083d31251fd77b75fa2d61f82"),
    (8, "backfill state", "aa3f287f7a448554e7af01f259f0871ce90ace1a7d4b8ebbd74c87ae57c3e21119f7eec8b9c2e9f4a9e76e63a0f0b60a"),
    (9, "stage1 outputs rollout slug", "8b469360777e6dd6c21d3f0eb93481251846b0a50e0a44eb0dbee4a0a32b7206768a5d83a5fcec30c6fd2e43d755ff1b"),
    (10, "logs process id", "8adaf1365f8e5deeba68bdeee9fd83b094a87bdab364d95ab5c714f7b8bd95dc3b38576871470312154c9d41e8f10f93"),
    (11, "logs partition prune indexes", "31ececbd07f04452d0dc5127d824ed183056b9900a31aa739387a4aef232016d975110829814841fb6bf3fd23634b799"),
    (12, "logs estimated bytes", "0012a213ed25f2cf806c2530c487ebb00b4f102f5960d1a852154a0f77d25c9e9f7df29550faeb30ebaff15a26c7d604"),
    (13, "threads agent nickname", "05526a0900a8430523a9a05932ea61302fce20782b245498565c1b9a2dfd10cf5c49932089b496ae23af44f6c5f76af4"),
    (14, "agent jobs", "4d2fbb2442c5c5c7c47b4254b5b8dc2c52129f65c4a952a79f1ec5c40fb07483326429ce5acdbd372bc9262352cb6277"),
    (15, "agent jobs max runtime seconds", "0eece6db59c948faa6608526af440a9f53f5a982d27f3e866cd9f1401c2e59bc61f8381b5a1c9744acb232f50db493e5"),
    (16, "memory usage", "4768f743e981293735c6e07b0282ec8ace98af720059d68555b17979d28c94b0c893a97a950d5e32758bc6d92d8fe6ff"),
    (17, "phase2 selection flag", "4cbdb2edfebf6040858ffc193cffa36e6b3fbf508f8418ad073081bbfcf59d53d423b6eb4c0ded206ab4d4c1a0efed94"),
    (18, "phase2 selection snapshot", "a4363003bc44f0a4ae1eed53b536b7175f97863ea6881a059dc6642e70e2921576204697cec2345f560e65ff7fbf4455"),
    (19, "thread dynamic tools defer loading", "3884c02f080f0184e92b620f870dfbb840a8ec5dfce2fe6455dd8197fcd27d7dd86e63ad6ec7c4091a1161d9ed199f8d"),
    (20, "threads model reasoning effort", "07673f4859f740134569ab9606760d8173ed6df92da47c86fbd0ceeb333e18ab7ac91d525ab8c11503c42164fd4167ae"),
    (21, "thread spawn edges", "ea1aebe4f5a1d56c8effcc15f705c272275dd8adfeb01bc97d3f7b283474a3b8c2b0c8c69de55786e8bda17cae6f4de7"),
    (22, "threads agent path", "160fe01b757dd06f9573b9030952d021f2b148732bea5fc5f5ae09e9227f3f83ca676695edaf8502669fcb546119dc94"),
    (23, "drop logs", "e6c748a9a18286e4c773ffe0dad659f16fb7e5b7b032235815991c405f2d32c068f3edde920d0fcf589b687bffcfee2e"),
    (24, "remote control enrollments", "e92aa526b1f36e26f6221c04a671f07b27de2e7a5112d93a8c3af816a87846e7804d5fbad689e61cf4ec91fd79d3bd8a"),
    (25, "thread timestamps millis", "d6fb51d79941b93c3278fe2a8a0c6fa882407b7b716e32d72329f0b7b60c181a42f49e56cd552315efb0402a111ede12"),
    (26, "thread dynamic tools namespace", "6c62a325d3b9ca8e424eacb9e3890d8d9de57c3725e2d1fa30c3743ae779fca2969387174359dfb26e4920791ae7e831"),
    (27, "threads cwd sort indexes", "d84dca6a039e004c0c7d06c5a16c2ccc363137537f3dd9898f50bb013ce9067140761b87d58ca742d769d35976863fc3"),
    (28, "device key bindings", "ef44adaa291e40dfe6b74e3cd259711adae13f01c5594b177d08e2d2041a67ed3813feecf049662aaed0f636bd3f4ac3"),
    (29, "thread goals", "e9ec76f97dbf41ce4949de324a2a26538c2025c0ac4f272b77a852970fb14b7ec970d6978a765f91ae171dce9c0e4149"),
];

#[rustfmt::skip]
pub(super) const LOG_MIGRATIONS: [Migration; 2] = [
    (1, "logs", "009639eafe599be97d49d1d712e51671bf1be1c6b8cb7bf1a4136da88fb0e19308ff3cbcfbfbf589065e0eafef2ca164"),
    (2, "logs feedback log body", "cf6c93af074a90224564010f49bc9cf905f10ba4c3c4b8b25c12e014ee1522f0b561a1c3d8188f6d2f4be764f141daf8"),
];
