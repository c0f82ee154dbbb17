import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The hub that `npm run dev` speaks to; its certificate is its own, so it is not checked. */
const hub = process.env['WEIR_HUB'] ?? 'https://127.0.0.1:8443';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/ui/api': { target: hub, secure: false, changeOrigin: true } } },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0, // data: URLs would need a wider content security policy
    chunkSizeWarningLimit: 6000, // the KQL language service is one large file; size.mjs holds what matters
  },
});
