import { useMemo } from 'react';
import { matrix } from '../../api/policies';
import { FailureNotice, Notice, Skeleton } from '../../components/Notice';
import { judgementTone } from '../../domain/policy';
import { tones } from '../../domain/verdict';
import { useAsk } from '../../state/ask';
import { changeDetail } from '../../state/view';

/** Who may reach whom by the policies in force: rows ask, columns are asked. A cell opens its explanation. */
export function ReachMatrix({ namespaces }: { readonly namespaces: readonly string[] }) {
  const answer = useAsk(`matrix ${namespaces.join(',')}`, (signal) => matrix(namespaces, signal));
  const cells = useMemo(() => new Map(answer.value?.cells.map((cell) => [`${cell.from}\n${cell.to}`, cell])), [answer.value]);
  if (answer.value === null) {
    return answer.failure !== null ? <FailureNotice what="The matrix cannot be shown" failure={answer.failure} again={answer.again} /> : <Skeleton lines={10} label="Loading the matrix" />;
  }
  const { names } = answer.value;
  if (names.length === 0) return <Notice title="Nobody to list">No pod runs in the chosen namespaces.</Notice>;
  return (
    <div className="matrix-box" tabIndex={0} role="region" aria-label="Matrix">
      <p className="muted">Rows open connections, columns take them. → allowed, ◆ allowed after the proxy has looked, ✕ denied. A click explains.</p>
      <table className="matrix">
        <thead><tr><td />{names.map((name) => <th key={name} scope="col"><span>{name}</span></th>)}</tr></thead>
        <tbody>
          {names.map((from) => (
            <tr key={from}>
              <th scope="row">{from}</th>
              {names.map((to) => {
                const cell = cells.get(`${from}\n${to}`);
                if (cell === undefined) return <td key={to} className="faint">·</td>;
                const tone = judgementTone(cell.verdict);
                return (
                  <td key={to} className={`matrix-${tone}`}>
                    <button type="button" className={`tone-${tone}`} title={`${from} → ${to}: ${cell.verdict}${cell.ports === '' ? '' : `, ${cell.ports}`}`}
                      aria-label={`${from} to ${to}: ${cell.verdict}${cell.ports === '' ? '' : `, ports ${cell.ports}`}`}
                      onClick={() => changeDetail({ tab: 'explain', xfrom: from, xto: to, xport: cell.ports.split(/[,\s]+/)[0] ?? '' }, 'push')}>{tones[tone].mark}</button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
