/** Numbers of files as a query has them: `0,3-5`. */
import { DaemonRefusal } from '../service/refusal.ts';

const most = 1_000_000;

/** `text` has the form that the schema demands. Throws DaemonRefusal when it means too many. */
export function parseNumbers(text: string): number[] {
  const numbers: number[] = [];
  for (const part of text.split(',')) {
    const [first = 0, last = first] = part.split('-').map(Number);
    if (numbers.length + last - first >= most) {
      throw new DaemonRefusal('BAD_REQUEST', `skip names more than ${most} files`, {
        field: 'skip',
      });
    }
    for (let i = first; i <= last; i++) numbers.push(i);
  }
  return numbers;
}
