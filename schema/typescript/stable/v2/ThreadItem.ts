// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { MessagePhase } from "../MessagePhase";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { JsonValue } from "../serde_json/JsonValue";
import type { CollabAgentState } from "./CollabAgentState";
import type { CollabAgentTool } from "./CollabAgentTool";
import type { CollabAgentToolCallStatus } from "./CollabAgentToolCallStatus";
import type { CommandAction } from "./CommandAction";
import type { CommandExecutionSource } from "./CommandExecutionSource";
import type { CommandExecutionStatus } from "./CommandExecutionStatus";
import type { DynamicToolCallOutputContentItem } from "./DynamicToolCallOutputContentItem";
import type { DynamicToolCallStatus } from "./DynamicToolCallStatus";
import type { FileUpdateChange } from "./FileUpdateChange";
import type { HookPromptFragment } from "./HookPromptFragment";
import type { McpToolCallError } from "./McpToolCallError";
import type { McpToolCallResult } from "./McpToolCallResult";
import type { McpToolCallStatus } from "./McpToolCallStatus";
import type { MemoryCitation } from "./MemoryCitation";
import type { PatchApplyStatus } from "./PatchApplyStatus";
import type { UserInput } from "./UserInput";
import type { WebSearchAction } from "./WebSearchAction";

/**
 * Something that happened in a turn.
 */
export type ThreadItem =
/**
 * The user said something.
 */
{ "type": "userMessage", id: string, content: Array<UserInput>, } |
/**
 * Hooks said something in the user's place.
 */
{ "type": "hookPrompt", id: string, fragments: Array<HookPromptFragment>, } |
/**
 * The agent said something.
 */
{ "type": "agentMessage", id: string, text: string,
/**
 * Whether it is said on the way or at the end, if the model tells.
 */
phase: MessagePhase | null,
/**
 * Which memories it rests on.
 */
memoryCitation: MemoryCitation | null, } |
/**
 * The agent proposed a plan.
 */
{ "type": "plan", id: string, text: string, } |
/**
 * The agent thought.
 */
{ "type": "reasoning", id: string,
/**
 * Summaries, paragraph by paragraph.
 */
summary: Array<string>,
/**
 * The thoughts themselves, where the model shows them. Not read back.
 */
content: Array<string>, } |
/**
 * A command ran.
 */
{ "type": "commandExecution", id: string,
/**
 * The command line, quoted for a shell.
 */
command: string,
/**
 * Where it ran.
 */
cwd: AbsolutePathBuf,
/**
 * The process, if it is one that can be talked to later.
 */
processId: string | null,
/**
 * Who wanted it.
 */
source: CommandExecutionSource, status: CommandExecutionStatus,
/**
 * What it does, as far as that can be told from its text: a part per command in it.
 */
commandActions: Array<CommandAction>,
/**
 * What it printed, standard output and error together; null if nothing.
 */
aggregatedOutput: string | null,
/**
 * Its exit code, once it has ended; -1 if it could not be started.
 */
exitCode: number | null,
/**
 * How long it ran, in milliseconds.
 */
durationMs: number | null, } |
/**
 * Files changed.
 */
{ "type": "fileChange", id: string,
/**
 * The changes, file by file.
 */
changes: Array<FileUpdateChange>, status: PatchApplyStatus, } |
/**
 * A tool of an MCP server was called.
 */
{ "type": "mcpToolCall", id: string,
/**
 * The server's name in the configuration.
 */
server: string,
/**
 * The tool's name as the server has it.
 */
tool: string, status: McpToolCallStatus, arguments: JsonValue,
/**
 * A resource of the server that shows the result.
 */
mcpAppResourceUri?: string, result: McpToolCallResult | null, error: McpToolCallError | null,
/**
 * How long it took, in milliseconds.
 */
durationMs: number | null, } |
/**
 * A tool of the client was called.
 */
{ "type": "dynamicToolCall", id: string, namespace: string | null, tool: string, arguments: JsonValue, status: DynamicToolCallStatus,
/**
 * What it answered.
 */
contentItems: Array<DynamicToolCallOutputContentItem> | null,
/**
 * Whether the client called it a success.
 */
success: boolean | null,
/**
 * How long it took, in milliseconds.
 */
durationMs: number | null, } |
/**
 * An agent dealt with another.
 */
{ "type": "collabAgentToolCall", id: string,
/**
 * What it did.
 */
tool: CollabAgentTool, status: CollabAgentToolCallStatus,
/**
 * The agent that did it.
 */
senderThreadId: string,
/**
 * The agents it was done to; for a spawn, the new one.
 */
receiverThreadIds: Array<string>,
/**
 * What they were told.
 */
prompt: string | null,
/**
 * The model a new agent was to have.
 */
model: string | null,
/**
 * The effort a new agent was to have.
 */
reasoningEffort: ReasoningEffort | null,
/**
 * How the agents are, by their thread ids.
 */
agentsStates: { [key in string]?: CollabAgentState }, } |
/**
 * The model service searched the web.
 */
{ "type": "webSearch", id: string,
/**
 * What for, as shown to people.
 */
query: string,
/**
 * What it did exactly.
 */
action: WebSearchAction | null, } |
/**
 * The model looked at an image file.
 */
{ "type": "imageView", id: string, path: AbsolutePathBuf, } |
/**
 * The model service made an image.
 */
{ "type": "imageGeneration", id: string,
/**
 * How far it has come, in the service's words.
 */
status: string,
/**
 * The prompt as the service rewrote it.
 */
revisedPrompt: string | null,
/**
 * The image in base64.
 */
result: string,
/**
 * Where it was saved.
 */
savedPath?: AbsolutePathBuf, } |
/**
 * A review began.
 */
{ "type": "enteredReviewMode", id: string,
/**
 * What is reviewed.
 */
review: string, } |
/**
 * A review ended.
 */
{ "type": "exitedReviewMode", id: string,
/**
 * What it found, as shown to people.
 */
review: string, } |
/**
 * The conversation was summarized to make room.
 */
{ "type": "contextCompaction", id: string, };
