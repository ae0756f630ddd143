/** The dialog that is open, if one is. */
import { LaterSpeedGraph } from '../../detail/later-speed-graph.tsx';
import { GetDialog } from '../../get/get-dialog.tsx';
import { Dialog, DialogBody } from '../../parts/dialog.tsx';
import { useObservable } from '../../parts/observable.ts';
import { Navigation } from '../../shell/navigation.tsx';
import { usePage } from '../../shell/page-state.tsx';
import { SheetEntries } from '../torrent-menu.tsx';
import './dialogs.css';
import { KeysDialog } from './keys-dialog.tsx';
import { LabelsDialog } from './labels-dialog.tsx';
import { LimitsDialog } from './limits-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';

export function CurrentDialog() {
  const page = usePage();
  const dialog = useObservable(page.dialog);
  const close = () => page.closeDialog();
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'get':
      return <GetDialog />;
    case 'remove':
      return <RemoveDialog hashes={dialog.hashes} />;
    case 'move':
      return <MoveDialog hashes={dialog.hashes} />;
    case 'limits':
      return <LimitsDialog hashes={dialog.hashes} />;
    case 'labels':
      return <LabelsDialog hashes={dialog.hashes} />;
    case 'rename':
      return <RenameDialog hash={dialog.hash} />;
    case 'keys':
      return <KeysDialog />;
    case 'speed':
      return (
        <Dialog title="Speed of all torrents" size="wide" onClose={close}>
          <DialogBody>
            <LaterSpeedGraph />
          </DialogBody>
        </Dialog>
      );
    case 'actions':
      return (
        <Dialog title="Actions" onClose={close}>
          <DialogBody>
            <SheetEntries hashes={dialog.hashes} onDone={close} />
          </DialogBody>
        </Dialog>
      );
    case 'navigation':
      return (
        <Dialog title="Shoal" onClose={close}>
          <DialogBody>
            <Navigation onGo={close} />
          </DialogBody>
        </Dialog>
      );
  }
}
