// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { GitInfo } from "./GitInfo";
import type { SessionSource } from "./SessionSource";
import type { ThreadStatus } from "./ThreadStatus";
import type { Turn } from "./Turn";

/**
 * A conversation with its turns.
 */
export type Thread = {
/**
 * A UUID, in lower case with dashes.
 */
id: string,
/**
 * The id of the first thread in the tree of threads that spawned this one; its own id if
 * nothing spawned it. A member of later versions, which the reference does not write.
 */
sessionId: string,
/**
 * The thread this one was copied from. Always null in lists.
 */
forkedFromId: string | null,
/**
 * The beginning of the conversation, usually the first message of the user; empty before
 * there is one.
 */
preview: string,
/**
 * Whether it is kept in memory alone.
 */
ephemeral: boolean,
/**
 * The provider it was started with, by its id.
 */
modelProvider: string,
/**
 * When it was started, in seconds since 1970.
 */
createdAt: number,
/**
 * When it was last written to, in seconds since 1970.
 */
updatedAt: number,
/**
 * What it is doing.
 */
status: ThreadStatus,
/**
 * Its history file; null for ephemeral threads.
 */
path: string | null,
/**
 * The working directory it was started in.
 */
cwd: AbsolutePathBuf,
/**
 * The version of the program that started it.
 */
cliVersion: string,
/**
 * What started it.
 */
source: SessionSource,
/**
 * A name to tell a spawned agent by.
 */
agentNickname: string | null,
/**
 * The role a spawned agent was given.
 */
agentRole: string | null,
/**
 * The state of the git repository it was started in.
 */
gitInfo: GitInfo | null,
/**
 * The name the user gave it.
 */
name: string | null,
/**
 * Its turns, where the method says so; otherwise empty.
 */
turns: Array<Turn>, };
