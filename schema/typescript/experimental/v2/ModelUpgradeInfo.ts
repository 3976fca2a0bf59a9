// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ModelUpgradeInfo = { model: string, upgradeCopy: string | null, modelLink: string | null, migrationMarkdown: string | null, };
