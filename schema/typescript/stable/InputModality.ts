// GENERATED CODE! DO NOT MODIFY BY HAND!

/**
 * What a model can be given.
 */
export type InputModality = "text" | "image";
