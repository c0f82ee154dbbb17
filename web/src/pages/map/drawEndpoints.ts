import { percent, perSecond } from '../../domain/format';
import type { MapNode } from '../../domain/map';
import { endpointText } from '../../domain/map';
import { endpointRow, mostRows } from '../../domain/opening';
import type { Place } from '../../domain/placement';
import { cardHeight, cardWidth } from '../../domain/placement';
import { fitText } from './fitText';
import { openerAt, openerSize } from './opener';
import type { Frame } from './scene';

const edge = 12;

/** What an opened card was asked: request, rate, share of errors. */
export function drawEndpoints({ context, palette }: Frame, node: MapNode, { x, y }: Place, seconds: number): void {
  context.fillStyle = palette.line;
  context.fillRect(x + 1, y + cardHeight, cardWidth - 2, 1);
  const rows = node.endpoints.length > mostRows ? mostRows - 1 : node.endpoints.length;
  context.textBaseline = 'middle';
  for (const [index, endpoint] of node.endpoints.slice(0, rows).entries()) {
    const middle = y + cardHeight + 5 + (index + 0.5) * endpointRow;
    let right = x + cardWidth - edge;
    context.font = `12px ${palette.font}`;
    const rate = perSecond(endpoint.count / seconds);
    right -= context.measureText(rate).width;
    context.fillStyle = palette.text2;
    context.fillText(rate, right, middle);
    if (endpoint.errors > 0) {
      const errors = `! ${percent(endpoint.errors / endpoint.count)}`;
      right -= context.measureText(errors).width + 8;
      context.fillStyle = palette.tone.error;
      context.fillText(errors, right, middle);
    }
    context.fillStyle = palette.text;
    context.fillText(fitText(context, endpointText(endpoint), right - x - edge - 8), x + edge, middle);
  }
  if (rows === node.endpoints.length) return;
  context.font = `12px ${palette.font}`;
  context.fillStyle = palette.text2;
  context.fillText(`${node.endpoints.length - rows} more in the panel`, x + edge, y + cardHeight + 5 + (rows + 0.5) * endpointRow);
}

/** The mark that opens and closes a card. */
export function drawOpener({ context, palette }: Frame, place: Place, isOpen: boolean): void {
  const corner = openerAt(place);
  const [x, y] = [corner.x + openerSize / 2, corner.y + openerSize / 2];
  const tip = isOpen ? -2.5 : 2.5;
  context.beginPath();
  context.roundRect(corner.x, corner.y, openerSize, openerSize, 4);
  context.fillStyle = palette.raised;
  context.fill();
  context.beginPath();
  context.moveTo(x - 4.5, y - tip);
  context.lineTo(x, y + tip);
  context.lineTo(x + 4.5, y - tip);
  context.strokeStyle = palette.text2;
  context.lineWidth = 1.6;
  context.stroke();
}
