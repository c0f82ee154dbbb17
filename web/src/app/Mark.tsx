/** Weir's mark: streams, and the wall that some of them pass. */
export function Mark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" strokeLinecap="round" aria-hidden="true">
      <path d="M4 11h16M4 16h12M4 21h16M26 16h2" stroke="var(--forwarded)" strokeWidth="2.2" />
      <path d="M23 6v20" stroke="var(--accent)" strokeWidth="3" />
    </svg>
  );
}
