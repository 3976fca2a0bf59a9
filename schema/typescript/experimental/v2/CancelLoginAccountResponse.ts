// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CancelLoginAccountStatus } from "./CancelLoginAccountStatus";

export type CancelLoginAccountResponse = { status: CancelLoginAccountStatus, };
