// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AppScreenshot = { url: string | null, fileId: string | null, userPrompt: string, };
