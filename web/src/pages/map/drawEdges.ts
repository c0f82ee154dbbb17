import type { Curve } from '../../domain/curve';
import { pointOn } from '../../domain/curve';
import { edgeWidth } from '../../domain/map';
import type { Tone } from '../../domain/verdict';
import { tones } from '../../domain/verdict';
import type { Emphasis, Frame } from './scene';
import { seen } from './scene';

/** From this many edges on, the quiet ones step back. */
const manyEdges = 150;

const paintOrder: readonly Tone[] = ['forwarded', 'redirected', 'audit', 'error', 'dropped'];

/** Draws the curves that can be seen, the quiet ones first, so that drops lie on top. */
export function drawEdges(frame: Frame, curves: readonly Curve[], emphasis: Emphasis): void {
  const view = seen(frame);
  const visible = curves.filter((curve) => curve.right > view.left && curve.left < view.right && curve.bottom > view.top && curve.top < view.bottom);
  const many = visible.length > manyEdges;
  const drawn = many ? visible.filter((curve) => matters(curve, view, emphasis)) : visible;
  for (const tone of paintOrder) for (const curve of drawn) if (curve.edge.verdict === tone) drawEdge(frame, curve, emphasis, many);
}

/** Among very many edges, one that only passes by says nothing; it is drawn when it is chosen, or when it is not let through. */
function matters({ edge, a, d }: Curve, view: ReturnType<typeof seen>, emphasis: Emphasis): boolean {
  if (edge.verdict === 'dropped' || edge.verdict === 'error' || emphasis.kept?.has(edge.id) === true) return true;
  const inside = ({ x, y }: Curve['a']) => x > view.left && x < view.right && y > view.top && y < view.bottom;
  return inside(a) || inside(d);
}

/** How strongly each verdict is drawn when very many edges are seen: the quiet ones step back. */
const crowdAlpha: Record<Tone, number> = { forwarded: 0.16, redirected: 0.22, audit: 0.5, error: 0.7, dropped: 0.95 };

function drawEdge({ context, palette, camera }: Frame, curve: Curve, emphasis: Emphasis, many: boolean): void {
  const { edge } = curve;
  const strong = emphasis.hovered === edge.id || emphasis.selected === edge.id;
  const faint = emphasis.kept !== null && !emphasis.kept.has(edge.id) && !strong;
  const least = 1 / camera.scale;
  const width = Math.max(edgeWidth(edge.rate), least) + (strong ? 1.5 : 0);
  const colour = palette.tone[edge.verdict];
  context.globalAlpha = faint ? 0.1 : strong || emphasis.kept?.has(edge.id) === true ? 1 : many ? crowdAlpha[edge.verdict] : edge.verdict === 'forwarded' ? 0.62 : 0.9;
  context.strokeStyle = colour;
  context.lineWidth = width;
  // Dashes cost most of the time when very many edges are seen; only the quiet verdicts are ever solid.
  context.setLineDash(tones[edge.verdict].dash.map((length) => length * Math.max(1, least)));
  context.lineCap = edge.verdict === 'dropped' ? 'round' : 'butt';
  context.beginPath();
  context.moveTo(curve.a.x, curve.a.y);
  for (const { b, c, d } of curve.path) context.bezierCurveTo(b.x, b.y, c.x, c.y, d.x, d.y);
  context.stroke();
  context.setLineDash([]);
  if (camera.scale >= 0.3) {
    if (curve.gate !== null) drawGate(context, curve, colour, palette.ground, strong);
    else drawArrow(context, curve, colour, width);
    if (edge.verdict === 'redirected' && !faint && !many) drawDiamond(context, curve, colour, palette.ground);
  }
  context.globalAlpha = 1;
}

function drawArrow(context: CanvasRenderingContext2D, { d, heading }: Curve, colour: string, width: number): void {
  const size = 7 + width * 0.8;
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(d.x, d.y);
  context.lineTo(d.x - heading * size, d.y - size * 0.55);
  context.lineTo(d.x - heading * size, d.y + size * 0.55);
  context.fill();
}

/** The gate at which a denied edge ends: a bar across the way, and a ringed cross in front of it. */
function drawGate(context: CanvasRenderingContext2D, { d, heading }: Curve, colour: string, ground: string, strong: boolean): void {
  const radius = strong ? 9.5 : 8;
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(d.x + heading * 13, d.y - 9);
  context.lineTo(d.x + heading * 13, d.y + 9);
  context.stroke();
  context.beginPath();
  context.arc(d.x, d.y, radius, 0, Math.PI * 2);
  context.fillStyle = ground;
  context.fill();
  context.lineWidth = 1.8;
  context.stroke();
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(d.x - 3.2, d.y - 3.2 * side);
    context.lineTo(d.x + 3.2, d.y + 3.2 * side);
  }
  context.stroke();
}

function drawDiamond(context: CanvasRenderingContext2D, curve: Curve, colour: string, ground: string): void {
  const { x, y } = pointOn(curve, 0.5);
  context.fillStyle = colour;
  context.strokeStyle = ground;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 7, y);
  context.lineTo(x, y - 7);
  context.lineTo(x + 7, y);
  context.lineTo(x, y + 7);
  context.closePath();
  context.stroke();
  context.fill();
}
