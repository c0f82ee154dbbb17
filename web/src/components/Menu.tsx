import * as Dropdown from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';

export interface MenuItem {
  readonly label: string;
  readonly detail?: string;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
  readonly align?: 'start' | 'end';
}

/** A menu of commands under a button, with the keys that people expect of one. */
export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="pop menu" align={align} sideOffset={4} collisionPadding={8}>
          {items.map((item) => (
            <Dropdown.Item key={item.label} className="menu-item" disabled={item.disabled ?? false} onSelect={item.onSelect}>
              {item.label}
              {item.detail !== undefined && <span className="faint">{item.detail}</span>}
            </Dropdown.Item>
          ))}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

/** A menu of things that are on or off; it stays open while they are chosen. */
export function CheckMenu({ trigger, items, onChange }: {
  readonly trigger: ReactNode;
  readonly items: readonly { readonly id: string; readonly label: string; readonly checked: boolean }[];
  readonly onChange: (id: string, checked: boolean) => void;
}) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="pop menu" align="end" sideOffset={4} collisionPadding={8}>
          {items.map((item) => (
            <Dropdown.CheckboxItem key={item.id} className="menu-item menu-check" checked={item.checked}
              onCheckedChange={(checked) => onChange(item.id, checked)} onSelect={(event) => event.preventDefault()}>
              <span className="menu-tick"><Dropdown.ItemIndicator>✓</Dropdown.ItemIndicator></span>
              {item.label}
            </Dropdown.CheckboxItem>
          ))}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}
