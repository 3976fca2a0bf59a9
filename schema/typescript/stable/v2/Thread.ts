// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { GitInfo } from "./GitInfo";
import type { SessionSource } from "./SessionSource";
import type { ThreadStatus } from "./ThreadStatus";
import type { Turn } from "./Turn";

export type Thread = { id: string, sessionId: string, forkedFromId: string | null, preview: string, ephemeral: boolean, modelProvider: string, createdAt: number, updatedAt: number, status: ThreadStatus, path: string | null, cwd: AbsolutePathBuf, cliVersion: string, source: SessionSource, agentNickname: string | null, agentRole: string | null, gitInfo: GitInfo | null, name: string | null, turns: Array<Turn>, };
