// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * A value to choose.
 */
export type McpElicitationConstOption = {
/**
 * The value.
 */
const: string,
/**
 * What is shown for it.
 */
title: string, };
