// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadMetadataGitInfoUpdateParams = { sha?: string | null, branch?: string | null, originUrl?: string | null, };
