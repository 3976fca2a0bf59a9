// GENERATED CODE! DO NOT MODIFY BY HAND!

export type DeviceKeyProtectionClass = "hardware_secure_enclave" | "hardware_tpm" | "os_protected_nonextractable";
