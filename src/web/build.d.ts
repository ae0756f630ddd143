/** What the build resolves besides modules. */
declare module '*.css';
declare module 'virtual:tokens.css';
