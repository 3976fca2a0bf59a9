// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ToolRequestUserInputOption = { label: string, description: string, };
