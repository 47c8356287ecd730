export { escapeLabel } from './escape';
export { type ExportOptions, mermaidText } from './export';
export { PAGE_SIZE } from './rows';
export { englishTexts, type SequenceTexts } from './texts';
export { defaultView, type Occasion, SequenceView } from './view';
