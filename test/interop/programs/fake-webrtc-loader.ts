/** Loads webtorrent and bittorrent-tracker with WebRTC that works within this process. */
import { registerHooks } from 'node:module';
import { doWithoutNativeParts } from './native-parts.ts';

/** To be called before either package is imported. */
export function fakeWebRtc(): void {
  doWithoutNativeParts();
  // The hook registered last is asked first.
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== 'webrtc-polyfill') return next(specifier, context);
      const url = new URL('./fake-webrtc.ts', import.meta.url).href;
      return { url, format: 'module-typescript', shortCircuit: true };
    },
  });
}
