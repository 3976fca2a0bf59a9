// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeAudioChunk = { data: string, sampleRate: number, numChannels: number, samplesPerChannel: number | null, itemId: string | null, };
