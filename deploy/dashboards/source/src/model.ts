/** How a panel is drawn. */
export type Kind = 'stat' | 'timeseries' | 'stacked' | 'barlist' | 'heatmap' | 'table' | 'logs' | 'pie' | 'graph';

/** What a panel's values are in. `percent` is 0 to 100, `share` 0 to 1. */
export type Unit = 'flows' | 'flows/s' | 'packets/s' | 'bytes/s' | 'requests' | 'requests/s' | 'answers' | 'answers/s' | 'connections/s' | 'events/s'
  | 'percent' | 'share' | 'seconds' | 'pods' | 'nodes' | '';

interface Drawn {
  /** Its name in links, unique in its dashboard. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence or two. */
  readonly description: string;
  readonly kind: Kind;
  readonly unit: Unit;
  /** Of 24 columns. */
  readonly width: number;
  /** In rows of the grid. */
  readonly height: number;
}

/** One question in PromQL. */
export interface MetricQuery {
  readonly expr: string;
  /** How its series are called, with `{{label}}` for a label's value. */
  readonly legend: string;
  /** Drawn dashed against an axis of its own, in per cent. The web UI has one axis and leaves it out. */
  readonly isShare?: boolean;
}

/** A panel that asks Prometheus. */
export interface MetricPanel extends Drawn {
  readonly source: 'metrics';
  readonly queries: readonly MetricQuery[];
  /** Asks for the newest value alone. */
  readonly isInstant: boolean;
}

/** One question in KQL. */
export interface LogQuery {
  /** What Grafana calls the answer; the parts of a graph are found by it. */
  readonly name: string;
  /** The question, over the flows that a scope chooses: see `flowLogs.ts`. */
  readonly text: (flows: string) => string;
}

/** A panel that asks the flow logs. */
export interface LogPanel extends Drawn {
  readonly source: 'logs';
  readonly queries: readonly LogQuery[];
  /** What the web UI draws instead, where Grafana's panel wants an answer of a shape of its own. */
  readonly native?: LogQuery['text'];
}

export type Panel = MetricPanel | LogPanel;

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

interface Named {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
}

/** Something that the reader chooses. */
export type Variable =
  /** Values of a label, out of Prometheus; all of them are chosen at first. */
  | (Named & { readonly kind: 'metrics'; readonly query: string; readonly regex?: string })
  /** The first column of a KQL query's answer; all of them are chosen at first. */
  | (Named & { readonly kind: 'logs'; readonly query: string })
  /** One or several of a few; of all, or of none where `chosen` says which are at first. */
  | (Named & { readonly kind: 'choice'; readonly values: readonly string[]; readonly chosen?: readonly string[]; readonly isSingle?: boolean })
  /** A text; empty at first. */
  | (Named & { readonly kind: 'text' });

export interface Dashboard {
  /** The name of its file and of its page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: 'metrics' | 'logs';
  readonly variables: readonly Variable[];
  /** What of the web UI's own selection its panels follow. */
  readonly follows: readonly ('namespace' | 'workload' | 'node')[];
  /** Of a dashboard of the flow logs: chooses the flows by its variables. */
  readonly flows?: string;
  readonly rows: readonly Row[];
}
