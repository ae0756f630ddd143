/**
 * A dialog over the page; a sheet at its foot on a phone. Focus stays inside, Esc and the veil close it.
 * Radix's own overlay is left out: it writes a style element, which the page's policy forbids.
 */
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './icon-button.tsx';
import './overlay.css';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: 'narrow' | 'usual' | 'wide';
  /** Of `DialogBody` and `DialogFoot`. */
  readonly children: ReactNode;
}

/** Open as long as it is rendered. */
export function Dialog({ title, onClose, size = 'usual', children }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <div className="veil" />
        <Radix.Content
          className={`dialog ${size}`}
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
        >
          <div className="dialog-head">
            <Radix.Title asChild>
              <h2>{title}</h2>
            </Radix.Title>
            <IconButton icon="close" label="Close" shortcut="Esc" onClick={onClose} />
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/**
 * What is asked for, not the button that closes it; nothing on a touch screen, where the keyboard would
 * cover half of it.
 */
function focusFirst(event: Event): void {
  const dialog = event.currentTarget;
  if (!(dialog instanceof HTMLElement)) return;
  const field = dialog.querySelector<HTMLElement>('[data-first]') ?? firstField(dialog);
  event.preventDefault();
  if (field === null || matchMedia('(hover: none)').matches) dialog.focus();
  else field.focus();
}

function firstField(dialog: HTMLElement): HTMLElement | null {
  const fields = ':is(input, textarea, select, button):not([hidden], :disabled)';
  return dialog.querySelector<HTMLElement>(`.dialog-body ${fields}`);
}

export function DialogBody({ children }: { readonly children: ReactNode }) {
  return <div className="dialog-body">{children}</div>;
}

export function DialogFoot({ children }: { readonly children: ReactNode }) {
  return <div className="dialog-foot">{children}</div>;
}
