// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * The id of a request, echoed in its reply with its type: `7` and `"7"` are different ids.
 */
export type RequestId =
/**
 * An id that is text; any text, the empty one too.
 */
string |
/**
 * An id that is a number.
 */
number;
