// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FuzzyFileSearchParams = { query: string, roots: Array<string>, cancellationToken?: string | null, };
