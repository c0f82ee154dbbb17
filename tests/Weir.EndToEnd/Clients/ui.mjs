// Drives the web UI of a live lab in a browser, as a person does who looks for the chaos drop; prints what it saw as JSON.
// ADDRESS and TOKEN are the lab's; with SHOTS a folder gets a picture of each page, dark and light.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { ADDRESS, TOKEN, SHOTS, CHROMIUM = '/usr/bin/chromium' } = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const patience = 30_000;
const seen = { violations: [], console: [], pages: [] };

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const context = await browser.newContext({ ignoreHTTPSErrors: true, bypassCSP: false, viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', colorScheme: 'dark', permissions: ['clipboard-read', 'clipboard-write'] });
const page = await context.newPage();
page.setDefaultTimeout(patience);
page.on('console', (message) => message.type() === 'error' && seen.console.push(message.text()));
page.on('pageerror', (error) => seen.console.push(String(error)));

/** axe runs through the debugger, not as a script of the page, so that the page's own policy stays in force. */
async function judge(name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  for (const v of violations.filter((each) => each.impact === 'serious' || each.impact === 'critical')) {
    seen.violations.push(`${name}: ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join('; ')}`);
  }
}

async function done(name) {
  await judge(name);
  seen.pages.push(name);
  if (SHOTS === undefined) return;
  for (const scheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(SHOTS, `${name}-${scheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
}

try {
  await page.goto(ADDRESS);
  await page.getByLabel('Token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This is not the token').waitFor();
  seen.console.length = 0; // the browser itself tells of the refusal
  await page.getByLabel('Token').fill(TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Map' }).waitFor();

  await page.goto(`${ADDRESS}map?ns=pets&range=5m`);
  const gate = page.getByRole('button', { name: /^Denied: .* to store-front/ }).first();
  await gate.waitFor({ state: 'attached' });
  seen.gate = await gate.getAttribute('aria-label');
  await done('map');
  // A card opens with what it was asked; the panel lists the same for who sees no drawing.
  await page.getByRole('button', { name: 'Endpoints of product-service' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/open=/);
  await page.getByRole('button', { name: /^product-service in pets/ }).focus();
  await page.keyboard.press('Enter');
  seen.endpoint = await page.getByRole('row').filter({ hasText: '3002' }).first().textContent();
  await done('map-endpoints');
  await page.keyboard.press('Escape');
  await gate.focus();
  await page.keyboard.press('Enter');
  await page.getByText('allow-store-front-traffic').first().waitFor();
  seen.rule = (await page.locator('.sentence').first().textContent()) ?? '';
  await page.getByText('endpointSelector').first().waitFor();
  await done('map-drop');

  await page.goto(`${ADDRESS}flows?ns=pets&range=15m&q=${encodeURIComponent('verdict=dropped to:workload=store-front')}`);
  const row = page.getByRole('row').filter({ hasText: 'store-front' }).first();
  await row.click();
  await page.getByText('default deny').first().waitFor();
  await done('flows');

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Copy this view as' }).click();
  await page.getByRole('menuitem', { name: /policy test/ }).click();
  await page.getByText('Copied the test').waitFor();
  seen.policyTest = await page.evaluate(() => navigator.clipboard.readText());

  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForURL(/\/policies/);
  await page.keyboard.press('/');
  await page.getByRole('combobox').waitFor();
  seen.kept = page.url();
  await page.keyboard.press('Escape');

  await page.goto(`${ADDRESS}logs`);
  await page.getByRole('button', { name: /Who loses most/ }).click();
  await page.getByRole('group', { name: 'Show as' }).waitFor();
  await page.getByRole('button', { name: 'Chart', exact: true }).click();
  await page.locator('section[aria-label="Results"] canvas, section[aria-label="Results"] svg, section[aria-label="Results"] .bars').first().waitFor();
  seen.query = await page.getByRole('region', { name: 'Results' }).textContent();
  await done('logs');

  await page.goto(`${ADDRESS}dashboards?dash=drops-workload&ns=pets&range=15m`);
  await page.getByText('Dropped Incoming Traffic by Reason').waitFor();
  // The hub takes a sample each 15 s, a rate needs two, and the drops began a moment ago.
  await page.getByText('POLICY_DENIED').first().waitFor({ timeout: 90_000 });
  await done('dashboards');

  await page.goto(`${ADDRESS}policies?ns=pets`);
  await page.getByText('allow-store-front-traffic').first().click();
  await page.getByText('endpointSelector').first().waitFor();
  await done('policies');

  await page.getByRole('button', { name: 'Try a change' }).click();
  const editor = page.getByLabel('Changed policy');
  await editor.fill((await editor.inputValue()).replace('fromEndpoints: []', 'fromEntities: [world]'));
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await page.getByText('would end differently').waitFor();
  seen.trial = await page.getByRole('row').filter({ hasText: '8080/tcp' }).first().textContent();
  await done('policies-try');

  await page.goto(`${ADDRESS}diagnose?ns=pets&range=15m`);
  await page.getByText(/Policy denies world .* the way to store-front/).first().waitFor();
  await done('diagnose');
  const headline = await page.locator('.report h2').textContent();
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save', exact: true }).click()]);
  await page.goto(`${ADDRESS}diagnose?ns=kube-system`);
  await page.getByLabel('Saved diagnosis').setInputFiles(await saved.path());
  await page.getByText('A saved report of the cluster').waitFor();
  seen.reopened = (await page.locator('.report h2').textContent()) === headline && (await page.locator('.report-kept').count()) > 0;
  await judge('diagnose, from a file');
  await page.keyboard.press('Escape');
  await page.getByText('A saved report of the cluster').waitFor({ state: 'detached' });
} catch (error) {
  seen.failure = String(error);
  seen.at = page.url();
  seen.text = (await page.evaluate(() => document.body.innerText).catch(() => '')).slice(0, 2000);
  if (SHOTS !== undefined) await page.screenshot({ path: join(SHOTS, 'failure.png') }).catch(() => {});
} finally {
  await browser.close();
}

console.log(JSON.stringify(seen));
