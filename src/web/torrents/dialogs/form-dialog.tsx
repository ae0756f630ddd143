/** A dialog that asks for some values and sends them. */
import type { ReactNode } from 'react';
import { Dialog, DialogBody, DialogFoot } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/problem.tsx';
import { usePage } from '../../shell/page-state.tsx';
import type { Submit } from './use-submit.ts';

interface FormDialogProps {
  readonly title: string;
  /** On the button, such as "Move". */
  readonly verb: string;
  readonly submit: Submit;
  readonly onSubmit: () => void;
  readonly canSubmit?: boolean;
  readonly children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { title, verb, submit, onSubmit, canSubmit = true, children } = props;
  const page = usePage();
  return (
    <Dialog title={title} size="narrow" onClose={() => page.closeDialog()}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <DialogBody>
          {children}
          {submit.problem !== undefined && <Problem message={submit.problem} />}
        </DialogBody>
        <DialogFoot>
          <button type="button" className="button" onClick={() => page.closeDialog()}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={submit.isBusy || !canSubmit}>
            {verb}
          </button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
