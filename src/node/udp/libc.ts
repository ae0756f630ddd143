/**
 * The few calls of the C library that batched UDP needs, through koffi, on 64-bit Linux. Pointers are
 * plain numbers (user addresses have 48 bits), so that no call builds an object.
 * Numbers of options and errors are those of Linux on x64 and arm64 (include/uapi/asm-generic).
 */
export interface Libc {
  readonly socket: (family: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, lengthBytes: number) => number;
  readonly getsockname: (fd: number, address: Uint8Array, lengthBytes: Uint32Array) => number;
  readonly setsockopt: (
    fd: number,
    level: number,
    option: number,
    value: Uint8Array | Int32Array,
    lengthBytes: number,
  ) => number;
  readonly shutdown: (fd: number, how: number) => number;
  readonly close: (fd: number) => number;
  readonly recvmmsg: (
    fd: number,
    headers: number,
    count: number,
    flags: number,
    timeout: number,
  ) => number;
  readonly sendmmsg: (fd: number, headers: number, count: number, flags: number) => number;
  /** Of the last call that failed, in this thread. */
  readonly errno: () => number;
  /** Zeroed memory that does not move, and where it is. `free` ends both. */
  readonly allocate: (lengthBytes: number) => NativeMemory;
}

export interface NativeMemory {
  readonly bytes: ArrayBuffer;
  readonly address: number;
  readonly free: () => void;
}

export type LoadLibc = () => Promise<Libc>;

/** Rejects with a sentence that says what is missing and how to get it. */
export async function loadLibc(): Promise<Libc> {
  const { platform, arch } = process;
  if (platform !== 'linux' || (arch !== 'x64' && arch !== 'arm64')) {
    throw new Error(`batched UDP works on Linux x64 and arm64, not on ${platform} ${arch}`);
  }
  let koffi: typeof import('koffi')['default'];
  try {
    koffi = (await import('koffi')).default;
  } catch (error) {
    const cause = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new Error(`the package koffi cannot be loaded (${cause}): npm install koffi`, {
      cause: error,
    });
  }
  const library = koffi.load(null);
  return {
    socket: library.func('socket', 'int', ['int', 'int', 'int']),
    bind: library.func('bind', 'int', ['int', 'void *', 'uint32_t']),
    getsockname: library.func('getsockname', 'int', ['int', 'void *', 'void *']),
    setsockopt: library.func('setsockopt', 'int', ['int', 'int', 'int', 'void *', 'uint32_t']),
    shutdown: library.func('shutdown', 'int', ['int', 'int']),
    close: library.func('close', 'int', ['int']),
    recvmmsg: library.func('recvmmsg', 'int', ['int', 'uintptr_t', 'uint', 'int', 'uintptr_t']),
    sendmmsg: library.func('sendmmsg', 'int', ['int', 'uintptr_t', 'uint', 'int']),
    errno: () => koffi.errno(),
    allocate: (lengthBytes) => {
      const pointer: unknown = koffi.alloc('uint8_t', lengthBytes);
      const bytes = koffi.view(pointer, lengthBytes);
      new Uint8Array(bytes).fill(0);
      return {
        bytes,
        address: Number(koffi.address(pointer)),
        free: () => koffi.free(pointer),
      };
    },
  };
}
