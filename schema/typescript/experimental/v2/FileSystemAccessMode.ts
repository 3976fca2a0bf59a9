// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * How files may be used.
 */
export type FileSystemAccessMode = "read" |
/**
 * Reading included.
 */
"write" |
/**
 * Not at all, not even where an outer entry allows it.
 */
"none";
