// GENERATED CODE! DO NOT MODIFY BY HAND!

export type InputModality = "text" | "image";
