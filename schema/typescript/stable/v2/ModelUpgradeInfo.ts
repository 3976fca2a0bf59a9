// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How to tell the user of a model's replacement.
 */
export type ModelUpgradeInfo = { model: string,
/**
 * The text.
 */
upgradeCopy: string | null,
/**
 * Where to read more.
 */
modelLink: string | null,
/**
 * A longer text, in Markdown.
 */
migrationMarkdown: string | null, };
