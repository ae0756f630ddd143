/**
 * WebRTC within one process, in place of the npm package webrtc-polyfill: no network and no encryption,
 * but the order of offers, answers and channels that the real one keeps. A session description names
 * its connection; whoever sets an answer finds the answering connection by that name.
 */

interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

const connections = new Map<string, RTCPeerConnection>();

/** As long as that of a browser with a few addresses. */
const candidates = 'a=candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host\r\n'.repeat(20);

class Channel {
  readonly label: string;
  readyState: 'connecting' | 'open' | 'closed' = 'connecting';
  readonly bufferedAmount = 0;
  far: Channel | undefined;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;

  constructor(label: string) {
    this.label = label;
  }

  open(far: Channel): void {
    this.far = far;
    this.readyState = 'open';
    this.onopen?.();
  }

  send(data: Uint8Array | ArrayBuffer | string): void {
    const copy = Uint8Array.from(
      typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data),
    );
    setImmediate(() => this.far?.onmessage?.({ data: copy.buffer }));
  }

  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    setImmediate(() => this.far?.onclose?.());
  }
}

export class RTCPeerConnection {
  readonly #name = crypto.randomUUID();
  #channel: Channel | undefined;
  localDescription: Description | undefined;
  remoteDescription: Description | undefined;
  iceConnectionState = 'new';
  readonly iceGatheringState = 'complete';
  readonly connectionState = 'new';
  readonly signalingState = 'stable';
  onicecandidate: ((event: { candidate: null }) => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  ondatachannel: ((event: { channel: Channel }) => void) | null = null;

  createDataChannel(label: string): Channel {
    this.#channel = new Channel(label);
    return this.#channel;
  }

  createOffer(): Promise<Description> {
    return Promise.resolve({ type: 'offer', sdp: this.#sdp() });
  }

  createAnswer(): Promise<Description> {
    return Promise.resolve({ type: 'answer', sdp: this.#sdp() });
  }

  async setLocalDescription(description: Description): Promise<void> {
    this.localDescription = description;
    connections.set(this.#name, this);
    setImmediate(() => this.onicecandidate?.({ candidate: null }));
  }

  async setRemoteDescription(description: Description): Promise<void> {
    this.remoteDescription = description;
    if (description.type === 'answer') this.#meet(nameIn(description.sdp));
  }

  addIceCandidate(): Promise<void> {
    return Promise.resolve();
  }

  getStats(): Promise<object[]> {
    return Promise.resolve([{ type: 'candidate-pair', id: 'pair', selected: true }]);
  }

  close(): void {
    connections.delete(this.#name);
    this.#channel?.close();
  }

  /** The answer must be one to the offer of this connection. */
  #meet(name: string): void {
    const answerer = connections.get(name);
    const near = this.#channel;
    if (answerer?.remoteDescription === undefined || near === undefined) return;
    if (nameIn(answerer.remoteDescription.sdp) !== this.#name) throw new Error('a foreign answer');
    const far = answerer.createDataChannel(near.label);
    answerer.ondatachannel?.({ channel: far });
    near.open(far);
    far.open(near);
    for (const connection of [this, answerer]) connection.#becomeConnected();
  }

  #becomeConnected(): void {
    this.iceConnectionState = 'connected';
    this.oniceconnectionstatechange?.();
  }

  #sdp(): string {
    return `v=0\r\no=- ${this.#name} 2 IN IP4 127.0.0.1\r\n${candidates}`;
  }
}

export class RTCSessionDescription {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;

  constructor({ type, sdp }: Description) {
    this.type = type;
    this.sdp = sdp;
  }
}

export const RTCIceCandidate = undefined;

function nameIn(sdp: string): string {
  return /^o=- (\S+)/m.exec(sdp)?.[1] ?? '';
}
