// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ContentItem } from "./ContentItem";
import type { FunctionCallOutputBody } from "./FunctionCallOutputBody";
import type { LocalShellAction } from "./LocalShellAction";
import type { LocalShellStatus } from "./LocalShellStatus";
import type { MessagePhase } from "./MessagePhase";
import type { ReasoningItemContent } from "./ReasoningItemContent";
import type { ReasoningItemReasoningSummary } from "./ReasoningItemReasoningSummary";
import type { WebSearchAction } from "./WebSearchAction";
import type { JsonValue } from "./serde_json/JsonValue";

/**
 * One item of a conversation with the model.
 */
export type ResponseItem =
/**
 * Something said by the user, the developer or the model.
 */
{ "type": "message",
/**
 * The model service's name for the item.
 */
id?: string,
/**
 * `user`, `assistant`, `developer` or `system`.
 */
role: string,
/**
 * The parts of the message.
 */
content: Array<ContentItem>,
/**
 * Whether an answer of the model is on the way or final.
 */
phase?: MessagePhase, } |
/**
 * The model thinking.
 */
{ "type": "reasoning",
/**
 * Summaries meant for the user.
 */
summary: Array<ReasoningItemReasoningSummary>,
/**
 * The thoughts themselves, where the model shows them.
 */
content: Array<ReasoningItemContent> | null,
/**
 * The thoughts in a form only the model service can read.
 */
encrypted_content: string | null, } |
/**
 * A command of the built-in shell tool of some models.
 */
{ "type": "local_shell_call",
/**
 * The model service's name for the item.
 */
id?: string,
/**
 * What the output refers to.
 */
call_id: string | null,
/**
 * How far the call has come.
 */
status: LocalShellStatus,
/**
 * What to do.
 */
action: LocalShellAction, } |
/**
 * A call of a tool with arguments in JSON.
 */
{ "type": "function_call",
/**
 * The model service's name for the item.
 */
id?: string,
/**
 * The tool.
 */
name: string,
/**
 * The group the tool belongs to.
 */
namespace?: string,
/**
 * The arguments: a text that should hold a JSON object.
 */
arguments: string,
/**
 * What the output refers to.
 */
call_id: string, } |
/**
 * The model searches for tools it has not been told of.
 */
{ "type": "tool_search_call",
/**
 * The model service's name for the item.
 */
id?: string,
/**
 * What the output refers to.
 */
call_id: string | null,
/**
 * How far the call has come.
 */
status?: string,
/**
 * Who searches: `client` or `server`.
 */
execution: string,
/**
 * What is searched for.
 */
arguments: JsonValue, } |
/**
 * What a function call yielded.
 */
{ "type": "function_call_output",
/**
 * The call this answers.
 */
call_id: string,
/**
 * The output.
 */
output: FunctionCallOutputBody, } |
/**
 * A call of a tool with free text for an argument.
 */
{ "type": "custom_tool_call",
/**
 * The model service's name for the item.
 */
id?: string,
/**
 * How far the call has come.
 */
status?: string,
/**
 * What the output refers to.
 */
call_id: string,
/**
 * The tool.
 */
name: string,
/**
 * The argument.
 */
input: string, } |
/**
 * What a custom tool call yielded.
 */
{ "type": "custom_tool_call_output",
/**
 * The call this answers.
 */
call_id: string,
/**
 * The tool.
 */
name?: string,
/**
 * The output.
 */
output: FunctionCallOutputBody, } |
/**
 * Tools found by a tool search.
 */
{ "type": "tool_search_output",
/**
 * The call this answers.
 */
call_id: string | null,
/**
 * How far the search has come.
 */
status: string,
/**
 * Who searched: `client` or `server`.
 */
execution: string,
/**
 * The tools' definitions.
 */
tools: Array<JsonValue>, } |
/**
 * A search of the web, done by the model service.
 */
{ "type": "web_search_call",
/**
 * The model service's name for the item.
 */
id?: string,
/**
 * How far the call has come.
 */
status?: string,
/**
 * What was looked for.
 */
action?: WebSearchAction, } |
/**
 * An image made by the model service.
 */
{ "type": "image_generation_call",
/**
 * The model service's name for the item.
 */
id: string,
/**
 * How far the call has come.
 */
status: string,
/**
 * The prompt as the service rewrote it.
 */
revised_prompt?: string,
/**
 * The image in base64.
 */
result: string, } |
/**
 * A summary, readable only for the model service, that stands for all items before it.
 */
{ "type": "compaction",
/**
 * The summary.
 */
encrypted_content: string, } |
/**
 * An item of another kind, kept as it came.
 */
{ "type": "other" };
