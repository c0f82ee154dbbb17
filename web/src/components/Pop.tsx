import * as Popover from '@radix-ui/react-popover';
import type { ReactNode } from 'react';

interface PopProps {
  readonly trigger: ReactNode;
  readonly label: string;
  readonly align?: 'start' | 'end';
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly children: ReactNode;
}

/** A small panel below a button; Escape and a click outside close it, and the focus goes back to the button. */
export function Pop({ trigger, label, align = 'start', open, onOpenChange, children }: PopProps) {
  return (
    <Popover.Root {...(open === undefined ? {} : { open })} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="pop" align={align} sideOffset={4} collisionPadding={8} aria-label={label}>{children}</Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
