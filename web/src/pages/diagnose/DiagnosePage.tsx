export default function DiagnosePage() { return null; }
