/**
 * Everything that needs Mermaid: a bundle of its own, asked for when there is something to draw. Mermaid is ten times as
 * large as the rest of the page, and the first rows can be read without it (`../sketch.ts`).
 */
export { draw } from './draw';
export { picture } from './picture';
