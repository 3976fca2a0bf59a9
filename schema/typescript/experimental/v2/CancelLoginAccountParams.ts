// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CancelLoginAccountParams = { loginId: string, };
