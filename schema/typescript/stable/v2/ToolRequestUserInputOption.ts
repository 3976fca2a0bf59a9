// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * An answer to choose from.
 */
export type ToolRequestUserInputOption = {
/**
 * What is answered with it.
 */
label: string,
/**
 * What it means.
 */
description: string, };
