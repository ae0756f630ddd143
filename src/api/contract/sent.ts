/** What a schema describes, as nobody may change it once it was sent. */
import type { z } from 'zod';

export type Sent<S extends z.ZodType> = Unchanging<z.output<S>>;

type Unchanging<T> = T extends (infer Item)[]
  ? readonly Unchanging<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Unchanging<T[Key]> }
    : T;
