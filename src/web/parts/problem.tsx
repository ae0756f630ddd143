/** Why something did not work, where it was asked for, with a way to try it again. */
interface ProblemProps {
  readonly message: string;
  readonly onRetry?: (() => void) | undefined;
  readonly onDismiss?: (() => void) | undefined;
}

export function Problem({ message, onRetry, onDismiss }: ProblemProps) {
  return (
    <div className="problem" role="alert">
      <p>{message}</p>
      {onRetry && (
        <button type="button" className="button small" onClick={onRetry}>
          Try again
        </button>
      )}
      {onDismiss && (
        <button type="button" className="button small plain" onClick={onDismiss}>
          Dismiss
        </button>
      )}
    </div>
  );
}
