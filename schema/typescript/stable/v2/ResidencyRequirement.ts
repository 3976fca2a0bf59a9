// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ResidencyRequirement = "us";
