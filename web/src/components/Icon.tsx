const paths = {
  map: 'M2 4.5h4v3H2zM10 2h4v3h-4zM10 11h4v3h-4zM6 6h1.5V3.5H10M7.5 6v6.5H10',
  flows: 'M2 3.5h12M2 6.5h12M2 9.5h8M2 12.5h10',
  logs: 'M3 4.5l3 3.5-3 3.5M8 12h5',
  dashboards: 'M2 14V2M2 14h12M4.5 10.5l3-4 2.5 2.5L13.5 4',
  policies: 'M8 1.8l5 2v4c0 3-2 5.2-5 6.4C5 13 3 10.800 3 7.800v-4zM5.800 7.800l1.700 1.700 3-3.200',
  diagnose: 'M1.500 8.500h3l1.700-5 3 9 1.800-5.500.800 1.500h2.700',
  search: 'M7 2.500a4.500 4.500 0 100 9 4.500 4.500 0 000-9zM10.400 10.400L14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.500 5.500h8v8h-8zM3 10.500H2.500v-8h8V3',
  clock: 'M8 2a6 6 0 100 12A6 6 0 008 2zM8 4.500V8l2.500 1.500',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  columns: 'M2.500 3h11v10h-11zM6 3v10M10 3v10',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  play: 'M5 3.500l7 4.500-7 4.500z',
  user: 'M8 2.500a2.700 2.700 0 100 5.400 2.700 2.700 0 000-5.400zM3 13.500c.500-2.500 2.500-4 5-4s4.500 1.500 5 4',
  alert: 'M8 2.500L14.500 13.500h-13zM8 6.500v3.200M8 11.700v.100',
  plus: 'M8 3.500v9M3.500 8h9',
  minus: 'M3.500 8h9',
  fit: 'M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10',
  edit: 'M3 13l.600-2.800L10.500 3.300l2.200 2.200-6.900 6.900z',
  external: 'M6 3H3v10h10v-3M9 2.500h4.500V7M13.300 2.700L7.500 8.500',
  download: 'M8 2.500v8M4.800 7.300L8 10.500l3.200-3.200M3 13.500h10',
  print: 'M4.500 6V2.500h7V6M4.500 11H2.500V6h11v5h-2M4.500 9.500h7v4h-7z',
  help: 'M6 6.200a2 2 0 114 0c0 1.400-2 1.600-2 3M8 11.900v.100M8 1.800a6.200 6.200 0 100 12.400A6.200 6.200 0 008 1.800z',
} as const;

export type IconName = keyof typeof paths;

/** A line drawing of 16 by 16; it says nothing to a screen reader, the control around it has the name. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4"
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
