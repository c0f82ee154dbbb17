import { describe, expect, it } from 'vitest';
import { hubbleCommand, kqlQuery } from '../src/domain/copyAs';
import { parseView } from '../src/domain/view';

describe('Copy as hubble observe', () => {
  it('follows while live and names both sides', () => {
    expect(hubbleCommand(parseView('/flows', 'ns=pets&q=from:pod%3Dpets/store-front verdict%3Ddropped !port%3D53')))
      .toBe('hubble observe --namespace pets --from-pod pets/store-front --verdict DROPPED --not --port 53 --follow');
  });

  it('quotes what a shell would read', () => {
    expect(hubbleCommand(parseView('/flows', 'range=1h&q=dns%3D*.microsoft.com'))).toBe("hubble observe --fqdn '*.microsoft.com' --since 1h");
  });

  it('says which term Hubble cannot ask', () => {
    expect(hubbleCommand(parseView('/flows', 'range=5m&q=rule%3Dallow-web'))).toContain('# without rule=allow-web');
  });
});

describe('Copy as KQL', () => {
  it('asks what the view asks', () => {
    expect(kqlQuery(parseView('/flows', 'ns=pets&range=1h&q=to:workload%3Dpets/store-front !verdict%3Dforwarded')).split('\n')).toEqual([
      'RetinaNetworkFlowLogs',
      '| where TimeGenerated > ago(1h)',
      '| where SourceNamespace in ("pets") or DestinationNamespace in ("pets")',
      '| where DestinationNamespace == "pets" and tostring(DestinationWorkloads[0].name) == "store-front"',
      '| where not(Verdict == "FORWARDED")',
      '| order by TimeGenerated desc',
      '| take 1000',
    ]);
  });

  it('keeps a quote in a value inside its string', () => {
    expect(kqlQuery(parseView('/flows', `q=${encodeURIComponent('node=a"b')}`))).not.toContain('"a"b"');
  });
});
