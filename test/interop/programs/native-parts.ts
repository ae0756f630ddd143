/**
 * Parts of webtorrent and bittorrent-tracker that are native code (WebRTC, uTP) or unwanted in a test
 * (DHT) are not installed; this puts nothing in their place, so that the rest loads.
 */
import { registerHooks } from 'node:module';

const nothing: Readonly<Record<string, string>> = {
  'webrtc-polyfill':
    'export const RTCPeerConnection = undefined, RTCSessionDescription = undefined, RTCIceCandidate = undefined;',
  'bittorrent-dht': 'export const Client = undefined;',
  './utp.cjs': 'export default {};',
};

/** To be called before either package is imported. */
export function doWithoutNativeParts(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const source = nothing[specifier];
      if (source === undefined) return next(specifier, context);
      const url = `data:text/javascript,${encodeURIComponent(source)}`;
      return { url, format: 'module', shortCircuit: true };
    },
  });
}
