// GENERATED CODE! DO NOT MODIFY BY HAND!

export type DeviceKeyAlgorithm = "ecdsa_p256_sha256";
