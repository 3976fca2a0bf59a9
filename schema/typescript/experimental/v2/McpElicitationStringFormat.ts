// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What kind of text is wanted.
 */
export type McpElicitationStringFormat = "email" | "uri" | "date" | "date-time";
