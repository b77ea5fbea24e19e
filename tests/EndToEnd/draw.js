// Draws a graph: Graphviz's language on standard input, SVG on standard output.
import { text } from 'node:stream/consumers';
import { instance } from '@viz-js/viz';

const graphviz = await instance();
const svg = graphviz.renderString(await text(process.stdin), { format: 'svg' });
// Only the drawing: the lines before it name the version and a document type.
process.stdout.write(svg.slice(svg.indexOf('<svg')));
