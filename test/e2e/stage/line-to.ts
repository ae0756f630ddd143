/** A line to a port on loopback that can be cut and mended, as a network does it. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Stage } from './stage.ts';

export interface Line {
  readonly port: number;
  /** Ends what goes over it and takes nothing new. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function lineTo(stage: Stage, targetPort: number): Promise<Line> {
  const open = new Set<Socket>();
  let server: Server;
  const listen = async (port: number): Promise<number> => {
    server = createServer((near) => {
      const far = connect(targetPort, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(one);
        one.on('error', () => undefined);
        one.on('close', () => {
          open.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of open) socket.destroy();
    await closed;
  };
  const port = await listen(0);
  stage.onEnd(cut);
  return {
    port,
    cut,
    mend: async () => {
      await listen(port);
    },
  };
}
