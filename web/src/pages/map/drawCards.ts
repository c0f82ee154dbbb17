import { compact, perSecond } from '../../domain/format';
import type { MapNode } from '../../domain/map';
import type { Box, Place } from '../../domain/placement';
import { cardHeight, cardWidth, heightOf } from '../../domain/placement';
import { drawEndpoints, drawOpener } from './drawEndpoints';
import { fitText } from './fitText';
import { canOpen } from './opener';
import type { Emphasis, FirstSeen, Frame, Scene } from './scene';
import { detailOf, seen } from './scene';

const fadeMs = 150;

/** Draws the cards that can be seen. Returns whether one of them is still fading in. */
export function drawCards(frame: Frame, scene: Scene, emphasis: Emphasis, firstSeen: FirstSeen, now: number): boolean {
  const view = seen(frame);
  const detail = detailOf(frame.camera.scale);
  let fading = false;
  for (const node of scene.nodes) {
    const place = scene.places.get(node.id);
    if (place === undefined || place.x > view.right || place.y > view.bottom || place.x + cardWidth < view.left || place.y + heightOf(place) < view.top) continue;
    const age = now - (firstSeen.get(node.id) ?? 0);
    if (age < fadeMs) fading = true;
    const faint = emphasis.kept !== null && !emphasis.kept.has(node.id);
    frame.context.globalAlpha = (faint ? 0.28 : 1) * Math.min(Math.max(age / fadeMs, 0.05), 1);
    drawCard(frame, scene.seconds, node, place, detail, emphasis);
  }
  frame.context.globalAlpha = 1;
  return fading;
}

function drawCard(frame: Frame, seconds: number, node: MapNode, place: Place, detail: 'far' | 'middle' | 'near', emphasis: Emphasis): void {
  const { context, palette } = frame;
  const { x, y } = place;
  const chosen = emphasis.selected === node.id;
  const outside = node.kind !== 'workload' && node.kind !== 'namespace';
  const broken = node.drops > 0;
  context.beginPath();
  context.roundRect(x, y, cardWidth, heightOf(place), outside ? 14 : 5);
  context.fillStyle = detail === 'far' && broken ? palette.tone.dropped : detail === 'far' ? palette.lineStrong : palette.surface;
  context.fill();
  if (detail === 'far') return;
  context.lineWidth = chosen ? 2.5 : 1;
  context.strokeStyle = chosen ? palette.accent : emphasis.hovered === node.id ? palette.lineStrong : broken ? palette.tone.dropped : palette.line;
  context.stroke();

  context.textBaseline = 'middle';
  context.fillStyle = palette.text;
  if (detail === 'middle') {
    context.font = `600 22px ${palette.font}`;
    context.fillText(fitText(context, node.name, cardWidth - 24), x + 12, y + cardHeight / 2);
    return;
  }
  context.font = `12px ${palette.font}`;
  const rate = perSecond(node.rate);
  const rateWidth = context.measureText(rate).width;
  context.fillStyle = palette.text2;
  context.fillText(rate, x + cardWidth - 12 - rateWidth, y + 17);
  context.font = `600 13px ${palette.font}`;
  context.fillStyle = palette.text;
  context.fillText(fitText(context, node.name, cardWidth - 34 - rateWidth), x + 12, y + 17);
  context.font = `12px ${palette.font}`;
  context.fillStyle = palette.text2;
  let room = cardWidth - 24;
  if (broken) {
    const text = `✕ ${compact(node.drops)}`;
    const width = context.measureText(text).width;
    context.fillStyle = palette.tone.dropped;
    context.fillText(text, x + cardWidth - 12 - width, y + 36);
    context.fillStyle = palette.text2;
    room -= width + 10;
  }
  context.fillText(fitText(context, underline(node), room), x + 12, y + 36);
  drawSpark(context, node, x + 12, y + 49, cardWidth - (canOpen(node) ? 50 : 24), 20, palette.tone.forwarded, palette.tone.dropped);
  if (canOpen(node)) drawOpener(frame, place, place.height !== undefined);
  if (place.height !== undefined) drawEndpoints(frame, node, place, seconds);
}

/** What a card says below its name: its ports, or what kind of thing it is. */
function underline(node: MapNode): string {
  const plight = { service: 'no backend', unresolved: 'nobody has it' }[node.kind as string];
  if (plight !== undefined) return [...node.ports.slice(0, 2).map(({ port, protocol }) => `${port}/${protocol.toLowerCase()}`), plight].join('  ');
  if (node.ports.length > 0) return node.ports.map(({ port, protocol }) => `${port}/${protocol.toLowerCase()}`).join('  ');
  if (node.kind === 'workload') return node.workloadKind ?? '';
  return { namespace: 'namespace', world: 'outside the cluster', host: 'this node', 'remote-node': 'other nodes', 'kube-apiserver': 'Kubernetes API', unmanaged: 'no agent sees it', service: '', unresolved: '' }[node.kind];
}

function drawSpark(context: CanvasRenderingContext2D, node: MapNode, x: number, y: number, width: number, height: number, line: string, drops: string): void {
  const values = node.spark;
  if (values.length < 2) return;
  const top = Math.max(1e-9, ...values, ...node.dropSpark);
  const step = width / (values.length - 1);
  if (node.drops > 0) {
    context.fillStyle = drops;
    node.dropSpark.forEach((value, index) => {
      if (value <= 0) return;
      const tall = Math.max((value / top) * height, 1.5);
      context.fillRect(x + index * step - step * 0.35, y + height - tall, step * 0.7, tall);
    });
  }
  context.strokeStyle = line;
  context.lineWidth = 1.2;
  context.beginPath();
  values.forEach((value, index) => {
    const py = y + height - (value / top) * height;
    if (index === 0) context.moveTo(x, py);
    else context.lineTo(x + index * step, py);
  });
  context.stroke();
}

/** The frames of the namespaces, below everything else. */
export function drawClusters({ context, palette, camera }: Frame, clusters: ReadonlyMap<string, Box>): void {
  const detail = detailOf(camera.scale);
  for (const [name, box] of clusters) {
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, 8);
    context.fillStyle = palette.raised;
    context.globalAlpha = 0.45;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = palette.line;
    context.lineWidth = 1 / camera.scale;
    context.stroke();
    const size = detail === 'near' ? 12 : Math.min(14 / camera.scale, 90);
    context.font = `600 ${size}px ${palette.font}`;
    context.textBaseline = 'top';
    context.fillStyle = palette.text2;
    context.fillText(fitText(context, name, box.width - 24), box.x + 14, box.y + 9);
  }
}
