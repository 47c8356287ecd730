/** What the commands do: a bundle of its own, loaded when one of them is used. */
export { checkCommand } from './checkCommand';
export { diagramCommand } from './diagramCommand';
export { rulesCommand } from './rulesCommand';
export { runCommand } from './runCommand';
