import { Value } from '../../components/Value';
import { count, percent, perSecond } from '../../domain/format';
import type { MapEndpoint, MapNode } from '../../domain/map';
import { endpointText } from '../../domain/map';

/** What a card was asked, by port: requests by method and path, lookups by name. */
export function Endpoints({ node, seconds }: { readonly node: MapNode; readonly seconds: number }) {
  return (
    <table>
      <thead><tr><th>Request</th><th className="number">Port</th><th className="number">Rate</th><th className="number">Errors</th></tr></thead>
      <tbody>{node.endpoints.map((endpoint) => (
        <tr key={`${endpoint.port} ${endpoint.kind} ${endpointText(endpoint)}`}>
          <td className="mono"><Request endpoint={endpoint} /></td>
          <td className="number faint">{endpoint.port}</td>
          <td className="number" title={`${count(endpoint.count)} in this range`}>{perSecond(endpoint.count / seconds)}</td>
          <td className={`number ${endpoint.errors > 0 ? 'tone-error' : 'faint'}`} title={`${count(endpoint.errors)} of ${count(endpoint.count)}`}>{endpoint.errors > 0 ? `! ${percent(endpoint.errors / endpoint.count)}` : '0 %'}</td>
        </tr>
      ))}</tbody>
    </table>
  );
}

function Request({ endpoint }: { readonly endpoint: MapEndpoint }) {
  if (endpoint.kind === 'dns') return <Value term={{ key: 'dns', value: endpoint.name ?? '' }}>{endpoint.name}</Value>;
  return <><Value term={{ key: 'http.method', value: endpoint.method ?? '' }}>{endpoint.method}</Value> <Value term={{ key: 'http.path', value: endpoint.path ?? '' }}>{endpoint.path}</Value></>;
}
