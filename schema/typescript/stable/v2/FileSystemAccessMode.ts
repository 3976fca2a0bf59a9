// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FileSystemAccessMode = "read" | "write" | "none";
