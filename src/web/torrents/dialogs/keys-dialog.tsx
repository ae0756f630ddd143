/** All keys of the page. */
import { Dialog, DialogBody } from '../../parts/dialog.tsx';
import { usePage } from '../../shell/page-state.tsx';

const keys: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'Search'],
  [['n'], 'Get a torrent'],
  [['s'], 'Share'],
  [['↑', '↓'], 'Select the row above or below'],
  [['Shift', '↑ ↓'], 'Select several'],
  [['Ctrl', 'A'], 'Select all'],
  [['Ctrl', 'Space'], 'Add or take away the row'],
  [['Space'], 'Stop or start'],
  [['Enter'], 'Open the detail'],
  [['F2'], 'Rename'],
  [['Del'], 'Remove'],
  [['Shift', 'F10'], 'Menu of the selected'],
  [['← →'], 'Files: close and open a folder'],
  [['+', '−'], 'Files: raise and lower the priority'],
  [['Esc'], 'Close what is open'],
  [['?'], 'These keys'],
];

export function KeysDialog() {
  const page = usePage();
  return (
    <Dialog title="Keyboard" size="narrow" onClose={() => page.closeDialog()}>
      <DialogBody>
        <dl className="key-list">
          {keys.map(([names, does]) => (
            <div key={does} className="key-row">
              <dt>
                {names.map((name) => (
                  <kbd key={name}>{name}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </DialogBody>
    </Dialog>
  );
}
