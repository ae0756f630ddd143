/** A transport address. `host` is a numeric IPv4 or IPv6 address in canonical text, never a name. */
export interface Endpoint {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** `1.2.3.4:6881`, `[::1]:6881`; equal for equal endpoints, so it serves as a map key. */
export function endpointKey(endpoint: Endpoint): string {
  return endpoint.host.includes(':')
    ? `[${endpoint.host}]:${endpoint.port}`
    : `${endpoint.host}:${endpoint.port}`;
}
