import { policies } from '../../api/policies';
import { Notice } from '../../components/Notice';
import { useAsk } from '../../state/ask';
import { useKeys } from '../../state/keys';
import { changeDetail, useView } from '../../state/view';
import { ExplainForm } from './ExplainForm';
import { PolicyList } from './PolicyList';
import { PolicyView } from './PolicyView';
import { ReachMatrix } from './ReachMatrix';
import '../logs/logs.css';
import './policies.css';

const tabs = [['policy', 'Policy'], ['matrix', 'Who can reach whom'], ['explain', 'Explain']] as const;

/** What policies there are, what they decide, and what a change would do. */
export default function PoliciesPage() {
  const view = useView();
  const list = useAsk('policies', policies, 10_000);
  const inScope = list.value?.filter((each) => view.namespaces.length === 0 || each.namespace === undefined || view.namespaces.includes(each.namespace)) ?? null;
  const chosen = view.detail['policy'] ?? null;
  const tab = view.detail['tab'] ?? 'policy';
  useKeys({ Escape: () => view.detail['edit'] === '1' && (changeDetail({ edit: '' }), true) });

  return (
    <div className="page-split">
      <PolicyList policies={inScope} answer={list} chosen={chosen} />
      <div className="page-main">
        <div className="tabs" role="group" aria-label="Views of policy">
          {tabs.map(([id, label]) => (
            <button key={id} type="button" aria-pressed={tab === id} onClick={() => changeDetail({ tab: id === 'policy' ? '' : id }, 'push')}>{label}</button>
          ))}
        </div>
        {tab === 'matrix' && <ReachMatrix namespaces={view.namespaces} />}
        {tab === 'explain' && <ExplainForm />}
        {tab === 'policy' && (chosen === null
          ? <Notice title={inScope?.length === 0 ? 'No policy is in force' : 'Choose a policy'}>
              {inScope?.length === 0
                ? 'Without a policy every connection is allowed. Apply one with kubectl; it appears here within a second.'
                : 'The list on the left shows what each policy selects, how often its rules decided, and what is wrong with it.'}
            </Notice>
          : <PolicyView key={chosen} policyKey={chosen} />)}
      </div>
    </div>
  );
}
