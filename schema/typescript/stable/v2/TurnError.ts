// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CodexErrorInfo } from "./CodexErrorInfo";

/**
 * Why a turn failed.
 */
export type TurnError = {
/**
 * A sentence for people.
 */
message: string,
/**
 * The kind of failure, for programs.
 */
codexErrorInfo: CodexErrorInfo | null,
/**
 * More about it.
 */
additionalDetails: string | null, };
