// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * `externalAgentConfig/detect`: looks for settings of another agent that can be taken over.
 */
export type ExternalAgentConfigDetectParams = {
/**
 * Whether to look in the user's home.
 */
includeHome?: boolean,
/**
 * Projects to look in.
 */
cwds?: Array<string> | null, };
