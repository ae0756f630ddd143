/** Numbers of the Linux socket interface, the same on x64 and arm64 (include/uapi/asm-generic). */
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2;
export const SOCK_CLOEXEC = 0o2000000;
export const SOL_SOCKET = 1;
export const SO_RCVBUF = 8;
export const SO_REUSEPORT = 15;
export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const SHUT_RDWR = 2;
/** recvmmsg: wait for the first message only. */
export const MSG_WAITFORONE = 0x1_0000;

export const EINTR = 4;
export const EBADF = 9;
export const ENOTSOCK = 88;
